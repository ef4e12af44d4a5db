import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { findEngine } from "../../sandbox/engine.ts";
import { leftOver } from "../support/processes.ts";
import { startCommand, type Command } from "../support/stackCommand.ts";
import { makeRunFolder } from "../../sandbox/runFolder.ts";
import { seeds } from "./recovery.ts";
import { projectDir } from "../support/stack.ts";

/** What must reach nothing that the sandbox starts. */
const credentials = {
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "not-a-real-secret-key",
  AWS_SESSION_TOKEN: "not-a-real-session-token",
  AWS_PROFILE: "production-profile",
  AWS_WEB_IDENTITY_TOKEN_FILE: "/not-a-real-token-file",
  PULUMI_ACCESS_TOKEN: "pul-not-a-real-token",
  GITHUB_TOKEN: "ghp-not-a-real-token",
};

// Without an engine the command's own tests do the same; this is the way with the CLI, its language host and plugins.
describe("the sandbox with a Pulumi CLI", function () {
  this.timeout(180_000);
  let env: Record<string, string> = {};

  before(async function () {
    const engine = await findEngine();
    if (engine.command === undefined) this.skip();
    const { PATH = "", HOME = "" } = process.env;
    env = {
      PATH: engine.directory === undefined ? PATH : [engine.directory, PATH].join(delimiter),
      HOME,
      // Nobody listens there: the official plugins cannot be had, whatever the network.
      HTTPS_PROXY: "http://127.0.0.1:9",
      ...credentials,
    };
  });

  for (const moment of seeds.length > 1 ? ["Previewing update", "Updating (", "aws:iam:User"] : []) {
    it(`takes the rest down when it is killed at "${moment}", and the next run removes what it left`, async () => {
      const killed = startCommand({ env });
      await killed.until(moment);
      await assertGone(killed);
      const next = startCommand({ env });
      await next.until("Previewing update");
      assert.deepEqual(killed.runFolders(), []);
      next.interrupt("SIGINT");
      assert.equal(await next.exited(), 130, next.printed());
      assert.deepEqual(await leftOver(next.descendants.keys()), []);
    });
  }

  it("keeps its files to the user, its ports to the machine and credentials to itself, and is gone when killed", async () => {
    const command = startCommand({ args: ["--keep"], env });
    const listening = new Set<string>();
    const watching = setInterval(() => {
      for (const address of listeners([command.pid, ...command.descendants.keys()])) listening.add(address);
    }, 100);
    await command.until("iam list-users");
    clearInterval(watching);
    const [folder = ""] = command.runFolders();
    assert.notEqual(folder, "", command.printed());
    const modes = modesBelow(join(projectDir, ".sandbox/runs", folder));
    await assertGone(command);
    // What the next run begins with.
    await rm(await makeRunFolder(join(projectDir, ".sandbox"), "dev"), { recursive: true });
    assert.deepEqual(command.runFolders(), []);

    // The emulator, the engine, the language host, the program, the policy pack and the plugin, each with its own.
    if (existsSync("/proc/net/tcp")) assert.ok(listening.size >= 4, [...listening].join(", "));
    assert.deepEqual(
      [...listening].filter((address) => !/^(?:127\.|::1 )/.test(address)),
      [],
    );
    assert.ok(modes.size > 5);
    assert.deepEqual(
      [...modes]
        .filter(([, mode]) => (mode & 0o077) !== 0)
        .map(([file, mode]) => `${file} ${mode.toString(8)}`),
      [],
    );
    const programs = [...command.descendants.values()];
    assert.ok(programs.some((program) => program.includes("pulumi-language-nodejs")));
    for (const value of Object.values(credentials)) {
      assert.deepEqual(
        programs.filter((program) => program.includes(value)),
        [],
      );
      assert.equal(command.printed().includes(value), false);
    }
  });
});

/** Kills the command, and asserts that everything else ends by itself. */
async function assertGone(command: Command): Promise<void> {
  command.kill("SIGKILL");
  assert.equal(await command.exited(), "SIGKILL", command.printed());
  assert.equal(command.runFolders().length, 1, command.printed());
  assert.deepEqual(await withoutLanguageHosts(command), []);
}

/** What still runs, but not Pulumi's own language host: it looks for its engine every few minutes only. */
async function withoutLanguageHosts(command: Command): Promise<string[]> {
  const left = await leftOver(command.descendants.keys());
  for (const line of left)
    if (line.includes("pulumi-language-nodejs")) process.kill(parseInt(line), "SIGKILL");
  return left.filter((line) => !line.includes("pulumi-language-nodejs"));
}

/** The addresses on which these processes listen, `127.0.0.1 8080`; only Linux tells them without further programs. */
function listeners(pids: readonly number[]): string[] {
  const sockets = new Map<string, string>();
  for (const file of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    if (!existsSync(file)) continue;
    for (const line of readFileSync(file, "utf8").split("\n").slice(1)) {
      const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
      if (state === "0A") sockets.set(inode, addressOf(local));
    }
  }
  return pids.flatMap((pid) => inodesOf(pid).flatMap((inode) => sockets.get(inode) ?? []));
}

function inodesOf(pid: number): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(readlinkSync(join(folder, fd)))?.[1] ?? [],
    );
  } catch {
    // The process, or a file of it, is gone.
    return [];
  }
}

/** An address of /proc/net: bytes of 32-bit words in the machine's order, and the port. */
function addressOf(local: string): string {
  const [hex = "", port = ""] = local.split(":");
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  const numbers = bytes.map((byte) => parseInt(byte, 16));
  const mapped = bytes.length === 16 && numbers.slice(0, 10).every((it) => it === 0) && numbers[10] === 255;
  const isLoopback6 =
    bytes.length === 16 && numbers.slice(0, 15).every((it) => it === 0) && numbers[15] === 1;
  const text = isLoopback6
    ? "::1"
    : bytes.length === 4
      ? numbers.join(".")
      : mapped
        ? numbers.slice(12).join(".")
        : bytes.join("");
  return `${text} ${parseInt(port, 16)}`;
}

function modesBelow(folder: string): Map<string, number> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return new Map(["", ...files].map((file) => [file, statSync(join(folder, file)).mode & 0o777]));
}
