import { isDeepStrictEqual } from "node:util";
import type { Rule } from "@aws-sdk/client-eventbridge";
import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { Alarm, Subscriber } from "../account/alarm.ts";
import type { Account } from "../account/readAccount.ts";
import {
  assumedRootPattern,
  cisRootPattern,
  rootEventPattern,
  signInPattern,
} from "../components/alarmPatterns.ts";
import { watchedAdministrators } from "../config/loadConfig.ts";
import type { Find } from "./findings.ts";
import { isHiddenAddress, type Intent } from "./intent.ts";

type Config = Intent["config"];

const SUBJECT = "rootActivity";

/** Whether a rule may be the alarm on root: by what it looks for, or by the name that the program gives it. */
export function mayBeRootRule(rule: Rule): boolean {
  return looksForRoot(rule) || (rule.Name ?? "").startsWith("root-activity-");
}

function looksForRoot({ EventPattern = "null" }: Rule): boolean {
  return isDeepStrictEqual(JSON.parse(EventPattern), rootEventPattern);
}

/** The alarm on root beside the config; nothing where the config has none. */
export function judgeAlarm(config: Config, { account, alarm }: Account, find: Find) {
  const { rootActivity } = config;
  if (rootActivity === undefined || alarm === undefined) return [];
  const { emails, cloudTrailLogGroup } = rootActivity;
  const rule = judgeRule(alarm, find);
  const topics = alarm.subscribers;
  const subscribers = [...topics.values()].flatMap((list) => list ?? []);
  const areKnown = rule !== undefined && [...topics.values()].every((list) => list !== undefined);
  if (areKnown) judgeSubscribers(emails, subscribers, find);
  if (cloudTrailLogGroup !== undefined) judgeMetrics(config, account, alarm, find);
  return [
    {
      name: SUBJECT,
      config: { emails: emails.length, cloudTrailLogGroup },
      account: alarm.rules && {
        rule: rule?.Name ?? null,
        confirmed: subscribers.filter(({ isConfirmed }) => isConfirmed).length,
      },
    },
  ];
}

function judgeRule({ rules }: Alarm, find: Find) {
  if (!rules) return undefined;
  const rule = rules.find(looksForRoot) ?? rules[0];
  find("alarm-missing", SUBJECT, !rule && "there is no rule that tells of root");
  if (!rule) return undefined;
  const { Name = "", State = "" } = rule;
  find("alarm-changed", SUBJECT, !looksForRoot(rule) && `the rule ${Name} looks for something else`);
  // Plain ENABLED leaves out the calls that only read.
  const isOn = State === "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
  find("alarm-changed", SUBJECT, !isOn && `the rule ${Name} is ${State}`);
  const tells = rule.targets.some((arn) => arn.includes(":sns:"));
  find("alarm-changed", SUBJECT, !tells && `the rule ${Name} tells no topic`);
  return tells ? rule : undefined;
}

/** Addresses that the config encrypts are not told. */
function judgeSubscribers(emails: readonly string[], subscribers: readonly Subscriber[], find: Find): void {
  const known = emails.filter((email) => !isHiddenAddress(email));
  const same = (email: string) => (subscriber: Subscriber) =>
    subscriber.address.toLowerCase() === email.toLowerCase();
  for (const email of known) {
    const subscriber = subscribers.find(same(email));
    find("alarm-changed", SUBJECT, !subscriber && `${email} is not told`);
    find(
      "alarm-unconfirmed",
      email,
      subscriber?.isConfirmed === false && "has not confirmed the alarm on root",
    );
  }
  const others = subscribers.filter((subscriber) => !known.some((email) => same(email)(subscriber)));
  const hidden = emails.length - known.length;
  const missing = hidden - others.length;
  const fact = (count: number) => `${count} of ${hidden} encrypted addresses`;
  find("alarm-changed", SUBJECT, missing > 0 && `${fact(missing)} are not told`);
  const unconfirmed = others.filter(({ isConfirmed }) => !isConfirmed).length;
  find(
    "alarm-unconfirmed",
    SUBJECT,
    hidden > 0 && unconfirmed > 0 && `${fact(unconfirmed)} have not confirmed`,
  );
}

function judgeMetrics(config: Config, account: string, { filters, alarms }: Alarm, find: Find): void {
  const group = config.rootActivity?.cloudTrailLogGroup ?? "";
  find("alarm-missing", SUBJECT, filters === null && `the log group ${group} does not exist`);
  const users = watchedAdministrators(config).map((user) => signInPattern(account, user));
  if (!filters) return;
  const metrics = new Map<string, MetricAlarm[]>();
  for (const pattern of [cisRootPattern, assumedRootPattern, ...users]) {
    const filter = filters.find(({ filterPattern }) => filterPattern === pattern);
    find("alarm-missing", SUBJECT, !filter && `${group} has no metric filter ${pattern}`);
    for (const { metricName, metricNamespace } of filter?.metricTransformations ?? []) {
      const isOn = (alarm: MetricAlarm) =>
        alarm.MetricName === metricName && alarm.Namespace === metricNamespace;
      if (alarms) metrics.set(`${metricNamespace} ${metricName}`, alarms.filter(isOn));
    }
  }
  for (const [metric, onIt] of metrics) {
    find("alarm-missing", SUBJECT, onIt.length === 0 && `no alarm looks at the metric ${metric}`);
    const isQuiet = onIt.length > 0 && !onIt.some(fires);
    find("alarm-changed", SUBJECT, isQuiet && `the alarm on the metric ${metric} does not fire at once`);
  }
}

/** Whether an alarm tells somebody of a single event. */
function fires(alarm: MetricAlarm): boolean {
  const { ActionsEnabled, AlarmActions = [], Statistic, Threshold = 0, EvaluationPeriods } = alarm;
  return (
    ActionsEnabled !== false &&
    AlarmActions.length > 0 &&
    Statistic === "Sum" &&
    Threshold <= 1 &&
    (EvaluationPeriods ?? 1) === 1 &&
    (alarm.ComparisonOperator ?? "").startsWith("GreaterThanOrEqual")
  );
}
