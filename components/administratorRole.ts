import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { getPartitionOutput } from "@pulumi/aws/getPartition.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import { roleEventPattern, rolePattern } from "./alarmPatterns.ts";
import { untilSettled } from "./hooks.ts";
import { createMetricAlarm } from "./metricAlarm.ts";
import { administratorAccessArn } from "./partitions.ts";
import { administratorTrustPolicy } from "./policyDocuments.ts";

/** What {@link AdministratorRole} takes. */
export interface AdministratorRoleArgs {
  /** ARNs of the users in the home account who may assume the role: at least one, and users that exist. */
  administrators: pulumi.Input<string>[];
  /** Name of the role, which the administrators type at "Switch role". @default "Administrator" */
  roleName?: string | undefined;
  /** Protect the role and its policy attachment from deletion. @default true */
  protect?: boolean | undefined;
  /** Topic that is told whenever somebody assumes the role: a `RootActivityAlarm`'s. @default nobody is told */
  alarmTopicArn?: pulumi.Input<string> | undefined;
  /** CloudWatch Logs group of the account's trail, in the topic's region; needs `alarmTopicArn`. @default none */
  cloudTrailLogGroup?: string | undefined;
}

/**
 * The role of an account without administrators of its own: the named administrators of another account, the home
 * account, assume it with MFA, for an hour at most, and have `AdministratorAccess` then.
 *
 * Each use tells the alarm's topic. EventBridge sees what STS is asked in the topic's region only; with the log group of a
 * multi-region trail, a metric filter sees all.
 *
 * AWS trusts the user and not the name: a user who is deleted and made anew is not trusted before the next `pulumi up`.
 *
 * @example
 * new AdministratorRole("administrator", {
 *   administrators: ["arn:aws:iam::111122223333:user/Administrator", "arn:aws:iam::111122223333:user/Admin_2"],
 * });
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-console.html
 */
export class AdministratorRole extends pulumi.ComponentResource {
  /** The role's ARN. */
  public readonly roleArn: pulumi.Output<string>;

  /**
   * @param name - logical name, also of its resources
   * @param args - who may assume the role, and who is told
   * @param opts - the usual resource options
   * @throws {Error} for a log group without a topic; the deployment fails for anything but users as administrators
   */
  public constructor(name: string, args: AdministratorRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    const { roleName = "Administrator", protect = true, alarmTopicArn, cloudTrailLogGroup } = args;
    if (cloudTrailLogGroup !== undefined && alarmTopicArn === undefined)
      throw new Error("cloudTrailLogGroup needs alarmTopicArn, the topic that is told");
    // Sorted: the order of the administrators means nothing.
    const administrators = pulumi.all(args.administrators).apply((arns) => arns.toSorted());
    super(
      "iam-administrators:index:AdministratorRole",
      name,
      { administrators, roleName, protect, alarmTopicArn, cloudTrailLogGroup },
      opts,
    );
    const options = { parent: this };

    const role = new Role(
      name,
      {
        name: roleName,
        description: "Administrators of the home account, with MFA",
        assumeRolePolicy: administrators.apply((arns) => JSON.stringify(administratorTrustPolicy(arns))),
        // In seconds, and the least that AWS takes.
        maxSessionDuration: 3600,
      },
      { ...options, protect },
    );
    const { partition } = getPartitionOutput({}, options);
    new RolePolicyAttachment(
      name,
      {
        role: role.name,
        policyArn: partition.apply(administratorAccessArn),
      },
      { ...options, protect, hooks: untilSettled() },
    );
    if (alarmTopicArn !== undefined) {
      createAlarm(name, role.arn, pulumi.output(alarmTopicArn), cloudTrailLogGroup, options);
    }
    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}

function createAlarm(
  name: string,
  roleArn: pulumi.Output<string>,
  topicArn: pulumi.Output<string>,
  logGroupName: string | undefined,
  opts: pulumi.CustomResourceOptions,
): void {
  const description = "Somebody assumes the administrator role";
  // arn:PARTITION:sns:REGION:...
  const region = topicArn.apply((arn) => arn.split(":")[3] ?? "");
  const rule = new EventRule(
    name,
    { description, eventPattern: roleArn.apply((arn) => JSON.stringify(roleEventPattern(arn))), region },
    opts,
  );
  new EventTarget(name, { rule: rule.name, targetId: "topic", arn: topicArn, region }, opts);
  if (logGroupName === undefined) return;
  const metric = { name: "AdministratorRoleUse", namespace: "IamAdministrators" };
  const patterns = { [name]: roleArn.apply(rolePattern) };
  createMetricAlarm(name, { description, metric, logGroupName, patterns, topicArn, region }, opts);
}
