import assert from "node:assert/strict";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { CreateLogGroupCommand, DescribeMetricFiltersCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeRuleCommand, ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand } from "@aws-sdk/client-sns";
import { createAwsBackend } from "../../../sandbox/provider/awsProvider.ts";
import { text } from "../../../sandbox/provider/values.ts";
import { awsClients, useEmulator } from "../../support/emulator.ts";

const topicType = "aws:sns/topic:Topic";
const topicPolicyType = "aws:sns/topicPolicy:TopicPolicy";
const subscriptionType = "aws:sns/topicSubscription:TopicSubscription";
const ruleType = "aws:cloudwatch/eventRule:EventRule";
const targetType = "aws:cloudwatch/eventTarget:EventTarget";
const filterType = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";
const keyType = "aws:kms/key:Key";
const keyAliasType = "aws:kms/alias:Alias";

describe("the stand-in's alarm resources", function () {
  this.timeout(20_000);
  const emulator = useEmulator();
  // Another region than the resources', as of a stack elsewhere whose alarm has to be in us-east-1.
  const backend = () => createAwsBackend({ endpoint: emulator.endpoint, region: "eu-west-1" });
  const region = "us-east-1";

  it("makes a topic in the region that the resource names, and tags and renames it for display", async () => {
    const inputs = { name: "root", region, displayName: "Root", tags: { a: "1" } };
    const { id, outputs } = await backend().create(topicType, "t", inputs);
    assert.equal(id, "arn:aws:sns:us-east-1:123456789012:root");
    assert.equal(outputs.arn, id);
    assert.equal(outputs.owner, "123456789012");
    const news = { ...inputs, displayName: "Root used", tags: { b: "2" } };
    assert.deepEqual(backend().diff(topicType, outputs, news), {
      changed: ["displayName", "tags"],
      replaces: [],
    });
    const updated = await backend().update(topicType, id, outputs, news);
    assert.equal(updated.displayName, "Root used");
    assert.deepEqual(updated.tags, { b: "2" });
    const { policy, ...imported } = (await backend().read(topicType, id))?.inputs ?? {};
    assert.equal(typeof policy, "string");
    assert.deepEqual(imported, news);
    await backend().delete(topicType, id, updated);
    assert.equal(await backend().read(topicType, id, updated), undefined);
  });

  it("sees another region as another topic", () => {
    const state = { name: "t", region };
    assert.deepEqual(backend().diff(topicType, state, { name: "t", region: "eu-west-1" }).replaces, [
      "region",
    ]);
    assert.deepEqual(backend().diff(topicType, state, { name: "t" }).changed, []);
  });

  it("sets a topic's policy, and gives the owner's back when it is deleted", async () => {
    const { id: arn } = await backend().create(topicType, "t", { name: "with-policy", region });
    const policyOf = async () => {
      const { Attributes } = await emulator.aws.sns.send(new GetTopicAttributesCommand({ TopicArn: arn }));
      return JSON.parse(Attributes?.Policy ?? "{}") as { Id?: string; Statement: { Sid: string }[] };
    };
    const statement = {
      Sid: "events",
      Effect: "Allow",
      Principal: "*",
      Action: "SNS:Publish",
      Resource: arn,
    };
    const inputs = { arn, policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }) };
    const { id, outputs } = await backend().create(topicPolicyType, "p", inputs);
    assert.equal(id, arn);
    assert.equal((await policyOf()).Statement[0]?.Sid, "events");
    assert.deepEqual(backend().diff(topicPolicyType, outputs, inputs).changed, []);
    const policy = inputs.policy.replace("events", "alarms");
    const updated = await backend().update(topicPolicyType, id, outputs, { ...inputs, policy });
    assert.equal((await policyOf()).Statement[0]?.Sid, "alarms");
    await backend().delete(topicPolicyType, id, updated);
    assert.equal((await policyOf()).Id, "__default_policy_ID");
  });

  it("subscribes an e-mail address, and unsubscribes it", async () => {
    const { id: topic } = await backend().create(topicType, "t", { name: "mail", region });
    const inputs = backend().check(subscriptionType, "s", {
      topic,
      protocol: "email",
      endpoint: "ops@example.com",
    });
    const { id, outputs } = await backend().create(subscriptionType, "s", inputs);
    const list = new ListSubscriptionsByTopicCommand({ TopicArn: topic });
    const [subscription] = (await emulator.aws.sns.send(list)).Subscriptions ?? [];
    assert.equal(subscription?.Endpoint, "ops@example.com");
    assert.equal(outputs.region, region);
    assert.deepEqual(backend().diff(subscriptionType, outputs, inputs).changed, []);
    const other = { ...inputs, endpoint: "b@example.com" };
    assert.deepEqual(backend().diff(subscriptionType, outputs, other).replaces, ["endpoint"]);
    await backend().delete(subscriptionType, id, outputs);
    assert.equal(await backend().read(subscriptionType, id, outputs), undefined);
  });

  it("makes, changes, imports and deletes an event rule with its target", async () => {
    const eventPattern = JSON.stringify({ detail: { userIdentity: { type: ["Root"] } } });
    const inputs = backend().check(ruleType, "r", {
      name: "root-used",
      region,
      eventPattern,
      tags: { a: "1" },
    });
    const { id, outputs } = await backend().create(ruleType, "r", inputs);
    assert.equal(id, "root-used");
    assert.equal(outputs.arn, "arn:aws:events:us-east-1:123456789012:rule/root-used");
    assert.deepEqual(backend().diff(ruleType, outputs, inputs).changed, []);
    const news = { ...inputs, description: "d", tags: { b: "2" } };
    const updated = await backend().update(ruleType, id, outputs, news);
    assert.deepEqual(updated.tags, { b: "2" });
    const rule = await emulator.aws.events.send(new DescribeRuleCommand({ Name: id }));
    assert.equal(rule.Description, "d");
    assert.equal(rule.EventPattern, eventPattern);

    const arn = "arn:aws:sns:us-east-1:123456789012:root";
    const inputTransformer = { inputPaths: { who: "$.detail.userIdentity.arn" }, inputTemplate: '"<who>"' };
    const targetInputs = backend().check(targetType, "t", { rule: id, region, arn, inputTransformer });
    const target = await backend().create(targetType, "t", targetInputs);
    const targetId = text(target.outputs, "targetId");
    assert.equal(target.id, `root-used-${targetId}`);
    const { Targets } = await emulator.aws.events.send(new ListTargetsByRuleCommand({ Rule: id }));
    assert.deepEqual(
      Targets?.map(({ Id, Arn }) => [Id, Arn]),
      [[targetId, arn]],
    );
    assert.deepEqual(backend().diff(targetType, target.outputs, targetInputs).changed, []);
    const imported = await createAwsBackend({ endpoint: emulator.endpoint }).read(
      targetType,
      `${id}/${targetId}`,
    );
    assert.equal(imported?.id, target.id);
    assert.deepEqual(imported.inputs.inputTransformer, inputTransformer);
    await backend().delete(targetType, target.id, target.outputs);
    assert.equal(await backend().read(targetType, target.id, target.outputs), undefined);
    await backend().delete(ruleType, id, updated);
    assert.equal(await backend().read(ruleType, id, updated), undefined);
  });

  it("makes, changes, imports and deletes a log metric filter", async () => {
    await emulator.aws.logs.send(new CreateLogGroupCommand({ logGroupName: "trail" }));
    const metricTransformation = { name: "RootUse", namespace: "Security", value: "1" };
    const inputs = {
      name: "root",
      region,
      logGroupName: "trail",
      pattern: '{$.a="b"}',
      metricTransformation,
    };
    const { id, outputs } = await backend().create(filterType, "f", inputs);
    assert.equal(id, "root");
    assert.deepEqual(backend().diff(filterType, outputs, inputs).changed, []);
    const updated = await backend().update(filterType, id, outputs, { ...inputs, pattern: '{$.a="c"}' });
    const { metricFilters } = await emulator.aws.logs.send(
      new DescribeMetricFiltersCommand({ logGroupName: "trail" }),
    );
    assert.equal(metricFilters?.[0]?.filterPattern, '{$.a="c"}');
    const imported = await createAwsBackend({ endpoint: emulator.endpoint }).read(filterType, "trail:root");
    assert.deepEqual(imported?.inputs, { ...inputs, pattern: '{$.a="c"}' });
    await backend().delete(filterType, id, updated);
    assert.equal(await backend().read(filterType, id, updated), undefined);
  });

  it("makes, changes, imports and deletes a metric alarm", async () => {
    const inputs = backend().check(alarmType, "a", {
      name: "root",
      region,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      evaluationPeriods: 1,
      metricName: "RootUse",
      namespace: "Security",
      period: 300,
      statistic: "Sum",
      threshold: 1,
      alarmActions: ["arn:aws:sns:us-east-1:123456789012:root"],
      tags: { a: "1" },
    });
    const { id, outputs } = await backend().create(alarmType, "a", inputs);
    assert.equal(id, "root");
    assert.equal(outputs.arn, "arn:aws:cloudwatch:us-east-1:123456789012:alarm:root");
    assert.deepEqual(backend().diff(alarmType, outputs, inputs).changed, []);
    const updated = await backend().update(alarmType, id, outputs, { ...inputs, period: 60 });
    const { MetricAlarms } = await emulator.aws.cloudWatch.send(new DescribeAlarmsCommand());
    assert.equal(MetricAlarms?.[0]?.Period, 60);
    const imported = await createAwsBackend({ endpoint: emulator.endpoint }).read(alarmType, "root");
    assert.equal(imported?.inputs.period, 60);
    await backend().delete(alarmType, id, updated);
    assert.equal(await backend().read(alarmType, id, updated), undefined);
  });

  it("makes a key with an alias, rotates it, and schedules its deletion", async () => {
    const inputs = backend().check(keyType, "k", {
      region,
      enableKeyRotation: true,
      deletionWindowInDays: 7,
    });
    const { id, outputs } = await backend().create(keyType, "k", inputs);
    assert.equal(outputs.arn, `arn:aws:kms:us-east-1:123456789012:key/${id}`);
    assert.equal(outputs.enableKeyRotation, true);
    assert.deepEqual(backend().diff(keyType, outputs, inputs).changed, []);
    const news = { ...inputs, enableKeyRotation: false, description: "d", tags: { a: "1" } };
    const updated = await backend().update(keyType, id, outputs, news);
    assert.equal(updated.enableKeyRotation, false);
    assert.deepEqual(updated.tags, { a: "1" });

    const aliasInputs = { name: "alias/root", region, targetKeyId: outputs.arn };
    const alias = await backend().create(keyAliasType, "a", aliasInputs);
    assert.equal(alias.id, "alias/root");
    assert.equal(alias.outputs.targetKeyArn, outputs.arn);
    assert.deepEqual(backend().diff(keyAliasType, alias.outputs, aliasInputs).changed, []);
    await backend().delete(keyAliasType, alias.id, alias.outputs);
    assert.equal(await backend().read(keyAliasType, alias.id, alias.outputs), undefined);

    await backend().delete(keyType, id, updated);
    const { KeyMetadata } = await awsClients(emulator.endpoint).kms.send(
      new DescribeKeyCommand({ KeyId: id }),
    );
    assert.equal(KeyMetadata?.KeyState, "PendingDeletion");
    assert.equal(await backend().read(keyType, id, updated), undefined);
  });

  it("makes up names that AWS accepts from the logical ones", () => {
    assert.match(text(backend().check(topicType, "root", {}), "name"), /^root-[0-9a-f]{7}$/);
    assert.match(
      text(backend().check(keyAliasType, "root", { targetKeyId: "k" }), "name"),
      /^alias\/root-[0-9a-f]{7}$/,
    );
    const old = { name: "root-1234567" };
    assert.equal(backend().check(topicType, "root", {}, old).name, "root-1234567");
  });
});
