import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  DeleteGroupCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  ListUsersCommand,
} from "@aws-sdk/client-iam";
import { contentsOf } from "../support/stackAccount.ts";
import { stackName } from "../support/stack.ts";
import { assertSucceeded, assertUnchanged } from "../support/stackAsserts.ts";
import type { FaultStack } from "./faultStack.ts";

/** What AWS has and the state does not know, after an interruption. */
export interface Orphans {
  /** Users: they have neither profile nor membership, because both wait for the user. */
  readonly users: readonly string[];
  /** Users, known to the state, whose login profile is not: nobody knows their passwords. */
  readonly profiles: readonly string[];
  /** Whether the group is one: it is empty then, because everything waits for it. */
  readonly group: boolean;
  /** How many operations the state called pending. */
  readonly pending: number;
  /** Whether the file beside the state was cut off. */
  readonly isDamaged: boolean;
}

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
}

/** Where the file backend keeps the state. */
export function stateFileOf(stack: FaultStack): string {
  return join(stack.dir, "state/.pulumi/stacks/iam-administrators", `${stackName}.json`);
}

/** The resources in the state, and the operations that were under way when it was last written. */
export async function stateOf(stack: FaultStack) {
  const { checkpoint } = JSON.parse(await readFile(stateFileOf(stack), "utf8")) as {
    checkpoint: { latest?: { resources?: Resource[] | null; pending_operations?: unknown[] | null } };
  };
  return {
    resources: checkpoint.latest?.resources ?? [],
    pending: checkpoint.latest?.pending_operations ?? [],
  };
}

/** Compares the account with the state. */
export async function orphansOf(stack: FaultStack): Promise<Pick<Orphans, "users" | "profiles" | "group">> {
  const { users, groups } = await contentsOf(stack.iam);
  const { resources } = await stateOf(stack);
  const known = (type: string) =>
    new Set(resources.filter((it) => it.type.endsWith(type)).map(({ id }) => id));
  const [knownUsers, knownProfiles] = [known(":User"), known(":UserLoginProfile")];
  return {
    users: Object.keys(users).filter((name) => !knownUsers.has(name)),
    profiles: Object.entries(users).flatMap(([name, { password }]) =>
      password !== "none" && !knownProfiles.has(name) ? [name] : [],
    ),
    group: "Administrators" in groups && known(":Group").size === 0,
  };
}

/** The stack config of these administrators. */
export function configOf(administrators: readonly Readonly<Record<string, unknown>>[]) {
  return { administrators };
}

/**
 * The documented way back after a `pulumi up` that was killed or that did not hear AWS's answers: a cut-off file beside
 * the state goes, then the lock of the file backend, then the pending operations. What AWS has and the state does not
 * know is empty or has a password that nobody knows: each is deleted with the command that the program's message names.
 */
export async function recover(stack: FaultStack): Promise<Orphans> {
  const isDamaged = await unlock(stack);
  const { pending } = await stateOf(stack);
  assertSucceeded(await stack.refresh({ clearPendingCreates: true }));
  const orphans = await orphansOf(stack);
  for (const UserName of orphans.profiles) await stack.iam.send(new DeleteLoginProfileCommand({ UserName }));
  for (const UserName of orphans.users) await stack.iam.send(new DeleteUserCommand({ UserName }));
  if (orphans.group) await stack.iam.send(new DeleteGroupCommand({ GroupName: "Administrators" }));
  assertSucceeded(await stack.up());
  return { ...orphans, pending: pending.length, isDamaged };
}

/** What a kill leaves of the state's side file when it comes in the middle of its writing. */
export const cutOffAttributes = /^error: failed to load checkpoint: (?:EOF|.*unexpected EOF)$/m;

/**
 * Takes the lock away. Where the file beside the state, with its content type and checksum, is cut off, no command
 * reads the state, not even this one: without that file all do.
 *
 * @returns whether that file was cut off
 */
async function unlock(stack: FaultStack): Promise<boolean> {
  const first = await stack.cli("cancel", "--yes");
  const isDamaged = first.exitCode !== 0 && cutOffAttributes.test(first.printed);
  if (isDamaged) await rm(`${stateFileOf(stack)}.attrs`);
  assertSucceeded(isDamaged ? await stack.cli("cancel", "--yes") : first);
  return isDamaged;
}

/** The UserId of each user: AWS never gives one a second time. */
export async function userIds(stack: FaultStack): Promise<Record<string, string>> {
  const { Users = [] } = await stack.iam.send(new ListUsersCommand());
  return Object.fromEntries(Users.map(({ UserName = "", UserId = "" }) => [UserName, UserId]));
}

/**
 * Asserts that everything is as if nothing had ever gone wrong: each administrator once, in AWS and in the state, a
 * member, with the very password that the outputs show, the group complete, nothing pending, and nothing to change.
 *
 * @param before - users that have to be the same ones still
 */
export async function assertConverged(
  stack: FaultStack,
  names: readonly string[],
  before: Readonly<Record<string, string>> = {},
): Promise<void> {
  const sorted = [...names].sort();
  const administrator = { path: "/", tags: {}, groups: ["Administrators"], password: "to be changed" };
  assert.deepEqual(await contentsOf(stack.iam), {
    users: Object.fromEntries(sorted.map((name) => [name, administrator])),
    groups: {
      Administrators: {
        path: "/",
        attached: ["arn:aws:iam::aws:policy/AdministratorAccess"],
        inline: ["RequireMfa"],
      },
    },
  });
  assert.deepEqual({ ...(await userIds(stack)), ...before }, await userIds(stack));

  const { resources, pending } = await stateOf(stack);
  assert.deepEqual(pending, []);
  for (const type of ["User", "UserGroupMembership", "UserLoginProfile"]) {
    const found = resources
      .filter((it) => it.type.endsWith(`:${type}`))
      .map(({ urn }) => urn.split("::").at(-1));
    assert.deepEqual(found.sort(), sorted, type);
  }
  await assertPasswordsKnown(stack, names);
  assertUnchanged(await stack.up());
}

/** The password that the outputs show is the last one that AWS was given, for each administrator. */
async function assertPasswordsKnown(stack: FaultStack, names: readonly string[]): Promise<void> {
  const { administrators } = await stack.outputs();
  const shown = administrators as Record<string, { initialPassword?: string }>;
  for (const name of names) {
    const given = stack.proxy.calls.filter(
      ({ action, entity, status }) =>
        /^(?:Create|Update)LoginProfile$/.test(action) && entity === name && status === 200,
    );
    const { initialPassword } = shown[name] ?? {};
    if (initialPassword === undefined) continue;
    assert.equal(initialPassword, given.at(-1)?.parameters.Password, `the password of ${name}`);
  }
}
