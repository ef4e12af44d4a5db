import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetUserCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import { awsClients } from "../support/emulator.ts";
import { leftOver } from "../support/processes.ts";
import { startCommand, withStackFile, type Command } from "../support/stackCommand.ts";

const notice = /^REHEARSAL WITHOUT THE PULUMI ENGINE/;

/** The stacks whose config is part of the project. */
const exampleStacks = readdirSync(join(import.meta.dirname, "../.."))
  .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
  .filter((stack) => !stack.startsWith("test-"));

// Nothing but an empty folder is HOME and PATH, and nothing can be downloaded: there is no Pulumi CLI, wherever the user has
// one.
describe("npm start without a Pulumi CLI", function () {
  this.timeout(120_000);
  let home = "";
  before(async () => {
    home = await mkdtemp(join(tmpdir(), "iam-administrators-home-"));
  });
  after(() => rm(home, { recursive: true, force: true }));

  const environment = (extra: Readonly<Record<string, string>> = {}) => {
    const { NODE_V8_COVERAGE } = process.env;
    return {
      PATH: home,
      HOME: home,
      ...(NODE_V8_COVERAGE === undefined ? {} : { NODE_V8_COVERAGE }),
      ...extra,
    };
  };
  const start = (args: readonly string[] = [], extra: Readonly<Record<string, string>> = {}) =>
    startCommand({ args, env: environment(extra) });

  async function assertNothingLeft(command: Command): Promise<void> {
    assert.deepEqual(await leftOver(command.descendants.keys()), []);
    assert.deepEqual(command.runFolders(), []);
  }

  it("rehearses the example, says first and last that no engine took part, and leaves nothing", async () => {
    const command = start();
    assert.equal(await command.exited(), 0, command.printed());
    const lines = command.printed().trim().split("\n");
    assert.match(lines[0] ?? "", notice);
    assert.match(lines.at(-1) ?? "", notice);
    assert.match(
      command.printed(),
      /^Sign-in URL +https:\/\/123456789012\.signin\.aws\.amazon\.com\/console$/m,
    );
    assert.match(
      command.printed(),
      /^Group +Administrators \(arn:aws:iam::123456789012:group\/Administrators\)$/m,
    );
    assert.match(command.printed(), /^ +Admin_2 +arn:aws:iam::123456789012:user\/Admin_2$/m);
    assert.match(command.printed(), /^ +advisory +pinned-account/m);
    await assertNothingLeft(command);
  });

  for (const stack of exampleStacks.filter((name) => name !== "dev")) {
    it(`rehearses the other example, ${stack}`, async () => {
      const command = start(["--stack", stack]);
      assert.equal(await command.exited(), 0, command.printed());
      assert.doesNotMatch(command.printed(), /^ +mandatory /m);
      await assertNothingLeft(command);
    });
  }

  it("passes nobody's credentials on to what it starts", async () => {
    const secrets = {
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "not-a-real-secret-key",
      AWS_SESSION_TOKEN: "not-a-real-session-token",
      AWS_PROFILE: "production-profile",
      PULUMI_ACCESS_TOKEN: "pul-not-a-real-token",
      GITHUB_TOKEN: "ghp-not-a-real-token",
    };
    const command = start([], secrets);
    assert.equal(await command.exited(), 0, command.printed());
    const programs = [...command.descendants.values()];
    const [emulator] = programs.filter((program) => program.includes("emulatorServer.py"));
    // Its environment was really seen, or its lack of secrets would prove nothing.
    assert.match(emulator ?? "", /MOTO_ACCOUNT_ID=123456789012/);
    for (const secret of Object.values(secrets)) {
      assert.deepEqual(
        programs.filter((program) => program.includes(secret)),
        [],
      );
      assert.equal(command.printed().includes(secret), false);
    }
    await assertNothingLeft(command);
  });

  for (const moment of ["AWS emulator (moto) at", "create "]) {
    it(`leaves nothing running after Ctrl-C at "${moment}", and says so`, async () => {
      const command = start();
      await command.until(moment);
      command.interrupt("SIGINT");
      assert.equal(await command.exited(), 130, command.printed());
      assert.match(command.printed(), /Stopped, nothing is left running\.\s*$/);
      await assertNothingLeft(command);
    });
  }

  it("ends in the same way when it alone is told to", async () => {
    const command = start();
    await command.until("create ");
    command.kill("SIGTERM");
    assert.equal(await command.exited(), 130, command.printed());
    await assertNothingLeft(command);
  });

  it("takes the rest down when it is killed outright, and its folder goes with the next run", async () => {
    const killed = start();
    await killed.until("create ");
    killed.kill("SIGKILL");
    assert.equal(await killed.exited(), "SIGKILL");
    assert.deepEqual(await leftOver(killed.descendants.keys()), []);
    assert.equal(killed.runFolders().length, 1);
    const next = start();
    assert.equal(await next.exited(), 0, next.printed());
    assert.deepEqual(killed.runFolders(), []);
    await assertNothingLeft(next);
  });

  it("stays up with --keep, says how to look around, and goes with Ctrl-C", async () => {
    const command = start(["--keep"]);
    await command.until("iam list-users");
    const endpoint = /AWS_ENDPOINT_URL=(http:\/\/127\.0\.0\.1:\d+)/.exec(command.printed())?.[1] ?? "";
    const { iam } = awsClients(endpoint);
    const { Users = [] } = await iam.send(new ListUsersCommand());
    assert.deepEqual(Users.map(({ UserName }) => UserName).sort(), ["Admin_2", "Administrator"]);
    command.interrupt("SIGINT");
    assert.equal(await command.exited(), 0, command.printed());
    assert.match(command.printed().trim().split("\n").at(-1) ?? "", notice);
    await assert.rejects(iam.send(new GetUserCommand({ UserName: "Admin_2" })));
    await assertNothingLeft(command);
  });

  it("names the stacks there are when it is asked for another one", async () => {
    const command = start(["--stack", "no-such-stack"]);
    assert.equal(await command.exited(), 1);
    const [message, usage, ...rest] = command.printed().trim().split("\n");
    assert.match(message ?? "", /^Pulumi\.no-such-stack\.yaml does not exist; the stacks here are .*\bdev\b/);
    assert.match(usage ?? "", /^Usage: /);
    assert.deepEqual(rest, []);
    assert.equal(command.descendants.size, 0);
  });

  for (const args of [["--stack", "../dev"], ["--stack"], ["--stak", "dev"], ["dev"]]) {
    it(`explains itself when it is called with ${args.join(" ")}`, async () => {
      const command = start(args);
      assert.equal(await command.exited(), 1);
      assert.match(command.printed(), /^Usage: npm start -- \[--stack NAME\] \[--keep\]$/m);
      assert.doesNotMatch(command.printed(), /^\s+at /m);
      assert.equal(command.descendants.size, 0);
    });
  }

  it("says where a stack config is not YAML, before it starts anything", async () => {
    await withStackFile("config:\n  aws:region: us-east-1\n  key: [1, 2\n", async (stack) => {
      const command = start(["--stack", stack]);
      assert.equal(await command.exited(), 1);
      assert.match(command.printed(), new RegExp(`^Pulumi\\.${stack}\\.yaml is not YAML: .*line \\d`, "s"));
      assert.doesNotMatch(command.printed(), /^\s+at (?!line)/m);
      assert.equal(command.descendants.size, 0);
    });
  });

  it("stops with the program's list of mistakes, and leaves nothing", async () => {
    const yaml =
      "config:\n  iam-administrators:administrators:\n    - name: a b\n      consolAccess: false\n";
    await withStackFile(yaml, async (stack) => {
      const command = start(["--stack", stack]);
      assert.equal(await command.exited(), 1);
      assert.match(command.printed(), /the stack config has 2 problems, nothing was changed/);
      assert.match(command.printed(), /administrators\[0\]\.name "a b": /);
      assert.match(command.printed(), /administrators\[0\]\.consolAccess false: /);
      assert.doesNotMatch(command.printed(), /^\s+at |node_modules/m);
      assert.match(command.printed().trim().split("\n").at(-1) ?? "", notice);
      await assertNothingLeft(command);
    });
  });

  it("stops with what a mandatory policy says, and leaves nothing", async () => {
    const yaml = "config:\n  iam-administrators:administrators: [{ name: Administrator }, { name: root }]\n";
    await withStackFile(yaml, async (stack) => {
      const command = start(["--stack", stack]);
      assert.equal(await command.exited(), 1);
      assert.match(
        command.printed(),
        /^The policy pack would stop pulumi up:\n(?: .*\n)* +mandatory +no-root-usage \(root\): /m,
      );
      assert.doesNotMatch(command.printed(), /^Sign-in URL/m);
      await assertNothingLeft(command);
    });
  });

  it("pretends to be the account that a stack is pinned to, and leaves credentials' names out", async () => {
    const yaml =
      "config:\n  aws:allowedAccountIds: ['210987654321']\n  aws:profile: production-profile\n" +
      "  iam-administrators:administrators: [{ name: Administrator }, { name: Admin_2, backup: true }]\n";
    await withStackFile(yaml, async (stack) => {
      const command = start(["--stack", stack]);
      assert.equal(await command.exited(), 0, command.printed());
      assert.match(command.printed(), /^Sign-in URL +https:\/\/210987654321\./m);
      assert.match(command.printed(), /^Left out of the stack config here: aws:profile$/m);
      assert.doesNotMatch(command.printed(), /production-profile|pinned-account/);
      await assertNothingLeft(command);
    });
  });
});
