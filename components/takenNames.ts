import { getGroup, type GetGroupResult } from "@pulumi/aws/iam/getGroup.js";
import { getUsers } from "@pulumi/aws/iam/getUsers.js";
import * as pulumi from "@pulumi/pulumi";
import { lookUp } from "./lookUp.ts";

type Hooks = Pick<pulumi.CustomResourceOptions, "hooks">;

/**
 * Resource options that refuse to create a user whose name is taken, in the preview already: AWS would say so only
 * after other administrators exist.
 */
export const freeUserName = (): Hooks => hooksOf("iam-administrators-free-user-name", refuseTakenUser);

/** Resource options that refuse to create a group whose name is taken, in the preview already. */
export const freeGroupName = (): Hooks => hooksOf("iam-administrators-free-group-name", refuseTakenGroup);

/**
 * Resource options that tell the way back where a user has a login profile that the state does not know: AWS lists no
 * profiles, so that this shows only when it refuses another one.
 */
export function newLoginProfile(): Hooks {
  if (!pulumi.runtime.hasEngine()) return {};
  profileHint ??= new pulumi.ErrorHook("iam-administrators-login-profile-exists", explainExistingProfile);
  return { hooks: { onError: [profileHint] } };
}

let profileHint: pulumi.ErrorHook | undefined;

async function explainExistingProfile({ name, newInputs, errors }: pulumi.ErrorHookArgs): Promise<boolean> {
  if (errors.some((error) => error.includes("EntityAlreadyExists"))) {
    const user = (newInputs as { readonly user?: string } | undefined)?.user ?? name;
    await pulumi.log.error(
      `administrator "${user}": the user has a login profile that this stack does not know. If an interrupted ` +
        "pulumi up made it, its password is lost: delete it " +
        `(aws iam delete-login-profile --user-name ${user}), then run pulumi up again for a new one.`,
    );
  }
  return false;
}

const registered = new Map<string, pulumi.ResourceHook>();

function hooksOf(name: string, callback: pulumi.ResourceHookFunction): Hooks {
  // Pulumi's test monitor has no engine behind it that could call a hook.
  if (!pulumi.runtime.hasEngine()) return {};
  const hook = registered.get(name) ?? new pulumi.ResourceHook(name, callback, { onDryRun: true });
  registered.set(name, hook);
  return { hooks: { beforeCreate: [hook] } };
}

async function refuseTakenUser({ newInputs }: pulumi.ResourceHookArgs): Promise<void> {
  const name = nameIn(newInputs);
  if (name === undefined || !(await userNames()).has(name.toLowerCase())) return;
  throw new Error(
    `administrator "${name}": the account has a user of this name already. Set import: true to take it over, ` +
      "or choose another name. If an interrupted pulumi up made it: pulumi refresh --clear-pending-creates, then " +
      "import: true, with consoleAccess: false until the next pulumi up if the user has no password yet.",
  );
}

async function refuseTakenGroup({ newInputs }: pulumi.ResourceHookArgs): Promise<void> {
  const name = nameIn(newInputs);
  if (name === undefined || (await findGroup(name)) === undefined) return;
  throw new Error(
    `group.name "${name}": the account has a group of this name already. Set group.existing: true to add ` +
      "administrators to it, or choose another name. If an interrupted pulumi up made it, it is still empty: delete it " +
      `(aws iam delete-group --group-name ${name}), then run pulumi up again.`,
  );
}

let listed: Promise<ReadonlySet<string>> | undefined;

/** One listing serves all new users of a run. IAM tells names apart whatever the case. */
function userNames(): Promise<ReadonlySet<string>> {
  listed ??= getUsers().then(({ names }) => new Set(names.map((name) => name.toLowerCase())));
  return listed;
}

/** Looks a group up by name. Only what AWS calls "no such entity" counts as absent; other errors are thrown. */
export async function findGroup(
  groupName: string,
): Promise<{ readonly members: readonly string[] } | undefined> {
  try {
    const group: Partial<GetGroupResult> = await getGroup({ groupName });
    return { members: (group.users ?? []).map(({ userName }) => userName) };
  } catch (error) {
    if (/NoSuchEntity|cannot be found|couldn't find/i.test(String(error))) return undefined;
    return lookUp(`whether there is a group ${groupName}`, Promise.reject(error as Error));
  }
}

function nameIn(inputs: unknown): string | undefined {
  const name = (inputs as { readonly name?: unknown } | undefined)?.name;
  return typeof name === "string" ? name : undefined;
}
