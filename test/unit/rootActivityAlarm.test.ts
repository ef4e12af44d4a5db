import assert from "node:assert/strict";
import { assumedRootPattern, rootEventPattern, signInPattern } from "../../components/alarmPatterns.ts";
import { RootActivityAlarm, type RootActivityAlarmArgs } from "../../components/rootActivityAlarm.ts";
import { declared, only, run, value, type Setting } from "./mocks.ts";

const region = "us-east-1";
const topicArn = `arn:aws:sns:${region}:123456789012:root-0a1b2c3`;
const emails = ["security@example.com", "cto@example.com"];
const args = { emails, partition: "aws", accountId: "123456789012" };
const make = (others: Partial<RootActivityAlarmArgs> = {}, setting?: Setting) =>
  run(() => new RootActivityAlarm("root", { ...args, ...others }), setting);

/** Rules and the account's alarms, and nobody else, may do this. */
const senders = (permission: object) => [
  { Sid: "AllowRules", Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, ...permission },
  {
    Sid: "AllowAlarms",
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    ...permission,
    Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
  },
];
const account = {
  Sid: "AllowThisAccountThroughIam",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::123456789012:root" },
  Action: "kms:*",
  Resource: "*",
};
const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const cisPattern =
  '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}';
const subscribed = { topic: topicArn, protocol: "email", region };
const filtered = {
  logGroupName: "trail",
  metricTransformation: { name: "RootAccountUsage", namespace: "CISBenchmark", value: "1" },
  region,
};

// What this does not prove: that EventBridge and CloudWatch fire. Nobody signs in as root for a test.
describe("A RootActivityAlarm", () => {
  it("tells every address through an encrypted topic, by a rule and, where a trail is named, by CIS's alarm", async () => {
    const { resources, result } = await make({ cloudTrailLogGroup: "trail" });
    assert.deepEqual(declared(resources), {
      "RootActivityAlarm root": { emails, cloudTrailLogGroup: "trail", backupAdministrators: [] },
      "Key root": {
        description: "Encrypts the notifications of root activity",
        enableKeyRotation: true,
        policy: policy(
          account,
          ...senders({ Action: ["kms:Decrypt", "kms:GenerateDataKey*"], Resource: "*" }),
        ),
        region,
      },
      "Topic root": { kmsMasterKeyId: `arn:aws:kms:${region}:123456789012:key/0`, region },
      "TopicPolicy root": {
        arn: topicArn,
        policy: policy(...senders({ Action: "sns:Publish", Resource: topicArn })),
        region,
      },
      "TopicSubscription security@example.com": { ...subscribed, endpoint: "security@example.com" },
      "TopicSubscription cto@example.com": { ...subscribed, endpoint: "cto@example.com" },
      "EventRule root": {
        description: "Any use of the root user",
        eventPattern: JSON.stringify(rootEventPattern),
        // Calls that only read, too.
        state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
        region,
      },
      "EventTarget root": { rule: "root-0a1b2c3", targetId: "topic", arn: topicArn, region },
      "LogMetricFilter root": { ...filtered, pattern: cisPattern },
      "LogMetricFilter root-assumed": { ...filtered, pattern: assumedRootPattern },
      "MetricAlarm root": {
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
        region,
      },
    });
    assert.equal(await value(result.topicArn), topicArn);
    // Nothing may fire before the topic lets it in.
    const topicPolicy = "aws:sns/topicPolicy:TopicPolicy root";
    for (const type of ["EventRule", "EventTarget", "LogMetricFilter", "MetricAlarm"]) {
      assert.ok(only(resources, type, "root").dependsOn.includes(topicPolicy), type);
    }
  });

  it("has no filters and no alarms where no trail is named", async () => {
    const { resources } = await make();
    assert.doesNotMatch(Object.keys(declared(resources)).join(), /LogMetricFilter|MetricAlarm/);
  });

  it("watches backup administrators on a trail only, whatever their order", async () => {
    const { resources } = await make({ cloudTrailLogGroup: "trail", backupAdministrators: ["b", "a"] });
    assert.deepEqual(only(resources, "RootActivityAlarm").inputs.backupAdministrators, ["a", "b"]);
    const one = declared(
      (await make({ cloudTrailLogGroup: "trail", backupAdministrators: ["a"] })).resources,
    );
    const metric = { name: "BackupAdministratorSignIn", namespace: "IamAdministrators", value: "1" };
    assert.deepEqual(one["LogMetricFilter root-backup-a"], {
      ...filtered,
      metricTransformation: metric,
      pattern: signInPattern("123456789012", "a"),
    });
    await assert.rejects(make({ backupAdministrators: ["a"] }), {
      message: "backupAdministrators needs cloudTrailLogGroup: only a trail sees every region",
    });
  });

  it("stands in its partition's global region, with its ARNs, where that is known", async () => {
    const partition = "aws-cn";
    const { resources } = await make({ partition, cloudTrailLogGroup: "trail" }, { partition });
    assert.doesNotMatch(JSON.stringify(resources), /arn:aws:|us-east-1/);
    assert.ok(resources.slice(1).every(({ inputs }) => inputs.region === "cn-north-1"));
    await assert.rejects(make({ partition: "aws-unheard-of" }), {
      message: "rootActivity: the global region of the partition aws-unheard-of is not known",
    });
  });
});
