import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { readIntent } from "../../review/intent.ts";
import { review } from "../../review/review.ts";
import { adopt } from "../../adopt/adopt.ts";
import { useEngine, type TestStack } from "../support/stack.ts";
import { assertSucceeded, assertUnchanged } from "../support/stackAsserts.ts";
import { dumpAccount, makeRandomAccount } from "./randomAccount.ts";

const seeds = Number(process.env.ADOPT_SEEDS ?? 2);
const limits = { rootDays: 30, staleDays: 90, roles: [] };
const allowed =
  /^(?:import|update) User |^import (?:AccountAlias|AccountPasswordPolicy|GroupPolicy) |^create (?:UserGroupMembership|Administrator|AdministratorGroup|AccountSettings|Stack) /;

describe("an account that has administrators already", function () {
  this.timeout(600_000);
  const engine = useEngine({ sharesPlugins: true });
  let stack: TestStack;

  const adoptIt = () =>
    adopt(stack.dir, "test", undefined, { ...engine.aws, pause: () => Promise.resolve() });

  for (let seed = 1; seed <= seeds; seed++) {
    it(`is the stack's after adopt, preview and up, and is what it was (seed ${seed})`, async () => {
      stack = await engine.stack();
      const { group, members } = await makeRandomAccount(engine.aws, seed);
      const before = await dumpAccount(engine.aws);
      const adopted = await adoptIt();
      assert.deepEqual([adopted.group, adopted.members, adopted.denied], [group, members.length, []]);
      const preview = await stack.preview();
      assertSucceeded(preview);
      assert.deepEqual(
        preview.steps.filter((step) => !allowed.test(step)),
        [],
      );
      assertSucceeded(await stack.up());
      assert.equal(await dumpAccount(engine.aws), before);
      assertUnchanged(await stack.up({ refresh: true }));
      const intent = await readIntent(stack.dir, "test");
      const { findings } = await review(intent, limits, { ...engine.aws, pause: () => Promise.resolve() });
      assert.deepEqual(
        findings.filter(({ id }) => id === "unlisted-member"),
        [],
      );
      // Somebody leaves, with devices and keys.
      const [, ...staying] = members;
      if (staying.length === 0) return;
      const file = join(stack.dir, "Pulumi.test.yaml");
      const document = parseDocument(await readFile(file, "utf8"));
      document.deleteIn(["config", "iam-administrators:administrators", 0]);
      await writeFile(file, document.toString());
      assertSucceeded(await stack.up());
      const left = Object.keys((await engine.contents()).users);
      assert.deepEqual(left, [...staying, "stranger"].sort());
    });
  }
});
