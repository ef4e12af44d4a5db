import type { PasswordPolicy } from "@aws-sdk/client-iam";
import type { AccountFacts } from "./account.ts";
import type { Find } from "./findings.ts";
import type { Intent } from "./intent.ts";

type PasswordPolicyConfig = NonNullable<Intent["config"]["passwordPolicy"]>;

/** The account's settings beside the config; null in the config leaves the account's alone. */
export function judgeSettings(config: Intent["config"], { passwordPolicy, alias }: AccountFacts, find: Find) {
  const policy = passwordPolicy && inConfigsWords(passwordPolicy);
  const { passwordPolicy: wanted = null, accountAlias = null } = config;
  const isWeaker = wanted !== null && policy !== undefined && !(policy && isAsStrict(policy, wanted));
  find("password-policy-weaker", "passwordPolicy", isWeaker && "is weaker than the config says");
  const differs = accountAlias !== null && alias !== undefined && !isAlias(alias, accountAlias);
  find("alias-differs", "accountAlias", differs && `is ${alias ?? "not set"}`);
  return [
    { name: "passwordPolicy", config: wanted, account: policy },
    { name: "accountAlias", config: accountAlias, account: alias },
  ];
}

function isAlias(alias: string | null, wanted: string | { readonly prefix: string }): boolean {
  return typeof wanted === "string" ? alias === wanted : alias?.slice(0, -8) === `${wanted.prefix}-`;
}

function inConfigsWords(policy: PasswordPolicy) {
  const { RequireLowercaseCharacters, RequireUppercaseCharacters, RequireNumbers, RequireSymbols } = policy;
  const types = [RequireLowercaseCharacters, RequireUppercaseCharacters, RequireNumbers, RequireSymbols];
  return {
    minimumLength: policy.MinimumPasswordLength ?? 0,
    reusePrevention: policy.PasswordReusePrevention ?? 0,
    maxAgeDays: policy.MaxPasswordAge,
    requireCharacterTypes: types.every((type) => type === true),
    usersMayChange: policy.AllowUsersToChangePassword === true,
    hardExpiry: policy.HardExpiry === true,
  };
}

function isAsStrict(policy: ReturnType<typeof inConfigsWords>, wanted: PasswordPolicyConfig): boolean {
  return (
    policy.minimumLength >= wanted.minimumLength &&
    policy.reusePrevention >= wanted.reusePrevention &&
    (policy.maxAgeDays ?? Infinity) <= (wanted.maxAgeDays ?? Infinity) &&
    (policy.requireCharacterTypes || !wanted.requireCharacterTypes) &&
    policy.usersMayChange &&
    !policy.hardExpiry
  );
}
