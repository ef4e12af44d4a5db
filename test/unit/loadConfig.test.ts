import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { awsSdkOptions, loadConfig } from "../../config/loadConfig.ts";
import { value } from "../support/mocks.ts";

const namespace = "iam-administrators";
const secret = "Hunter2-Hunter2";
const folderBefore = process.cwd();
let folder = "";

/** Sets the config as the engine hands it over: texts as they are, everything else as JSON. */
function setConfig(keys: Readonly<Record<string, unknown>>, secretKeys: readonly string[] = []): void {
  const full = (key: string) => (key.includes(":") ? key : `${namespace}:${key}`);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      Object.entries(keys).map(([key, it]) => [full(key), typeof it === "string" ? it : JSON.stringify(it)]),
    ),
    secretKeys.map((key) => full(key)),
  );
}

/** The lines of the message. */
async function refusal(): Promise<string[]> {
  const error: unknown = await loadConfig().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(pulumi.RunError.isInstance(error), "no RunError was thrown");
  assert.doesNotMatch(error.message, /hunter2/i);
  return error.message.split("\n");
}

const heading = (count: string, where: string) =>
  `the stack config has ${count}, nothing was changed. Correct ${where} (namespace ${namespace}):`;
const elsewhere = "the file of --config-file, or the environment that adds to Pulumi.test.yaml,";

/** The program runs beside the stack's file. */
async function useStackFolder(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), "load-config-"));
  process.chdir(folder);
  const unused = () => {
    throw new Error("the engine was asked");
  };
  await pulumi.runtime.setMocks({ newResource: unused, call: unused }, namespace, "test");
}

async function leaveStackFolder(): Promise<void> {
  setConfig({});
  process.chdir(folderBefore);
  await rm(folder, { recursive: true });
}

describe("loadConfig", () => {
  beforeEach(useStackFolder);
  afterEach(leaveStackFolder);

  it("reads each kind of value as the engine writes it, of this namespace and no other", async () => {
    setConfig({
      administrators: '[{"name":"a","tags":{"cost-center":"42"}},{"name":"b","backup":true}]',
      group: '{"name":"Admins"}',
      requireMfa: "false",
      passwordPolicy: '{"minimumLength":20}',
      accountAlias: "12345",
      rootActivity: '{"emails":["a@example.com"]}',
      organizationRootAccess: "true",
      protect: "false",
      bootstrapAsRoot: "true",
      "aws:region": "us-east-1",
      "other:protect": true,
      "iam-administrators-too:protect": "no",
    });
    const { administrators, ...others } = await loadConfig();
    assert.deepEqual(
      administrators.map(({ name, tags, backup }) => ({ name, tags, backup })),
      [
        { name: "a", tags: { "cost-center": "42" }, backup: false },
        { name: "b", tags: undefined, backup: true },
      ],
    );
    assert.deepEqual(others, {
      group: { name: "Admins", path: "/", existing: false },
      requireMfa: false,
      passwordPolicy: { minimumLength: 20, reusePrevention: 24, requireCharacterTypes: true },
      accountAlias: "12345",
      rootActivity: { emails: ["a@example.com"] },
      organizationRootAccess: true,
      protect: false,
      bootstrapAsRoot: true,
    });
  });

  it("takes whatever an alias is for a text, and an alias with a prefix for an object", async () => {
    for (const accountAlias of ["123", "true", "null", "1e3", { prefix: "acme" }]) {
      setConfig({ administrators: [{ name: "a" }], accountAlias });
      assert.deepEqual((await loadConfig()).accountAlias, accountAlias);
    }
  });

  for (const [given, existing, expected] of [
    [undefined, false, true],
    [undefined, true, false],
    [true, true, true],
    [false, false, false],
  ] as const) {
    it(`has requireMfa ${expected} where it is ${given ?? "absent"} and the group is ${existing ? "existing" : "new"}`, async () => {
      const requireMfa = given === undefined ? {} : { requireMfa: given };
      setConfig({ administrators: [{ name: "a" }], group: { existing }, ...requireMfa });
      assert.equal((await loadConfig()).requireMfa, expected);
    });
  }

  it("hands a custom password on as a secret, and nobody else one", async () => {
    setConfig({ administrators: [{ name: "a", password: secret }, { name: "b" }] }, ["administrators"]);
    const [first, second] = (await loadConfig()).administrators;
    assert.equal(await pulumi.isSecret(pulumi.output(first?.password)), true);
    assert.equal(await value(first?.password), secret);
    assert.ok(second !== undefined && !("password" in second));
  });

  it("says where the AWS SDK finds the account, as far as the stack says it", () => {
    assert.deepEqual(awsSdkOptions(), {});
    setConfig({ "aws:region": "eu-west-1", "aws:profile": "dev" });
    assert.deepEqual(awsSdkOptions(), { region: "eu-west-1", profile: "dev" });
  });

  it("lists all problems in one message, texts that should be JSON and are not among them", async () => {
    setConfig({ administrators: "- name: a", group: "{name: Admins}", protect: "maybe" });
    assert.deepEqual(await refusal(), [
      heading("3 problems", elsewhere),
      "  administrators [secret]: must be a list of administrators",
      '  group "{name: Admins}": must be an object with the keys name, path, existing',
      '  protect "maybe": must be true or false',
    ]);
  });
});

