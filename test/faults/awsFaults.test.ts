import assert from "node:assert/strict";
import type { FaultRule } from "../support/faultProxy.ts";
import type { CliRun } from "../support/pulumiCli.ts";
import { useEngine, type TestStack } from "../support/stack.ts";
import { emptyAccount } from "../support/stackAccount.ts";
import { assertConverged, orphansOf, recover, seeds } from "./recovery.ts";

const names = ["Admin_1", "Admin_2"];
const password = "Initial-Password-4711";
const share = 0.07;

/** Troubles that pass. The SDK retries so often and no more, all calls taken together: not every call can have them all. */
const everyTrouble: readonly FaultRule[] = [
  { kind: "busy", actions: ["UpdateLoginProfile"], times: 1 },
  { kind: "throttled", actions: ["GetCallerIdentity", "CreateUser", "AddUserToGroup"], times: 1 },
  { kind: "internalError", actions: ["GetGroup", "CreateUser", "AttachGroupPolicy"], times: 2 },
  { kind: "dropped", actions: ["CreateGroup", "CreateUser", "PutGroupPolicy"], times: 3 },
  { kind: "absent", actions: ["GetUser", "CreateLoginProfile", "AddUserToGroup"], times: 2 },
  { kind: "late", times: 1 },
];

function assertClearFailure({ exitCode, printed }: CliRun, says: RegExp): void {
  assert.equal(exitCode, 1, printed);
  assert.match(printed, says);
  assert.doesNotMatch(printed, /^\s+at |panic:|unhandled|node:internal/im);
}

// The plugin is the sandbox's stand-in, with the AWS SDK's own retries: the official plugin retries more often.
describe("pulumi up, while AWS", function () {
  this.timeout(240_000);
  const engine = useEngine();
  afterEach(() => {
    engine.proxy.setRules([]);
  });

  /** Two administrators, the second one with a password of one's choice. */
  async function newStack(): Promise<TestStack> {
    const stack = await engine.stack();
    const secret = await stack.secret(password);
    await stack.configure({ administrators: [{ name: "Admin_1" }, { name: "Admin_2", password: secret }] });
    return stack;
  }
  const converges = async (stack: TestStack) => {
    engine.proxy.setRules([]);
    await assertConverged(engine, stack, names);
    assert.equal(await engine.passwordOf("Admin_2"), password);
  };

  it("has every passing trouble one after the other, goes on until it succeeds", async () => {
    const stack = await newStack();
    engine.proxy.setRules(everyTrouble);
    await stack.deploy();
    const befallen = new Set(engine.proxy.calls.map(({ fault }) => fault));
    for (const { kind } of everyTrouble) assert.ok(befallen.has(kind), `nothing was ${kind}`);
    await converges(stack);
  });

  for (const seed of seeds.slice(1)) {
    it(`has one trouble or another in every fourth call (seed ${seed}), goes on until it succeeds`, async () => {
      const stack = await newStack();
      const kinds = ["throttled", "internalError", "dropped", "late"] as const;
      engine.proxy.setRules(
        kinds.map((kind) => ({ kind, share })),
        seed,
      );
      await stack.deploy();
      await converges(stack);
    });
  }

  it("cannot say who deploys, says so and makes nothing", async () => {
    const stack = await newStack();
    engine.proxy.setRules([{ kind: "internalError", actions: ["GetCallerIdentity"] }]);
    assertClearFailure(await stack.up(), /GetCallerIdentity, .*ServiceFailure/);
    assert.deepEqual(await engine.contents(), emptyAccount);
  });

  // Retries until nothing helps any more take a minute.
  const thoroughly = seeds.length > 1 ? it : () => undefined;
  thoroughly("fails with one thing after the other, says what and why, and goes on from there", async () => {
    const stack = await newStack();
    const lasting: readonly (readonly [FaultRule["kind"], action: string, says: RegExp])[] = [
      ["dropped", "PutGroupPolicy", /PutGroupPolicy, .* socket hang up/],
      ["throttled", "CreateUser", /CreateUser, .* Throttling: Rate exceeded/],
      ["absent", "CreateLoginProfile", /CreateLoginProfile, .* NoSuchEntity: The user with name Admin_2/],
      ["busy", "UpdateLoginProfile", /EntityTemporarilyUnmodifiable\w*: Login Profile for User Admin_2/],
    ];
    for (const [kind, action, says] of lasting) {
      engine.proxy.setRules([{ kind, actions: [action], entities: ["Administrators", "Admin_2"] }]);
      assertClearFailure(await stack.up(), says);
      assert.deepEqual(await orphansOf(engine, stack), { users: [], profiles: [], group: false });
    }
    engine.proxy.setRules([]);
    await stack.deploy();
    await converges(stack);
  });

  it("does what was asked and is not heard: what failed is said, and the way back leads back", async () => {
    const stack = await newStack();
    engine.proxy.setRules([
      { kind: "unheard", actions: ["CreateUser"], entities: ["Admin_1"], times: 1 },
      { kind: "unheard", actions: ["CreateLoginProfile"], entities: ["Admin_2"], times: 1 },
    ]);
    const failed = await stack.up();
    assertClearFailure(failed, /creating IAM User \(Admin_1\): .* EntityAlreadyExists/);
    engine.proxy.setRules([]);
    const orphans = await recover(engine, stack);
    assert.deepEqual(orphans.users, ["Admin_1"]);
    await converges(stack);
  });
});
