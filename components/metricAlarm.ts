import { LogMetricFilter } from "@pulumi/aws/cloudwatch/logMetricFilter.js";
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type * as pulumi from "@pulumi/pulumi";

/** What {@link createMetricAlarm} takes. */
export interface MetricAlarmArgs {
  /** What has happened when it fires: the mail says so. */
  readonly description: string;
  /** The metric that every filter adds to. */
  readonly metric: { readonly name: string; readonly namespace: string };
  /** Log group of the account's trail. */
  readonly logGroupName: string;
  /** Filter patterns, each at most 1,024 characters, by the logical names of their filters. */
  readonly patterns: Readonly<Record<string, pulumi.Input<string>>>;
  /** The topic that is told. */
  readonly topicArn: pulumi.Input<string>;
  /** Region of log group and topic. */
  readonly region: pulumi.Input<string>;
}

/**
 * An alarm that fires within minutes, once a trail records what one of the patterns matches, in whatever region.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function createMetricAlarm(
  name: string,
  { description, metric, logGroupName, patterns, topicArn, region }: MetricAlarmArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  for (const [filterName, pattern] of Object.entries(patterns)) {
    new LogMetricFilter(
      filterName,
      { logGroupName, pattern, metricTransformation: { ...metric, value: "1" }, region },
      opts,
    );
  }
  new MetricAlarm(
    name,
    {
      alarmDescription: description,
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
