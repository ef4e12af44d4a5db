import assert from "node:assert/strict";
import { copyFile, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fraction } from "../support/faultProxy.ts";
import { kill } from "../support/processes.ts";
import type { CliRun } from "../support/pulumiCli.ts";
import { useEngine, type TestStack } from "../support/stack.ts";
import { assertSucceeded } from "../support/stackAsserts.ts";
import { stopAtFirstFailure } from "../support/stopAtFirstFailure.ts";
import {
  assertConverged,
  cutOffAttributes,
  orphansOf,
  recover,
  seeds,
  stateFileOf,
  userIds,
} from "./recovery.ts";

/** The calls to AWS that an `up` of 20 administrators makes. */
const callsOfUp = 109;
const twenty = Array.from({ length: 20 }, (_, index) => `Admin_${index + 1}`);
const two = ["Admin_1", "Admin_2"];
const lockedState =
  /^error: the stack is currently locked by 1 lock\(s\)\. Either wait for the other process.* with `pulumi cancel`/m;

/** The call that AWS has answered when everything is killed, and what the next `up` then says. */
const unheard = {
  CreateGroup:
    /group\.name "Administrators": the account has a group of this name already.* aws iam delete-group/s,
  CreateUser: /administrator "Admin_\d": the account has a user of this name already.* aws iam delete-user/s,
  CreateLoginProfile:
    /administrator "Admin_\d": the user has a password that this stack does not know.* aws iam delete-login-profile/s,
};

// The plugin is the sandbox's stand-in: that the official one ends with its engine, too, is not shown here.
describe("pulumi up, killed", function () {
  this.timeout(240_000);
  const engine = useEngine();
  const newStack = (names: readonly string[]) =>
    engine.stack({ administrators: names.map((name) => ({ name })) });

  for (const [action, says] of Object.entries(unheard).slice(seeds.length > 1 ? 0 : -1)) {
    it(`after ${action} of which nobody has heard, names the way back, and it leads back`, async () => {
      const stack = await newStack(two);
      const running = stack.start("up", "--yes", "--skip-preview");
      await new Promise<unknown>((resolve, reject) => {
        engine.proxy.interrupt(action, "after", () => running.kill("everything").then(resolve, reject));
      });
      const next = await stack.cli("cancel", "--yes").then(() => stack.up());
      assert.notEqual(next.exitCode, 0);
      if (!cutOffAttributes.test(next.printed)) assert.match(next.printed, says);
      const { users, profiles, group } = await recover(engine, stack);
      assert.ok({ CreateGroup: group, CreateUser: users[0], CreateLoginProfile: profiles[0] }[action]);
      await assertConverged(engine, stack, two);
    });
  }

  for (const seed of seeds) {
    // The moment that belongs to a seed: the same one in every run, as far as the engine's own order is.
    const call = 1 + Math.floor(fraction(`call ${seed}`) * callsOfUp);
    const phase = fraction(`phase ${seed}`) < 0.5 ? "before" : "after";
    const delay = Math.floor(fraction(`delay ${seed}`) * 50);
    const whom = fraction(`whom ${seed}`) < 0.5 ? "the CLI" : "everything";
    it(`at a random moment, converges (seed ${seed}: SIGKILL for ${whom}, ${delay} ms ${phase} call ${call} of 20 administrators)`, async () => {
      const stack = await newStack(twenty);
      const running = stack.start("up", "--yes", "--skip-preview");
      const killed = new Promise<readonly number[]>((resolve, reject) => {
        engine.proxy.interrupt(call, phase, async () => {
          await sleep(delay);
          // Not awaited: AWS goes on answering while the processes die.
          running.kill(whom).then(resolve, reject);
        });
      });
      assert.equal((await running.done).exitCode, undefined, "the command ended before it was killed");
      const left = await killed;
      await assertQuiet();
      if (whom === "the CLI") kill(left);
      const before = await userIds(engine);
      const locked = await stack.up();
      assert.notEqual(locked.exitCode, 0);
      // A cut-off file beside the state is noticed before the lock is.
      if (!cutOffAttributes.test(locked.printed)) assert.match(locked.printed, lockedState);
      const orphans = await recover(engine, stack);
      await assertConverged(engine, stack, twenty);
      // Whoever the state knew is the same user still.
      const after = await userIds(engine);
      for (const [name, id] of Object.entries(before))
        if (!orphans.users.includes(name)) assert.equal(after[name], id);
    });
  }

  /** Calls that were under way come to their end; a plugin that lost its engine begins no others. */
  async function assertQuiet(): Promise<void> {
    for (let second = 1; second <= 20; second++) {
      const calls = engine.proxy.calls.length;
      await sleep(1000);
      if (engine.proxy.calls.length === calls) return;
    }
    assert.fail("AWS is still called twenty seconds after the kill");
  }

  // The file backend, as in the sandbox. Pulumi's service keeps states, locks and their history itself.
  describe("or not: the state file", () => {
    stopAtFirstFailure();
    let stack: TestStack;

    it("is locked by an up, so that a second one at the same time stops and changes nothing", async () => {
      stack = await newStack(two);
      const first = stack.start("up", "--yes", "--skip-preview");
      // AWS answers the first one when the second one has ended.
      const second = await new Promise<CliRun>((resolve, reject) => {
        engine.proxy.interrupt("CreateUser", "before", () => stack.up().then(resolve, reject));
      });
      assert.notEqual(second.exitCode, 0);
      assert.match(second.printed, lockedState);
      assert.deepEqual(second.steps, []);
      assertSucceeded(await first.done);
      assert.deepEqual(await orphansOf(engine, stack), { users: [], profiles: [], group: false });
    });

    it("is refused when the file beside it is cut off, as a kill may leave it, and read again without that file", async () => {
      const file = stateFileOf(stack);
      await truncate(`${file}.attrs`);
      const state = await readFile(file, "utf8");
      assert.match((await stack.cli("stack", "export")).printed, cutOffAttributes);
      // The state before is no help.
      await copyFile(`${file}.bak`, file);
      assert.match((await stack.cli("stack", "export")).printed, cutOffAttributes);
      await writeFile(file, state);
      await rm(`${file}.attrs`);
      assertSucceeded(await stack.cli("stack", "export"));
    });

    it("is refused when it is cut off itself, and comes back from the .bak beside it", async () => {
      const file = stateFileOf(stack);
      const { length } = await readFile(file);
      await truncate(file, Math.floor(length / 2));
      const refused = await stack.up();
      assert.match(refused.printed, /^error: failed to load checkpoint: .*unexpected end of JSON input/m);
      assert.deepEqual(refused.steps, []);
      await copyFile(`${file}.bak`, file);
      // It is one step behind: here the outputs are missing, that come last.
      await stack.deploy();
      await assertConverged(engine, stack, two);
    });
  });
});
