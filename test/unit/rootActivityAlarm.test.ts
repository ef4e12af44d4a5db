import assert from "node:assert/strict";
import { RootActivityAlarm, type RootActivityAlarmArgs } from "../../components/rootActivityAlarm.ts";
import { identities, only, run, value, type Registered, type Setting } from "../support/mocks.ts";

const component = "iam-administrators:index:RootActivityAlarm";
const key = "aws:kms/key:Key";
const topic = "aws:sns/topic:Topic";
const topicPolicy = "aws:sns/topicPolicy:TopicPolicy";
const subscription = "aws:sns/topicSubscription:TopicSubscription";
const rule = "aws:cloudwatch/eventRule:EventRule";
const target = "aws:cloudwatch/eventTarget:EventTarget";
const filter = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";

const args: RootActivityAlarmArgs = {
  emails: ["security@example.com", "cto@example.com"],
  partition: "aws",
  accountId: "123456789012",
};
const topicArn = "arn:aws:sns:us-east-1:123456789012:root-activity-0a1b2c3";
const make = (others: Partial<RootActivityAlarmArgs> = {}, setting?: Setting) =>
  run(() => new RootActivityAlarm("root-activity", { ...args, ...others }), setting);
const parsed = (resource: Registered, input: string): unknown =>
  JSON.parse(resource.inputs[input] as string) as unknown;

// What this does not prove: that EventBridge and CloudWatch fire. Nobody signs in as root for a test.
describe("A RootActivityAlarm", () => {
  it("is a rule, an encrypted topic and a subscription for each address", async () => {
    const { resources, result } = await make();
    assert.deepEqual(identities(resources), [
      `${rule} root-activity`,
      `${target} root-activity`,
      `${key} root-activity`,
      `${topic} root-activity`,
      `${topicPolicy} root-activity`,
      `${subscription} cto@example.com`,
      `${subscription} security@example.com`,
      `${component} root-activity`,
    ]);
    assert.equal(await value(result.topicArn), topicArn);
    const others = resources.filter(({ type }) => type !== component);
    assert.deepEqual([...new Set(others.map(({ parent }) => parent))], [`${component} root-activity`]);
  });

  it("stands in us-east-1, where root's sign-ins land, whatever the stack's region", async () => {
    const { resources } = await make({ cloudTrailLogGroup: "trail" });
    for (const { type, inputs } of resources.filter((it) => it.type !== component)) {
      assert.equal(inputs.region, "us-east-1", type);
    }
  });

  for (const [partition, region] of [
    ["aws-us-gov", "us-gov-west-1"],
    ["aws-cn", "cn-north-1"],
    ["aws-eusc", "eusc-de-east-1"],
    ["aws-iso", "us-iso-east-1"],
  ] as const) {
    it(`stands in ${region} in the partition ${partition}, with its ARNs`, async () => {
      const { resources } = await make({ partition }, { partition });
      assert.equal(only(resources, rule).inputs.region, region);
      assert.doesNotMatch(JSON.stringify(resources), /arn:aws:|us-east-1/);
    });
  }

  it("refuses a partition whose global region it does not know, and registers nothing", async () => {
    const { resources } = await run(() => {
      assert.throws(() => new RootActivityAlarm("root-activity", { ...args, partition: "aws-unheard-of" }), {
        message: "rootActivity: the global region of the partition aws-unheard-of is not known",
      });
    });
    assert.deepEqual(resources, []);
  });

  it("is told of calls that only read, too, and tells the topic", async () => {
    const { resources } = await make();
    assert.equal(only(resources, rule).inputs.state, "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
    assert.deepEqual(only(resources, target).inputs, {
      rule: "root-activity-0a1b2c3",
      targetId: "topic",
      arn: topicArn,
      region: "us-east-1",
    });
  });

  it("leaves the physical names to Pulumi, so that nothing left behind stands in the way", async () => {
    const { resources } = await make({ cloudTrailLogGroup: "trail" });
    const named = [topic, rule, filter, alarm];
    for (const { type, inputs } of resources.filter((it) => named.includes(it.type))) {
      const { name, namePrefix } = inputs;
      assert.deepEqual({ name, namePrefix }, { name: undefined, namePrefix: undefined }, type);
    }
  });

  it("writes to each address", async () => {
    const { resources } = await make();
    for (const email of args.emails) {
      assert.deepEqual(only(resources, subscription, email).inputs, {
        topic: topicArn,
        protocol: "email",
        endpoint: email,
        region: "us-east-1",
      });
    }
  });

  it("encrypts with a key that turns, and that the senders may use", async () => {
    const { resources } = await make();
    assert.equal(only(resources, key).inputs.enableKeyRotation, true);
    assert.equal(only(resources, topic).inputs.kmsMasterKeyId, "arn:aws:kms:us-east-1:123456789012:key/0");
    assert.deepEqual(parsed(only(resources, key), "policy"), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AllowThisAccountThroughIam",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::123456789012:root" },
          Action: "kms:*",
          Resource: "*",
        },
        {
          Sid: "AllowRules",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
          Resource: "*",
        },
        {
          Sid: "AllowAlarms",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
          Resource: "*",
          Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
        },
      ],
    });
  });

  it("lets rules and the account's alarms publish to this topic, and nobody else", async () => {
    const { resources } = await make();
    assert.equal(only(resources, topicPolicy).inputs.arn, topicArn);
    assert.deepEqual(parsed(only(resources, topicPolicy), "policy"), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AllowRules",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sns:Publish",
          Resource: topicArn,
        },
        {
          Sid: "AllowAlarms",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: "sns:Publish",
          Resource: topicArn,
          Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
        },
      ],
    });
  });

  it("fires only once the topic lets it in", async () => {
    const { resources } = await make({ cloudTrailLogGroup: "trail" });
    for (const type of [rule, target, filter, alarm]) {
      assert.ok(
        only(resources, type, "root-activity").dependsOn.includes(`${topicPolicy} root-activity`),
        type,
      );
    }
  });

  it("has CIS's metric filter and alarm beside it where a trail's log group is named", async () => {
    const { resources } = await make({ cloudTrailLogGroup: "aws-cloudtrail-logs" });
    assert.deepEqual(only(resources, filter, "root-activity").inputs, {
      logGroupName: "aws-cloudtrail-logs",
      pattern:
        '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}',
      metricTransformation: { name: "RootAccountUsage", namespace: "CISBenchmark", value: "1" },
      region: "us-east-1",
    });
    assert.deepEqual(only(resources, alarm).inputs, {
      alarmDescription: "Any use of the root user",
      namespace: "CISBenchmark",
      metricName: "RootAccountUsage",
      statistic: "Sum",
      period: 300,
      evaluationPeriods: 1,
      threshold: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [topicArn],
      region: "us-east-1",
    });
  });

  it("is the same in a preview, but for what is made of the topic's ARN", async () => {
    const preview = await make({ cloudTrailLogGroup: "trail" }, { preview: true });
    const update = await make({ cloudTrailLogGroup: "trail" });
    assert.deepEqual(identities(preview.resources), identities(update.resources));
  });
});
