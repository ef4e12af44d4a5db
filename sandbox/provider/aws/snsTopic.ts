import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  SetTopicAttributesCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import type { ResourceHandler } from "../resourceHandler.ts";
import { optionalText, text } from "../values.ts";
import type { Properties } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, orAbsent } from "./errors.ts";
import { regionInput, regionOf, regionOfArn } from "./regional.ts";
import { tagChanges, tagList, tagOutputs } from "./tags.ts";

const topicAttributes: Readonly<Record<string, string>> = {
  displayName: "DisplayName",
  kmsMasterKeyId: "KmsMasterKeyId",
  policy: "Policy",
};

/** `aws:sns/topic:Topic`, a standard one. Id: the ARN. */
export const topic: ResourceHandler<AwsContext> = {
  inputs: {
    ...regionInput,
    name: { replaces: true, autoname: true },
    displayName: {},
    kmsMasterKeyId: {},
    policy: { computed: true, compare: "json" },
    tags: {},
  },
  outputs: ["arn", "owner", "tagsAll"],

  async create(context, inputs) {
    const name = text(inputs, "name");
    const region = regionOf(context, inputs);
    const attributes = Object.entries(topicAttributes).flatMap(([input, attribute]) => {
      const value = optionalText(inputs, input);
      return value === undefined ? [] : [[attribute, value]];
    });
    const command = new CreateTopicCommand({
      Name: name,
      Attributes: Object.fromEntries(attributes) as Record<string, string>,
      Tags: tagList(context, inputs),
    });
    const { TopicArn: id = "" } = await doing(
      `creating SNS Topic (${name})`,
      context.sns(region).send(command),
    );
    return { id };
  },

  async read(context, id, state) {
    const region = regionOfArn(id);
    const found = await topicAttributesOf(context, id);
    if (!found) return undefined;
    const { Tags } = await context.sns(region).send(new ListTagsForResourceCommand({ ResourceArn: id }));
    return {
      properties: {
        region,
        arn: id,
        name: id.split(":").at(-1),
        owner: found.Owner,
        displayName: optionalText(found, "DisplayName"),
        kmsMasterKeyId: optionalText(found, "KmsMasterKeyId"),
        policy: found.Policy,
        ...tagOutputs(context, state, Tags),
      },
    };
  },

  async update(context, id, olds, news) {
    const client = context.sns(regionOfArn(id));
    for (const [input, AttributeName] of Object.entries(topicAttributes)) {
      const AttributeValue = optionalText(news, input) ?? "";
      if (AttributeValue === (optionalText(olds, input) ?? "")) continue;
      const command = new SetTopicAttributesCommand({ TopicArn: id, AttributeName, AttributeValue });
      await doing(`updating SNS Topic (${id})`, client.send(command));
    }
    const { set, remove } = tagChanges(context, olds, news);
    if (remove.length > 0) await client.send(new UntagResourceCommand({ ResourceArn: id, TagKeys: remove }));
    if (set.length > 0) await client.send(new TagResourceCommand({ ResourceArn: id, Tags: set }));
    return undefined;
  },

  async delete(context, id) {
    const call = context.sns(regionOfArn(id)).send(new DeleteTopicCommand({ TopicArn: id }));
    await doing(`deleting SNS Topic (${id})`, orAbsent(call));
  },
};

/** The topic's attributes, or undefined when it is gone. */
export async function topicAttributesOf(context: AwsContext, arn: string): Promise<Properties | undefined> {
  const call = context.sns(regionOfArn(arn)).send(new GetTopicAttributesCommand({ TopicArn: arn }));
  return (await doing(`reading SNS Topic (${arn})`, orAbsent(call)))?.Attributes;
}
