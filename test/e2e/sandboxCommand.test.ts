import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findEngine } from "../../sandbox/engine.ts";
import { assertEnds, endCommands, startCommand, withStackFile } from "../support/stackCommand.ts";

// Its home is empty and no download gets through, so that the stand-ins serve for the plugins.
describe("npm start with a Pulumi CLI", function () {
  this.timeout(180_000);
  let home = "";
  let env: Record<string, string> = {};
  before(async function () {
    const engine = await findEngine();
    if (engine.command === undefined) this.skip();
    home = await mkdtemp(join(tmpdir(), "iam-administrators-home-"));
    env = {
      PATH: [engine.directory ?? [], process.env.PATH ?? ""].flat().join(delimiter),
      HOME: home,
      HTTPS_PROXY: "http://127.0.0.1:1",
      NO_PROXY: "127.0.0.1,localhost",
    };
  });
  afterEach(endCommands);
  after(() => rm(home, { recursive: true, force: true }));

  it("deploys the example, keeps files to the user, ports to the machine and credentials to itself, until Ctrl-C", async () => {
    const administrators = [{ name: "Administrator" }, { name: "Admin_2.with-a-long-name", backup: true }];
    // The policy pack expects the group Administrators, unless it is told another one.
    await withStackFile(
      { "aws:region": "us-east-1", group: { name: "Owners" }, administrators },
      deploysAndStays,
    );
  });

  async function deploysAndStays(stack: string): Promise<void> {
    const command = startCommand(["--keep", "--stack", stack], env);
    const listening = new Set<string>();
    const watching = setInterval(() => {
      for (const address of listeners([command.pid, ...command.programs.keys()])) listening.add(address);
    }, 100);
    await command.until("iam list-users");
    clearInterval(watching);
    const printed = command.printed();
    assert.match(printed, /^Pulumi CLI \d+\.\d+\.\d+$/m);
    assert.doesNotMatch(printed, /REHEARSAL/);
    // The CLI's own display, its policies among it.
    assert.match(printed, /aws:iam:User +Admin_2\S+ +created/);
    assert.match(printed, /pinned-account/);
    assert.doesNotMatch(printed, /^Policies$/m);
    assert.match(printed, /^Sign-in URL +https:\/\/123456789012\.signin\.aws\.amazon\.com\/console$/m);
    assert.match(printed, /initial password is a secret output, to be changed at the first sign-in/);
    assert.match(printed, /^ +high +Admin_2\S+ has no MFA device/m);
    assert.match(printed, /^ {2}Admin_2\.with-a-long-name {2}arn:/m);

    const folder = command.folder() ?? "";
    const commands = printed.match(/(?<=^ {2})(?:\. |cd |pulumi ).*/gm) ?? [];
    const pasted = commands.join(" && ").replace("pulumi up", "pulumi preview --expect-no-changes");
    const shown = execFileSync("sh", ["-c", pasted], { encoding: "utf8", env });
    assert.match(shown, /"initialPassword": ?"/);
    assert.match(
      readFileSync(join(folder, "env.sh"), "utf8"),
      /^export PULUMI_CONFIG_PASSPHRASE='?[\w-]{32}'?$/m,
    );
    const files = ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })];
    assert.ok(files.length > 5);
    const open = files.filter((file) => (statSync(join(folder, file)).mode & 0o077) !== 0);
    assert.deepEqual(open, []);
    // The emulator, the engine, the language host, the program, the policy pack and the plugin, each with its own.
    if (existsSync("/proc/net/tcp")) assert.ok(listening.size >= 4, [...listening].join(", "));
    assert.deepEqual(
      [...listening].filter((address) => !isLoopback.test(address)),
      [],
    );
    const programs = [...command.programs.values()];
    assert.ok(programs.some((program) => /pulumi up\b.*PULUMI_BACKEND_URL=file:/s.test(program)));
    assert.ok(programs.some((program) => program.includes("pulumi-language-nodejs")));
    assert.deepEqual(command.leaks(), []);
    command.signal("SIGINT", "group");
    await assertEnds(command, 0);
  }

  it("takes the rest down when it is killed outright; the next run removes its folder, and Ctrl-C ends it", async () => {
    const killed = startCommand([], env);
    await killed.until("Updating (");
    killed.signal("SIGKILL", "command");
    assert.equal(await killed.ended(), "SIGKILL", killed.printed());
    const left = (await killed.left()).filter((thing) => !isLanguageHost(thing));
    assert.deepEqual(left, [killed.folder()]);
    const next = startCommand([], env);
    await next.until("Updating (");
    assert.equal(killed.folder(), undefined);
    next.signal("SIGINT", "group");
    await assertEnds(next, 130);
    assert.match(next.printed(), /Stopped, nothing is left running\.\s*$/);
  });
});

/** Whether this is Pulumi's own language host, which looks for its engine every few minutes only; it is ended here. */
function isLanguageHost(thing: string): boolean {
  const isHost = thing.includes("pulumi-language-nodejs");
  if (isHost) process.kill(parseInt(thing), "SIGKILL");
  return isHost;
}

/** 127.x.x.x or ::1 and a port, as /proc/net writes them: 32-bit words in the machine's order. */
const isLoopback = /^(?:(?:0{16}FFFF0000)?[0-9A-F]{6}7F|0{24}01000000):/;

/** The addresses and ports on which these processes listen; only Linux tells them without further programs. */
function listeners(pids: readonly number[]): string[] {
  const files = ["/proc/net/tcp", "/proc/net/tcp6"].filter((file) => existsSync(file));
  const sockets = files.flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/)),
  );
  return pids.flatMap((pid) => {
    const own = new Set(handlesOf(pid));
    return sockets.flatMap(([, local = "", , state, , , , , , inode]) =>
      state === "0A" && own.has(`socket:[${inode}]`) ? [local] : [],
    );
  });
}

function handlesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    // The process, or a file of it, is gone.
    return [];
  }
}
