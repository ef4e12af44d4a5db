import assert from "node:assert/strict";
import { contentsOf } from "../support/stackAccount.ts";
import type { FaultKind, FaultRule } from "../support/faultProxy.ts";
import type { CliRun } from "../support/pulumiCli.ts";
import { assertSucceeded } from "../support/stackAsserts.ts";
import { isThorough, useFaults, type FaultStack } from "./faultStack.ts";
import { assertConverged, configOf, orphansOf, recover, stateOf } from "./recovery.ts";

const names = ["Admin_1", "Admin_2"];
const administrators = names.map((name) => ({ name }));
const password = "Initial-Password-4711";

/** Two administrators, the second one with a password of one's choice. */
async function stackWithEveryCall(faults: ReturnType<typeof useFaults>, seed?: number): Promise<FaultStack> {
  const stack = await faults.stack(configOf(administrators), seed === undefined ? {} : { seed });
  await setPasswords(stack);
  return stack;
}

function setPasswords(stack: FaultStack): Promise<void> {
  return stack.setSecret("administrators[1].password", password);
}

interface PassingTrouble {
  readonly what: string;
  readonly rules: readonly FaultRule[];
  readonly seed?: number;
  /** In every run of the tests. */
  readonly always?: boolean;
}

function assertClearFailure({ exitCode, printed }: CliRun): void {
  assert.equal(exitCode, 1, printed);
  assert.doesNotMatch(printed, /^\s+at |panic:|unhandled|node:internal/im);
}

/** What the state holds, AWS has: nothing is recorded that is not there. */
async function assertNothingInvented(stack: FaultStack): Promise<void> {
  const { users } = await contentsOf(stack.iam);
  const { resources } = await stateOf(stack);
  for (const { type, id = "" } of resources) {
    if (type.endsWith(":User")) assert.ok(id in users, `${id} is in the state only`);
    if (type.endsWith(":UserLoginProfile")) assert.notEqual(users[id]?.password, "none");
  }
}

