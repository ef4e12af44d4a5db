import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { fraction } from "../support/faultProxy.ts";
import { kill } from "../support/processes.ts";
import { isThorough, useFaults, type FaultStack } from "./faultStack.ts";
import { assertConverged, configOf, cutOffAttributes, recover, userIds, type Orphans } from "./recovery.ts";

/** How many moments are tried: a few in every run of the tests, more on request. */
const seeds = Number(process.env.FAULT_SEEDS ?? "1");
/** The calls to AWS that an `up` of 20 administrators makes. */
const callsOfUp = 109;

const administrators = Array.from({ length: 20 }, (_, index) => ({ name: `Admin_${index + 1}` }));
const names = administrators.map(({ name }) => name);

/** What an interruption leaves that the next `up` cannot simply make. */
const unheard = [
  {
    action: "CreateGroup",
    says: /group\.name "Administrators": the account has a group of this name already.* aws iam delete-group/s,
    unknown: ({ group }: Orphans) => group,
  },
  {
    action: "CreateUser",
    says: /administrator "Admin_\d": the account has a user of this name already.* aws iam delete-user/s,
    unknown: ({ users }: Orphans) => users.length > 0,
  },
  {
    action: "CreateLoginProfile",
    says: /administrator "Admin_\d": the user has a password that this stack does not know.* aws iam delete-login-profile/s,
    unknown: ({ profiles }: Orphans) => profiles.length > 0,
  },
];

const lockedState = /^error: the stack is currently locked by 1 lock\(s\)\..* with `pulumi cancel`/m;

interface Moment {
  readonly call: number;
  readonly phase: "before" | "after";
  readonly delay: number;
  readonly whom: "the CLI" | "everything";
}

/** The moment that belongs to a seed: the same one in every run, as far as the engine's own order is. */
function momentOf(seed: number): Moment {
  return {
    call: 1 + Math.floor(fraction(`call ${seed}`) * callsOfUp),
    phase: fraction(`phase ${seed}`) < 0.5 ? "before" : "after",
    delay: Math.floor(fraction(`delay ${seed}`) * 50),
    whom: fraction(`whom ${seed}`) < 0.5 ? "the CLI" : "everything",
  };
}

/** Runs an `up` that does not live to see its end; what is left of it makes no more calls then. */
async function killedUp(stack: FaultStack, { call, phase, delay, whom }: Moment): Promise<void> {
  const running = stack.start("up", "--yes", "--skip-preview");
  const killed = new Promise<readonly number[]>((resolve, reject) => {
    stack.proxy.interrupt(call, phase, async () => {
      await sleep(delay);
      // Not awaited: AWS goes on answering while the processes die.
      running.kill(whom).then(resolve, reject);
    });
  });
  const { exitCode } = await running.done;
  assert.equal(exitCode, undefined, "the command ended before it was killed");
  const left = await killed;
  await assertQuiet(stack);
  if (whom === "the CLI") kill(left);
}

/** Calls that were under way come to their end; a plugin that lost its engine begins no others. */
async function assertQuiet({ proxy }: FaultStack): Promise<void> {
  for (let second = 1; second <= 20; second++) {
    const calls = proxy.calls.length;
    await sleep(1000);
    if (proxy.calls.length === calls) return;
  }
  assert.fail("AWS is still called twenty seconds after the kill");
}

/** An `up` that is killed when AWS has done this, and nobody has heard of it. */
async function killedAfter(stack: FaultStack, action: string): Promise<void> {
  const running = stack.start("up", "--yes", "--skip-preview");
  await new Promise<unknown>((resolve, reject) => {
    stack.proxy.interrupt(action, "after", () => running.kill("everything").then(resolve, reject));
  });
}

// The plugin is the sandbox's stand-in: that the official one ends with its engine, too, is not shown here.
describe("pulumi up, killed", function () {
  this.timeout(240_000);
  const faults = useFaults();

  // Each of these happens at some of the random moments, too, but nobody knows at which.
  describe("when AWS has made something of which nobody has heard", () => {
    const two = [{ name: "Admin_1" }, { name: "Admin_2" }];

    for (const { action, says, unknown } of isThorough ? unheard : []) {
      it(`names the way back after ${action}, and it leads back`, async () => {
        const stack = await faults.stack(configOf(two));
        await killedAfter(stack, action);
        await stack.cli("cancel", "--yes");
        const next = await stack.up();
        assert.notEqual(next.exitCode, 0);
        if (!cutOffAttributes.test(next.printed)) assert.match(next.printed, says);
        const orphans = await recover(stack);
        assert.ok(unknown(orphans), JSON.stringify(orphans));
        await assertConverged(stack, ["Admin_1", "Admin_2"]);
      });
    }
  });

  describe(`at ${seeds} random moments of an up of 20 administrators`, () => {
    const recovered: string[] = [];
    after(() => {
      for (const line of isThorough ? recovered : []) console.log(`      ${line}`);
    });

    for (let seed = 1; seed <= seeds; seed++) {
      const moment = momentOf(seed);
      const { call, phase, delay, whom } = moment;
      it(`converges by the documented way back (seed ${seed}: SIGKILL for ${whom}, ${delay} ms ${phase} call ${call})`, async () => {
        const stack = await faults.stack(configOf(administrators));
        await killedUp(stack, moment);
        const before = await userIds(stack);
        const locked = await stack.up();
        assert.notEqual(locked.exitCode, 0);
        // A cut-off file beside the state is noticed before the lock is.
        if (!cutOffAttributes.test(locked.printed)) assert.match(locked.printed, lockedState);
        const orphans = await recover(stack);
        // Whoever the state knew is the same user still.
        const known = Object.entries(before).filter(([name]) => !orphans.users.includes(name));
        await assertConverged(stack, names, Object.fromEntries(known));
        recovered.push(
          `seed ${seed}: ${Object.keys(before).length} users existed, ${orphans.pending} operations pending, unknown: ` +
            `${orphans.users.length} users, ${orphans.profiles.length} profiles${orphans.group ? ", the group" : ""}` +
            (orphans.isDamaged ? "; the file beside the state was cut off" : ""),
        );
      });
    }
  });
});
