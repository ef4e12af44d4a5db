import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { LogMetricFilter } from "@pulumi/aws/cloudwatch/logMetricFilter.js";
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import * as pulumi from "@pulumi/pulumi";
import { globalRegion } from "./partitions.ts";
import { notifierKeyPolicy, notifierTopicPolicy } from "./policyDocuments.ts";

/** What {@link RootActivityAlarm} takes. */
export interface RootActivityAlarmArgs {
  /** Who is told, by e-mail: AWS asks each address once to confirm. */
  emails: string[];
  /** CloudWatch Logs group of the account's trail, in the alarm's region. @default no metric filter and alarm */
  cloudTrailLogGroup?: string | undefined;
  /** Partition of the account: `aws`, `aws-us-gov`, ... */
  partition: string;
  /** The account's 12-digit ID. */
  accountId: string;
}

/** CIS AWS Foundations Benchmark, "Ensure usage of the root account is monitored", to the letter. */
const cisRootPattern =
  '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}';

/**
 * An alarm on any use of the root user: EventBridge sends root's console sign-ins and API calls to a topic with
 * e-mail subscriptions. Where the log group of a trail is named, the metric filter and alarm of the CIS benchmark
 * stand beside it.
 *
 * EventBridge sees API calls only in an account that has a trail, and of the calls to regional services only those in
 * the alarm's region; with a multi-region trail, the metric filter sees all.
 *
 * Topic, rule, filter and alarm have names of Pulumi's own, so that nothing left behind stands in the way.
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
   * @throws {Error} for a partition whose global region is not known
   */
  public constructor(name: string, args: RootActivityAlarmArgs, opts?: pulumi.ComponentResourceOptions) {
    const region = globalRegion(args.partition);
    if (region === undefined)
      throw new Error(`the global region of the partition ${args.partition} is not known`);
    super(
      "iam-administrators:index:RootActivityAlarm",
      name,
      { emails: args.emails, cloudTrailLogGroup: args.cloudTrailLogGroup },
      opts,
    );
    const options = { parent: this };

    const key = new Key(
      name,
      {
        description: "Encrypts the notifications of root activity",
        enableKeyRotation: true,
        policy: JSON.stringify(notifierKeyPolicy(args.partition, args.accountId)),
        region,
      },
      options,
    );
    const topic = new Topic(name, { kmsMasterKeyId: key.arn, region }, options);
    const topicPolicy = new TopicPolicy(
      name,
      {
        arn: topic.arn,
        policy: topic.arn.apply((arn) => JSON.stringify(notifierTopicPolicy(arn, args.accountId))),
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
        eventPattern: JSON.stringify({
          "detail-type": ["AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail"],
          detail: { userIdentity: { type: ["Root"] } },
        }),
        // Plain ENABLED leaves out the calls that only read.
        state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
        region,
      },
      notifying,
    );
    new EventTarget(name, { rule: rule.name, targetId: "topic", arn: topic.arn, region }, notifying);

    if (args.cloudTrailLogGroup !== undefined) {
      createCisAlarm(name, args.cloudTrailLogGroup, topic.arn, region, notifying);
    }
    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}

function createCisAlarm(
  name: string,
  logGroupName: string,
  topicArn: pulumi.Output<string>,
  region: string,
  opts: pulumi.CustomResourceOptions,
): void {
  const metric = { name: "RootAccountUsage", namespace: "CISBenchmark" };
  new LogMetricFilter(
    name,
    {
      logGroupName,
      pattern: cisRootPattern,
      metricTransformation: { ...metric, value: "1" },
      region,
    },
    opts,
  );
  new MetricAlarm(
    name,
    {
      alarmDescription: "Any use of the root user",
      namespace: metric.namespace,
      metricName: metric.name,
      statistic: "Sum",
      period: 300,
      evaluationPeriods: 1,
      threshold: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [topicArn],
      region,
    },
    opts,
  );
}
