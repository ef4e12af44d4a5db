import { randomUUID } from "node:crypto";
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-eventbridge";
import type { RuleState, Target } from "@aws-sdk/client-eventbridge";
import type { ResourceHandler } from "../resourceHandler.ts";
import { isObject, optionalText, text, textMap } from "../values.ts";
import type { Properties, Value } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, onceVisible, orAbsent } from "./errors.ts";
import { regionInput, regionOf } from "./regional.ts";
import { tagChanges, tagList, tagOutputs } from "./tags.ts";

const defaultBus = "default";

/** `aws:cloudwatch/eventRule:EventRule`. Id, for imports too: the name, after `bus/` on a bus of one's own. */
export const eventRule: ResourceHandler<AwsContext> = {
  inputs: {
    ...regionInput,
    name: { replaces: true, autoname: true },
    eventBusName: { replaces: true, default: defaultBus },
    description: {},
    eventPattern: { compare: "json" },
    scheduleExpression: {},
    roleArn: {},
    state: { computed: true },
    forceDestroy: { default: false },
    tags: {},
  },
  outputs: ["arn", "tagsAll"],

  async create(context, inputs) {
    const name = text(inputs, "name");
    await putRule(context, inputs, tagList(context, inputs));
    const bus = optionalText(inputs, "eventBusName") ?? defaultBus;
    return { id: bus === defaultBus ? name : `${bus}/${name}` };
  },

  async read(context, id, state) {
    const [name = "", bus = defaultBus] = id.split("/").reverse();
    const client = context.events(regionOf(context, state));
    const call = orAbsent(client.send(new DescribeRuleCommand({ Name: name, EventBusName: bus })));
    const found = await doing(`reading EventBridge Rule (${id})`, call);
    if (!found) return undefined;
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN: found.Arn }));
    return {
      properties: {
        region: regionOf(context, state),
        name,
        eventBusName: bus,
        description: found.Description,
        eventPattern: found.EventPattern,
        scheduleExpression: found.ScheduleExpression,
        roleArn: found.RoleArn,
        state: found.State,
        arn: found.Arn,
        ...tagOutputs(context, state, Tags),
      },
    };
  },

  async update(context, _id, olds, news) {
    await putRule(context, news);
    const client = context.events(regionOf(context, news));
    const [ResourceARN, { set, remove }] = [text(olds, "arn"), tagChanges(context, olds, news)];
    if (remove.length > 0) await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: remove }));
    if (set.length > 0) await client.send(new TagResourceCommand({ ResourceARN, Tags: set }));
    return undefined;
  },

  async delete(context, id, state) {
    const command = new DeleteRuleCommand({
      Name: text(state, "name"),
      EventBusName: text(state, "eventBusName"),
    });
    const call = orAbsent(context.events(regionOf(context, state)).send(command));
    await doing(`deleting EventBridge Rule (${id})`, call);
  },
};

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

async function putRule(
  context: AwsContext,
  inputs: Properties,
  tags?: ReturnType<typeof tagList>,
): Promise<void> {
  const name = text(inputs, "name");
  const command = new PutRuleCommand({
    Name: name,
    EventBusName: optionalText(inputs, "eventBusName"),
    Description: optionalText(inputs, "description"),
    EventPattern: optionalText(inputs, "eventPattern"),
    ScheduleExpression: optionalText(inputs, "scheduleExpression"),
    RoleArn: optionalText(inputs, "roleArn"),
    State: (optionalText(inputs, "state") ?? "ENABLED") as RuleState,
    Tags: tags,
  });
  const call = context.events(regionOf(context, inputs)).send(command);
  await doing(`putting EventBridge Rule (${name})`, call);
}

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