// The plugin is the sandbox's stand-in, with the AWS SDK's own retries: the official plugin retries more often.
describe("pulumi up, while AWS", function () {
  this.timeout(240_000);
  const faults = useFaults();

  describe("has passing troubles", () => {
    // Not GetGroup and ListUsers, which ask for what had better be absent.
    const reading = ["GetUser", "GetLoginProfile", "ListGroupsForUser", "GetGroupPolicy"];
    const writing = [
      "AddUserToGroup",
      "CreateLoginProfile",
      "UpdateLoginProfile",
      "PutGroupPolicy",
      "AttachGroupPolicy",
    ];
    const cases: readonly PassingTrouble[] = [
      {
        what: "every trouble, one after the other",
        // The SDK retries so often and no more, all calls taken together: not every call can have them all.
        rules: [
          { kind: "busy", actions: ["UpdateLoginProfile"], times: 1 },
          { kind: "throttled", actions: ["GetCallerIdentity", "CreateUser", "AddUserToGroup"], times: 1 },
          { kind: "internalError", actions: ["GetGroup", "CreateUser", "AttachGroupPolicy"], times: 2 },
          { kind: "dropped", actions: ["CreateGroup", "CreateUser", "PutGroupPolicy"], times: 3 },
          { kind: "absent", actions: ["GetUser", "CreateLoginProfile", "AddUserToGroup"], times: 2 },
          { kind: "late", times: 1, delay: 300 },
        ],
        always: true,
      },
      {
        what: "twice not there yet what was made a moment ago, and busy with the login profile",
        rules: [
          { kind: "absent", actions: [...reading, ...writing], times: 2 },
          { kind: "busy", actions: ["UpdateLoginProfile"], times: 4 },
        ],
      },
      ...[
        { kind: "throttled" as const, times: 2 },
        { kind: "internalError" as const, times: 2 },
        { kind: "dropped" as const, times: 1 },
      ].map((rule) => ({ what: `the first calls ${rule.kind}, ${rule.times} of each`, rules: [rule] })),
      ...[1, 2, 3].map((seed) => ({
        what: `one trouble or another in every fourth call, seed ${seed}`,
        seed,
        rules: (["throttled", "internalError", "dropped", "late"] as const).map((kind) => ({
          kind,
          share: 0.07,
        })),
      })),
    ];
    for (const { what, rules, seed } of cases.filter(({ always = false }) => always || isThorough)) {
      it(`goes on until it succeeds (${what})`, async () => {
        const stack = await stackWithEveryCall(faults, seed);
        stack.proxy.setRules(rules);
        assertSucceeded(await stack.up());
        const befallen = new Set(stack.proxy.calls.map(({ fault }) => fault));
        for (const { kind, share } of rules) {
          assert.ok(befallen.has(kind) || share !== undefined, `nothing was ${kind}`);
        }
        assert.ok(befallen.size > 1);
        stack.proxy.setRules([]);
        await assertConverged(stack, names);
      });
    }
  });

  describe("has troubles that do not pass", () => {
    const cases: readonly {
      readonly kind: FaultKind;
      readonly actions: readonly string[];
      readonly says: RegExp;
    }[] = [
      { kind: "throttled", actions: ["CreateUser"], says: /CreateUser, .* Throttling: Rate exceeded/ },
      {
        kind: "internalError",
        actions: ["CreateLoginProfile"],
        says: /CreateLoginProfile, .* StatusCode: 500, .* ServiceFailure: The request processing has failed/,
      },
      { kind: "dropped", actions: ["AddUserToGroup"], says: /AddUserToGroup, .* socket hang up/ },
      {
        kind: "absent",
        actions: ["CreateLoginProfile"],
        says: /CreateLoginProfile, .* NoSuchEntity: The user with name Admin_2 cannot be found/,
      },
      {
        kind: "busy",
        actions: ["UpdateLoginProfile"],
        says: /EntityTemporarilyUnmodifiable\w*: Login Profile for User Admin_2 cannot be modified/,
      },
    ];
    for (const { kind, actions, says } of isThorough ? cases : []) {
      it(`says what failed and why, and the next up goes on from there (${kind})`, async () => {
        const stack = await stackWithEveryCall(faults);
        stack.proxy.setRules([{ kind, actions, entities: ["Admin_2"] }]);
        const failed = await stack.up();
        assertClearFailure(failed);
        assert.match(failed.printed, says);
        await assertNothingInvented(stack);
        assert.deepEqual(await orphansOf(stack), { users: [], profiles: [], group: false });
        stack.proxy.setRules([]);
        assertSucceeded(await stack.up());
        await assertConverged(stack, names);
      });
    }

    const itInFull = isThorough ? it : () => undefined;
    itInFull("says that it cannot find out who deploys, and makes nothing", async () => {
      const stack = await faults.stack(configOf(administrators));
      stack.proxy.setRules([{ kind: "internalError", actions: ["GetCallerIdentity"] }]);
      const failed = await stack.up();
      assertClearFailure(failed);
      assert.match(failed.printed, /GetCallerIdentity, .*ServiceFailure/);
      assert.deepEqual(Object.keys((await contentsOf(stack.iam)).groups), []);
    });
  });

  it("fails, or does what was asked and is not heard: what failed is said, and the way back leads back", async () => {
    const stack = await stackWithEveryCall(faults);
    stack.proxy.setRules([
      { kind: "unheard", actions: ["CreateUser"], entities: ["Admin_1"], times: 1 },
      // Both are under way at once: the engine begins nothing after the first failure.
      { kind: "internalError", actions: ["CreateUser"], entities: ["Admin_2"] },
    ]);
    const failed = await stack.up();
    assertClearFailure(failed);
    assert.match(failed.printed, /creating IAM User \(Admin_1\): .* EntityAlreadyExists/);
    assert.match(failed.printed, /creating IAM User \(Admin_2\): .* StatusCode: 500, .* ServiceFailure/);
    await assertNothingInvented(stack);
    assert.deepEqual(await orphansOf(stack), { users: ["Admin_1"], profiles: [], group: false });
    stack.proxy.setRules([]);
    await recover(stack);
    await assertConverged(stack, names);
  });

  if (isThorough) {
    it("does what was asked and is not heard (login profile): the error names the way back, and it leads back", async () => {
      const stack = await faults.stack(configOf(administrators));
      stack.proxy.setRules([
        { kind: "unheard", actions: ["CreateLoginProfile"], entities: ["Admin_2"], times: 1 },
      ]);
      const failed = await stack.up();
      assertClearFailure(failed);
      assert.match(
        failed.printed,
        /administrator "Admin_2": .*aws iam delete-login-profile --user-name Admin_2/,
      );
      await assertNothingInvented(stack);
      const { profiles } = await recover(stack);
      assert.deepEqual(profiles, ["Admin_2"]);
      await assertConverged(stack, names);
    });
  }
});
