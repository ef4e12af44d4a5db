import type { TopicState } from "@pulumi/aws/sns/topic.js";
import type { TopicPolicyState } from "@pulumi/aws/sns/topicPolicy.js";
import type { TopicSubscriptionState } from "@pulumi/aws/sns/topicSubscription.js";
import { orAbsent } from "../errors.ts";
import { all, entry } from "../resourceType.ts";
import type { Account } from "./account.ts";
import { properties, regional, tagList, tagMap, tagged, updateTags } from "./shapes.ts";

/** `aws:sns/topic:Topic` (internal/service/sns/topic.go), a standard one. Id: the ARN. */
export const topic = entry<Account, TopicState>({
  title: "SNS Topic",
  attributes: {
    ...regional,
    name: { replaces: true, autoname: true },
    kmsMasterKeyId: {},
    policy: { computed: true, compare: "json" },
    ...tagged,
    arn: { output: true },
    owner: { output: true },
  },
  async create({ sns, partition, region, accountId }, { name, kmsMasterKeyId, tagsAll }, made) {
    // Not idempotent, unlike CreateTopic: pulumi-aws patch "non-idempotent sns topic creation".
    const arn = `arn:${partition}:sns:${region}:${await accountId()}:${name}`;
    if (await orAbsent(sns.getTopicAttributes({ TopicArn: arn })))
      throw new Error(`SNS Topic (${name}) already exists`);
    await sns.createTopic({ Name: name, Tags: tagList(tagsAll) });
    made(arn);
    if (kmsMasterKeyId) await setAttribute(sns, arn, "KmsMasterKeyId", kmsMasterKeyId);
    return arn;
  },
  async read({ sns }, id) {
    const { Attributes } = await sns.getTopicAttributes({ TopicArn: id });
    const { Tags } = await sns.listTagsForResource({ ResourceArn: id });
    const kmsMasterKeyId = Attributes?.KmsMasterKeyId;
    return {
      ...properties(Attributes),
      name: id.split(":").at(-1),
      arn: id,
      kmsMasterKeyId,
      tagsAll: tagMap(Tags),
    };
  },
  async update({ sns }, change) {
    const { id: ResourceArn, planned } = change;
    if (change.has("kmsMasterKeyId"))
      await setAttribute(sns, ResourceArn, "KmsMasterKeyId", planned.kmsMasterKeyId ?? "");
    const remove = (TagKeys: string[]) => sns.untagResource({ ResourceArn, TagKeys });
    await updateTags(change, remove, (Tags) => sns.tagResource({ ResourceArn, Tags }));
  },
  delete: ({ sns }, id) => sns.deleteTopic({ TopicArn: id }),
});

function setAttribute(sns: Account["sns"], arn = "", attribute: string, value = "") {
  return sns.setTopicAttributes({ TopicArn: arn, AttributeName: attribute, AttributeValue: value });
}

/** `aws:sns/topicPolicy:TopicPolicy` (topic_policy.go): a deletion puts the default policy back. Id: the topic's ARN. */
export const topicPolicy = entry<Account, TopicPolicyState>({
  title: "SNS Topic Policy",
  attributes: {
    ...regional,
    arn: { replaces: true },
    policy: { compare: "json" },
    owner: { output: true },
  },
  creating: ({ arn }) => `setting SNS Topic (${arn}) attribute (Policy)`,
  async create({ sns }, { arn, policy }) {
    await setAttribute(sns, arn, "Policy", policy);
    return arn;
  },
  async read({ sns }, id) {
    const { Attributes } = await sns.getTopicAttributes({ TopicArn: id });
    return { ...properties(Attributes), arn: id };
  },
  update: ({ sns }, { id, planned: { policy } }) => setAttribute(sns, id, "Policy", policy),
  delete: ({ sns }, id, { owner }) =>
    setAttribute(sns, id, "Policy", JSON.stringify(defaultPolicy(id, owner))),
});

function defaultPolicy(arn: string, owner: string | undefined) {
  const actions = [
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
  ];
  const statement = {
    Sid: "__default_statement_ID",
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: [...actions, "Subscribe", "ListSubscriptionsByTopic", "Publish"].map((action) => `SNS:${action}`),
    Resource: arn,
    Condition: { StringEquals: { "AWS:SourceOwner": owner } },
  };
  return { Version: "2008-10-17", Id: "__default_policy_ID", Statement: [statement] };
}

/** `aws:sns/topicSubscription:TopicSubscription` (topic_subscription.go) by e-mail, pending until confirmed. Id: the ARN. */
export const topicSubscription = entry<Account, TopicSubscriptionState>({
  title: "SNS Topic Subscription",
  attributes: {
    ...regional,
    ...all({ replaces: true }, "topic", "protocol", "endpoint"),
    confirmationTimeoutInMinutes: { default: 1 },
    ...all({ output: true }, "arn", "confirmationWasAuthenticated", "ownerId", "pendingConfirmation"),
  },
  creating: () => "creating SNS Topic Subscription",
  // A topic that AWS does not see yet is an error at once.
  async create({ sns }, { topic, protocol, endpoint }) {
    const input = { TopicArn: topic, Protocol: protocol, Endpoint: endpoint, ReturnSubscriptionArn: true };
    return (await sns.subscribe(input)).SubscriptionArn;
  },
  async read({ sns }, id) {
    const { Attributes: found = {} } = await sns.getSubscriptionAttributes({ SubscriptionArn: id });
    const is = (attribute: string) => found[attribute] === "true";
    return {
      ...{ topic: found.TopicArn, protocol: found.Protocol, endpoint: found.Endpoint },
      ...{ arn: id, ownerId: found.Owner, pendingConfirmation: is("PendingConfirmation") },
      confirmationWasAuthenticated: is("ConfirmationWasAuthenticated"),
    };
  },
  // How long to wait for the confirmation is the plugin's own affair.
  update: () => Promise.resolve(),
  delete: ({ sns }, id) => sns.unsubscribe({ SubscriptionArn: id }),
});
