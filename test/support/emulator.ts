import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAM } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { SNSClient } from "@aws-sdk/client-sns";
import { STS } from "@aws-sdk/client-sts";
import { startEmulator, type Emulator } from "../../sandbox/emulator.ts";

/** AWS as a test sees it: clients of the emulator, independent of the code under test. */
export type AwsClients = ReturnType<typeof awsClients>;

/** Clients of the emulator at this address. */
export function awsClients(endpoint: string, region = "us-east-1") {
  const config = { endpoint, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  return {
    cloudWatch: new CloudWatchClient(config),
    events: new EventBridgeClient(config),
    iam: new IAM(config),
    kms: new KMSClient(config),
    logs: new CloudWatchLogsClient(config),
    sns: new SNSClient(config),
    sts: new STS(config),
  };
}

/** Registers hooks that run one emulator for the tests of the enclosing `describe`, each file beginning empty. */
export function useEmulator(): { readonly endpoint: string; readonly aws: AwsClients } {
  let emulator: Emulator;
  let aws: AwsClients;
  before(async () => {
    emulator = await startEmulator();
    aws = awsClients(emulator.endpoint);
  });
  after(() => emulator.stop());
  return {
    get endpoint() {
      return emulator.endpoint;
    },
    get aws() {
      return aws;
    },
  };
}
