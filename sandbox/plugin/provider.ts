import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { SNS } from "@aws-sdk/client-sns";
import { STS } from "@aws-sdk/client-sts";
import { explainErrors } from "./errors.ts";
import { isObject, text, type Properties, type Value } from "./values.ts";

/** A configured provider. */
export interface Provider {
  /** The account in a region, or in the provider's own. */
  readonly accountIn: (region?: string) => Account;
  /** Tags of every resource that has tags. */
  readonly defaultTags: Properties;
}

/** The emulated account in one region, as the table works with it. */
export type Account = ReturnType<typeof openAccount>;

/**
 * Makes a provider of its configuration, nested values being JSON text as the SDK sends them. The environment's
 * `AWS_ENDPOINT_URL` is the emulator's address. An access key there signs what goes to the emulator, and to nobody else; no other
 * variable is read.
 *
 * @throws {Error} when the emulator's address is not on this machine, or the account is not among the allowed ones
 */
export async function configure(config: Properties, env: NodeJS.ProcessEnv): Promise<Provider> {
  const { AWS_ENDPOINT_URL: endpoint = "" } = env;
  const host = URL.canParse(endpoint) ? new URL(endpoint).hostname : "";
  if (!/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host))
    throw new Error(
      "the sandbox's stand-in for the AWS plugin only talks to an emulator on this machine: " +
        `set AWS_ENDPOINT_URL to a loopback address (it is ${endpoint === "" ? "not set" : `"${endpoint}"`})`,
    );
  const accounts = new Map<string, Account>();
  const accountIn = (region = text(config.region) || "us-east-1") => {
    const account = accounts.get(region) ?? openAccount(endpoint, region, env);
    accounts.set(region, account);
    return account;
  };
  const allowed = parsed(config.allowedAccountIds);
  if (Array.isArray(allowed) && allowed.length > 0) {
    const id = await accountIn().accountId();
    if (!allowed.map(String).includes(id)) throw new Error(`AWS account ID not allowed: ${id}`);
  }
  const given = parsed(config.defaultTags);
  return { accountIn, defaultTags: isObject(given) && isObject(given.tags) ? given.tags : {} };
}

function parsed(value: Value | undefined): Value | undefined {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    // Not known before the update: the update's own Configure brings the value.
    return undefined;
  }
}

function openAccount(endpoint: string, region: string, env: NodeJS.ProcessEnv) {
  const { AWS_ACCESS_KEY_ID: accessKeyId = "test", AWS_SECRET_ACCESS_KEY: secretAccessKey = "test" } = env;
  // Given here, so that the SDK looks for none elsewhere.
  const credentials = { accessKeyId, secretAccessKey };
  const options = { endpoint, region, credentials, maxAttempts: 5 };
  const sts = explainErrors(new STS(options));
  return {
    region,
    partition: partitionOf(region),
    accountId: async () => (await sts.getCallerIdentity({})).Account ?? "",
    iam: explainErrors(new IAM(options)),
    cloudWatch: explainErrors(new CloudWatch(options)),
    events: explainErrors(new EventBridge(options)),
    kms: explainErrors(new KMS(options)),
    logs: explainErrors(new CloudWatchLogs(options)),
    sns: explainErrors(new SNS(options)),
    sts,
  };
}

/** The partition of a region, by the beginning of its name (partitions.json of the AWS SDKs). */
function partitionOf(region: string): string {
  return Object.entries(partitions).find(([prefix]) => region.startsWith(prefix))?.[1] ?? "aws";
}

const partitions: Readonly<Record<string, string>> = {
  "cn-": "aws-cn",
  "us-gov-": "aws-us-gov",
  "eusc-": "aws-eusc",
  "us-iso-": "aws-iso",
  "us-isob-": "aws-iso-b",
  "eu-isoe-": "aws-iso-e",
  "us-isof-": "aws-iso-f",
};
