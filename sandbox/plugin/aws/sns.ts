import type { TopicState } from "@pulumi/aws/sns/topic.js";
import type { TopicPolicyState } from "@pulumi/aws/sns/topicPolicy.js";
import type { TopicSubscriptionState } from "@pulumi/aws/sns/topicSubscription.js";
import { orAbsent } from "../errors.ts";
import { all, entry, fixedName, input, json, output, replaces } from "../resourceType.ts";
import type { Account } from "../provider.ts";
import { properties, regional, tagList, tagMap, tagged } from "./shapes.ts";

/** Whom the alarm tells. */
export const snsTypes = {
  /** internal/service/sns/topic.go, a standard one. Id: the ARN. */
  "aws:sns/topic:Topic": entry<TopicState>({
    title: "SNS Topic",
    attributes: {
      ...regional,
      ...tagged,
      name: fixedName,
      kmsMasterKeyId: input,
      owner: output,
      policy: { ...json, computed: true },
    },
    async create(account, { name, kmsMasterKeyId, tagsAll }, made) {
      const { sns, partition, region } = account;
      // Not idempotent, unlike CreateTopic: pulumi-aws patch "non-idempotent sns topic creation".
      const arn = `arn:${partition}:sns:${region}:${await account.accountId()}:${name}`;
      if (await orAbsent(sns.getTopicAttributes({ TopicArn: arn })))
        throw new Error(`SNS Topic (${name}) already exists`);
      await sns.createTopic({ Name: name, Tags: tagList(tagsAll) });
      made(arn);
      if (kmsMasterKeyId) await setAttribute(account, arn, "KmsMasterKeyId", kmsMasterKeyId);
      return arn;
    },
    async read({ sns }, arn) {
      const { Attributes } = await sns.getTopicAttributes({ TopicArn: arn });
      const { Tags } = await sns.listTagsForResource({ ResourceArn: arn });
      const kmsMasterKeyId = Attributes?.KmsMasterKeyId;
      const name = arn.split(":").at(-1);
      return { ...properties(Attributes), name, arn, kmsMasterKeyId, tagsAll: tagMap(Tags) };
    },
    update: async (account, { id, planned, has }) =>
      has("kmsMasterKeyId") && setAttribute(account, id, "KmsMasterKeyId", planned.kmsMasterKeyId),
    tagging: ({ sns }, ResourceArn) => [sns, { ResourceArn }],
    delete: ({ sns }, id) => sns.deleteTopic({ TopicArn: id }),
  }),

  /** topic_policy.go: a deletion puts the default policy back. Id: the topic's ARN. */
  "aws:sns/topicPolicy:TopicPolicy": entry<TopicPolicyState>({
    title: "SNS Topic Policy",
    attributes: { ...regional, arn: replaces, policy: json, owner: output },
    creating: ({ arn }) => `setting SNS Topic (${arn}) attribute (Policy)`,
    async put(account, { arn, policy }) {
      await setAttribute(account, arn, "Policy", policy);
      return arn;
    },
    async read({ sns }, id) {
      const { Attributes } = await sns.getTopicAttributes({ TopicArn: id });
      return { ...properties(Attributes), arn: id };
    },
    delete: (account, id, { owner }) =>
      setAttribute(account, id, "Policy", JSON.stringify(defaultPolicy(id, owner))),
  }),

  /** topic_subscription.go, by e-mail, pending until confirmed. Id: the ARN. */
  "aws:sns/topicSubscription:TopicSubscription": entry<TopicSubscriptionState>({
    title: "SNS Topic Subscription",
    attributes: {
      ...regional,
      ...all(replaces, "topic", "protocol", "endpoint"),
      arn: output,
    },
    creating: () => "creating SNS Topic Subscription",
    // A topic that AWS does not see yet is an error at once.
    async create({ sns }, { topic, protocol, endpoint }) {
      const input = { TopicArn: topic, Protocol: protocol, Endpoint: endpoint, ReturnSubscriptionArn: true };
      return (await sns.subscribe(input)).SubscriptionArn;
    },
    async read({ sns }, arn) {
      const { Attributes } = await sns.getSubscriptionAttributes({ SubscriptionArn: arn });
      const { TopicArn: topic, Protocol: protocol, Endpoint: endpoint } = Attributes ?? {};
      return { arn, topic, protocol, endpoint };
    },
    delete: ({ sns }, id) => sns.unsubscribe({ SubscriptionArn: id }),
  }),
};

function setAttribute({ sns }: Account, arn = "", attribute: string, value = "") {
  return sns.setTopicAttributes({ TopicArn: arn, AttributeName: attribute, AttributeValue: value });
}

function defaultPolicy(arn: string, owner: string | undefined) {
  const operations = ["GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission"];
  operations.push("DeleteTopic", "Subscribe", "ListSubscriptionsByTopic", "Publish", "Receive");
  const Action = operations.map((operation) => `SNS:${operation}`);
  const Condition = { StringEquals: { "AWS:SourceOwner": owner } };
  const whose = { Sid: "__default_statement_ID", Effect: "Allow", Principal: { AWS: "*" } };
  const Statement = [{ ...whose, Action, Resource: arn, Condition }];
  return { Version: "2008-10-17", Id: "__default_policy_ID", Statement };
}
