import * as pulumi from "@pulumi/pulumi";
import { accountPasswordPolicy, iamSdk, type AwsSdkOptions } from "../components/awsSdk.ts";
import { lookUp } from "../components/lookUp.ts";
import { configError, type Config } from "../config/loadConfig.ts";
import type { ConfigProblem } from "../config/messages.ts";
import { missingIn } from "../config/passwordRules.ts";

/**
 * Checks the custom initial passwords against the password policy that the account has, before any resource. A
 * policy that the stack itself sets is part of the config, and checked with it. And it makes sure that the AWS SDK, which
 * sets them, works in the account of the AWS plugin.
 *
 * @param config - the stack config
 * @param sdk - where the AWS SDK finds the account of the AWS plugin
 * @throws {pulumi.RunError} with every password that AWS would refuse, and why; or that the SDK is somewhere else
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
 */
export async function guardPasswords(
  config: Pick<Config, "administrators" | "passwordPolicy">,
  sdk: AwsSdkOptions,
): Promise<void> {
  const index = config.administrators.findIndex(({ password }) => password !== undefined);
  if (index === -1) return;
  try {
    await iamSdk(sdk);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new pulumi.RunError(`administrators[${index}].password: it cannot be set: ${reason}`);
  }
  if (config.passwordPolicy !== undefined) return;
  const rules = await lookUp("the account's password policy, which the custom passwords must meet,", () =>
    accountPasswordPolicy(sdk),
  );
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

function plainText(secret: pulumi.Output<string>): Promise<string> {
  return new Promise((resolve) => {
    secret.apply(resolve);
  });
}
