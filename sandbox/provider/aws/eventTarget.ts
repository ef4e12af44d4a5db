import { randomUUID } from "node:crypto";
import {
  ListTargetsByRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import type { Target } from "@aws-sdk/client-eventbridge";
import type { ResourceHandler } from "../resourceHandler.ts";
import { isObject, optionalText, text, textMap } from "../values.ts";
import type { Properties, Value } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, onceVisible, orAbsent } from "./errors.ts";
import { regionInput, regionOf } from "./regional.ts";
import { defaultBus } from "./eventRule.ts";

/** `aws:cloudwatch/eventTarget:EventTarget`. Import id: `[bus/]rule/targetId`. */
export const eventTarget: ResourceHandler<AwsContext> = {
  inputs: {
    ...regionInput,
    rule: { replaces: true },
    targetId: { replaces: true, computed: true },
    eventBusName: { replaces: true, default: defaultBus },
    arn: {},
    roleArn: {},
    input: { compare: "json" },
    inputPath: {},
    inputTransformer: {},
    forceDestroy: { default: false },
  },
  outputs: [],

  async create(context, inputs) {
    const targetId = optionalText(inputs, "targetId") ?? `terraform-${randomUUID()}`;
    const outputs = { ...inputs, targetId };
    await putTarget(context, outputs);
    return { id: targetStateId(outputs), outputs: { targetId } };
  },

  async read(context, id, state) {
    const isImport = !("rule" in state);
    const [targetId = "", rule = "", bus = defaultBus] = isImport
      ? id.split("/").reverse()
      : [text(state, "targetId"), text(state, "rule"), text(state, "eventBusName")];
    const region = regionOf(context, state);
    const command = new ListTargetsByRuleCommand({ Rule: rule, EventBusName: bus });
    const answer = await doing(
      `reading EventBridge Target (${id})`,
      orAbsent(context.events(region).send(command)),
    );
    const found = answer?.Targets?.find(({ Id }) => Id === targetId);
    if (!found) return undefined;
    const transformer = found.InputTransformer;
    const properties = {
      region,
      rule,
      targetId,
      eventBusName: bus,
      arn: found.Arn,
      roleArn: found.RoleArn,
      input: found.Input,
      inputPath: found.InputPath,
      inputTransformer: transformer && {
        inputTemplate: transformer.InputTemplate ?? "",
        ...(transformer.InputPathsMap && { inputPaths: transformer.InputPathsMap }),
      },
    };
    return { id: targetStateId({ rule, targetId, eventBusName: bus }), properties };
  },

  async update(context, _id, _olds, news) {
    await putTarget(context, news);
    return undefined;
  },

  async delete(context, id, state) {
    const command = new RemoveTargetsCommand({
      Rule: text(state, "rule"),
      EventBusName: text(state, "eventBusName"),
      Ids: [text(state, "targetId")],
    });
    const call = orAbsent(context.events(regionOf(context, state)).send(command));
    await doing(`deleting EventBridge Target (${id})`, call);
  },
};

async function putTarget(context: AwsContext, inputs: Properties): Promise<void> {
  const target: Target = {
    Id: text(inputs, "targetId"),
    Arn: text(inputs, "arn"),
    RoleArn: optionalText(inputs, "roleArn"),
    Input: optionalText(inputs, "input"),
    InputPath: optionalText(inputs, "inputPath"),
    InputTransformer: transformerOf(inputs.inputTransformer),
  };
  const command = new PutTargetsCommand({
    Rule: text(inputs, "rule"),
    EventBusName: optionalText(inputs, "eventBusName"),
    Targets: [target],
  });
  const call = onceVisible(() => context.events(regionOf(context, inputs)).send(command));
  const { FailedEntries = [] } = await doing(`creating EventBridge Target (${targetStateId(inputs)})`, call);
  const [failed] = FailedEntries;
  if (failed)
    throw new Error(`creating EventBridge Target: ${failed.ErrorCode ?? ""}: ${failed.ErrorMessage ?? ""}`);
}

function transformerOf(value: Value | undefined): Target["InputTransformer"] {
  if (!isObject(value)) return undefined;
  return { InputTemplate: text(value, "inputTemplate"), InputPathsMap: textMap(value, "inputPaths") };
}

function targetStateId(inputs: Properties): string {
  const bus = optionalText(inputs, "eventBusName") ?? defaultBus;
  const id = `${text(inputs, "rule")}-${text(inputs, "targetId")}`;
  return bus === defaultBus ? id : `${bus}-${id}`;
}
