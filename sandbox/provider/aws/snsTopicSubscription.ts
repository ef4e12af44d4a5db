import {
  GetSubscriptionAttributesCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import type { ResourceHandler } from "../resourceHandler.ts";
import { flag, optionalText, text } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, onceVisible, orAbsent } from "./errors.ts";
import { accountOfArn, regionInput, regionOfArn } from "./regional.ts";

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
