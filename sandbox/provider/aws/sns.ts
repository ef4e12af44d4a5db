import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import type { ResourceHandler } from "../resourceHandler.ts";
import { flag, optionalText, text } from "../values.ts";
import type { Properties } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, onceVisible, orAbsent } from "./errors.ts";
import { accountOfArn, regionInput, regionOf, regionOfArn } from "./regional.ts";
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

/** `aws:sns/topicPolicy:TopicPolicy`: a deletion gives the topic its owner's policy back. Id: the topic's ARN. */
export const topicPolicy: ResourceHandler<AwsContext> = {
  inputs: { ...regionInput, arn: { replaces: true }, policy: { compare: "json" } },
  outputs: ["owner"],

  async create(context, inputs) {
    const id = text(inputs, "arn");
    await putPolicy(context, id, text(inputs, "policy"));
    return { id };
  },

  async read(context, id) {
    const found = await topicAttributesOf(context, id);
    return (
      found && {
        properties: { region: regionOfArn(id), arn: id, policy: found.Policy, owner: found.Owner },
      }
    );
  },

  async update(context, id, _olds, news) {
    await putPolicy(context, id, text(news, "policy"));
    return undefined;
  },

  async delete(context, id) {
    await orAbsent(putPolicy(context, id, ownersPolicy(id)));
  },
};

/** `aws:sns/topicSubscription:TopicSubscription`. Id: the ARN. An e-mail subscription stays pending until confirmed. */
export const topicSubscription: ResourceHandler<AwsContext> = {
  inputs: {
    ...regionInput,
    topic: { replaces: true },
    protocol: { replaces: true },
    endpoint: { replaces: true },
    confirmationTimeoutInMinutes: { default: 1 },
    endpointAutoConfirms: { default: false },
    rawMessageDelivery: { default: false },
    filterPolicy: { compare: "json" },
  },
  outputs: ["arn", "confirmationWasAuthenticated", "ownerId", "pendingConfirmation"],

  async create(context, inputs) {
    const topicArn = text(inputs, "topic");
    const filterPolicy = optionalText(inputs, "filterPolicy");
    const command = new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: text(inputs, "protocol"),
      Endpoint: text(inputs, "endpoint"),
      Attributes: {
        ...(flag(inputs, "rawMessageDelivery") && { RawMessageDelivery: "true" }),
        ...(filterPolicy && { FilterPolicy: filterPolicy }),
      },
      ReturnSubscriptionArn: true,
    });
    const call = onceVisible(() => context.sns(regionOfArn(topicArn)).send(command));
    const { SubscriptionArn: id = "" } = await doing("creating SNS Topic Subscription", call);
    return { id };
  },

  async read(context, id) {
    const call = context
      .sns(regionOfArn(id))
      .send(new GetSubscriptionAttributesCommand({ SubscriptionArn: id }));
    const found = (await doing(`reading SNS Topic Subscription (${id})`, orAbsent(call)))?.Attributes;
    if (!found) return undefined;
    return {
      properties: {
        region: regionOfArn(id),
        arn: id,
        topic: found.TopicArn,
        protocol: found.Protocol,
        endpoint: found.Endpoint,
        rawMessageDelivery: found.RawMessageDelivery === "true",
        filterPolicy: optionalText(found, "FilterPolicy"),
        ownerId: accountOfArn(id),
        confirmationWasAuthenticated: found.ConfirmationWasAuthenticated === "true",
        pendingConfirmation: found.PendingConfirmation === "true",
      },
    };
  },

  async update(context, id, _olds, news) {
    const attributes = {
      RawMessageDelivery: String(flag(news, "rawMessageDelivery")),
      FilterPolicy: optionalText(news, "filterPolicy") ?? "{}",
    };
    for (const [AttributeName, AttributeValue] of Object.entries(attributes)) {
      const command = new SetSubscriptionAttributesCommand({
        SubscriptionArn: id,
        AttributeName,
        AttributeValue,
      });
      await doing(`updating SNS Topic Subscription (${id})`, context.sns(regionOfArn(id)).send(command));
    }
    return undefined;
  },

  async delete(context, id) {
    const call = context.sns(regionOfArn(id)).send(new UnsubscribeCommand({ SubscriptionArn: id }));
    await doing(`deleting SNS Topic Subscription (${id})`, orAbsent(call));
  },
};

async function topicAttributesOf(context: AwsContext, arn: string): Promise<Properties | undefined> {
  const call = context.sns(regionOfArn(arn)).send(new GetTopicAttributesCommand({ TopicArn: arn }));
  return (await doing(`reading SNS Topic (${arn})`, orAbsent(call)))?.Attributes;
}

async function putPolicy(context: AwsContext, arn: string, policy: string): Promise<void> {
  const command = new SetTopicAttributesCommand({
    TopicArn: arn,
    AttributeName: "Policy",
    AttributeValue: policy,
  });
  await doing(`setting SNS Topic Policy (${arn})`, context.sns(regionOfArn(arn)).send(command));
}

function ownersPolicy(arn: string): string {
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": accountOfArn(arn) } },
      },
    ],
  });
}
