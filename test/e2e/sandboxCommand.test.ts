import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findEngine } from "../../sandbox/engine.ts";
import { leftOver } from "../support/processes.ts";
import { startCommand, type Command } from "../support/stackCommand.ts";

// Its home is empty and no download gets through, so that the stand-ins serve for the plugins.
describe("npm start with a Pulumi CLI", function () {
  this.timeout(180_000);
  let home = "";
  let env: Record<string, string> = {};
  before(async function () {
    const engine = await findEngine();
    if (engine.command === undefined) this.skip();
    home = await mkdtemp(join(tmpdir(), "iam-administrators-home-"));
    const { PATH = "", NODE_V8_COVERAGE } = process.env;
    const nowhere = "http://127.0.0.1:1";
    env = {
      PATH: [engine.directory, PATH].filter((folder) => folder !== undefined).join(delimiter),
      HOME: home,
      HTTP_PROXY: nowhere,
      HTTPS_PROXY: nowhere,
      NO_PROXY: "127.0.0.1,localhost",
      ...(NODE_V8_COVERAGE === undefined ? {} : { NODE_V8_COVERAGE }),
    };
  });
  after(() => rm(home, { recursive: true, force: true }));

  async function assertNothingLeft(command: Command): Promise<void> {
    assert.deepEqual(await leftOver(command.descendants.keys()), []);
    assert.deepEqual(command.runFolders(), []);
  }

  it("deploys the example through the engine, passes no credentials on, and leaves nothing", async () => {
    const secrets = {
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_PROFILE: "production-profile",
      PULUMI_ACCESS_TOKEN: "pul-not-a-real-token",
    };
    const command = startCommand({ env: { ...env, ...secrets } });
    assert.equal(await command.exited(), 0, command.printed());
    const printed = command.printed();
    assert.match(printed, /^Pulumi CLI \d+\.\d+\.\d+$/m);
    assert.doesNotMatch(printed, /REHEARSAL/);
    // The CLI's own display, its policies among it.
    assert.match(printed, /aws:iam:User +Admin_2 +created/);
    assert.match(printed, /pinned-account/);
    assert.doesNotMatch(printed, /^Policies$/m);
    assert.match(printed, /^Sign-in URL +https:\/\/123456789012\.signin\.aws\.amazon\.com\/console$/m);
    assert.match(printed, /initial password is a secret output, to be changed at the first sign-in/);
    const programs = [...command.descendants.values()];
    assert.ok(
      programs.some((program) => /pulumi up\b.*PULUMI_BACKEND_URL=file:/s.test(program)),
      programs.map((program) => program.slice(0, 100)).join("\n"),
    );
    for (const secret of Object.values(secrets)) {
      assert.deepEqual(
        programs.filter((program) => program.includes(secret)),
        [],
      );
    }
    await assertNothingLeft(command);
  });

  for (const moment of ["Previewing update", "Updating ("]) {
    it(`leaves nothing running after Ctrl-C at "${moment}", and says so`, async () => {
      const command = startCommand({ env });
      await command.until(moment);
      command.interrupt("SIGINT");
      assert.equal(await command.exited(), 130, command.printed());
      assert.match(command.printed(), /Stopped, nothing is left running\.\s*$/);
      await assertNothingLeft(command);
    });
  }
});
