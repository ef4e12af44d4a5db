import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AdministratorRole, type AdministratorRoleArgs } from "../../components/administratorRole.ts";
import { roleEventPattern, rolePattern } from "../../components/alarmPatterns.ts";
import { administratorTrustPolicy } from "../../components/policyDocuments.ts";
import { declared, only, run, value } from "./mocks.ts";

const component = "iam-administrators:index:AdministratorRole administrator";
const administrators = [
  "arn:aws:iam::111122223333:user/Admin_2",
  "arn:aws:iam::111122223333:user/team/Administrator",
];
const roleArn = "arn:aws:iam::123456789012:role/Administrator";
const make = (others: Partial<AdministratorRoleArgs> = {}, partition = "aws") =>
  run(() => new AdministratorRole("administrator", { administrators, ...others }), { partition });

// What this does not prove: that STS evaluates the policy as AWS documents it.
describe("An AdministratorRole", () => {
  it("is a role for the named users alone, with MFA and for an hour, and AdministratorAccess on it", async () => {
    const { resources, result } = await make({ administrators: administrators.toReversed() });
    const assumeRolePolicy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AllowAdministratorsWithMfa",
          Effect: "Allow",
          Principal: { AWS: administrators },
          Action: "sts:AssumeRole",
          Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
        },
      ],
    });
    const description = "Administrators of the home account, with MFA";
    const policyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    assert.deepEqual(declared(resources), {
      "AdministratorRole administrator": { administrators, roleName: "Administrator", protect: true },
      "Role administrator": [
        { name: "Administrator", description, assumeRolePolicy, maxSessionDuration: 3600 },
        { protect: true },
      ],
      "RolePolicyAttachment administrator": [{ role: "Administrator", policyArn }, { protect: true }],
    });
    assert.ok(resources.slice(1).every(({ parent }) => parent === component));
    assert.equal(await value(result.roleArn), roleArn);
  });

  it("has the name that is given, its partition's ARNs, and no protection where that is switched off", async () => {
    const { resources } = await make({ roleName: "Emergency", protect: false }, "aws-eusc");
    const policyArn = "arn:aws-eusc:iam::aws:policy/AdministratorAccess";
    assert.deepEqual(only(resources, "RolePolicyAttachment").inputs, { role: "Emergency", policyArn });
    for (const type of ["Role", "RolePolicyAttachment"]) assert.deepEqual(only(resources, type).options, {});
  });

  it("tells the alarm's topic of each use: by a rule in the topic's region, and through the trail", async () => {
    const region = "us-gov-west-1";
    const alarmTopicArn = `arn:aws-us-gov:sns:${region}:123456789012:root-activity-0a1b2c3`;
    const { resources } = await make({ alarmTopicArn, cloudTrailLogGroup: "trail" });
    const description = "Somebody assumes the administrator role";
    const metric = { name: "AdministratorRoleUse", namespace: "IamAdministrators" };
    assert.deepEqual(only(resources, "EventRule").inputs, {
      description,
      eventPattern: JSON.stringify(roleEventPattern(roleArn)),
      region,
    });
    assert.deepEqual(only(resources, "EventTarget").inputs, {
      rule: "administrator-0a1b2c3",
      targetId: "topic",
      arn: alarmTopicArn,
      region,
    });
    assert.deepEqual(only(resources, "LogMetricFilter").inputs, {
      logGroupName: "trail",
      pattern: rolePattern(roleArn),
      metricTransformation: { ...metric, value: "1" },
      region,
    });
    const { metricName, namespace, alarmActions } = only(resources, "MetricAlarm").inputs;
    assert.deepEqual({ name: metricName, namespace }, metric);
    assert.deepEqual(alarmActions, [alarmTopicArn]);
  });

  it("has no metric where no trail is named, and refuses a trail without a topic", async () => {
    const { resources } = await make({ alarmTopicArn: "arn:aws:sns:us-east-1:123456789012:topic" });
    const types = resources.filter(({ type }) => type.startsWith("aws:cloudwatch/")).map(({ type }) => type);
    assert.deepEqual(types, ["aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"]);
    await assert.rejects(make({ cloudTrailLogGroup: "trail" }), {
      message: "cloudTrailLogGroup needs alarmTopicArn, the topic that is told",
    });
  });

  it("trusts somebody, and nobody but users: no account, no role and no pattern", () => {
    const noUser = { message: "administrators must name at least one user" };
    assert.throws(() => administratorTrustPolicy([]), noUser);
    for (const arn of [
      "arn:aws:iam::111122223333:root",
      "arn:aws:iam::111122223333:role/Administrator",
      "arn:aws:iam::111122223333:user/*",
      "arn:aws:iam::*:user/Administrator",
      "arn:*:iam::111122223333:user/Administrator",
      "111122223333",
      "*",
      "",
    ]) {
      const message = `administrators "${arn}": must be the ARN of an IAM user`;
      assert.throws(() => administratorTrustPolicy([...administrators, arn]), { message });
    }
  });
});

describe("examples/home-account", () => {
  after(() => {
    pulumi.runtime.setAllConfig({});
  });

  it("is the role, for the users that the config names, and an alarm that tells of its use and of root's", async () => {
    const { resources, result } = await run(async () => {
      pulumi.runtime.setAllConfig({
        "administrator-role:administrators": JSON.stringify(administrators),
        "administrator-role:emails": JSON.stringify(["security@example.com"]),
        "administrator-role:cloudTrailLogGroup": "trail",
      });
      return import("../../examples/home-account/index.ts");
    });
    assert.equal(await value(result.roleArn), roleArn);
    assert.deepEqual(only(resources, "AdministratorRole").inputs.administrators, administrators);
    for (const name of ["administrator", "root-activity"]) {
      for (const type of ["EventRule", "EventTarget", "LogMetricFilter", "MetricAlarm"]) {
        assert.equal(only(resources, type, name).inputs.region, "us-east-1", `${type} ${name}`);
      }
    }
  });
});
