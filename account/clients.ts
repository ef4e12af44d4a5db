import { setTimeout as sleep } from "node:timers/promises";
import { IAM } from "@aws-sdk/client-iam";
import { STS } from "@aws-sdk/client-sts";
import type { AwsSdkOptions } from "../components/awsSdk.ts";
import { clientConfig } from "../components/awsSdkConfig.ts";
import type { Reading } from "./readAccount.ts";
import { failOnRefusedConnections } from "./refusedConnections.ts";

/**
 * How an account is read for real: with the AWS SDK, where a stack's config says that the account is, and patiently where
 * AWS throttles.
 *
 * @throws {Error} what of the options cannot be followed
 */
export async function awsReading(options: AwsSdkOptions): Promise<Reading> {
  const config = async (service: "iam" | "sts", where = options) => ({
    ...(await clientConfig(service, where)),
    retryMode: "adaptive",
  });
  const [iam, sts] = [new IAM(await config("iam")), new STS(await config("sts"))];
  iam.middlewareStack.use(failOnRefusedConnections());
  sts.middlewareStack.use(failOnRefusedConnections());
  return {
    ...{ iam, sts },
    // The endpoint of IAM is not theirs.
    alarmClients: async (region) => alarmClients(await config("iam", { ...options, region, endpoints: {} })),
    pause: () => sleep(2000),
    progress: () => undefined,
  };
}

/** Only a stack with an alarm pays for loading these. */
async function alarmClients(client: object) {
  const [{ EventBridge }, { SNS }, { CloudWatchLogs }, { CloudWatch }] = await Promise.all([
    import("@aws-sdk/client-eventbridge"),
    import("@aws-sdk/client-sns"),
    import("@aws-sdk/client-cloudwatch-logs"),
    import("@aws-sdk/client-cloudwatch"),
  ]);
  return {
    events: new EventBridge(client),
    sns: new SNS(client),
    logs: new CloudWatchLogs(client),
    cloudWatch: new CloudWatch(client),
  };
}
