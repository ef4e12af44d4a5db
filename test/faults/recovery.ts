import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { stackName, type TestStack, type useEngine } from "../support/stack.ts";
import { administratorsGroup, administratorUser } from "../support/stackAccount.ts";
import { assertSucceeded, assertUnchanged } from "../support/stackAsserts.ts";

type EngineInUse = ReturnType<typeof useEngine>;

/**
 * At how many random moments an `up` is killed, and in how many mixtures AWS fails: the environment variable FAULT_SEEDS.
 * Every run of the tests has one of each.
 */
export const seeds = Array.from({ length: Number(process.env.FAULT_SEEDS ?? "1") }, (_, index) => index + 1);

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
export function stateFileOf(stack: TestStack): string {
  return join(stack.dir, "state/.pulumi/stacks/iam-administrators", `${stackName}.json`);
}

async function stateOf(stack: TestStack) {
  const { checkpoint } = JSON.parse(await readFile(stateFileOf(stack), "utf8")) as {
    checkpoint: { latest?: { resources?: Resource[] | null; pending_operations?: unknown[] | null } };
  };
  return {
    resources: checkpoint.latest?.resources ?? [],
    pending: checkpoint.latest?.pending_operations ?? [],
  };
}

/** Compares the account with the state, which must have nothing that AWS has not. */
export async function orphansOf(engine: EngineInUse, stack: TestStack): Promise<Orphans> {
  const { users, groups } = await engine.contents();
  const { resources } = await stateOf(stack);
  const known = (type: string) => resources.filter((it) => it.type.endsWith(type)).map(({ id = "" }) => id);
  const [knownUsers, knownProfiles] = [known(":User"), known(":UserLoginProfile")];
  const profiles = Object.keys(users).filter((name) => users[name]?.password !== "none");
  assert.deepEqual(
    [knownUsers.filter((id) => !(id in users)), knownProfiles.filter((id) => !profiles.includes(id))],
    [[], []],
  );
  return {
    users: Object.keys(users).filter((name) => !knownUsers.includes(name)),
    profiles: profiles.filter((name) => !knownProfiles.includes(name)),
    group: "Administrators" in groups && known(":Group").length === 0,
  };
}

/**
 * The documented way back after a `pulumi up` that was killed or that did not hear AWS's answers: a cut-off file beside
 * the state goes, then the lock of the file backend, then the pending operations. What AWS has and the state does not
 * know is empty or has a password that nobody knows: each is deleted with the command that the program's message names.
 */
export async function recover(engine: EngineInUse, stack: TestStack): Promise<Orphans> {
  const cancelled = await stack.cli("cancel", "--yes");
  if (cutOffAttributes.test(cancelled.printed)) {
    await rm(`${stateFileOf(stack)}.attrs`);
    assertSucceeded(await stack.cli("cancel", "--yes"));
  }
  assertSucceeded(await stack.refresh("--clear-pending-creates"));
  const orphans = await orphansOf(engine, stack);
  for (const UserName of orphans.profiles) await engine.iam.deleteLoginProfile({ UserName });
  for (const UserName of orphans.users) await engine.iam.deleteUser({ UserName });
  if (orphans.group) await engine.iam.deleteGroup({ GroupName: "Administrators" });
  await stack.deploy();
  return orphans;
}

/** What a kill leaves of the state's side file when it comes in the middle of its writing. */
export const cutOffAttributes = /^error: failed to load checkpoint: (?:EOF|.*unexpected EOF)$/m;

/** The UserId of each user: AWS never gives one a second time. */
export async function userIds({ iam }: EngineInUse): Promise<Record<string, string>> {
  const { Users = [] } = await iam.listUsers();
  return Object.fromEntries(Users.map(({ UserName = "", UserId = "" }) => [UserName, UserId]));
}

/**
 * Asserts that everything is as if nothing had ever gone wrong: each administrator once, in AWS and in the state, a
 * member, with the very password that the outputs show, the group complete, nothing pending, and nothing to change.
 */
export async function assertConverged(
  engine: EngineInUse,
  stack: TestStack,
  names: readonly string[],
): Promise<void> {
  const sorted = [...names].sort();
  assert.deepEqual(await engine.contents(), {
    users: Object.fromEntries(sorted.map((name) => [name, administratorUser()])),
    groups: { Administrators: administratorsGroup },
  });
  const { resources, pending } = await stateOf(stack);
  assert.deepEqual(pending, []);
  for (const type of [":User", ":UserGroupMembership", ":UserLoginProfile"]) {
    const found = resources.filter((it) => it.type.endsWith(type)).map(({ urn }) => urn.split("::").at(-1));
    assert.deepEqual(found.sort(), sorted, type);
  }
  const { administrators } = await stack.outputs();
  for (const name of names) {
    const { initialPassword } = administrators[name] ?? {};
    if (initialPassword !== undefined) assert.equal(initialPassword, await engine.passwordOf(name), name);
  }
  assertUnchanged(await stack.up());
}
