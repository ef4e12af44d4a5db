import { setTimeout as sleep } from "node:timers/promises";
import { IAM } from "@aws-sdk/client-iam";
import { STS } from "@aws-sdk/client-sts";
import type { Identity } from "../account/identities.ts";
import { readAccount, type Reading } from "../account/readAccount.ts";
import { clientConfig } from "../components/awsSdkConfig.ts";
import { tellRefusedConnections } from "../account/refusedConnections.ts";
import type { Intent } from "./intent.ts";
import { judge, type Review } from "./judge.ts";
import { mayBeRootRule } from "./judgeAlarm.ts";
import { membersOf } from "./judgeGroup.ts";
import type { Limits } from "./limits.ts";

/**
 * Looks at the account that the environment's credentials lead to, and compares it with the config. It changes nothing.
 *
 * @throws {Error} when the account cannot be looked at, or is not one of the config's
 */
export async function review(
  intent: Intent,
  limits: Limits,
  reading: Partial<Reading> = {},
): Promise<Review> {
  const client = async (service: "iam" | "sts", sdk = intent.sdk) => ({
    ...(await clientConfig(service, sdk)),
    retryMode: "adaptive",
  });
  const [iam, sts] = [new IAM(await client("iam")), new STS(await client("sts"))];
  iam.middlewareStack.use(tellRefusedConnections());
  sts.middlewareStack.use(tellRefusedConnections());
  const world: Reading = {
    ...{ iam, sts },
    // The endpoint of IAM is not theirs.
    alarmClients: async (region) =>
      alarmClients(await client("iam", { ...intent.sdk, region, endpoints: undefined })),
    pause: () => sleep(2000),
    progress: () => undefined,
  };
  const { allowedAccounts, config } = intent;
  const { rootActivity, organizationRootAccess, group, administrators } = config;
  const credentialsOf = (identities: readonly Identity[] | null | undefined) => {
    const members = membersOf(group.name, identities ?? []);
    return [...new Set([...administrators, ...members].map(({ name }) => name))];
  };
  const wanted = {
    ...{ allowedAccounts, credentialsOf, rootFeatures: organizationRootAccess },
    ...(rootActivity && {
      alarm: { mayBeIt: mayBeRootRule, logGroupName: rootActivity.cloudTrailLogGroup },
    }),
  };
  return judge(intent, await readAccount(wanted, { ...world, ...reading }), limits);
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
