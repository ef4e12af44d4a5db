import { fromAws, type PasswordPolicy } from "./passwordPolicy.ts";

/** Where the AWS SDK finds the account that the AWS plugin works in, for the few calls that the plugin lacks. */
export interface AwsSdkOptions {
  /** AWS region. @default what the environment says */
  region?: string;
  /** Profile of the shared AWS config. @default what the environment says */
  profile?: string;
  /** The config key that gives the plugin credentials of its own: the SDK is not asked then. @default none */
  unusableBecauseOf?: string;
}

/**
 * The AWS SDK for IAM and a client. Only the stacks that need it pay for loading it.
 *
 * @throws {Error} where the plugin has credentials that the SDK does not find
 */
export async function iamSdk({ unusableBecauseOf, ...options }: AwsSdkOptions = {}) {
  if (unusableBecauseOf !== undefined) {
    throw new Error(
      `the AWS SDK, which asks AWS what the plugin cannot, does not use ${unusableBecauseOf}. Take the key out, and give ` +
        "pulumi these credentials in the environment, or in a profile with aws:profile.",
    );
  }
  const sdk = await import("@aws-sdk/client-iam");
  return { ...sdk, iam: new sdk.IAMClient({ maxAttempts: 10, ...options }) };
}

/**
 * The password policy that the account has, or undefined if it has none.
 *
 * @throws {Error} what else AWS says
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html
 */
export async function accountPasswordPolicy(options?: AwsSdkOptions): Promise<PasswordPolicy | undefined> {
  const { GetAccountPasswordPolicyCommand, NoSuchEntityException, iam } = await iamSdk(options);
  try {
    const { PasswordPolicy } = await iam.send(new GetAccountPasswordPolicyCommand());
    return PasswordPolicy && fromAws(PasswordPolicy);
  } catch (error) {
    if (error instanceof NoSuchEntityException) return undefined;
    throw error;
  }
}
