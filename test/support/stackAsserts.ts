import assert from "node:assert/strict";
import type { CliRun } from "./pulumiCli.ts";

/** The command went through, and the engine reported no error. */
export function assertSucceeded(run: CliRun): void {
  assert.deepEqual(run.errors, []);
  assert.equal(run.exitCode, 0, run.printed);
}

/** The command went through, found everything as the state says, and changed nothing. */
export function assertUnchanged(run: CliRun): void {
  assertSucceeded(run);
  assert.deepEqual(run.drift, []);
  assert.deepEqual(run.steps, []);
  assert.deepEqual(Object.keys(run.changes), ["same"]);
}

/** The command went through with these steps, in whatever order. */
export function assertSteps(run: CliRun, steps: readonly string[]): void {
  assertSucceeded(run);
  assert.deepEqual([...run.steps].sort(), [...steps].sort());
}

/** The command failed with a message like this, for a reader who edits YAML: without a stack trace. */
export function assertRefused(run: CliRun, message: RegExp): void {
  assert.notEqual(run.exitCode, 0, run.printed);
  assert.match(run.errors.join("\n"), message);
  assert.doesNotMatch(run.printed, /^\s+at .*[/:]|node_modules/m);
}

/** Names of the rules whose violations block. */
export function blocking({ policies }: CliRun): string[] {
  return policies.filter(({ level }) => level === "mandatory").map(({ rule }) => rule);
}
