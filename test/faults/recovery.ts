import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DeleteGroupCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import { contentsOf } from "../support/stackAccount.ts";
import { stackName, type CliRun, type FaultStack } from "./faultStack.ts";

/** What AWS has and the state does not know, after an interruption. */
export interface Orphans {
  /** Users: they have neither profile nor membership, because both wait for the user. */
  readonly users: readonly string[];
  /** Users, known to the state, whose login profile is not: nobody knows their passwords. */
  readonly profiles: readonly string[];
  /** Whether the group is one: it is empty then, because everything waits for it. */
  readonly group: boolean;
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
export async function orphansOf(stack: FaultStack): Promise<Orphans> {
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
 * The documented way back after a `pulumi up` that was killed or that did not hear AWS's answers: the lock of the file
 * backend goes, pending operations go, and what AWS has and the state does not know is taken over: users with `import`,
 * login profiles with `import` and then a new password, and an empty group is deleted by hand.
 *
 * @returns what was taken over
 */
export async function recover(
  stack: FaultStack,
  administrators: readonly Readonly<Record<string, unknown>>[],
): Promise<Orphans> {
  assertSucceeded(await stack.cli("cancel", "--yes"));
  assertSucceeded(await stack.cli("refresh", "--clear-pending-creates", "--yes", "--skip-preview"));
  const orphans = await orphansOf(stack);
  if (orphans.group) await stack.iam.send(new DeleteGroupCommand({ GroupName: "Administrators" }));
  const taken = ({ name }: Readonly<Record<string, unknown>>) => {
    if (orphans.users.includes(String(name))) return { import: true, consoleAccess: false };
    return orphans.profiles.includes(String(name)) ? { import: true } : {};
  };
  if (orphans.users.length + orphans.profiles.length > 0) {
    await stack.configure(configOf(administrators.map((one) => ({ ...one, ...taken(one) }))));
    assertSucceeded(await up(stack));
  }
  await stack.configure(
    configOf(
      administrators.map((one) => ({
        ...one,
        ...(orphans.profiles.includes(String(one.name)) ? { passwordIssue: 2 } : {}),
      })),
    ),
  );
  assertSucceeded(await up(stack));
  return orphans;
}

/** `pulumi up`, without the preview that would take as long again. */
export function up(stack: FaultStack): Promise<CliRun> {
  return stack.cli("up", "--yes", "--skip-preview");
}

/** Asserts that the command succeeded. */
export function assertSucceeded({ exitCode, printed }: CliRun): void {
  assert.equal(exitCode, 0, printed);
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
  const again = await stack.cli("up", "--yes", "--skip-preview", "--expect-no-changes");
  assertSucceeded(again);
  assert.deepEqual(again.steps, []);
}

/** The password that the outputs show is the last one that AWS was given, for each administrator. */
async function assertPasswordsKnown(stack: FaultStack, names: readonly string[]): Promise<void> {
  const output = await stack.cli("stack", "output", "administrators", "--json", "--show-secrets");
  assertSucceeded(output);
  const shown = JSON.parse(output.printed) as Record<string, { initialPassword?: string }>;
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
