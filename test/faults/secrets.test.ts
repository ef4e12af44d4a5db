import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateLoginProfileCommand, CreateUserCommand } from "@aws-sdk/client-iam";
import { decrypt, readMessage, readPrivateKey } from "openpgp";
import { goodKey, type KeyPair } from "../support/pgpKeys.ts";
import { descendants } from "../support/processes.ts";
import type { CliRun } from "../support/pulumiCli.ts";
import { policyDir } from "../support/stack.ts";
import { assertSucceeded } from "../support/stackAsserts.ts";
import { isThorough, useFaults, type FaultStack } from "./faultStack.ts";
import { configOf } from "./recovery.ts";

const custom = "Custom&Password-4711";
const madeByHand = "Made-by-hand-4711";

/** Where a password could be read in a process: its arguments, or one of its variables. */
interface Sighting {
  readonly program: string;
  readonly where: string;
  readonly text: string;
}

// `up --json` and `preview --json` are left out: they print secret outputs in debug events of Pulumi's own SDK.
describe("no password is in plain text", function () {
  this.timeout(240_000);
  const faults = useFaults();
  const runs = new Map<string, CliRun>();
  const passwords = new Map<string, string>();
  const sightings: Sighting[] = [];
  let stack: FaultStack;

  before(async function () {
    const key = await goodKey();
    const administrators = [
      { name: "Generated" },
      { name: "Encrypted", pgpKey: key.publicKey },
      { name: "Custom" },
      { name: "Imported" },
    ];
    const configure = async (changes: (name: string) => object) => {
      await stack.configure({
        ...configOf(administrators.map((one) => ({ ...one, ...changes(one.name) }))),
        protect: false,
      });
      await stack.setSecret("administrators[2].password", custom);
    };
    stack = await faults.stack({});
    await configure((name) => (name === "Imported" ? { import: true } : {}));
    await stack.iam.send(new CreateUserCommand({ UserName: "Imported" }));
    await stack.iam.send(new CreateLoginProfileCommand({ UserName: "Imported", Password: madeByHand }));
    passwords.set("custom", custom).set("made by hand", madeByHand);

    const watched = async (...args: readonly string[]) => {
      const running = stack.start(...args);
      const ended = running.done.then(() => true);
      while (!(await Promise.race([ended, sleep(100)]))) look(running.pid, sightings);
      const run = await running.done;
      assertSucceeded(run);
      runs.set(args.join(" "), run);
    };
    if (isThorough) await watched("preview", "--diff", "--policy-pack", policyDir);
    await watched("up", "--yes", "--skip-preview", "--diff", "--policy-pack", policyDir);
    await collectPasswords(stack, key, passwords);
    await configure((name) => (name === "Imported" ? { import: true } : { passwordIssue: 2 }));
    if (isThorough) await watched("preview", "--diff");
    await watched("up", "--yes", "--skip-preview", "--show-full-output");
    await collectPasswords(stack, key, passwords);
    await watched("refresh", "--yes", "--skip-preview", "--diff");
    const output = await stack.cli("stack", "output", "administrators", "--json");
    runs.set("stack output", output);
    runs.set("stack export", await stack.cli("stack", "export"));
    runs.set("stack history", await stack.cli("stack", "history", "--json"));
    runs.set("config", await stack.cli("config"));
    await watched("destroy", "--yes", "--skip-preview", "--diff");
    for (const { action, parameters } of stack.proxy.calls) {
      const { Password } = parameters;
      if (Password !== undefined)
        passwords.set(`${action} ${parameters.UserName ?? ""} ${Password}`, Password);
    }
  });

  it("that is: of eight passwords, those made, made again, encrypted, chosen and there before", () => {
    // Made for Generated and Encrypted, twice, and for Custom before the chosen one.
    assert.equal(new Set(passwords.values()).size, 8, [...passwords.keys()].join("\n"));
  });

  it("in the state, its backups, the history, and the stack's config", () => {
    const files = new Map(textsBelow(stack.dir).filter(([file]) => !/events-\d+\.jsonl$/.test(file)));
    assert.ok([...files.keys()].some((file) => file.includes("history")));
    assert.ok([...files.keys()].some((file) => file.endsWith(".bak")));
    assertHidden(files, passwords.values());
  });

  it("in the engine's event log, but for the debug events", () => {
    // Pulumi's own SDK writes there what it registered, secrets too. Only who asks for an event log gets them.
    const logs = new Map(
      [...runs].map(([command, { eventLog }]) => {
        const lines = eventLog
          .split("\n")
          .filter((line) => !line.includes('"diagnosticEvent":{"prefix":"debug: '));
        return [command, lines.join("\n")];
      }),
    );
    assert.match(logs.get("destroy --yes --skip-preview --diff") ?? "", /summaryEvent/);
    assertHidden(logs, passwords.values());
  });

  it("in what the commands and the policies print", () => {
    const printed = new Map([...runs].map(([command, run]) => [command, run.printed]));
    assert.match([...printed.values()].join("\n"), /set pgpKey to the public PGP key of user "Generated"/);
    assertHidden(printed, passwords.values());
  });

  it("in the arguments of a process", function () {
    const found = sightings.filter(({ where }) => where === "arguments");
    if (existsSync("/proc/self/cmdline"))
      assert.ok(found.some(({ program }) => program.includes("main.ts aws")));
    assertHidden(new Map(found.map(({ program, text }) => [program, text])), passwords.values());
  });

  it("in the environment of a process, but for the config that Pulumi hands to the program", () => {
    const found = sightings.filter(({ where }) => !["arguments", "PULUMI_CONFIG"].includes(where));
    assertHidden(
      new Map(found.map(({ program, where, text }) => [`${where} of ${program}`, text])),
      passwords.values(),
    );
    // Pulumi's own way: a program gets its config, secrets decrypted, in a variable that only its user can read.
    const config = sightings.filter(({ where }) => where === "PULUMI_CONFIG");
    const others = [...passwords.values()].filter((password) => password !== custom);
    assertHidden(new Map(config.map(({ program, text }) => [program, text])), others);
  });
});

