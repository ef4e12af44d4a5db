import type { PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import type { PutRuleRequest } from "@aws-sdk/client-eventbridge";
import type { EventRuleState } from "@pulumi/aws/cloudwatch/eventRule.js";
import type { EventTargetState } from "@pulumi/aws/cloudwatch/eventTarget.js";
import type { LogMetricFilterState } from "@pulumi/aws/cloudwatch/logMetricFilter.js";
import type { MetricAlarmState } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { all, computed, entry, fixedName, input, json, replaces, set } from "../resourceType.ts";
import { parameters, properties, regional, tagList, tagMap, tagged } from "./shapes.ts";

/** What watches the account. A rule, filter or alarm that has the name is overwritten. */
export const cloudWatchTypes = {
  /** internal/service/events/rule.go, on the default bus. */
  "aws:cloudwatch/eventRule:EventRule": entry<EventRuleState>({
    title: "EventBridge Rule",
    attributes: {
      ...regional,
      ...tagged,
      name: fixedName,
      description: input,
      eventPattern: json,
      state: computed,
    },
    put: ({ events }, planned) =>
      events.putRule({ ...(parameters(planned) as PutRuleRequest), Tags: tagList(planned.tagsAll) }),
    async read({ events }, id) {
      const found = await events.describeRule({ Name: id });
      const { Tags } = await events.listTagsForResource({ ResourceARN: found.Arn });
      return { ...properties(found), tagsAll: tagMap(Tags) };
    },
    tagging: ({ events }, _id, { arn }) => [events, { ResourceARN: arn }],
    delete: ({ events }, id) => events.deleteRule({ Name: id }),
  }),

  /** internal/service/events/target.go */
  "aws:cloudwatch/eventTarget:EventTarget": entry<EventTargetState>({
    title: "EventBridge Target",
    attributes: { ...regional, rule: replaces, targetId: replaces, arn: input },
    creating: ({ rule, targetId }) => `creating EventBridge Target (${rule}-${targetId})`,
    async put({ events }, { rule, targetId, arn }) {
      const Targets = [{ Id: targetId, Arn: arn }];
      const { FailedEntries: [failed] = [] } = await events.putTargets({ Rule: rule, Targets });
      if (failed) throw new Error(`${failed.TargetId}: ${failed.ErrorCode}: ${failed.ErrorMessage}`);
      return `${rule}-${targetId}`;
    },
    imported: (id) => ({ rule: id.split("/")[0], targetId: id.split("/")[1], id: id.replace("/", "-") }),
    async read({ events }, _id, { rule, targetId }) {
      const { Targets = [] } = await events.listTargetsByRule({ Rule: rule });
      const found = Targets.find(({ Id }) => Id === targetId);
      return found && { arn: found.Arn };
    },
    delete: ({ events }, _id, { rule, targetId = "" }) =>
      events.removeTargets({ Rule: rule, Ids: [targetId] }),
  }),

  /** internal/service/logs/metric_filter.go */
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": entry<LogMetricFilterState>({
    title: "CloudWatch Logs Metric Filter",
    attributes: {
      ...regional,
      name: fixedName,
      logGroupName: replaces,
      pattern: input,
      metricTransformation: input,
    },
    creating: ({ name }) => `putting CloudWatch Logs Metric Filter (${name})`,
    put({ logs }, { logGroupName, name, pattern, metricTransformation: metric }) {
      const named = { metricName: metric?.name, metricNamespace: metric?.namespace };
      const metricTransformations = [{ ...named, metricValue: metric?.value }];
      const filter = { logGroupName, filterName: name, filterPattern: pattern };
      return logs.putMetricFilter({ ...filter, metricTransformations });
    },
    imported: (id) => ({ logGroupName: id.split(":")[0], id: id.split(":")[1] }),
    async read({ logs }, id, { logGroupName }) {
      const { metricFilters = [] } = await logs.describeMetricFilters({ logGroupName, filterNamePrefix: id });
      const found = metricFilters.find(({ filterName }) => filterName === id);
      const {
        metricName: name = "",
        metricNamespace: namespace = "",
        metricValue: value = "",
      } = found?.metricTransformations?.[0] ?? {};
      const metricTransformation = { name, namespace, value };
      return found && { name: id, pattern: found.filterPattern, metricTransformation };
    },
    delete: ({ logs }, id, { logGroupName }) => logs.deleteMetricFilter({ logGroupName, filterName: id }),
  }),

  /** internal/service/cloudwatch/metric_alarm.go, on one metric. */
  "aws:cloudwatch/metricAlarm:MetricAlarm": entry<MetricAlarmState>({
    title: "CloudWatch Metric Alarm",
    attributes: {
      ...regional,
      ...tagged,
      name: fixedName,
      alarmActions: set,
      ...all(input, "alarmDescription", "comparisonOperator", "evaluationPeriods", "metricName", "namespace"),
      ...all(input, "period", "statistic", "threshold"),
      actionsEnabled: { default: true },
      treatMissingData: { default: "missing" },
    },
    put({ cloudWatch }, planned) {
      const input = { ...parameters(planned), AlarmName: planned.name, Tags: tagList(planned.tagsAll) };
      return cloudWatch.putMetricAlarm(input as PutMetricAlarmInput);
    },
    async read({ cloudWatch }, id) {
      const { MetricAlarms: [found] = [] } = await cloudWatch.describeAlarms({ AlarmNames: [id] });
      if (!found) return undefined;
      const { Tags } = await cloudWatch.listTagsForResource({ ResourceARN: found.AlarmArn });
      const named = { name: found.AlarmName, arn: found.AlarmArn, tagsAll: tagMap(Tags) };
      return { ...properties<object>(found), ...named };
    },
    tagging: ({ cloudWatch }, _id, { arn }) => [cloudWatch, { ResourceARN: arn }],
    delete: ({ cloudWatch }, id) => cloudWatch.deleteAlarms({ AlarmNames: [id] }),
  }),
};
