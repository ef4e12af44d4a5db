import type { PasswordPolicy as AwsPasswordPolicy } from "@aws-sdk/client-iam";

/** What a stack may say about the account's password policy. */
export interface PasswordPolicySettings {
  /** Shortest password allowed, in characters, 6 to 128. */
  minimumLength: number;
  /** How many former passwords may not be used again, 1 to 24. */
  reusePrevention: number;
  /** Days until a password must be changed, 1 to 1095. @default never */
  maxAgeDays?: number | undefined;
  /** Whether passwords need lower case, upper case, a digit and a symbol. @default true */
  requireCharacterTypes?: boolean | undefined;
}

/** The kinds of characters that a policy can require. */
export const CHARACTER_TYPES = ["upper case", "lower case", "digits", "symbols"] as const;

/** A whole password policy, an account's own or what settings make of it. */
export interface PasswordPolicy {
  /** Shortest password allowed, in characters. */
  readonly minimumLength: number;
  /** How many former passwords may not be used again; 0 for none. */
  readonly reusePrevention: number;
  /** Days until a password must be changed. @default never */
  readonly maxAgeDays?: number | undefined;
  /** The kinds of characters that every password must have. */
  readonly characterTypes: readonly (typeof CHARACTER_TYPES)[number][];
  /** Whether users may change their own passwords. */
  readonly usersMayChange: boolean;
  /** Whether an expired password locks its user out. */
  readonly hardExpiry: boolean;
}

/** The policy that settings make. */
export function fromSettings(settings: PasswordPolicySettings): PasswordPolicy {
  const { minimumLength, reusePrevention, maxAgeDays, requireCharacterTypes = true } = settings;
  return {
    ...{ minimumLength, reusePrevention, maxAgeDays },
    characterTypes: requireCharacterTypes ? CHARACTER_TYPES : [],
    // An initial password is there to be changed, and an expired one must not lock its user out.
    ...{ usersMayChange: true, hardExpiry: false },
  };
}

/**
 * The policy that AWS tells of an account. What the answer leaves out is AWS's default: six characters, and nothing else.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PasswordPolicy.html
 */
export function fromAws(policy: AwsPasswordPolicy): PasswordPolicy {
  const isRequired = {
    "upper case": policy.RequireUppercaseCharacters,
    "lower case": policy.RequireLowercaseCharacters,
    digits: policy.RequireNumbers,
    symbols: policy.RequireSymbols,
  };
  return {
    minimumLength: policy.MinimumPasswordLength ?? 6,
    reusePrevention: policy.PasswordReusePrevention ?? 0,
    // 0 is what the SDK may make of "no age".
    maxAgeDays: policy.MaxPasswordAge === 0 ? undefined : policy.MaxPasswordAge,
    characterTypes: CHARACTER_TYPES.filter((type) => isRequired[type] === true),
    usersMayChange: policy.AllowUsersToChangePassword === true,
    hardExpiry: policy.HardExpiry === true,
  };
}

/** The settings in which a policy is weaker than another one. */
export function weakerSettings(policy: PasswordPolicy, other: PasswordPolicy): (keyof PasswordPolicy)[] {
  const isWeaker: Record<keyof PasswordPolicy, boolean> = {
    minimumLength: policy.minimumLength < other.minimumLength,
    reusePrevention: policy.reusePrevention < other.reusePrevention,
    maxAgeDays: (policy.maxAgeDays ?? Infinity) > (other.maxAgeDays ?? Infinity),
    characterTypes: other.characterTypes.some((type) => !policy.characterTypes.includes(type)),
    usersMayChange: other.usersMayChange && !policy.usersMayChange,
    hardExpiry: policy.hardExpiry && !other.hardExpiry,
  };
  return (Object.keys(isWeaker) as (keyof PasswordPolicy)[]).filter((setting) => isWeaker[setting]);
}