/** Collects what the outputs hold, the encrypted password by its private key. */
async function collectPasswords(
  stack: FaultStack,
  key: KeyPair,
  passwords: Map<string, string>,
): Promise<void> {
  const { administrators } = await stack.outputs();
  const shown = administrators as Record<string, { initialPassword?: string; encryptedPassword?: string }>;
  const encrypted = await decrypted(shown.Encrypted?.encryptedPassword ?? "", key);
  for (const password of [shown.Generated?.initialPassword, encrypted]) {
    assert.ok(password?.length === 24);
    passwords.set(password, password);
  }
}

async function decrypted(base64: string, { privateKey }: KeyPair): Promise<string> {
  // The types of streams that the library's declarations name are not installed.
  const message = (await decrypt({
    message: await readMessage({ binaryMessage: new Uint8Array(Buffer.from(base64, "base64")) }),
    decryptionKeys: await readPrivateKey({ armoredKey: privateKey }),
  })) as { readonly data: string };
  return message.data;
}

function assertHidden(texts: ReadonlyMap<string, string>, passwords: Iterable<string>): void {
  assert.ok(texts.size > 0 || !existsSync("/proc/self/cmdline"), "there is nothing to look at");
  for (const password of passwords) {
    for (const form of formsOf(password)) {
      const where = [...texts].filter(([, text]) => text.includes(form)).map(([name]) => name);
      // The password itself stays out of the message, of which a log is kept.
      assert.deepEqual(where, [], "a password is in plain text there");
    }
  }
}

/** A password as it stands in plain text, in JSON, in JSON as Go writes it, in a URL and in base64. */
function formsOf(password: string): Set<string> {
  const json = JSON.stringify(password).slice(1, -1);
  const escaped = (text: string, characters: RegExp) =>
    text.replaceAll(characters, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return new Set([
    password,
    json,
    escaped(json, /[&<>]/g),
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(password),
    // Padding depends on what follows, and so does the last character.
    Buffer.from(password).toString("base64").replace(/.?=*$/, ""),
  ]);
}

function textsBelow(dir: string): [string, string][] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [
      join(entry.parentPath, entry.name),
      readFileSync(join(entry.parentPath, entry.name), "utf8"),
    ]);
}

/** Notes the arguments and the environment of a process and of all that it started; only Linux shows them. */
function look(root: number, sightings: Sighting[]): void {
  if (!existsSync("/proc/self/cmdline")) return;
  const read = (pid: number, file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, "utf8").split("\0");
    } catch {
      // It has ended.
      return [];
    }
  };
  for (const pid of [root, ...descendants(root)]) {
    const program = read(pid, "cmdline").join(" ");
    if (program === "" || sightings.some((it) => it.program === `${pid} ${program}`)) continue;
    sightings.push({ program: `${pid} ${program}`, where: "arguments", text: program });
    for (const variable of read(pid, "environ")) {
      const where = variable.slice(0, Math.max(variable.indexOf("="), 0));
      sightings.push({ program: `${pid} ${program}`, where, text: variable });
    }
  }
}
