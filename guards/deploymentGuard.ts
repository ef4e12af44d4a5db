import * as pulumi from "@pulumi/pulumi";
import { isRoot, userNameOf } from "../components/deployer.ts";
import { missingGroup } from "../components/groupChecks.ts";
import { beforeUpdate } from "../components/hooks.ts";
import type { Config } from "../config/loadConfig.ts";

/** The parts of the config that decide who may deploy. */
export type GuardedConfig = Pick<Config, "administrators" | "bootstrapAsRoot" | "group">;

/**
 * Stops a deployment that nobody should make, before any resource is registered: one as root, and one that would
 * remove the administrator who is deploying, and one into a group that should exist and does not.
 *
 * @param config - the stack config
 * @param callerArn - who deploys, from getCallerIdentity
 * @param findGroup - looks the config's group up: its members' names, or undefined if it does not exist
 * @throws {pulumi.RunError} with the reason and the way out
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html
 */
export async function guardDeployment(
  config: GuardedConfig,
  callerArn: string,
  findGroup: (name: string) => Promise<{ readonly members: readonly string[] } | undefined>,
): Promise<void> {
  const { name, existing } = config.group;
  // Only a user can be a member, and root is told who else there is.
  const asksForGroup = existing || isRoot(callerArn) || userNameOf(callerArn) !== undefined;
  const group = asksForGroup ? await findGroup(name) : undefined;
  const reason =
    reasonToStop(config, callerArn, group?.members ?? []) ??
    (existing && group === undefined ? missingGroup(name) : undefined);
  if (reason !== undefined) throw new pulumi.RunError(reason);
  if (config.bootstrapAsRoot && !isRoot(callerArn)) {
    await pulumi.log.warn(
      `bootstrapAsRoot true: ${callerArn} deploys, so that root need not any more: pulumi config rm bootstrapAsRoot`,
    );
  }
}

/** Why this caller must not make this deployment, or undefined. */
export function reasonToStop(
  config: GuardedConfig,
  callerArn: string,
  members: readonly string[],
): string | undefined {
  if (isRoot(callerArn)) {
    return config.bootstrapAsRoot
      ? undefined
      : `${callerArn} is the root user, and nothing is deployed as root. ${insteadOfRoot(config, callerArn, members)}`;
  }
  const user = userNameOf(callerArn);
  // In an adopted group members that the config does not know are normal.
  if (user === undefined || config.group.existing || !members.includes(user)) return undefined;
  if (config.administrators.some(({ name }) => name === user)) return undefined;
  return (
    `administrators: ${user}, who is deploying, is a member of the group ${config.group.name} and not in this list, ` +
    `so that this deployment could remove its own administrator. Keep ${user} in the list ` +
    "(with import: true if the user was made by hand), or deploy as another administrator."
  );
}

function insteadOfRoot({ group }: GuardedConfig, callerArn: string, members: readonly string[]): string {
  if (members.length > 0) {
    return `The group ${group.name} has members (${members.join(", ")}): deploy as one of them, after aws login.`;
  }
  const role =
    "In a member account of an organization, use the role that the organization made there " +
    "(OrganizationAccountAccessRole, or AWSControlTowerExecution).";
  return callerArn.includes(":assumed-root")
    ? role
    : `${role} In a new account without an organization, permit it once: pulumi config set bootstrapAsRoot true, ` +
        "pulumi up, aws logout, sign in as the new administrator, pulumi config rm bootstrapAsRoot.";
}

/**
 * Hooks of the group's component: the deployer must not leave the list that the stack has made, in whatever group it
 * was. They see what the guard cannot, the state.
 */
export function refuseDeployerRemoval(callerArn: string): pulumi.ResourceHookBinding {
  const user = userNameOf(callerArn);
  if (user === undefined) return {};
  const isListed = (inputs: ListInputs | undefined) =>
    inputs?.administrators?.some(({ name }) => name === user) ?? false;
  return beforeUpdate<ListInputs>("refuse-deployer-removal", (news, { olds }) => {
    if (!isListed(olds) || isListed(news)) return;
    throw new Error(
      `administrators: ${user}, who is deploying, is not in this list any more, so that this deployment would remove ` +
        `its own administrator. Keep ${user} in the list, or deploy as another administrator.`,
    );
  });
}

/** What {@link refuseDeployerRemoval} looks at in the inputs of the group's component. */
interface ListInputs {
  readonly administrators?: readonly { readonly name: string }[];
}
