import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { decrypt, readMessage, readPrivateKey } from "openpgp";
import { goodKey, type KeyPair } from "../support/pgpKeys.ts";
import { descendants } from "../support/processes.ts";
import type { CliRun } from "../support/pulumiCli.ts";
import { policyDir, useEngine, type TestStack } from "../support/stack.ts";
import { administratorUser } from "../support/stackAccount.ts";
import { assertSteps, assertSucceeded, assertUnchanged, blocking } from "../support/stackAsserts.ts";
import { stopAtFirstFailure } from "../support/stopAtFirstFailure.ts";

const names = ["Custom", "Encrypted", "Generated", "Other"];
const byHand = "Chosen-by-hand-4711";
const firstCustom = "First&Custom-4711!";
const secondCustom = "Second&Custom-4711!";
const proxyPassword = "Proxy-Secret-4711";

/** What a new issue of a password looks like: the old profile has to go first. */
function reissued(name: string): string[] {
  const ops = ["delete-replaced", "replace", "create-replacement"];
  return [`update Administrator ${name}`, ...ops.map((op) => `${op} UserLoginProfile ${name}`)];
}

describe("an administrator's password", function () {
  this.timeout(240_000);
  const engine = useEngine();
  stopAtFirstFailure();
  const runs = new Map<string, CliRun>();
  const sightings: Sighting[] = [];
  let keys: readonly [KeyPair, KeyPair];
  let secrets: readonly [object, object];
  /** A proxy that leads to the emulator, whatever host is asked for. */
  let httpProxy: object;
  let stack: TestStack;

  before(async () => {
    keys = [await goodKey(), await goodKey()];
    stack = await engine.stack();
    secrets = [await stack.secret(firstCustom), await stack.secret(secondCustom)];
    httpProxy = await stack.secret(engine.proxy.endpoint.replace("http://", `http://me:${proxyPassword}@`));
  });

  const configure = (changes: Readonly<Record<string, object>> = {}) => {
    const keyOf: Readonly<Record<string, object>> = {
      Custom: { password: secrets[0] },
      Encrypted: { pgpKey: keys[0].publicKey },
    };
    const administrators = names.map((name) => ({ name, ...keyOf[name], ...changes[name] }));
    const aws = {
      "aws:endpoints": [{ iam: "http://iam.test", sts: "http://sts.test" }],
      "aws:httpProxy": httpProxy,
    };
    return stack.configure({ administrators, protect: false, ...aws });
  };
  /** Runs a command, and looks at its processes all the while. */
  const watched = async (...args: readonly string[]): Promise<CliRun> => {
    const running = stack.start(...args);
    const ended = running.done.then(() => true);
    while (!(await Promise.race([ended, sleep(100)]))) look(running.pid, sightings);
    const run = await running.done;
    runs.set(`${runs.size} ${args.join(" ")}`, run);
    return run;
  };
  const up = (...flags: readonly string[]) => watched("up", "--yes", "--skip-preview", ...flags);
  const outputs = async () => (await stack.outputs()).administrators;

  it("is generated, encrypted, or one's own choice, and in the outputs accordingly", async () => {
    await configure();
    assertSucceeded(await up("--diff", "--policy-pack", policyDir));
    const { users } = await engine.contents();
    assert.deepEqual(users, Object.fromEntries(names.map((name) => [name, administratorUser()])));
    const { Generated, Encrypted, Custom } = await outputs();
    assert.equal(Generated?.initialPassword, await engine.passwordOf("Generated"));
    assert.equal(Encrypted?.initialPassword, undefined);
    assert.equal(
      await decrypted(Encrypted?.encryptedPassword, keys[0]),
      await engine.passwordOf("Encrypted"),
    );
    const { decryptCommand, encryptedPassword } = Encrypted ?? {};
    assert.equal(decryptCommand, `echo ${encryptedPassword ?? ""} | base64 --decode | gpg --decrypt`);
    assert.equal(await engine.passwordOf("Custom"), firstCustom);
    // Not the one that was generated first.
    const arn = "arn:aws:iam::123456789012:user/Custom";
    assert.deepEqual(Custom, { arn, mustResetPassword: true });
  });

  it("is one's own through the proxy and from the endpoints of the AWS plugin", () => {
    const asked = engine.proxy.calls.filter(
      ({ host, action }) => host.endsWith(".test") || action === "UpdateLoginProfile",
    );
    assert.deepEqual([...new Set(asked.map(({ host, action }) => `${host} ${action}`))].sort(), [
      "iam.test GetAccountPasswordPolicy",
      "iam.test GetUser",
      "iam.test UpdateLoginProfile",
      "sts.test GetCallerIdentity",
    ]);
  });

  it("is the user's after the first sign-in: nothing is planned, whatever is refreshed or shaped for the next one", async () => {
    for (const UserName of names)
      await engine.iam.updateLoginProfile({ UserName, Password: byHand, PasswordResetRequired: false });
    assertUnchanged(await watched("refresh", "--yes", "--skip-preview", "--diff"));
    const judged = await up("--refresh", "--policy-pack", policyDir);
    assertUnchanged(judged);
    assert.deepEqual(blocking(judged), []);
    await configure({
      Generated: { passwordLength: 40 },
      Encrypted: { pgpKey: keys[1].publicKey },
      Custom: { email: "custom@example.com" },
    });
    assertSteps(await up(), ["update User Custom"]);
    for (const name of names) assert.equal(await engine.passwordOf(name), byHand);
  });

  it("is issued anew with a higher passwordVersion, and nobody else's is", async () => {
    await configure({
      Generated: { passwordLength: 40, passwordVersion: 2 },
      Encrypted: { pgpKey: keys[1].publicKey, passwordVersion: 2 },
      Custom: { email: "custom@example.com", passwordVersion: 2 },
    });
    assertSteps(await up("--show-full-output"), [
      ...["Generated", "Encrypted", "Custom"].flatMap(reissued),
      "update Resource Custom",
    ]);
    const { users } = await engine.contents();
    const kept = names.filter((name) => users[name]?.password === "kept");
    assert.deepEqual(kept, ["Other"]);
    const { Generated, Encrypted } = await outputs();
    assert.equal(Generated?.initialPassword?.length, 40);
    assert.equal(Generated.initialPassword, await engine.passwordOf("Generated"));
    assert.equal(
      await decrypted(Encrypted?.encryptedPassword, keys[1]),
      await engine.passwordOf("Encrypted"),
    );
    assert.equal(await engine.passwordOf("Custom"), firstCustom);
    assert.equal(await engine.passwordOf("Other"), byHand);
  });

  it("comes back where a login profile is gone, the custom one too, also when it is replaced by hand", async () => {
    for (const UserName of ["Generated", "Custom"]) await engine.iam.deleteLoginProfile({ UserName });
    assertSucceeded(await up("--refresh"));
    assert.equal(await engine.passwordOf("Custom"), firstCustom);
    assert.equal((await outputs()).Generated?.initialPassword, await engine.passwordOf("Generated"));
    const { printed } = await stack.cli("stack", "--show-urns");
    const urn = /urn:\S+UserLoginProfile::Custom/.exec(printed)?.[0] ?? "";
    assertSucceeded(await watched("up", "--yes", "--replace", urn));
    assert.equal(await engine.passwordOf("Custom"), firstCustom);
  });

  it("goes with console access; a custom one is set again when it changes", async () => {
    await configure({
      Generated: { passwordVersion: 2 },
      Encrypted: { pgpKey: keys[1].publicKey, passwordVersion: 2 },
      Custom: { password: secrets[1], passwordVersion: 2 },
      Other: { consoleAccess: false },
    });
    assertSteps(await up(), [
      "delete UserLoginProfile Other",
      "update Administrator Other",
      "update AdministratorGroup administrators",
      "update Resource Custom",
      "update User Custom",
    ]);
    assert.equal((await engine.contents()).users.Other?.password, "none");
    assert.equal(await engine.passwordOf("Custom"), secondCustom);
  });

  it("comes with console access, or with a first key; a custom one that is taken out stays, and no output misleads", async () => {
    await configure({
      Generated: { passwordVersion: 3, pgpKey: keys[0].publicKey },
      Encrypted: { pgpKey: keys[1].publicKey, passwordVersion: 2 },
      Custom: { password: undefined, passwordVersion: 2 },
    });
    assertSteps(await up(), [
      ...reissued("Generated"),
      "create UserLoginProfile Other",
      "delete Resource Custom",
      "update Administrator Other",
      "update AdministratorGroup administrators",
    ]);
    const { Custom, Generated, Other } = await outputs();
    assert.equal(Generated?.initialPassword, undefined);
    assert.equal(
      await decrypted(Generated?.encryptedPassword, keys[0]),
      await engine.passwordOf("Generated"),
    );
    assert.equal(Other?.initialPassword, await engine.passwordOf("Other"));
    assert.equal(await engine.passwordOf("Custom"), secondCustom);
    assert.deepEqual(Custom, { arn: "arn:aws:iam::123456789012:user/Custom", mustResetPassword: true });
  });

  // `--json` is left out: it prints secret outputs in debug events of Pulumi's own SDK, which the documents warn of.
  it("is nowhere in plain text: not in state, history, output, event log, arguments or environments", async () => {
    await watched("stack", "output", "administrators", "--json");
    await watched("stack", "export");
    await watched("stack", "history", "--json");
    await watched("config");
    assertSucceeded(await watched("destroy", "--yes", "--skip-preview", "--diff"));
    const given = engine.proxy.calls.flatMap(({ parameters }) => parameters.Password ?? []);
    const passwords = new Set([...given, firstCustom, secondCustom]);
    // Four that were generated for Generated and Custom each, two for Encrypted and Other each, and the two custom ones.
    assert.equal(passwords.size, 14);
    passwords.add(proxyPassword);

    const files = textsBelow(stack.dir).filter(([file]) => !/events-\d+\.jsonl$/.test(file));
    for (const kind of [/history/, /\.bak$/, /Pulumi\.test\.yaml$/])
      assert.ok(
        files.some(([file]) => kind.test(file)),
        String(kind),
      );
    assertHidden(files, passwords);

    const printed = [...runs].map(([command, run]) => [command, run.printed] as const);
    assert.match(printed.join("\n"), /set pgpKey to the public PGP key of user "Generated"/);
    assertHidden(printed, passwords);

    // Pulumi's own SDK writes into debug events what it registered, secrets too. Only who asks for a log gets them.
    const isDebug = (line: string) => line.includes('"diagnosticEvent":{"prefix":"debug: ');
    const logs = [...runs].map(
      ([command, run]) =>
        [
          command,
          run.eventLog
            .split("\n")
            .filter((line) => !isDebug(line))
            .join("\n"),
        ] as const,
    );
    assert.match(logs.join("\n"), /summaryEvent/);
    assertHidden(logs, passwords);

    if (!existsSync("/proc/self/cmdline")) return;
    assert.ok(sightings.some(({ program }) => /main\.ts aws|resource-aws/.test(program)));
    const seen = (isConfig: boolean) =>
      sightings
        .filter(({ where }) => (where === "PULUMI_CONFIG") === isConfig)
        .map(({ program, where, text }) => [`${where} of ${program}`, text] as const);
    assertHidden(seen(false), passwords);
    // Pulumi's own way: a program gets its config, secrets decrypted, in a variable that only its user can read.
    assertHidden(
      seen(true),
      [...passwords].filter((password) => ![firstCustom, secondCustom, proxyPassword].includes(password)),
    );
  });
});