describe("The stack's file", () => {
  beforeEach(useStackFolder);
  afterEach(leaveStackFolder);
  const write = (yaml: string) => writeFile("Pulumi.test.yaml", yaml);
  const encrypted = "{ secure: AAABAHk= }";

  it("is named in the message where it is what was read, with secrets and short keys", async () => {
    setConfig({ administrators: [{ name: "a b", passwordIssue: 2 }], accountAlias: "123456789012" });
    await write(
      `config:\n  administrators:\n    - {name: a b, passwordIssue: 2}\n  iam-administrators:accountAlias: ${encrypted}\n`,
    );
    assert.equal((await refusal())[0], heading("2 problems", "Pulumi.test.yaml"));
  });

  for (const [what, yaml] of [
    ["says something else", "config:\n  iam-administrators:administrators:\n    - name: b\n"],
    ["has no config", "encryptionsalt: x\n"],
    ["is empty", ""],
    ["is no YAML", "config: [unclosed"],
    ["is not there", undefined],
  ] as const) {
    it(`is not named where it ${what}: another one was read`, async () => {
      setConfig({ administrators: [{ name: "a b" }] });
      if (yaml !== undefined) await write(yaml);
      assert.equal((await refusal())[0], heading("1 problem", elsewhere));
    });
  }

  const plain = (index: number) =>
    `  administrators[${index}].password [secret]: must be a secret, and stands in the file in plain text: choose another one, and set it with ` +
    `pulumi config set --secret --path 'administrators[${index}].password'`;
  const administrators = [
    { name: "a", password: secret },
    { name: "b" },
    { name: "c", password: "Hunter2-C" },
  ];
  const list = (first: string, third: string, key = "iam-administrators:administrators") =>
    `config:\n  ${key}:\n    - name: a\n      password: ${first}\n    - name: b\n    - name: c\n      password: ${third}\n`;

  it("has no plain password, also where nothing in the list is a secret and there is no file", async () => {
    setConfig({ administrators, accountAlias: "acme" }, ["accountAlias"]);
    assert.deepEqual(await refusal(), [heading("2 problems", elsewhere), plain(0), plain(2)]);
  });

  it("has no plain password beside an encrypted one, under whichever name of the key", async () => {
    for (const [yaml, index] of [
      [list(secret, encrypted), 0],
      [list(encrypted, '"Hunter2-C"', "administrators"), 2],
    ] as const) {
      setConfig({ administrators }, ["administrators"]);
      await write(yaml);
      assert.deepEqual(await refusal(), [heading("1 problem", "Pulumi.test.yaml"), plain(index)]);
    }
  });

  it("may have the password's text in other places", async () => {
    setConfig({ administrators }, ["administrators"]);
    await write(`# ${secret}\n${list(encrypted, encrypted)}`);
    assert.equal((await loadConfig()).administrators.length, 3);
  });
});
