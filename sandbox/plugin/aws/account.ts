import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { SNS } from "@aws-sdk/client-sns";
import { STS } from "@aws-sdk/client-sts";
import { explainErrors } from "../errors.ts";

/** The emulated account in one region, as the table works with it. */
export type Account = ReturnType<typeof openAccount>;

/** Where the emulator is, and as whom one works there. */
export interface AccountOptions {
  /** The emulator's address: of this machine only. */
  readonly endpoint: string;
  readonly region: string;
  /** Who deploys, as `getCallerIdentity` answers. @default a role's session in the emulator's account */
  readonly callerArn?: string | undefined;
}

/** @throws {Error} when the endpoint is not on this machine: the stand-in never talks to AWS itself. */
export function openAccount({ endpoint, region, callerArn }: AccountOptions) {
  assertLoopback(endpoint);
  // Fixed credentials, so that none of the environment can ever be picked up and sent.
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const options = { endpoint, region, credentials, maxAttempts: 5 };
  const sts = explainErrors(new STS(options));
  return {
    region,
    partition: partitionOf(region),
    callerArn,
    accountId: async () => (await sts.getCallerIdentity({})).Account ?? "",
    iam: explainErrors(new IAM(options)),
    cloudWatch: explainErrors(new CloudWatch(options)),
    events: explainErrors(new EventBridge(options)),
    kms: explainErrors(new KMS(options)),
    logs: explainErrors(new CloudWatchLogs(options)),
    sns: explainErrors(new SNS(options)),
  };
}

function assertLoopback(endpoint: string): void {
  const host = URL.canParse(endpoint) ? new URL(endpoint).hostname : "";
  if (/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host)) return;
  throw new Error(
    "the sandbox's stand-in for the AWS plugin only talks to an emulator on this machine: " +
      `set AWS_ENDPOINT_URL to a loopback address (it is ${endpoint === "" ? "not set" : `"${endpoint}"`})`,
  );
}

/** The partitions but `aws`, by the beginning of their regions' names (partitions.json of the AWS SDKs). */
const partitions: Readonly<Record<string, string>> = {
  "cn-": "aws-cn",
  "us-gov-": "aws-us-gov",
  "eusc-": "aws-eusc",
  "us-iso-": "aws-iso",
  "us-isob-": "aws-iso-b",
  "eu-isoe-": "aws-iso-e",
  "us-isof-": "aws-iso-f",
};

function partitionOf(region: string): string {
  return Object.entries(partitions).find(([prefix]) => region.startsWith(prefix))?.[1] ?? "aws";
}