/** Where a password could be read in a process: its arguments, or one of its variables. */
interface Sighting {
  readonly program: string;
  readonly where: string;
  readonly text: string;
}

async function decrypted(base64: string | undefined, { privateKey }: KeyPair): Promise<string> {
  const message = await readMessage({ binaryMessage: new Uint8Array(Buffer.from(base64 ?? "", "base64")) });
  const result = await decrypt({ message, decryptionKeys: await readPrivateKey({ armoredKey: privateKey }) });
  return String(result.data);
}

function assertHidden(texts: readonly (readonly [string, string])[], passwords: Iterable<string>): void {
  assert.ok(texts.length > 0, "there is nothing to look at");
  for (const form of [...passwords].flatMap(formsOf)) {
    const where = texts.filter(([, text]) => text.includes(form)).map(([name]) => name);
    // The password itself stays out of the message, of which a log is kept.
    assert.deepEqual(where, [], "a password is in plain text there");
  }
}

/** A password as it stands in plain text, in JSON, in JSON as Go writes it, in a URL and in base64. */
function formsOf(password: string): string[] {
  const json = JSON.stringify(password).slice(1, -1);
  const goJson = json.replaceAll(/[&<>]/g, (it) => `\\u00${it.charCodeAt(0).toString(16)}`);
  // Padding depends on what follows, and so does the last character.
  const base64 = Buffer.from(password).toString("base64").replace(/.?=*$/, "");
  return [password, json, goJson, JSON.stringify(json).slice(1, -1), encodeURIComponent(password), base64];
}

function textsBelow(dir: string): [string, string][] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), "utf8")]);
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
    const args = read(pid, "cmdline").join(" ");
    const program = `${pid} ${args}`;
    if (args === "" || sightings.some((it) => it.program === program)) continue;
    sightings.push({ program, where: "arguments", text: args });
    for (const variable of read(pid, "environ"))
      sightings.push({
        program,
        where: variable.slice(0, Math.max(variable.indexOf("="), 0)),
        text: variable,
      });
  }
}
