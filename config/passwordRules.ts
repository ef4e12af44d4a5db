import { CHARACTER_TYPES, type PasswordPolicy } from "../components/passwordPolicy.ts";

const characters = {
  "upper case": { pattern: /[A-Z]/, name: "an upper-case letter" },
  "lower case": { pattern: /[a-z]/, name: "a lower-case letter" },
  digits: { pattern: /[0-9]/, name: "a digit" },
  symbols: { pattern: /[!@#$%^&*()_+\-=[\]{}|']/, name: "a symbol out of !@#$%^&*()_+-=[]{}|'" },
} as const;

/**
 * What a password lacks, or undefined if it lacks nothing.
 *
 * @param password - the password
 * @param policy - a password policy; undefined where an account has none, so that AWS's own rules apply
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
 */
export function missingIn(
  password: string,
  policy: Pick<PasswordPolicy, "minimumLength" | "characterTypes"> | undefined,
): string | undefined {
  const lacking = CHARACTER_TYPES.filter((type) => !characters[type].pattern.test(password));
  if (policy === undefined) {
    return password.length >= 8 && lacking.length <= 1
      ? undefined
      : "at least 8 characters, with three of upper-case letters, lower-case letters, digits and symbols";
  }
  const { minimumLength, characterTypes } = policy;
  const missing = [
    ...(password.length < minimumLength ? [`at least ${minimumLength} characters`] : []),
    ...lacking.filter((type) => characterTypes.includes(type)).map((type) => characters[type].name),
  ];
  return missing.length === 0 ? undefined : missing.join(", ");
}
