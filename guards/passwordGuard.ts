import * as pulumi from "@pulumi/pulumi";
import { awsSdkOptions, configError, type Config } from "../config/loadConfig.ts";
import type { ConfigProblem } from "../config/messages.ts";
import { missingIn, type PasswordRules } from "../config/passwordRules.ts";

/**
 * Checks the custom initial passwords against the password policy that the account has, before any resource. A
 * policy that the stack itself sets is part of the config, and checked with it.
 *
 * @throws {pulumi.RunError} with every password that AWS would refuse, and why
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
 */
export async function guardPasswords(
  config: Pick<Config, "administrators" | "passwordPolicy">,
): Promise<void> {
  const hasPassword = config.administrators.some(({ password }) => password !== undefined);
  if (!hasPassword || config.passwordPolicy !== undefined) return;
  const rules = await accountPasswordRules();
  const origin =
    rules === undefined
      ? "the account has no password policy, so that AWS's own applies"
      : "the account's password policy";
  const problems: ConfigProblem[] = [];
  for (const [index, { password }] of config.administrators.entries()) {
    if (password === undefined) continue;
    const missing = missingIn(await plainText(password), rules);
    if (missing !== undefined) {
      problems.push({
        path: ["administrators", index, "password"],
        rule: `must have ${missing} (${origin})`,
      });
    }
  }
  if (problems.length > 0) throw await configError(problems);
}

async function accountPasswordRules(): Promise<PasswordRules | undefined> {
  // Only the stacks that set a password of their own pay for loading the SDK.
  const { GetAccountPasswordPolicyCommand, IAMClient, NoSuchEntityException } =
    await import("@aws-sdk/client-iam");
  try {
    const iam = new IAMClient({ maxAttempts: 10, ...awsSdkOptions() });
    return (await iam.send(new GetAccountPasswordPolicyCommand())).PasswordPolicy;
  } catch (error) {
    if (error instanceof NoSuchEntityException) return undefined;
    throw new pulumi.RunError(
      `the account's password policy, which the custom passwords must meet, cannot be read: ${String(error)}`,
    );
  }
}

function plainText(secret: pulumi.Output<string>): Promise<string> {
  return new Promise((resolve) => {
    secret.apply(resolve);
  });
}
