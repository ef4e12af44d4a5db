import * as pulumi from "@pulumi/pulumi";
import { awsSdkOptions, type Config } from "./config.ts";
import { describeProblems, type ConfigProblem } from "./configErrors.ts";

/** The parts of an account's password policy that say what a password must look like. */
export interface PasswordRules {
  readonly MinimumPasswordLength?: number | undefined;
  readonly RequireUppercaseCharacters?: boolean | undefined;
  readonly RequireLowercaseCharacters?: boolean | undefined;
  readonly RequireNumbers?: boolean | undefined;
  readonly RequireSymbols?: boolean | undefined;
}

const characterClasses = [
  { key: "RequireUppercaseCharacters", pattern: /[A-Z]/, name: "an upper-case letter" },
  { key: "RequireLowercaseCharacters", pattern: /[a-z]/, name: "a lower-case letter" },
  { key: "RequireNumbers", pattern: /[0-9]/, name: "a digit" },
  {
    key: "RequireSymbols",
    pattern: /[!@#$%^&*()_+\-=[\]{}|']/,
    name: "a symbol out of !@#$%^&*()_+-=[]{}|'",
  },
] as const;

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
  const problems: ConfigProblem[] = [];
  for (const [index, { password }] of config.administrators.entries()) {
    if (password === undefined) continue;
    const rule = brokenRule(await plainText(password), rules);
    if (rule !== undefined) problems.push({ path: ["administrators", index, "password"], rule });
  }
  // The values are secrets, and the message leaves them out: there is nothing for it to look up.
  if (problems.length > 0)
    throw new pulumi.RunError(describeProblems(pulumi.getStack(), hidden(config), problems));
}

/** What a password lacks under the account's policy, or under AWS's own rules if the account has none. */
export function brokenRule(password: string, rules: PasswordRules | undefined): string | undefined {
  if (rules === undefined) {
    const classes = characterClasses.filter(({ pattern }) => pattern.test(password)).length;
    return password.length >= 8 && classes >= 3
      ? undefined
      : "must have at least 8 characters, with three of upper-case letters, lower-case letters, digits and symbols " +
          "(the account has no password policy, so that AWS's own applies)";
  }
  const minimum = rules.MinimumPasswordLength ?? 6;
  const missing = [
    ...(password.length < minimum ? [`at least ${minimum} characters`] : []),
    ...characterClasses
      .filter(({ key, pattern }) => rules[key] && !pattern.test(password))
      .map(({ name }) => name),
  ];
  return missing.length === 0 ? undefined : `must have ${missing.join(", ")} (the account's password policy)`;
}

async function accountPasswordRules(): Promise<PasswordRules | undefined> {
  // Only the stacks that set a password of their own pay for loading the SDK.
  const { GetAccountPasswordPolicyCommand, IAMClient, NoSuchEntityException } =
    await import("@aws-sdk/client-iam");
  try {
    return (
      await new IAMClient({ maxAttempts: 10, ...awsSdkOptions() }).send(new GetAccountPasswordPolicyCommand())
    ).PasswordPolicy;
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

function hidden({ administrators }: Pick<Config, "administrators">): unknown {
  return { administrators: administrators.map(({ name }) => ({ name, password: "" })) };
}
