import assert from "node:assert/strict";
import type { Outcome } from "./stack.ts";

/** The operation went through, and the engine reported no error. */
export function assertSucceeded(outcome: Outcome): void {
  assert.deepEqual(outcome.errors, []);
  assert.equal(outcome.succeeded, true, outcome.printed);
}

/** The operation went through, found everything as the state says, and changed nothing. */
export function assertUnchanged(outcome: Outcome): void {
  assertSucceeded(outcome);
  assert.deepEqual(outcome.drift, []);
  assert.deepEqual(outcome.steps, []);
  assert.deepEqual(Object.keys(outcome.changes), ["same"]);
}

/** The operation went through with these steps, in whatever order. */
export function assertSteps(outcome: Outcome, steps: readonly string[]): void {
  assertSucceeded(outcome);
  assert.deepEqual([...outcome.steps].sort(), [...steps].sort());
}

/** The operation failed with a message like this, for a reader who edits YAML: without a stack trace. */
export function assertRefused(outcome: Outcome, message: RegExp): void {
  assert.equal(outcome.succeeded, false, outcome.printed);
  assert.match(outcome.errors.join("\n"), message);
  assert.doesNotMatch(outcome.printed, /^\s+at .*[/:]|node_modules/m);
}
