import type { PasswordPolicy } from "@aws-sdk/client-iam";
import type { Case } from "./findings.ts";

/** The account's settings beside the config; null in the config leaves the account's alone. */
export function judgeSettings({ config: { passwordPolicy, accountAlias }, facts, find }: Case) {
  const policy = facts.passwordPolicy && inConfigsWords(facts.passwordPolicy);
  const { alias } = facts;
  if (passwordPolicy && policy !== undefined) {
    const wanted = strengths({ ...passwordPolicy, usersMayChange: true, hardExpiry: false });
    const isWeaker =
      policy === null || strengths(policy).some((strength, index) => strength < (wanted[index] ?? 0));
    find("password-policy-weaker", "passwordPolicy", isWeaker && "is weaker than the config says");
  }
  if (accountAlias !== undefined && alias !== undefined) {
    const isSame =
      typeof accountAlias === "string"
        ? alias === accountAlias
        : alias?.slice(0, -8) === `${accountAlias.prefix}-`;
    find("alias-differs", "accountAlias", !isSame && `is ${alias ?? "not set"}`);
  }
  return [
    { name: "passwordPolicy", config: passwordPolicy ?? null, account: policy },
    { name: "accountAlias", config: accountAlias ?? null, account: alias },
  ];
}

function inConfigsWords(policy: PasswordPolicy) {
  const { RequireLowercaseCharacters, RequireUppercaseCharacters, RequireNumbers, RequireSymbols } = policy;
  return {
    minimumLength: policy.MinimumPasswordLength ?? 0,
    reusePrevention: policy.PasswordReusePrevention ?? 0,
    ...(policy.MaxPasswordAge && { maxAgeDays: policy.MaxPasswordAge }),
    requireCharacterTypes: Boolean(
      RequireLowercaseCharacters && RequireUppercaseCharacters && RequireNumbers && RequireSymbols,
    ),
    usersMayChange: policy.AllowUsersToChangePassword === true,
    hardExpiry: policy.HardExpiry === true,
  };
}

/** Numbers of which a stricter policy has the greater ones. */
function strengths(policy: ReturnType<typeof inConfigsWords>): number[] {
  const { minimumLength, reusePrevention, maxAgeDays = Infinity, ...flags } = policy;
  const { requireCharacterTypes, usersMayChange, hardExpiry } = flags;
  return [
    minimumLength,
    reusePrevention,
    -maxAgeDays,
    ...[requireCharacterTypes, usersMayChange, !hardExpiry].map(Number),
  ];
}
