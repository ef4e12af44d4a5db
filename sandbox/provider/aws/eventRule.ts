import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  ListTagsForResourceCommand,
  PutRuleCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-eventbridge";
import type { RuleState } from "@aws-sdk/client-eventbridge";
import type { ResourceHandler } from "../resourceHandler.ts";
import { optionalText, text } from "../values.ts";
import type { Properties } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, orAbsent } from "./errors.ts";
import { regionInput, regionOf } from "./regional.ts";
import { tagChanges, tagList, tagOutputs } from "./tags.ts";

/** The bus that rules are on unless they say otherwise. */
export const defaultBus = "default";

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
