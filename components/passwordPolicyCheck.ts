import type { PasswordPolicy } from "@aws-sdk/client-iam";
import type * as pulumi from "@pulumi/pulumi";
import { accountPasswordPolicy, sdkMark, type AwsSdkOptions } from "./awsSdk.ts";
import type { PasswordPolicySettings } from "./accountSettings.ts";
import { beforeChange } from "./hooks.ts";

/**
 * Hooks of the component: the first password policy of a stack must not weaken the one that the account has. Later,
 * when the policy is the stack's own, whoever relaxes it means it.
 */
export function refuseWeakerPasswordPolicy(sdk: AwsSdkOptions | undefined): pulumi.ResourceHookBinding {
  return beforeChange<{ readonly passwordPolicy?: PasswordPolicySettings }>(
    `refuse-weaker-password-policy${sdkMark(sdk)}`,
    async (news, { olds }) => {
      const { passwordPolicy } = news;
      if (passwordPolicy === undefined || olds?.passwordPolicy !== undefined) return;
      const weaker = weakened(passwordPolicy, await policyToKeep(sdk));
      if (weaker.length === 0) return;
      throw new Error(
        "passwordPolicy: the account's password policy is stricter, and would be weakened. Keep what it has, and relax it " +
          `in a later pulumi up if you mean to:\n${weaker.map((line) => `  ${line}`).join("\n")}`,
      );
    },
  );
}

/** A line for each setting that a policy would weaken: the key with its value, and the one that keeps the account's. */
export function weakened(policy: PasswordPolicySettings, account: PasswordPolicy | undefined): string[] {
  if (account === undefined) return [];
  const { minimumLength, reusePrevention, maxAgeDays, requireCharacterTypes = true } = policy;
  const { MinimumPasswordLength = 0, PasswordReusePrevention = 0, MaxPasswordAge = 0 } = account;
  const types = [
    "RequireLowercaseCharacters",
    "RequireUppercaseCharacters",
    "RequireNumbers",
    "RequireSymbols",
  ] as const;
  const required = types.filter((type) => account[type]);
  const line = (key: string, value: unknown, keep: unknown) =>
    `passwordPolicy.${key} ${String(value)}: the account has ${String(keep)}, set ${key}: ${String(keep)}`;
  return [
    ...(minimumLength < MinimumPasswordLength
      ? [line("minimumLength", minimumLength, MinimumPasswordLength)]
      : []),
    ...(reusePrevention < PasswordReusePrevention
      ? [line("reusePrevention", reusePrevention, PasswordReusePrevention)]
      : []),
    ...(MaxPasswordAge > 0 && (maxAgeDays ?? Infinity) > MaxPasswordAge
      ? [line("maxAgeDays", maxAgeDays ?? "(absent)", MaxPasswordAge)]
      : []),
    ...(!requireCharacterTypes && required.length > 0
      ? [
          `passwordPolicy.requireCharacterTypes false: the account has ${required.join(", ")}, set requireCharacterTypes: true`,
        ]
      : []),
  ];
}

async function policyToKeep(sdk: AwsSdkOptions | undefined): Promise<PasswordPolicy | undefined> {
  try {
    return await accountPasswordPolicy(sdk);
  } catch (error) {
    throw new Error(`passwordPolicy: the policy that the account has cannot be found out: ${String(error)}`, {
      cause: error,
    });
  }
}
