import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { loadConfig } from "../../config/loadConfig.ts";
import { value } from "./mocks.ts";
import { goodKey } from "../support/pgpKeys.ts";
import { setStackConfig } from "./stackConfig.ts";

const secret = "Hunter2-Hunter2";
const heading = (count: string, where: string) =>
  `the stack config has ${count}, nothing was changed. Correct ${where} (namespace iam-administrators):`;
const elsewhere = "the stack's config (not Pulumi.test.yaml)";

/** The lines of the message. */
async function refusal(): Promise<string[]> {
  const error: unknown = await loadConfig().catch((reason: unknown) => reason);
  assert.ok(pulumi.RunError.isInstance(error), "no RunError was thrown");
  assert.doesNotMatch(error.message, /hunter2/i);
  return error.message.split("\n");
}

describe("loadConfig", () => {
  const folderBefore = process.cwd();
  let folder: string;

  // The program runs beside the stack's file.
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "load-config-"));
    process.chdir(folder);
    await pulumi.runtime.setMocks({} as pulumi.runtime.Mocks, "iam-administrators", "test");
  });
  afterEach(async () => {
    setStackConfig({});
    process.chdir(folderBefore);
    await rm(folder, { recursive: true });
  });

  const write = (yaml: string) => writeFile("Pulumi.test.yaml", yaml);
  const encrypted = "{ secure: AAABAHk= }";

  it("reads each kind of value as the engine writes it, of this namespace and no other, and changes nothing", async () => {
    const administrator = {
      ...{ name: "a", path: "/x/", email: "a@example.com", tags: { "cost-center": "42" }, backup: true },
      ...{ consoleAccess: true, passwordResetRequired: false, passwordLength: 30, passwordVersion: 2 },
      ...{ permissionsBoundary: "arn:aws:iam::123456789012:policy/B", import: false },
    };
    const given = {
      administrators: [administrator, { ...administrator, name: "b" }],
      group: { name: "Admins", path: "/y/", existing: true },
      passwordPolicy: { minimumLength: 8, reusePrevention: 5, maxAgeDays: 30, requireCharacterTypes: false },
      accountAlias: "12345",
      rootActivity: { emails: ["a@example.com"], cloudTrailLogGroup: "trail", backupSignIns: true },
      ...{ requireMfa: false, organizationRootAccess: true, protect: false, bootstrapAsRoot: true },
    };
    setStackConfig({
      ...given,
      "aws:region": "us-east-1",
      "other:protect": true,
      "iam-other:x": 1,
    });
    assert.deepEqual(await loadConfig(), given);
  });

  it("fills up what is given in part; MFA is required unless the group exists already", async () => {
    for (const [given, existing, requireMfa] of [
      [{}, false, true],
      [{}, true, false],
      [{ requireMfa: true }, true, true],
      [{ requireMfa: false }, false, false],
    ] as const) {
      setStackConfig({ administrators: [{ name: "a" }], group: { existing }, passwordPolicy: {}, ...given });
      const config = await loadConfig();
      assert.equal(config.requireMfa, requireMfa);
      assert.deepEqual(config.group, { name: "Administrators", path: "/", existing });
      const passwordPolicy = { minimumLength: 14, reusePrevention: 24, requireCharacterTypes: true };
      assert.deepEqual(config.passwordPolicy, passwordPolicy);
    }
  });

  it("takes whatever an alias is for a text, and an alias with a prefix for an object", async () => {
    for (const accountAlias of ["123", "true", "null", "1e3", { prefix: "acme" }]) {
      setStackConfig({ administrators: [{ name: "a" }], accountAlias });
      assert.deepEqual((await loadConfig()).accountAlias, accountAlias);
    }
  });

  it("hands a custom password on as a secret, and nobody else one", async () => {
    setStackConfig({ administrators: [{ name: "a", password: secret }, { name: "b" }] }, ["administrators"]);
    await write(`config: { administrators: [{ name: a, password: ${encrypted} }, { name: b }] }`);
    const [first, second] = (await loadConfig()).administrators;
    assert.equal(await pulumi.isSecret(pulumi.output(first?.password)), true);
    assert.equal(await value(first?.password), secret);
    assert.ok(second !== undefined && !("password" in second));
  });

  it("lists all problems in one message, texts that should be JSON and are not among them", async () => {
    setStackConfig({ administrators: "- name: a", group: "{name: Admins}", protect: "maybe" });
    assert.deepEqual(await refusal(), [
      heading("3 problems", elsewhere),
      "  administrators [secret]: must be a list of administrators",
      '  group "{name: Admins}": must be an object with the keys name, path, existing',
      '  protect "maybe": must be true or false',
    ]);
    setStackConfig({});
    assert.deepEqual(await refusal(), [
      heading("1 problem", "Pulumi.test.yaml"),
      "  administrators (missing): must be a list of administrators",
      "Pulumi.test.yaml does not exist; the stacks here are none.",
    ]);
  });

  it("names the stack's file where it is what was read, with secrets and short keys, and no other", async () => {
    setStackConfig({ administrators: [{ name: "a b", passwordVersion: 2 }], accountAlias: "123456789012" });
    assert.equal((await refusal())[0], heading("2 problems", elsewhere));
    const list = "config:\n  administrators:\n    - {name: a b, passwordVersion: 2}\n";
    for (const [yaml, where] of [
      [`${list}  iam-administrators:accountAlias: ${encrypted}\n`, "Pulumi.test.yaml"],
      [`${list}  accountAlias: something else\n`, `Pulumi.test.yaml and ${elsewhere}`],
      [`${list}environment: [shared]\n`, "Pulumi.test.yaml and the environment of Pulumi.test.yaml"],
      ["config: [unclosed", elsewhere],
    ] as const) {
      await write(yaml);
      assert.equal((await refusal())[0], heading("2 problems", where), yaml);
    }
  });

  it("names Pulumi.yaml for what stands there, and the folder that it names for the stack's file", async () => {
    setStackConfig({ administrators: [{ name: "a b" }], protect: "maybe" });
    await writeFile(
      "Pulumi.yaml",
      "name: iam-administrators\nstackConfigDir: stacks\nconfig: { protect: maybe }\n",
    );
    await mkdir("stacks");
    await writeFile("stacks/Pulumi.test.yaml", "config: { administrators: [{ name: a b }] }\n");
    assert.equal((await refusal())[0], heading("2 problems", "stacks/Pulumi.test.yaml and Pulumi.yaml"));
  });

  it("warns of a config that Linux soon will not let Pulumi hand over", async () => {
    const { publicKey } = await goodKey();
    const pgpKey = `${"\n".repeat(1000)}${publicKey}`;
    const withKeys = (count: number) => {
      setStackConfig({
        administrators: Array.from({ length: count }, (_, index) => ({ name: `a${index}`, pgpKey })),
      });
    };
    const warnings: string[] = [];
    const { warn } = pulumi.log;
    Object.assign(pulumi.log, { warn: (message: string) => warnings.push(message) });
    try {
      withKeys(20);
      await loadConfig();
      withKeys(30);
      await loadConfig();
    } finally {
      Object.assign(pulumi.log, { warn });
    }
    assert.equal(warnings.length, 1);
    assert.match(
      warnings.join(),
      /^the stack config has 11\d of the 128 KiB that Linux allows for it: put OpenPGP keys/,
    );
  });

  describe("with custom passwords", () => {
    const administrators = [
      { name: "a", password: secret },
      { name: "b" },
      { name: "c", password: "Hunter2-C" },
    ];
    const list = (first: string, third: string, key = "iam-administrators:administrators") =>
      `config:\n  ${key}:\n    - name: a\n      password: ${first}\n    - name: b\n    - name: c\n      password: ${third}\n`;
    const plain = (index: number, fault: string) =>
      `  administrators[${index}].password [secret]: must be a secret, and ${fault}: choose another one, ` +
      `and set it with pulumi config set --secret --path 'administrators[${index}].password'`;
    const inPlainText = "stands in Pulumi.test.yaml in plain text";
    const notShown = "Pulumi.test.yaml does not show it encrypted";

    it("refuses one that no file shows encrypted, whatever Pulumi says of the list", async () => {
      const all = [heading("2 problems", elsewhere), plain(0, notShown), plain(2, notShown)];
      for (const secretKeys of [[], ["administrators"]]) {
        setStackConfig({ administrators }, secretKeys);
        assert.deepEqual(await refusal(), all);
      }
      // The list in the file is another one.
      await write(`${list(encrypted, encrypted)}    - name: d\n`.replace("name: b", "name: e"));
      assert.deepEqual(await refusal(), all);
    });

    it("refuses a plain one beside an encrypted one, under whichever name of the key, by a merge key too", async () => {
      setStackConfig({ administrators }, ["administrators"]);
      const first = [heading("1 problem", "Pulumi.test.yaml"), plain(0, inPlainText)];
      await write(list(secret, encrypted));
      assert.deepEqual(await refusal(), first);
      await write(list(encrypted, '"Hunter2-C"', "administrators"));
      assert.deepEqual(await refusal(), [heading("1 problem", "Pulumi.test.yaml"), plain(2, inPlainText)]);
      await write(
        `first: &first { password: ${secret} }\n${list("", encrypted).replace("password: \n", "<<: *first\n")}`,
      );
      assert.deepEqual(await refusal(), first);
    });

    it("takes encrypted ones, whose text may stand in other places", async () => {
      setStackConfig({ administrators }, ["administrators"]);
      for (const yaml of [
        `# ${secret}\n${list(encrypted, encrypted)}`,
        `config: { administrators: ${encrypted} }`,
      ]) {
        await write(yaml);
        assert.equal((await loadConfig()).administrators.length, 3);
      }
    });
  });
});
