import { getGroup, type GetGroupResult } from "@pulumi/aws/iam/getGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { iamSdk, type AwsSdkOptions } from "./awsSdk.ts";
import { beforeChange, hasEngine, hookName } from "./hooks.ts";
import { lookUp } from "./lookUp.ts";
import { isRequireMfaPolicy, MFA_RULE } from "./policyDocuments.ts";

/** The inputs of the component `AdministratorGroup` that its checks look at. */
export interface GroupInputs {
  readonly group: { readonly name: string; readonly existing: boolean };
  readonly administrators: readonly { readonly name: string }[];
}

/** URNs of the components whose group is renamed in this run. */
const renamed = new Set<string>();

/**
 * Hooks of the component: no edit deletes the group's policies from under its members, none takes out most of the
 * administrators at once, and a group to adopt is there.
 *
 * @param provider - the AWS provider to ask, undefined for the stack's own
 */
export function refuseGroupLoss(provider: pulumi.ProviderResource | undefined): pulumi.ResourceHookBinding {
  return beforeChange<GroupInputs>(hookName("refuse-group-loss", provider), async (news, known) => {
    const { olds, isComplete, urn } = known;
    const { group } = news;
    if (olds?.group !== undefined && olds.group.name !== group.name) renamed.add(urn);
    if (isComplete) refuseMassRemoval(news, olds);
    if (!group.existing) return;
    if (isComplete && olds?.group?.existing === false) {
      throw new Error(
        `group.existing true: this stack made the group "${olds.group.name}", and would delete its AdministratorAccess and ` +
          "its MFA rule while the administrators are still members. To leave the group to somebody else on purpose, " +
          "let the stack forget group and administrators; nothing changes in AWS: " +
          `pulumi state delete '${urn}' --target-dependents --force --yes. Then set import: true for each administrator, ` +
          "and run pulumi up.",
      );
    }
    if ((await findGroup(group.name, provider)) === undefined) throw new Error(missingGroup(group.name));
  });
}

/** That a group to adopt is not there, and what to do. */
export function missingGroup(name: string): string {
  return `group.name "${name}": must be the name of a group that exists, or group.existing false to make one.`;
}

/**
 * Refuses an edit that removes more than half of the administrators, and more than one: a bad merge, until somebody says
 * otherwise by doing it in several deployments.
 *
 * @throws {Error} that names them
 */
export function refuseMassRemoval(
  news: Pick<GroupInputs, "administrators">,
  olds: Partial<GroupInputs> | undefined,
): void {
  const names = olds?.administrators?.map(({ name }) => name) ?? [];
  const kept = new Set(news.administrators.map(({ name }) => name));
  const removed = names.filter((name) => !kept.has(name));
  if (removed.length < 2 || removed.length <= names.length / 2) return;
  throw new Error(
    `administrators: this edit removes ${removed.join(", ")}, more than half of the ${names.length} administrators of this ` +
      "stack. Another name is another user. To remove them on purpose, do it in several deployments, each with at most " +
      "half of those who are left.",
  );
}

/**
 * Transforms that take the protection from a child while the group is renamed. IAM renames the group in place, and the
 * attachment is only recorded under another name; Pulumi calls that a replacement, which `protect` would refuse.
 */
export function unprotectWhileRenamed(component: pulumi.Resource): pulumi.ResourceTransform[] {
  const unprotect: pulumi.ResourceTransform = async ({ props, opts }) => {
    const urn = await registeredUrn(component);
    return renamed.has(urn) ? { props, opts: { ...opts, protect: false } } : undefined;
  };
  return hasEngine() ? [unprotect] : [];
}

/** The component's URN, which is known once the engine has registered it, and so has called its hooks. */
export function registeredUrn(component: pulumi.Resource): Promise<string> {
  return new Promise((resolve) => component.urn.apply(resolve));
}

/** Hooks of a component's group: a name that is taken is refused, for a new group and for a renamed one. */
export function refuseTakenGroupName(component: pulumi.Resource): pulumi.ResourceHookBinding {
  const provider = component.getProvider("aws:iam/getGroup:getGroup");
  const hook = hookName("refuse-taken-group-name", provider);
  return beforeChange<{ readonly name: string }>(hook, async ({ name }, { olds }) => {
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
        ? "Set group.existing: true to add administrators to it, or choose another name. If another stack made it, add " +
          "them there: the account's passwordPolicy, accountAlias and rootActivity belong to that stack, too. If an " +
          `interrupted pulumi up left it over, it is empty: aws iam delete-group --group-name ${name}, then pulumi up again.`
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
  const group: Partial<GetGroupResult> | undefined = await lookUp(
    `whether there is a group ${groupName}`,
    () => getGroup({ groupName }, provider && { provider }),
    // The AWS SDK for Go names the operation and the code (group_data_source.go).
    /operation error IAM: GetGroup, .*\bNoSuchEntity: /s,
  );
  return group === undefined ? undefined : { members: (group.users ?? []).map(({ userName }) => userName) };
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
