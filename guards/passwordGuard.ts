import * as pulumi from "@pulumi/pulumi";
import { accountPasswordPolicy, type AwsSdkOptions } from "../components/awsSdk.ts";
import { awsSdkOptions, configError, type Config } from "../config/loadConfig.ts";
import type { ConfigProblem } from "../config/messages.ts";
import type { PasswordPolicy } from "../components/passwordPolicy.ts";
import { missingIn } from "../config/passwordRules.ts";

/**
 * Checks the custom initial passwords against the password policy that the account has, before any resource. A
 * policy that the stack itself sets is part of the config, and checked with it. And it makes sure that the AWS SDK, which
 * sets them, works in the account of the AWS plugin.
 *
 * @param config - the stack config
 * @param accountId - the plugin's account
 * @throws {pulumi.RunError} with every password that AWS would refuse, and why; or that the SDK is somewhere else
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
 */
export async function guardPasswords(
  config: Pick<Config, "administrators" | "passwordPolicy">,
  accountId: string,
): Promise<void> {
  const index = config.administrators.findIndex(({ password }) => password !== undefined);
  if (index === -1) return;
  const { unusableBecauseOf, ...options } = awsSdkOptions();
  const account = unusableBecauseOf ?? (await accountOf(options));
  if (account !== accountId) {
    throw new pulumi.RunError(
      `administrators[${index}].password: the AWS SDK, which sets it, does not work in the account ${accountId} of the AWS ` +
        `plugin (${account}). Give pulumi the credentials in the environment, or in a profile with aws:profile.`,
    );
  }
  if (config.passwordPolicy !== undefined) return;
  const rules = await accountPasswordRules(options);
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

/** The account in which the AWS SDK works, or what keeps it from one. */
async function accountOf(options: AwsSdkOptions): Promise<string> {
  // Only the stacks that set a password of their own pay for loading the SDK.
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  try {
    const { Account = "none" } = await new STSClient(options).send(new GetCallerIdentityCommand());
    return Account;
  } catch (error) {
    return String(error);
  }
}

async function accountPasswordRules(options: AwsSdkOptions): Promise<PasswordPolicy | undefined> {
  try {
    return await accountPasswordPolicy(options);
  } catch (error) {
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
