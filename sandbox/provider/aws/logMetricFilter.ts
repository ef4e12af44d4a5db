import {
  DeleteMetricFilterCommand,
  DescribeMetricFiltersCommand,
  PutMetricFilterCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { MetricTransformation } from "@aws-sdk/client-cloudwatch-logs";
import type { ResourceHandler } from "../resourceHandler.ts";
import { isObject, optionalText, present, text } from "../values.ts";
import type { Properties } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, orAbsent } from "./errors.ts";
import { regionInput, regionOf } from "./regional.ts";

/** `aws:cloudwatch/logMetricFilter:LogMetricFilter`. Id: the name. Import id: `logGroup:name`. */
export const logMetricFilter: ResourceHandler<AwsContext> = {
  inputs: {
    ...regionInput,
    name: { replaces: true, autoname: true },
    logGroupName: { replaces: true },
    pattern: {},
    metricTransformation: {},
  },
  outputs: [],

  async create(context, inputs) {
    await putFilter(context, inputs);
    return { id: text(inputs, "name") };
  },

  async read(context, id, state) {
    const isImport = !("logGroupName" in state);
    const colon = id.lastIndexOf(":");
    const logGroupName = isImport ? id.slice(0, colon) : text(state, "logGroupName");
    const name = isImport ? id.slice(colon + 1) : text(state, "name");
    const region = regionOf(context, state);
    const command = new DescribeMetricFiltersCommand({ logGroupName, filterNamePrefix: name });
    const answer = await doing(
      `reading CloudWatch Logs Metric Filter (${id})`,
      orAbsent(context.logs(region).send(command)),
    );
    const found = answer?.metricFilters?.find(({ filterName }) => filterName === name);
    if (!found) return undefined;
    const metricTransformation = transformationOutput(found.metricTransformations?.[0], state);
    return {
      id: name,
      properties: { region, name, logGroupName, pattern: found.filterPattern, metricTransformation },
    };
  },

  async update(context, _id, _olds, news) {
    await putFilter(context, news);
    return undefined;
  },

  async delete(context, id, state) {
    const command = new DeleteMetricFilterCommand({
      logGroupName: text(state, "logGroupName"),
      filterName: id,
    });
    const call = orAbsent(context.logs(regionOf(context, state)).send(command));
    await doing(`deleting CloudWatch Logs Metric Filter (${id})`, call);
  },
};

async function putFilter(context: AwsContext, inputs: Properties): Promise<void> {
  const name = text(inputs, "name");
  const command = new PutMetricFilterCommand({
    logGroupName: text(inputs, "logGroupName"),
    filterName: name,
    filterPattern: typeof inputs.pattern === "string" ? inputs.pattern.trim() : "",
    metricTransformations: [transformationInput(inputs)],
  });
  const call = context.logs(regionOf(context, inputs)).send(command);
  await doing(`putting CloudWatch Logs Metric Filter (${name})`, call);
}

function transformationInput(inputs: Properties): MetricTransformation {
  const given = inputs.metricTransformation;
  if (!isObject(given)) throw new Error('Missing required argument: "metricTransformation"');
  const defaultValue = optionalText(given, "defaultValue");
  return {
    metricName: text(given, "name"),
    metricNamespace: text(given, "namespace"),
    metricValue: text(given, "value"),
    defaultValue: defaultValue === undefined ? undefined : Number(defaultValue),
  };
}

function transformationOutput(found: MetricTransformation | undefined, state: Properties): Properties {
  const given = state.metricTransformation;
  return present({
    // What the emulator does not keep, such as the unit, stays as the program gave it.
    ...(isObject(given) ? given : {}),
    name: found?.metricName,
    namespace: found?.metricNamespace,
    value: found?.metricValue,
    defaultValue: found?.defaultValue === undefined ? undefined : String(found.defaultValue),
  });
}
