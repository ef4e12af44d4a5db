import { getGroup, type GetGroupResult } from "@pulumi/aws/iam/getGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { iamSdk, type AwsSdkOptions } from "./awsSdk.ts";
import { beforeChange, hasEngine } from "./hooks.ts";
import { isRequireMfaPolicy, MFA_RULE } from "./policyDocuments.ts";

/** The inputs of the component `AdministratorGroup` that its check looks at. */
interface GroupInputs {
  readonly group: { readonly name: string; readonly existing: boolean };
}

/** What {@link refuseGroupLoss} gives. */
interface KeptGroup {
  readonly hooks: pulumi.ResourceHookBinding;
  /** Take the protection from a child while the group is renamed. */
  readonly transforms: pulumi.ResourceTransform[];
}

/**
 * Hooks of the component: no edit deletes the group's policies from under its members. A rename does not: IAM renames
 * the group in place, and the attachment is only recorded under another name. Pulumi calls that a replacement, which
 * `protect` would refuse.
 */
export function refuseGroupLoss(name: string): KeptGroup {
  let isRenamed = false;
  const hooks = beforeChange<GroupInputs>(
    `refuse-group-loss:${name}`,
    ({ group }, { olds, isComplete, urn }) => {
      isRenamed = olds?.group !== undefined && olds.group.name !== group.name;
      if (!group.existing || !isComplete || olds?.group?.existing !== false) return;
      throw new Error(
        `group.existing true: this stack made the group "${olds.group.name}", and would delete its AdministratorAccess and ` +
          "its MFA rule while the administrators are still members. To leave the group to somebody else on purpose, " +
          "let the stack forget group and administrators; nothing changes in AWS: " +
          `pulumi state delete '${urn}' --target-dependents --force --yes. Then set import: true for each administrator, ` +
          "and run pulumi up.",
      );
    },
  );
  const unprotected: pulumi.ResourceTransform = ({ props, opts }) =>
    isRenamed ? { props, opts: { ...opts, protect: false } } : undefined;
  return { hooks, transforms: hasEngine() ? [unprotected] : [] };
}

/** Hooks of a component's group: a name that is taken is refused, for a new group and for a renamed one. */
export function refuseTakenGroupName(
  component: pulumi.Resource,
  componentName: string,
): pulumi.ResourceHookBinding {
  const provider = component.getProvider("aws:iam/getGroup:getGroup");
  const hookName =
    provider === undefined ? "refuse-taken-group-name" : `refuse-taken-group-name:${componentName}`;
  return beforeChange<{ readonly name: string }>(hookName, async ({ name }, { olds }) => {
    if (name === olds?.name) return;
    if (name.toLowerCase() === olds?.name?.toLowerCase()) {
      throw new Error(
        `group.name "${name}": IAM does not tell it apart from "${olds.name}", so that members would lose their rights for a ` +
          `moment. Keep ${olds.name}, or choose a name that differs in more than letter case.`,
      );
    }
    if ((await findGroup(name, provider)) === undefined) return;
    const advice =
      olds === undefined
        ? "Set group.existing: true to add administrators to it, or choose another name. Left over by an interrupted " +
          `pulumi up, it is empty: aws iam delete-group --group-name ${name}, then pulumi up again.`
        : "Choose another name.";
    throw new Error(`group.name "${name}": the account has a group of this name already. ${advice}`);
  });
}

/**
 * Looks a group up by name. Only what AWS calls "no such entity" counts as absent.
 *
 * @param provider - the AWS provider to ask, by default the stack's own
 * @returns the names of its members, or undefined if there is no such group
 * @throws {pulumi.RunError} what else AWS or the plugin says
 */
export async function findGroup(
  groupName: string,
  provider?: pulumi.ProviderResource,
): Promise<{ readonly members: string[] } | undefined> {
  try {
    const group: Partial<GetGroupResult> = await getGroup({ groupName }, { provider });
    return { members: (group.users ?? []).map(({ userName }) => userName) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // The AWS SDK for Go names the operation and the code (group_data_source.go).
    if (/operation error IAM: GetGroup, .*\bNoSuchEntity: /s.test(reason)) return undefined;
    throw new pulumi.RunError(`whether there is a group ${groupName} cannot be found out: ${reason}`);
  }
}

/** Warns where an adopted group does not make its members administrators. */
export async function warnOfMissingAccess(
  groupName: string,
  policyArn: string,
  sdk: AwsSdkOptions | undefined,
  resource: pulumi.Resource,
): Promise<void> {
  if (!hasEngine()) return;
  try {
    const { ListAttachedGroupPoliciesCommand, iam } = await iamSdk(sdk);
    const { AttachedPolicies = [] } = await iam.send(
      new ListAttachedGroupPoliciesCommand({ GroupName: groupName, MaxItems: 100 }),
    );
    if (AttachedPolicies.some(({ PolicyArn }) => PolicyArn === policyArn)) return;
    await pulumi.log.warn(
      `the group ${groupName} does not have AdministratorAccess: its members are no administrators, unless another ` +
        `policy makes them so. To attach it: aws iam attach-group-policy --group-name ${groupName} --policy-arn ${policyArn}`,
      resource,
    );
  } catch (error) {
    await pulumi.log.info(
      `whether the group ${groupName} has AdministratorAccess cannot be found out: ${String(error)}`,
      resource,
    );
  }
}

/** Whether a group that exists has the rule that requires MFA already: then it is imported, and not written anew. */
export async function hasMfaRule(GroupName: string, partition: string, sdk: AwsSdkOptions): Promise<boolean> {
  try {
    const { GetGroupPolicyCommand, iam } = await iamSdk(sdk);
    const rule = await iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName: MFA_RULE }));
    return isRequireMfaPolicy(decodeURIComponent(rule.PolicyDocument ?? "null"), partition);
  } catch {
    // It is not there, or nobody can look: to write it is right, and says what is wrong.
    return false;
  }
}
