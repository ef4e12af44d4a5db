import { createHash } from "node:crypto";
import { clientConfig } from "./awsSdkConfig.ts";
import { fromAws, type PasswordPolicy } from "./passwordPolicy.ts";

/** A role that the AWS plugin assumes before all else. */
export interface AssumedRole {
  /** ARN of the role. */
  roleArn: string;
  /** Name of the session. @default "iam-administrators" */
  sessionName?: string;
  /** What the role's trust policy asks third parties for. @default none */
  externalId?: string;
  /** Policy that narrows the session. @default none */
  policy?: string;
  /** ARNs of policies that narrow the session. @default none */
  policyArns?: string[];
  /** Who is behind the session. @default nobody is named */
  sourceIdentity?: string;
  /** Tags of the session. @default none */
  tags?: Record<string, string>;
  /** Which of the tags go on to further roles. @default none */
  transitiveTagKeys?: string[];
}

/** Other addresses of AWS's services. */
export interface AwsEndpoints {
  /** URL of IAM. @default AWS's own */
  iam?: string;
  /** URL of STS. @default AWS's own */
  sts?: string;
}

/**
 * Where the AWS SDK finds the account that the AWS plugin works in, for the few calls that the plugin lacks: the keys of the
 * plugin's own configuration. What is absent comes from the environment, as for the plugin.
 */
export interface AwsSdkOptions {
  /** The account that the plugin works in: another one is not asked. @default not checked */
  accountId?: string;
  /** AWS region. @default AWS_REGION, AWS_DEFAULT_REGION, or the profile's */
  region?: string;
  /** Region in which STS is asked. @default the region */
  stsRegion?: string;
  /** Profile of the shared AWS config. @default what the environment says */
  profile?: string;
  /** The shared config file; one at most, and with a region beside it. @default what the environment says */
  sharedConfigFiles?: string[];
  /** The shared credentials file; one at most. @default what the environment says */
  sharedCredentialsFiles?: string[];
  /** Roles to assume, one after the other. @default none */
  assumeRoles?: AssumedRole[];
  /** File of the certificates to trust, in PEM. @default AWS_CA_BUNDLE, or what Node trusts */
  customCaBundle?: string;
  /** Whether certificates are not checked. @default false */
  insecure?: boolean;
  /** URL of the proxy for http, and for https without one of its own. @default HTTP_PROXY */
  httpProxy?: string;
  /** URL of the proxy for https. @default HTTPS_PROXY */
  httpsProxy?: string;
  /** Hosts that no proxy is used for, separated by commas. @default NO_PROXY */
  noProxy?: string;
  /** Whether endpoints are those for FIPS. @default what the environment says */
  useFipsEndpoint?: boolean;
  /** Whether endpoints are those for IPv4 and IPv6. @default what the environment says */
  useDualstackEndpoint?: boolean;
  /** Other addresses of IAM and STS. @default AWS's own */
  endpoints?: AwsEndpoints;
  /** Why the SDK must not be asked at all: it would not find the plugin's account. @default it is asked */
  unavailableReason?: string;
}

/**
 * The AWS SDK for IAM and a client. Only the stacks that need it pay for loading it.
 *
 * @throws {Error} where the SDK cannot go where the plugin goes, or finds another account than the plugin's
 */
export async function iamSdk(options: AwsSdkOptions = {}) {
  const [sdk, config] = await Promise.all([import("@aws-sdk/client-iam"), clientConfig("iam", options)]);
  await refuseOtherAccount(options);
  return { ...sdk, iam: new sdk.IAMClient(config) };
}

/** What tells options apart in the name of a hook, which the state keeps: nothing of what they say. */
export function sdkMark(options: AwsSdkOptions = {}): string {
  const text = JSON.stringify(options);
  return text === "{}" ? "" : `:${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
}

/** The account that options lead to: one question serves all checks of a run. */
const found = new WeakMap<AwsSdkOptions, Promise<string>>();

async function refuseOtherAccount(options: AwsSdkOptions): Promise<void> {
  if (options.accountId === undefined) return;
  const asked = found.get(options) ?? accountOf(options);
  found.set(options, asked);
  const account = await asked;
  if (account !== options.accountId) {
    throw new Error(
      `the AWS SDK's credentials are of the account ${account}, and the AWS plugin works in ${options.accountId}. Give pulumi ` +
        "the credentials in the environment, or in a profile with aws:profile.",
    );
  }
}

async function accountOf(options: AwsSdkOptions): Promise<string> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const client = new STSClient(await clientConfig("sts", options));
  const { Account = "none" } = await client.send(new GetCallerIdentityCommand());
  return Account;
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
