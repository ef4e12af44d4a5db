import { getPartitionOutput } from "@pulumi/aws/getPartition.js";
import { getGroupOutput } from "@pulumi/aws/iam/getGroup.js";
import { Group } from "@pulumi/aws/iam/group.js";
import { GroupPolicy } from "@pulumi/aws/iam/groupPolicy.js";
import { GroupPolicyAttachment } from "@pulumi/aws/iam/groupPolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import { Administrator, type AdministratorArgs } from "./administrator.ts";
import { requireMfaPolicy } from "./policyDocuments.ts";
import { freeGroupName } from "./takenNames.ts";

/** What {@link AdministratorGroup} takes. */
export interface AdministratorGroupArgs {
  /** The group. */
  readonly group?: {
    /** Name of the group. @default "Administrators" */
    readonly name?: string;
    /** IAM path of the group. @default "/" */
    readonly path?: string;
    /** Adopt a group that exists: it is looked up, users are added to it. @default false */
    readonly existing?: boolean;
  };
  /** The administrators, each with a name of its own; their order means nothing. */
  readonly administrators: readonly Omit<AdministratorArgs, "group">[];
  /** Without MFA an administrator can only change the password and enrol MFA. @default true, false if existing */
  readonly requireMfa?: boolean;
  /** Protect the group and its policy attachment from deletion. @default true */
  readonly protect?: boolean;
  /** ARN of who deploys, for policies to see. */
  readonly deployedBy?: pulumi.Input<string>;
}

/**
 * The administrator group of an AWS account: the group with the AWS managed policy `AdministratorAccess`, the rule
 * that requires MFA, and the administrators.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/getting-started-account-iam.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html
 */
export class AdministratorGroup extends pulumi.ComponentResource {
  /** The group's name. */
  public readonly groupName: pulumi.Output<string>;
  /** The group's ARN. */
  public readonly groupArn: pulumi.Output<string>;
  /** The administrators by their names. */
  public readonly administrators: ReadonlyMap<string, Administrator>;

  /**
   * @param name - logical name, the group's name in this project
   * @param args - the group and its administrators
   * @param opts - the usual resource options
   */
  public constructor(name: string, args: AdministratorGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    const group = { name: "Administrators", path: "/", existing: false, ...args.group };
    const requireMfa = args.requireMfa ?? !group.existing;
    const protect = args.protect ?? true;
    super(
      "iam-administrators:index:AdministratorGroup",
      name,
      {
        group,
        requireMfa,
        protect,
        deployedBy: args.deployedBy,
        administrators: visible(args.administrators),
      },
      opts,
    );

    const found = group.existing
      ? lookUpGroup(group.name, { parent: this })
      : createGroup(name, group, { parent: this, protect });
    // Nobody becomes a member, not for a moment, before the rule that binds members is there.
    const dependsOn = requireMfa ? [createMfaRule(name, found.name, { parent: this })] : [];

    this.groupName = found.name;
    this.groupArn = found.arn;
    this.administrators = new Map(
      args.administrators.map((administrator) => [
        administrator.name,
        new Administrator(
          administrator.name,
          { ...administrator, group: found.name },
          { parent: this, dependsOn },
        ),
      ]),
    );
    if (!group.existing) {
      // Made last, this is the first to be deleted: where it is protected, a destroy stops before it took anybody.
      attachAdministratorAccess(name, found.name, {
        parent: this,
        protect,
        dependsOn: [...this.administrators.values()],
      });
    }
    this.registerOutputs({ groupName: this.groupName, groupArn: this.groupArn });
  }
}

/** What policies see of the administrators: nothing of the passwords, and the same list whatever its order. */
function visible(administrators: AdministratorGroupArgs["administrators"]) {
  return administrators
    .map(({ name, path, backup, consoleAccess, passwordResetRequired }) => ({
      name,
      path: path ?? "/",
      backup: backup ?? false,
      consoleAccess: consoleAccess ?? true,
      passwordResetRequired: passwordResetRequired ?? true,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The options of this component's children. */
interface ChildOptions {
  readonly parent: AdministratorGroup;
  readonly protect?: boolean;
  readonly dependsOn?: pulumi.Resource[];
}

function lookUpGroup(groupName: string, opts: ChildOptions) {
  const group = getGroupOutput({ groupName }, opts);
  return { name: group.groupName, arn: group.arn };
}

function createGroup(
  name: string,
  { name: groupName, path }: { readonly name: string; readonly path: string },
  opts: ChildOptions,
) {
  const group = new Group(name, { name: groupName, path }, { ...opts, ...freeGroupName() });
  return { name: group.name, arn: group.arn };
}

function attachAdministratorAccess(name: string, group: pulumi.Output<string>, opts: ChildOptions): void {
  const { partition } = getPartitionOutput({}, { parent: opts.parent });
  const policyArn = pulumi.interpolate`arn:${partition}:iam::aws:policy/AdministratorAccess`;
  new GroupPolicyAttachment(name, { group, policyArn }, opts);
}

function createMfaRule(name: string, group: pulumi.Output<string>, opts: ChildOptions): GroupPolicy {
  const { partition } = getPartitionOutput({}, { parent: opts.parent });
  const policy = partition.apply((id) => JSON.stringify(requireMfaPolicy(id)));
  return new GroupPolicy(name, { name: "RequireMfa", group, policy }, opts);
}
