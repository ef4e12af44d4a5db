import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch";
import type { ComparisonOperator, Statistic } from "@aws-sdk/client-cloudwatch";
import type { ResourceHandler } from "../resourceHandler.ts";
import { optionalNumber, optionalText, text, textMap, texts } from "../values.ts";
import type { Properties } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, orAbsent } from "./errors.ts";
import { regionInput, regionOf } from "./regional.ts";
import { tagChanges, tagList, tagOutputs } from "./tags.ts";

/** `aws:cloudwatch/metricAlarm:MetricAlarm` on one metric. Id, for imports too: the name. */
export const metricAlarm: ResourceHandler<AwsContext> = {
  inputs: {
    ...regionInput,
    name: { replaces: true, autoname: true },
    comparisonOperator: {},
    evaluationPeriods: {},
    datapointsToAlarm: {},
    metricName: {},
    namespace: {},
    period: {},
    statistic: {},
    threshold: {},
    dimensions: {},
    unit: {},
    alarmDescription: {},
    actionsEnabled: { default: true },
    alarmActions: { compare: "set" },
    okActions: { compare: "set" },
    insufficientDataActions: { compare: "set" },
    treatMissingData: { default: "missing" },
    tags: {},
  },
  outputs: ["arn", "tagsAll"],

  async create(context, inputs) {
    await putAlarm(context, inputs, tagList(context, inputs));
    return { id: text(inputs, "name") };
  },

  async read(context, id, state) {
    const region = regionOf(context, state);
    const client = context.cloudWatch(region);
    const call = client.send(new DescribeAlarmsCommand({ AlarmNames: [id], AlarmTypes: ["MetricAlarm"] }));
    const found = (await doing(`reading CloudWatch Metric Alarm (${id})`, call)).MetricAlarms?.[0];
    if (!found) return undefined;
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN: found.AlarmArn }));
    const dimensions =
      found.Dimensions?.map(({ Name = "", Value = "" }): [string, string] => [Name, Value]) ?? [];
    return {
      properties: {
        region,
        name: found.AlarmName,
        arn: found.AlarmArn,
        comparisonOperator: found.ComparisonOperator,
        evaluationPeriods: found.EvaluationPeriods,
        datapointsToAlarm: found.DatapointsToAlarm,
        metricName: found.MetricName,
        namespace: found.Namespace,
        period: found.Period,
        statistic: found.Statistic,
        threshold: found.Threshold,
        dimensions: dimensions.length > 0 ? Object.fromEntries(dimensions) : undefined,
        unit: found.Unit,
        alarmDescription: found.AlarmDescription,
        actionsEnabled: found.ActionsEnabled,
        alarmActions: found.AlarmActions,
        okActions: found.OKActions,
        insufficientDataActions: found.InsufficientDataActions,
        treatMissingData: found.TreatMissingData ?? "missing",
        ...tagOutputs(context, state, Tags),
      },
    };
  },

  async update(context, _id, olds, news) {
    await putAlarm(context, news);
    const client = context.cloudWatch(regionOf(context, news));
    const [ResourceARN, { set, remove }] = [text(olds, "arn"), tagChanges(context, olds, news)];
    if (remove.length > 0) await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: remove }));
    if (set.length > 0) await client.send(new TagResourceCommand({ ResourceARN, Tags: set }));
    return undefined;
  },

  async delete(context, id, state) {
    const command = new DeleteAlarmsCommand({ AlarmNames: [id] });
    const call = orAbsent(context.cloudWatch(regionOf(context, state)).send(command));
    await doing(`deleting CloudWatch Metric Alarm (${id})`, call);
  },
};

async function putAlarm(
  context: AwsContext,
  inputs: Properties,
  tags?: ReturnType<typeof tagList>,
): Promise<void> {
  const name = text(inputs, "name");
  const dimensions = Object.entries(textMap(inputs, "dimensions"));
  const command = new PutMetricAlarmCommand({
    AlarmName: name,
    ComparisonOperator: text(inputs, "comparisonOperator") as ComparisonOperator,
    EvaluationPeriods: optionalNumber(inputs, "evaluationPeriods"),
    DatapointsToAlarm: optionalNumber(inputs, "datapointsToAlarm"),
    MetricName: optionalText(inputs, "metricName"),
    Namespace: optionalText(inputs, "namespace"),
    Period: optionalNumber(inputs, "period"),
    Statistic: optionalText(inputs, "statistic") as Statistic | undefined,
    Threshold: optionalNumber(inputs, "threshold"),
    Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })),
    AlarmDescription: optionalText(inputs, "alarmDescription"),
    ActionsEnabled: inputs.actionsEnabled !== false,
    AlarmActions: texts(inputs, "alarmActions"),
    OKActions: texts(inputs, "okActions"),
    InsufficientDataActions: texts(inputs, "insufficientDataActions"),
    TreatMissingData: optionalText(inputs, "treatMissingData"),
    Tags: tags,
  });
  const call = context.cloudWatch(regionOf(context, inputs)).send(command);
  await doing(`creating CloudWatch Metric Alarm (${name})`, call);
}
