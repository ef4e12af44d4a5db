import type { PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import type { PutRuleRequest } from "@aws-sdk/client-eventbridge";
import type { EventRuleState } from "@pulumi/aws/cloudwatch/eventRule.js";
import type { EventTargetState } from "@pulumi/aws/cloudwatch/eventTarget.js";
import type { LogMetricFilterState } from "@pulumi/aws/cloudwatch/logMetricFilter.js";
import type { MetricAlarmState } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { all, entry, type Plain } from "../resourceType.ts";
import type { Account } from "./account.ts";
import { parameters, properties, regional, tagList, tagMap, tagged, updateTags } from "./shapes.ts";

/** `aws:cloudwatch/eventRule:EventRule` (internal/service/events/rule.go) on the default bus. Id: the name. */
export const eventRule = entry<Account, EventRuleState>({
  title: "EventBridge Rule",
  attributes: {
    ...regional,
    name: { replaces: true, autoname: true },
    description: {},
    eventPattern: { compare: "json" },
    state: { computed: true },
    ...tagged,
    arn: { output: true },
  },
  // PutRule: a rule that has the name is overwritten.
  async create({ events }, planned) {
    await events.putRule({ ...(parameters(planned) as PutRuleRequest), Tags: tagList(planned.tagsAll) });
    return planned.name;
  },
  async read({ events }, id) {
    const found = await events.describeRule({ Name: id });
    const { Tags } = await events.listTagsForResource({ ResourceARN: found.Arn });
    return { ...properties(found), tagsAll: tagMap(Tags) };
  },
  async update({ events }, change) {
    await events.putRule({ ...(parameters(change.planned) as PutRuleRequest), Tags: undefined });
    const ResourceARN = change.old.arn;
    const remove = (TagKeys: string[]) => events.untagResource({ ResourceARN, TagKeys });
    await updateTags(change, remove, (Tags) => events.tagResource({ ResourceARN, Tags }));
  },
  delete: ({ events }, id) => events.deleteRule({ Name: id }),
});

/** `aws:cloudwatch/eventTarget:EventTarget` (internal/service/events/target.go). Import id: `rule/targetId`. */
export const eventTarget = entry<Account, EventTargetState>({
  title: "EventBridge Target",
  attributes: {
    ...regional,
    rule: { replaces: true },
    targetId: { replaces: true },
    arn: {},
  },
  creating: ({ rule, targetId }) => `creating EventBridge Target (${rule}-${targetId})`,
  async create(account, planned) {
    await putTarget(account, planned);
    return `${planned.rule}-${planned.targetId}`;
  },
  imported: (id) => ({ rule: id.split("/")[0], targetId: id.split("/")[1], id: id.replace("/", "-") }),
  async read({ events }, _id, { rule, targetId }) {
    const { Targets = [] } = await events.listTargetsByRule({ Rule: rule });
    const found = Targets.find(({ Id }) => Id === targetId);
    return found && { arn: found.Arn };
  },
  update: (account, { planned }) => putTarget(account, planned),
  delete: ({ events }, _id, { rule, targetId = "" }) => events.removeTargets({ Rule: rule, Ids: [targetId] }),
});

async function putTarget(
  { events }: Account,
  { rule, targetId, arn }: Plain<EventTargetState>,
): Promise<void> {
  const { FailedEntries: [failed] = [] } = await events.putTargets({
    Rule: rule,
    Targets: [{ Id: targetId, Arn: arn }],
  });
  if (failed) throw new Error(`${failed.TargetId}: ${failed.ErrorCode}: ${failed.ErrorMessage}`);
}

/** `aws:cloudwatch/logMetricFilter:LogMetricFilter` (internal/service/logs/metric_filter.go). Import id: `logGroup:name`. */
export const logMetricFilter = entry<Account, LogMetricFilterState>({
  title: "CloudWatch Logs Metric Filter",
  attributes: {
    ...regional,
    name: { replaces: true, autoname: true },
    logGroupName: { replaces: true },
    pattern: {},
    metricTransformation: {},
  },
  creating: ({ name }) => `putting CloudWatch Logs Metric Filter (${name})`,
  // PutMetricFilter: a filter of the log group that has the name is overwritten.
  async create(account, planned) {
    await putFilter(account, planned);
    return planned.name;
  },
  imported: (id) => ({ logGroupName: id.split(":")[0], id: id.split(":")[1] }),
  async read({ logs }, id, { logGroupName }) {
    const { metricFilters = [] } = await logs.describeMetricFilters({ logGroupName, filterNamePrefix: id });
    const found = metricFilters.find(({ filterName }) => filterName === id);
    const [metric] = found?.metricTransformations ?? [];
    const { metricName: name = "", metricNamespace: namespace = "", metricValue: value = "" } = metric ?? {};
    return (
      found && { name: id, pattern: found.filterPattern, metricTransformation: { name, namespace, value } }
    );
  },
  update: (account, { planned }) => putFilter(account, planned),
  delete: ({ logs }, id, { logGroupName }) => logs.deleteMetricFilter({ logGroupName, filterName: id }),
});

function putFilter({ logs }: Account, planned: Plain<LogMetricFilterState>) {
  const { logGroupName, name: filterName, pattern: filterPattern, metricTransformation: metric } = planned;
  const named = { metricName: metric?.name, metricNamespace: metric?.namespace, metricValue: metric?.value };
  return logs.putMetricFilter({ logGroupName, filterName, filterPattern, metricTransformations: [named] });
}

/** `aws:cloudwatch/metricAlarm:MetricAlarm` (internal/service/cloudwatch/metric_alarm.go) on one metric. Id: the name. */
export const metricAlarm = entry<Account, MetricAlarmState>({
  title: "CloudWatch Metric Alarm",
  attributes: {
    ...regional,
    name: { replaces: true, autoname: true },
    ...all({}, "alarmDescription", "comparisonOperator", "evaluationPeriods", "metricName", "namespace"),
    ...all({}, "period", "statistic", "threshold"),
    actionsEnabled: { default: true },
    alarmActions: { compare: "set" },
    treatMissingData: { default: "missing" },
    ...tagged,
    arn: { output: true },
  },
  // PutMetricAlarm: an alarm that has the name is overwritten.
  async create(account, planned) {
    await putAlarm(account, planned);
    return planned.name;
  },
  async read({ cloudWatch }, id) {
    const { MetricAlarms: [found] = [] } = await cloudWatch.describeAlarms({ AlarmNames: [id] });
    if (!found) return undefined;
    const { Tags } = await cloudWatch.listTagsForResource({ ResourceARN: found.AlarmArn });
    const named = { name: found.AlarmName, arn: found.AlarmArn, tagsAll: tagMap(Tags) };
    return { ...properties<object>(found), ...named };
  },
  async update(account, change) {
    await putAlarm(account, change.planned);
    const { cloudWatch } = account;
    const ResourceARN = change.old.arn;
    const remove = (TagKeys: string[]) => cloudWatch.untagResource({ ResourceARN, TagKeys });
    await updateTags(change, remove, (Tags) => cloudWatch.tagResource({ ResourceARN, Tags }));
  },
  delete: ({ cloudWatch }, id) => cloudWatch.deleteAlarms({ AlarmNames: [id] }),
});

function putAlarm({ cloudWatch }: Account, planned: Plain<MetricAlarmState>) {
  const input = { ...parameters(planned), AlarmName: planned.name, Tags: tagList(planned.tagsAll) };
  return cloudWatch.putMetricAlarm(input as PutMetricAlarmInput);
}
