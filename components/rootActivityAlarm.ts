import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import * as pulumi from "@pulumi/pulumi";
import { assumedRootPattern, cisRootPattern, rootEventPattern, signInPattern } from "./alarmPatterns.ts";
import { createMetricAlarm } from "./metricAlarm.ts";
import { globalRegion } from "./partitions.ts";
import { notifierKeyPolicy, notifierTopicPolicy } from "./policyDocuments.ts";

/** What {@link RootActivityAlarm} takes. */
export interface RootActivityAlarmArgs {
  /** Who is told, by e-mail: AWS asks each address once to confirm. */
  emails: string[];
  /** CloudWatch Logs group of the account's trail, in the alarm's region. @default no metric filters and alarms */
  cloudTrailLogGroup?: string | undefined;
  /** IAM users whose console sign-ins raise an alarm too; needs `cloudTrailLogGroup`. @default none */
  backupAdministrators?: string[] | undefined;
  /** Partition of the account: `aws`, `aws-us-gov`, ... */
  partition: string;
  /** The account's 12-digit ID. */
  accountId: string;
}

/**
 * An alarm on any use of the root user: EventBridge sends root's console sign-ins and API calls to a topic with
 * e-mail subscriptions, and so it does with `AssumeRoot`, by which an organization acts as root of a member account.
 *
 * Where the log group of a trail is named, the metric filter and alarm of the CIS benchmark stand beside it, with a
 * second filter for `AssumeRoot`. Backup administrators are for emergencies: an alarm of its own tells of their console
 * sign-ins, successful or not.
 *
 * EventBridge sees API calls only in an account that has a trail, and of the calls to regional services, `AssumeRoot`
 * among them, only those in the alarm's region; with a multi-region trail, the metric filters see all. A log group takes
 * 100 metric filters.
 *
 * Topic, rule, filters and alarms have names of Pulumi's own, so that nothing left behind stands in the way.
 *
 * @example
 * new RootActivityAlarm("root", { emails: ["security@example.com"], partition: "aws", accountId: "111122223333" });
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export class RootActivityAlarm extends pulumi.ComponentResource {
  /** ARN of the topic, for more subscriptions. */
  public readonly topicArn: pulumi.Output<string>;

  /**
   * @param name - logical name
   * @param args - whom to tell, and of which account
   * @param opts - the usual resource options
   * @throws {pulumi.RunError} for a partition whose global region is not known
   * @throws {Error} for backup administrators without a log group
   */
  public constructor(name: string, args: RootActivityAlarmArgs, opts?: pulumi.ComponentResourceOptions) {
    const region = globalRegion(args.partition);
    if (region === undefined)
      throw new pulumi.RunError(
        `rootActivity: the global region of the partition ${args.partition} is not known`,
      );
    const { accountId, cloudTrailLogGroup } = args;
    // Sorted: the order of the administrators means nothing.
    const backupAdministrators = args.backupAdministrators?.toSorted() ?? [];
    if (backupAdministrators.length > 0 && cloudTrailLogGroup === undefined)
      throw new Error("backupAdministrators needs cloudTrailLogGroup: only a trail sees every region");
    super(
      "iam-administrators:index:RootActivityAlarm",
      name,
      { emails: args.emails, cloudTrailLogGroup, backupAdministrators },
      opts,
    );
    const options = { parent: this };

    const key = new Key(
      name,
      {
        description: "Encrypts the notifications of root activity",
        enableKeyRotation: true,
        policy: JSON.stringify(notifierKeyPolicy(args.partition, accountId)),
        region,
      },
      options,
    );
    const topic = new Topic(name, { kmsMasterKeyId: key.arn, region }, options);
    const topicPolicy = new TopicPolicy(
      name,
      {
        arn: topic.arn,
        policy: topic.arn.apply((arn) => JSON.stringify(notifierTopicPolicy(arn, accountId))),
        region,
      },
      options,
    );
    for (const email of args.emails) {
      new TopicSubscription(email, { topic: topic.arn, protocol: "email", endpoint: email, region }, options);
    }

    // Nothing may fire before the topic lets it in.
    const notifying = { parent: this, dependsOn: [topicPolicy] };
    const rule = new EventRule(
      name,
      {
        description: "Any use of the root user",
        eventPattern: JSON.stringify(rootEventPattern),
        // Plain ENABLED leaves out the calls that only read.
        state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
        region,
      },
      notifying,
    );
    new EventTarget(name, { rule: rule.name, targetId: "topic", arn: topic.arn, region }, notifying);

    if (cloudTrailLogGroup !== undefined) {
      const where = { logGroupName: cloudTrailLogGroup, topicArn: topic.arn, region };
      const rootUse = {
        ...where,
        description: "Any use of the root user",
        metric: { name: "RootAccountUsage", namespace: "CISBenchmark" },
        patterns: { [name]: cisRootPattern, [`${name}-assumed`]: assumedRootPattern },
      };
      createMetricAlarm(name, rootUse, notifying);
      if (backupAdministrators.length > 0) {
        const signIn = {
          ...where,
          description: "A backup administrator signs in to the console",
          metric: { name: "BackupAdministratorSignIn", namespace: "IamAdministrators" },
          patterns: signInPatterns(name, accountId, backupAdministrators),
        };
        createMetricAlarm(`${name}-backup`, signIn, notifying);
      }
    }
    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}

/** A filter for each: a pattern has at most 1,024 characters. */
function signInPatterns(name: string, accountId: string, users: readonly string[]): Record<string, string> {
  const entries = users.map((user): [string, string] => [
    `${name}-backup-${user}`,
    signInPattern(accountId, user),
  ]);
  return Object.fromEntries(entries);
}
