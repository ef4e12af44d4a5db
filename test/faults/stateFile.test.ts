import assert from "node:assert/strict";
import { copyFile, readFile, rm, truncate, writeFile } from "node:fs/promises";
import type { CliRun } from "../support/pulumiCli.ts";
import { assertSucceeded } from "../support/stackAsserts.ts";
import { useFaults, type FaultStack } from "./faultStack.ts";
import { assertConverged, configOf, cutOffAttributes, orphansOf, stateFileOf } from "./recovery.ts";

const names = ["Admin_1", "Admin_2"];

// The file backend, as in the sandbox. Pulumi's service keeps states, locks and their history itself.
describe("the state file", function () {
  this.timeout(240_000);
  const faults = useFaults();
  let stack: FaultStack;

  before(async function () {
    stack = await faults.stack(configOf(names.map((name) => ({ name }))));
  });

  it("is locked by an up, so that a second one at the same time stops and changes nothing", async () => {
    const first = stack.start("up", "--yes", "--skip-preview");
    // AWS answers the first one when the second one has ended.
    const second = await new Promise<CliRun>((resolve, reject) => {
      stack.proxy.interrupt("CreateUser", "before", () => stack.up().then(resolve, reject));
    });
    assert.notEqual(second.exitCode, 0);
    assert.match(
      second.printed,
      /^error: the stack is currently locked by 1 lock\(s\)\. Either wait for the other process/m,
    );
    assert.deepEqual(second.steps, []);
    assertSucceeded(await first.done);
    assert.deepEqual(await orphansOf(stack), { users: [], profiles: [], group: false });
  });

  it("is refused when the file beside it is cut off, as a kill may leave it, and read again without that file", async () => {
    const file = stateFileOf(stack);
    await truncate(`${file}.attrs`);
    assert.match((await stack.cli("stack", "export")).printed, cutOffAttributes);
    const state = await readFile(file, "utf8");
    await copyFile(`${file}.bak`, file);
    assert.match(
      (await stack.cli("stack", "export")).printed,
      cutOffAttributes,
      "the state before is no help",
    );
    await writeFile(file, state);
    await rm(`${file}.attrs`);
    assertSucceeded(await stack.cli("stack", "export"));
  });

  it("is refused when it is cut off itself, and comes back from the .bak beside it", async () => {
    const file = stateFileOf(stack);
    const { length } = await readFile(file);
    await truncate(file, Math.floor(length / 2));
    const refused = await stack.up();
    assert.notEqual(refused.exitCode, 0);
    assert.match(refused.printed, /^error: failed to load checkpoint: .*unexpected end of JSON input/m);
    assert.deepEqual(refused.steps, []);
    await copyFile(`${file}.bak`, file);
    // It is one step behind: here the outputs are missing, that come last.
    assertSucceeded(await stack.up());
    await assertConverged(stack, names);
  });
});
