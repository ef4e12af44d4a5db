import type * as pulumi from "@pulumi/pulumi";
import { accountPasswordPolicy, sdkMark, type AwsSdkOptions } from "./awsSdk.ts";
import { beforeChange } from "./hooks.ts";
import { lookUp } from "./lookUp.ts";
import {
  fromSettings,
  weakerSettings,
  type PasswordPolicy,
  type PasswordPolicySettings,
} from "./passwordPolicy.ts";

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
      const inAccount = await lookUp("passwordPolicy: the policy that the account has", () =>
        accountPasswordPolicy(sdk),
      );
      const weaker = weakened(passwordPolicy, inAccount);
      if (weaker.length === 0) return;
      throw new Error(
        "passwordPolicy: the account's password policy is stricter, and would be weakened. Keep what it has, and relax it " +
          `in a later pulumi up if you mean to:\n${weaker.map((line) => `  ${line}`).join("\n")}`,
      );
    },
  );
}

/** A line for each setting that would weaken the account's: the key with its value, and the one that keeps it. */
export function weakened(settings: PasswordPolicySettings, account: PasswordPolicy | undefined): string[] {
  if (account === undefined) return [];
  const policy = fromSettings(settings);
  return weakerSettings(policy, account).map((setting) => {
    if (setting === "characterTypes") {
      const types = account.characterTypes.join(", ");
      return `passwordPolicy.requireCharacterTypes false: the account requires ${types}, set requireCharacterTypes: true`;
    }
    const [value = "(absent)", keep] = [policy[setting], account[setting]].map((one) => one?.toString());
    return `passwordPolicy.${setting} ${value}: the account has ${keep}, set ${setting}: ${keep}`;
  });
}
