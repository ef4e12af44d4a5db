import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AdministratorRole, type AdministratorRoleArgs } from "../../components/administratorRole.ts";
import { administratorTrustPolicy } from "../../components/policyDocuments.ts";
import {
  assumeRoleCall,
  call,
  eventBridgeEvent,
  identities as callers,
} from "../support/cloudTrailEvents.ts";
import { matchesEventPattern } from "../support/eventPattern.ts";
import { matchesFilterPattern } from "../support/filterPattern.ts";
import { identities, only, run, value } from "../support/mocks.ts";

const component = "iam-administrators:index:AdministratorRole";
const role = "aws:iam/role:Role";
const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const rule = "aws:cloudwatch/eventRule:EventRule";
const target = "aws:cloudwatch/eventTarget:EventTarget";
const filter = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";

const administrators = [
  "arn:aws:iam::111122223333:user/Admin_2",
  "arn:aws:iam::111122223333:user/team/Administrator",
];
const roleArn = "arn:aws:iam::123456789012:role/Administrator";
const alarmTopicArn = "arn:aws:sns:us-gov-west-1:123456789012:root-activity-0a1b2c3";
const make = (others: Partial<AdministratorRoleArgs> = {}, partition = "aws") =>
  run(() => new AdministratorRole("administrator", { administrators, ...others }), { partition });

// What this does not prove: that STS evaluates the policy as AWS documents it.
describe("An AdministratorRole", () => {
  it("is a role and AdministratorAccess on it, both protected", async () => {
    const { resources, result } = await make();
    assert.deepEqual(identities(resources), [
      `${role} administrator`,
      `${attachment} administrator`,
      `${component} administrator`,
    ]);
    assert.equal(await value(result.roleArn), roleArn);
    assert.deepEqual(only(resources, attachment).inputs, {
      role: "Administrator",
      policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
    });
    for (const type of [role, attachment]) {
      const { options, parent } = only(resources, type);
      assert.deepEqual(
        { options, parent },
        { options: { protect: true }, parent: `${component} administrator` },
      );
    }
  });

  it("is for the named users alone, with MFA, and for an hour", async () => {
    const { resources } = await make();
    const { assumeRolePolicy, ...inputs } = only(resources, role).inputs;
    assert.deepEqual(inputs, {
      name: "Administrator",
      description: "Administrators of the home account, with MFA",
      maxSessionDuration: 3600,
    });
    assert.deepEqual(JSON.parse(assumeRolePolicy as string), {
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
  });

  it("is the same whatever the order of the administrators", async () => {
    const [given, reversed] = [await make(), await make({ administrators: administrators.toReversed() })];
    for (const type of [component, role]) {
      assert.deepEqual(only(reversed.resources, type).inputs, only(given.resources, type).inputs);
    }
  });

  it("has another name where one is given, and no protection where that is switched off", async () => {
    const { resources } = await make({ roleName: "Emergency", protect: false });
    assert.equal(only(resources, role).inputs.name, "Emergency");
    assert.deepEqual([only(resources, role).options, only(resources, attachment).options], [{}, {}]);
  });

  it("has the ARNs of its partition", async () => {
    const { resources } = await make({}, "aws-eusc");
    assert.equal(
      only(resources, attachment).inputs.policyArn,
      "arn:aws-eusc:iam::aws:policy/AdministratorAccess",
    );
  });

  it("tells the alarm's topic, in the topic's region, whenever somebody takes it on", async () => {
    const { resources } = await make({ alarmTopicArn });
    const { eventPattern, region } = only(resources, rule).inputs;
    assert.equal(region, "us-gov-west-1");
    const { arn, region: targetRegion } = only(resources, target).inputs;
    assert.deepEqual({ arn, targetRegion }, { arn: alarmTopicArn, targetRegion: "us-gov-west-1" });
    const isSent = (event: Readonly<Record<string, unknown>>) =>
      matchesEventPattern(eventPattern as string, eventBridgeEvent(event));
    assert.equal(isSent(assumeRoleCall(roleArn)), true);
    assert.equal(isSent(assumeRoleCall(`${roleArn}2`)), false);
    assert.equal(isSent(call(callers.role("Administrator"), "iam", "ListUsers")), false);
  });

  it("tells it through the trail as well, whatever the region, where a log group is named", async () => {
    const { resources } = await make({ alarmTopicArn, cloudTrailLogGroup: "trail" });
    const { pattern, logGroupName, metricTransformation, region } = only(resources, filter).inputs;
    assert.deepEqual(
      { logGroupName, metricTransformation, region },
      {
        logGroupName: "trail",
        metricTransformation: { name: "AdministratorRoleUse", namespace: "IamAdministrators", value: "1" },
        region: "us-gov-west-1",
      },
    );
    const isCounted = (event: object) => matchesFilterPattern(pattern as string, event);
    assert.equal(isCounted({ ...assumeRoleCall(roleArn), awsRegion: "ap-southeast-2" }), true);
    assert.equal(isCounted(assumeRoleCall("arn:aws:iam::123456789012:role/deployment")), false);
    const { metricName, namespace, alarmActions } = only(resources, alarm).inputs;
    assert.deepEqual(
      { metricName, namespace, alarmActions },
      { metricName: "AdministratorRoleUse", namespace: "IamAdministrators", alarmActions: [alarmTopicArn] },
    );
  });

  it("refuses a log group without a topic, and registers nothing", async () => {
    const { resources } = await run(() => {
      assert.throws(
        () => new AdministratorRole("administrator", { administrators, cloudTrailLogGroup: "trail" }),
        { message: "cloudTrailLogGroup needs alarmTopicArn, the topic that is told" },
      );
    });
    assert.deepEqual(resources, []);
  });

  for (const arn of [
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:role/Administrator",
    "arn:aws:sts::111122223333:assumed-role/Administrator/session",
    "arn:aws:iam::111122223333:user/*",
    "arn:aws:iam::*:user/Administrator",
    "arn:*:iam::111122223333:user/Administrator",
    "111122223333",
    "*",
    "",
  ]) {
    it(`trusts nobody but users: not "${arn}"`, () => {
      assert.throws(() => administratorTrustPolicy([...administrators, arn]), {
        message: `administrators "${arn}": must be the ARN of an IAM user`,
      });
    });
  }

  it("trusts somebody", () => {
    assert.throws(() => administratorTrustPolicy([]), {
      message: "administrators must name at least one user",
    });
  });
});

describe("examples/home-account", () => {
  after(() => {
    pulumi.runtime.setAllConfig({});
  });

  it("is the role, for the users that the config names, and an alarm that tells of its use", async () => {
    const { resources, result } = await run(async () => {
      pulumi.runtime.setAllConfig({
        "administrator-role:administrators": JSON.stringify(administrators),
        "administrator-role:emails": JSON.stringify(["security@example.com"]),
        "administrator-role:cloudTrailLogGroup": "trail",
      });
      return import("../../examples/home-account/index.ts");
    });
    assert.equal(await value(result.roleArn), roleArn);
    assert.deepEqual(only(resources, component).inputs.administrators, administrators);
    for (const type of [rule, target, filter]) {
      assert.equal(only(resources, type, "administrator").inputs.region, "us-east-1", type);
    }
    assert.deepEqual(
      resources
        .filter(({ type }) => type === alarm)
        .map(({ name }) => name)
        .sort(),
      ["administrator", "root-activity"],
    );
  });
});
