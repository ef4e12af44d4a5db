import type { CloudWatch, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { CloudWatchLogs, MetricFilter } from "@aws-sdk/client-cloudwatch-logs";
import type { EventBridge, Rule } from "@aws-sdk/client-eventbridge";
import type { SNS } from "@aws-sdk/client-sns";
import type { Ask } from "./ask.ts";

/** The services that an alarm on root is made of, in the region where it stands. */
export interface AlarmClients {
  readonly events: EventBridge;
  readonly sns: SNS;
  readonly logs: CloudWatchLogs;
  readonly cloudWatch: CloudWatch;
}

/** Who is told by a topic: the address, and whether AWS has been told that it is right. */
export interface Subscriber {
  readonly address: string;
  readonly isConfirmed: boolean;
}

/** What there is of an alarm on root: null is what does not exist, undefined what was denied. */
export interface Alarm {
  /** The rules that may be it, with the ARNs of their targets. */
  readonly rules: readonly (Rule & { readonly targets: readonly string[] })[] | null | undefined;
  /** The e-mail subscribers of each topic among the targets. */
  readonly subscribers: ReadonlyMap<string, readonly Subscriber[] | null | undefined>;
  /** The metric filters of the log group. */
  readonly filters: readonly MetricFilter[] | null | undefined;
  /** The alarms on the metrics of these filters. */
  readonly alarms: readonly MetricAlarm[] | null | undefined;
}

/**
 * Reads what there is of an alarm on root.
 *
 * @param mayBeIt - which rules are looked at
 * @param logGroupName - the log group of the trail. @default no metric filters are looked for
 */
export async function readAlarm(
  { events, sns, logs, cloudWatch }: AlarmClients,
  ask: Ask,
  mayBeIt: (rule: Rule) => boolean,
  logGroupName?: string,
): Promise<Alarm> {
  const targetsOf = async ({ Name: Rule, EventBusName }: Rule) => {
    const { Targets = [] } = await events.listTargetsByRule({ Rule, EventBusName });
    return Targets.map(({ Arn = "" }) => Arn);
  };
  const listed = await ask("events:ListRules", async () => (await allRules(events)).filter(mayBeIt));
  const rules = await ask("events:ListTargetsByRule", async () => {
    const withTargets = (listed ?? []).map(async (rule) => ({ ...rule, targets: await targetsOf(rule) }));
    return await Promise.all(withTargets);
  });
  const topics = new Set(rules?.flatMap(({ targets }) => targets).filter((arn) => arn.includes(":sns:")));
  const subscribers = await Promise.all(
    Array.from(topics, async (arn) => {
      const found = await ask("sns:ListSubscriptionsByTopic", () => subscribersOf(sns, arn), /NotFound/);
      return [arn, found] as const;
    }),
  );
  const [filters, alarms] =
    logGroupName === undefined ? [] : await readMetrics(logs, cloudWatch, ask, logGroupName);
  return { rules: listed && rules, subscribers: new Map(subscribers), filters, alarms };
}

async function allRules(events: EventBridge, NextToken?: string): Promise<Rule[]> {
  const page = await events.listRules({ NextToken });
  return [...(page.Rules ?? []), ...(page.NextToken ? await allRules(events, page.NextToken) : [])];
}

async function subscribersOf(sns: SNS, TopicArn: string): Promise<Subscriber[]> {
  const pages = await Array.fromAsync(sns.paginateListSubscriptionsByTopic({ TopicArn }));
  return pages
    .flatMap(({ Subscriptions = [] }) => Subscriptions)
    .filter(({ Protocol }) => Protocol === "email")
    .map(({ Endpoint = "", SubscriptionArn = "" }) => ({
      address: Endpoint,
      // Until the mail is answered, AWS says PendingConfirmation in place of an ARN.
      isConfirmed: SubscriptionArn.startsWith("arn:"),
    }));
}

async function readMetrics(logs: CloudWatchLogs, cloudWatch: CloudWatch, ask: Ask, logGroupName: string) {
  const readFilters = async () => {
    const pages = await Array.fromAsync(logs.paginateDescribeMetricFilters({ logGroupName }));
    return pages.flatMap(({ metricFilters = [] }) => metricFilters);
  };
  const filters = await ask("logs:DescribeMetricFilters", readFilters, /ResourceNotFound/);
  const metrics = new Map(
    filters?.flatMap(({ metricTransformations: [to] = [] }) =>
      to ? [[`${to.metricNamespace} ${to.metricName}`, to] as const] : [],
    ),
  );
  const alarms = await ask("cloudwatch:DescribeAlarmsForMetric", async () => {
    const found = Array.from(metrics.values(), async ({ metricName, metricNamespace }) => {
      const on = { MetricName: metricName, Namespace: metricNamespace };
      return (await cloudWatch.describeAlarmsForMetric(on)).MetricAlarms ?? [];
    });
    return (await Promise.all(found)).flat();
  });
  return [filters, alarms] as const;
}
