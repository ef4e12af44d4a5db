import { SetTopicAttributesCommand } from "@aws-sdk/client-sns";
import type { ResourceHandler } from "../resourceHandler.ts";
import { text } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, orAbsent } from "./errors.ts";
import { accountOfArn, regionInput, regionOfArn } from "./regional.ts";
import { topicAttributesOf } from "./snsTopic.ts";

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
