/** Where the AWS SDK finds the account that the AWS plugin works in, for the few calls that the plugin lacks. */
export interface AwsSdkOptions {
  /** @default what the environment says */
  region?: string;
  /** Profile of the shared AWS config. @default what the environment says */
  profile?: string;
}

/** The AWS SDK for IAM and a client. Only the stacks that need it pay for loading it. */
export async function iamSdk(options: AwsSdkOptions = {}) {
  const sdk = await import("@aws-sdk/client-iam");
  return { ...sdk, iam: new sdk.IAMClient({ maxAttempts: 10, ...options }) };
}
