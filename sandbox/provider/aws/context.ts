import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { SNSClient } from "@aws-sdk/client-sns";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { explainErrors } from "./errors.ts";

/** What every AWS resource works with. */
export interface AwsContext {
  readonly region: string;
  readonly partition: string;
  /** The account that the emulator answers for. */
  readonly accountId: () => Promise<string>;
  /** Who the sandbox says is deploying, where that is not the default. */
  readonly callerArn: string | undefined;
  /** Tags that the provider's configuration puts on everything. */
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly iam: IAMClient;
  readonly cloudWatch: (region?: string) => CloudWatchClient;
  readonly events: (region?: string) => EventBridgeClient;
  readonly kms: (region?: string) => KMSClient;
  readonly logs: (region?: string) => CloudWatchLogsClient;
  readonly sns: (region?: string) => SNSClient;
}

/** Where the emulator is, and as whom and where one works there. */
export interface AwsBackendOptions {
  /** The emulator's address: of this machine only. */
  readonly endpoint: string;
  /** @default "us-east-1" */
  readonly region?: string | undefined;
  /** Who deploys, as `getCallerIdentity` answers. @default a role's session in the emulator's account */
  readonly callerArn?: string | undefined;
  /** @default none */
  readonly defaultTags?: Readonly<Record<string, string>>;
}

/** @throws Error when the endpoint is not on this machine: the stand-in never talks to AWS itself. */
export function createContext(options: AwsBackendOptions): AwsContext {
  const { endpoint, region = "us-east-1", callerArn, defaultTags = {} } = options;
  assertLoopback(endpoint);
  // Fixed, so that no credentials of the environment can ever be picked up and sent.
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const config = (inRegion: string) => ({ endpoint, region: inRegion, credentials, maxAttempts: 5 });

  function perRegion<Client extends { readonly middlewareStack: object }>(
    make: (inRegion: string) => Client,
  ) {
    const clients = new Map<string, Client>();
    return (inRegion = region): Client => {
      const client = clients.get(inRegion) ?? explainErrors(make(inRegion));
      clients.set(inRegion, client);
      return client;
    };
  }

  const sts = explainErrors(new STSClient(config(region)));
  let accountId: Promise<string> | undefined;
  return {
    region,
    partition: partitionOf(region),
    accountId: () =>
      (accountId ??= sts.send(new GetCallerIdentityCommand()).then(({ Account = "" }) => Account)),
    callerArn,
    defaultTags,
    iam: explainErrors(new IAMClient(config(region))),
    cloudWatch: perRegion((inRegion) => new CloudWatchClient(config(inRegion))),
    events: perRegion((inRegion) => new EventBridgeClient(config(inRegion))),
    kms: perRegion((inRegion) => new KMSClient(config(inRegion))),
    logs: perRegion((inRegion) => new CloudWatchLogsClient(config(inRegion))),
    sns: perRegion((inRegion) => new SNSClient(config(inRegion))),
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

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
