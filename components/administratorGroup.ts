import { getPartitionOutput } from "@pulumi/aws/getPartition.js";
import { getGroup } from "@pulumi/aws/iam/getGroup.js";
import { Group } from "@pulumi/aws/iam/group.js";
import { GroupPolicy } from "@pulumi/aws/iam/groupPolicy.js";
import { GroupPolicyAttachment } from "@pulumi/aws/iam/groupPolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import { Administrator, publicArgs, type Member } from "./administrator.ts";
import { initialPasswords, publicOutputs, type AdministratorOutput } from "./administratorOutputs.ts";
import type { AwsSdkOptions } from "./awsSdk.ts";
import {
  refuseGroupLoss,
  refuseTakenGroupName,
  registeredUrn,
  unprotectWhileRenamed,
  warnOfMissingAccess,
} from "./groupChecks.ts";
import { awsProvider, mergeHooks, untilSettled } from "./hooks.ts";
import { administratorAccessArn } from "./partitions.ts";
import { MFA_RULE, requireMfaPolicy } from "./policyDocuments.ts";

/** The group of the administrators. */
export interface GroupSettings {
  /** Name of the group. @default "Administrators" */
  name?: string | undefined;
  /** IAM path of the group. @default "/" */
  path?: string | undefined;
  /** Adopt a group that exists: it is looked up, users are added to it. @default false */
  existing?: boolean | undefined;
}

/** What {@link AdministratorGroup} takes. */
export interface AdministratorGroupArgs {
  /** The group. @default a new group Administrators */
  group?: GroupSettings | undefined;
  /** The administrators, each with a name of its own; their order means nothing. */
  administrators: Member[];
  /** Without MFA an administrator can only change the password and enrol MFA. @default true; false with group.existing */
  requireMfa?: boolean | undefined;
  /** Protect the group, its policy attachment and its members from `pulumi destroy`. @default true */
  protect?: boolean | undefined;
  /** Whether the group that exists has the MFA rule already, exactly so: it is imported then. @default false */
  hasMfaRule?: boolean | undefined;
  /** ARN of root where root deploys, for policies to see. @default absent: somebody else deploys */
  deployedBy?: pulumi.Input<string> | undefined;
  /** Where the AWS SDK finds the account, for what the AWS plugin lacks. @default the environment */
  awsSdk?: AwsSdkOptions | undefined;
}

/**
 * The administrator group of an AWS account: the group with the AWS managed policy `AdministratorAccess`, the rule
 * that requires MFA, and the administrators.
 *
 * The names of its resources in the state do not follow the group's name, so that the group is renamed in place.
 *
 * @example
 * new AdministratorGroup("administrators", { administrators: [{ name: "Administrator" }, { name: "Admin_2", backup: true }] });
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/getting-started-account-iam.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html
 */
export class AdministratorGroup extends pulumi.ComponentResource {
  /** The group's name. */
  public readonly groupName: pulumi.Output<string>;
  /** The group's ARN. */
  public readonly groupArn: pulumi.Output<string>;
  /** What is not secret of each administrator, by their names. */
  public readonly administratorOutputs: pulumi.Output<Record<string, AdministratorOutput>>;
  /** The initial passwords, a secret, by the administrators' names; only those that are there to be handed over. */
  public readonly initialPasswords: pulumi.Output<Record<string, string>>;

  /**
   * @param name - logical name, also of the group's own resources
   * @param args - the group and its administrators
   * @param opts - the usual resource options
   */
  public constructor(name: string, args: AdministratorGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    const { name: groupName = "Administrators", path = "/", existing = false } = args.group ?? {};
    const group = { name: groupName, path, existing };
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
        administrators: publicAdministrators(args.administrators),
      },
      { ...opts, hooks: mergeHooks(opts?.hooks, refuseGroupLoss(awsProvider(opts))) },
    );

    const found = group.existing
      ? lookUpGroup(group.name, args.awsSdk, { parent: this })
      : createGroup(name, group, { parent: this, protect });
    // Nobody becomes a member, not for a moment, before the rule that binds members is there.
    const dependsOn = requireMfa
      ? [
          createMfaRule(name, found.name, {
            parent: this,
            ...(args.hasMfaRule ? { import: `${group.name}:${MFA_RULE}` } : {}),
          }),
        ]
      : [];

    this.groupName = found.name;
    this.groupArn = found.arn;
    const administrators = new Map(
      args.administrators.map((administrator) => [
        administrator.name,
        new Administrator(
          administrator.name,
          {
            awsSdk: args.awsSdk,
            ...administrator,
            group: found.name,
            protect: protect && !group.existing,
          },
          { parent: this, dependsOn },
        ),
      ]),
    );
    administratorsOf.set(this, administrators);
    this.administratorOutputs = publicOutputs(administrators);
    this.initialPasswords = initialPasswords(administrators);
    if (!group.existing) {
      attachAdministratorAccess(name, found.name, {
        parent: this,
        protect,
        transforms: unprotectWhileRenamed(this),
      });
    }
    this.registerOutputs({ groupName: this.groupName, groupArn: this.groupArn });
  }

  /** The administrators by their names, for programs in TypeScript. */
  public get administrators(): ReadonlyMap<string, Administrator> {
    return administratorsOf.get(this) ?? new Map();
  }
}

/** Not a field: the schema of the component package takes every field of a component for an output. */
const administratorsOf = new WeakMap<AdministratorGroup, ReadonlyMap<string, Administrator>>();

/** What policies see of the administrators: nothing of the passwords, and the same list whatever its order. */
function publicAdministrators(administrators: readonly Member[]) {
  return administrators.map(publicArgs).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The options of this component's children. */
interface ChildOptions {
  readonly parent: AdministratorGroup;
  readonly protect?: boolean;
  readonly import?: string;
  readonly dependsOn?: pulumi.Resource[];
  readonly transforms?: pulumi.ResourceTransform[];
}

function lookUpGroup(groupName: string, awsSdk: AwsSdkOptions | undefined, opts: ChildOptions) {
  // Not before the component's hook has refused a group that is not there: an invocation that fails would be told once
  // for each input that it reaches.
  const group = pulumi.output(registeredUrn(opts.parent).then(() => getGroup({ groupName }, opts)));
  pulumi
    .all([administratorAccess(opts), group])
    .apply(([arn]) => warnOfMissingAccess(groupName, arn, awsSdk, opts.parent));
  return { name: group.groupName, arn: group.arn };
}

function createGroup(
  name: string,
  { name: groupName, path }: { readonly name: string; readonly path: string },
  opts: ChildOptions,
) {
  const group = new Group(
    name,
    { name: groupName, path },
    { ...opts, hooks: refuseTakenGroupName(opts.parent) },
  );
  return { name: group.name, arn: group.arn };
}

function attachAdministratorAccess(name: string, group: pulumi.Output<string>, opts: ChildOptions): void {
  const policyArn = administratorAccess(opts);
  new GroupPolicyAttachment(name, { group, policyArn }, { ...opts, hooks: untilSettled() });
}

function administratorAccess({ parent }: ChildOptions): pulumi.Output<string> {
  const { partition } = getPartitionOutput({}, { parent });
  return partition.apply(administratorAccessArn);
}

function createMfaRule(name: string, group: pulumi.Output<string>, opts: ChildOptions): GroupPolicy {
  const { partition } = getPartitionOutput({}, { parent: opts.parent });
  const policy = partition.apply((id) => JSON.stringify(requireMfaPolicy(id)));
  return new GroupPolicy(name, { name: MFA_RULE, group, policy }, { ...opts, hooks: untilSettled() });
}
