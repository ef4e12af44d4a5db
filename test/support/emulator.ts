import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAM } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { SNSClient } from "@aws-sdk/client-sns";
import { startEmulator } from "../../sandbox/emulator.ts";
import type { Emulator } from "../../sandbox/emulator.ts";

/** AWS as a test sees it: clients of the emulator, independent of the code under test. */
export interface AwsClients {
  readonly cloudWatch: CloudWatchClient;
  readonly events: EventBridgeClient;
  readonly iam: IAM;
  readonly kms: KMSClient;
  readonly logs: CloudWatchLogsClient;
  readonly sns: SNSClient;
}

/** Clients of the emulator at this address. */
export function awsClients(endpoint: string, region = "us-east-1"): AwsClients {
  const config = { endpoint, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  return {
    cloudWatch: new CloudWatchClient(config),
    events: new EventBridgeClient(config),
    iam: new IAM(config),
    kms: new KMSClient(config),
    logs: new CloudWatchLogsClient(config),
    sns: new SNSClient(config),
  };
}

/** What {@link useEmulator} gives: readable while tests run. */
export interface EmulatorInUse {
  readonly endpoint: string;
  readonly aws: AwsClients;
}

/** Registers hooks that run one emulator for the tests of the enclosing `describe`, each file beginning empty. */
export function useEmulator(): EmulatorInUse {
  let emulator: Emulator | undefined;
  let aws: AwsClients | undefined;

  before(async function () {
    // The very first run installs the emulator.
    this.timeout(300_000);
    emulator = await startEmulator();
    aws = awsClients(emulator.endpoint);
  });
  after(() => emulator?.stop());

  return {
    get endpoint() {
      return running(emulator).endpoint;
    },
    get aws() {
      return running(aws);
    },
  };
}

function running<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the emulator runs only while tests do");
  return value;
}
