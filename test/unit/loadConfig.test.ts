import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { loadConfig } from "../../components/config.ts";
import { value } from "../support/mocks.ts";

const namespace = "iam-administrators";

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

const heading = (count: string) =>
  `the stack config has ${count}, nothing was changed. Correct Pulumi.test.yaml (namespace ${namespace}):`;

describe("loadConfig", () => {
  beforeEach(async () => {
    await pulumi.runtime.setMocks(
      {
        newResource: ({ type }) => {
          throw new Error(`${type} was registered`);
        },
        call: ({ token }) => {
          throw new Error(`${token} was called`);
        },
      },
      namespace,
      "test",
    );
  });
  afterEach(() => {
    setConfig({});
  });

  it("reads this namespace and no other", async () => {
    setConfig({
      administrators: [{ name: "a" }],
      "aws:region": "us-east-1",
      "aws:allowedAccountIds": ["123456789012"],
      "other:protect": false,
      "iam-administrators-too:protect": "no",
    });
    const config = await loadConfig();
    assert.deepEqual(
      config.administrators.map(({ name }) => name),
      ["a"],
    );
    assert.equal(config.protect, true);
  });

  it("understands each kind of value as the engine writes it", async () => {
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
    });
    const config = await loadConfig();
    assert.deepEqual(
      config.administrators.map(({ name, tags, backup }) => ({ name, tags, backup })),
      [
        { name: "a", tags: { "cost-center": "42" }, backup: false },
        { name: "b", tags: undefined, backup: true },
      ],
    );
    assert.deepEqual(config, {
      administrators: config.administrators,
      group: { name: "Admins", path: "/", existing: false },
      requireMfa: false,
      passwordPolicy: { minimumLength: 20, reusePrevention: 24 },
      accountAlias: "12345",
      rootActivity: { emails: ["a@example.com"] },
      organizationRootAccess: true,
      protect: false,
      bootstrapAsRoot: true,
    });
  });

  for (const alias of ["123", "true", "null", "acme-dev", "1e3"]) {
    it(`takes the alias ${alias} for a text`, async () => {
      setConfig({ administrators: [{ name: "a" }], accountAlias: alias });
      assert.equal((await loadConfig()).accountAlias, alias);
    });
  }

  it("takes an alias with a prefix for an object", async () => {
    setConfig({ administrators: [{ name: "a" }], accountAlias: { prefix: "acme" } });
    assert.deepEqual((await loadConfig()).accountAlias, { prefix: "acme" });
  });

  for (const [existing, given, expected] of [
    [false, undefined, true],
    [true, undefined, false],
    [false, true, true],
    [true, true, true],
    [false, false, false],
    [true, false, false],
  ] as const) {
    it(`has requireMfa ${expected} where it is ${given ?? "absent"} and the group is ${existing ? "existing" : "new"}`, async () => {
      setConfig({
        administrators: [{ name: "a" }],
        group: { existing },
        ...(given === undefined ? {} : { requireMfa: given }),
      });
      assert.equal((await loadConfig()).requireMfa, expected);
    });
  }

  it("hands a custom password on as a secret, and nobody else one", async () => {
    setConfig({ administrators: [{ name: "a", password: "Hunter2-Hunter2" }, { name: "b" }] }, [
      "administrators",
    ]);
    const [first, second] = (await loadConfig()).administrators;
    assert.equal(await pulumi.isSecret(pulumi.output(first?.password)), true);
    assert.equal(await value(first?.password), "Hunter2-Hunter2");
    assert.ok(second !== undefined && !("password" in second));
  });

  /** The message; an error for the user has no stack, which Pulumi goes by. */
  async function refusal(): Promise<string[]> {
    const error: unknown = await loadConfig().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(pulumi.RunError.isInstance(error), "no RunError was thrown");
    assert.doesNotMatch(error.message, /hunter2/i);
    return error.message.split("\n");
  }

  it("refuses a stack without any config, and registers nothing", async () => {
    setConfig({});
    assert.deepEqual(await refusal(), [
      heading("1 problem"),
      "  administrators (missing): must be a list of administrators",
    ]);
  });

  it("lists all problems in one message, the file's name above them", async () => {
    setConfig({ administrators: [{ name: "a b" }], protect: "maybe", acountAlias: "acme" });
    const [first, ...lines] = await refusal();
    assert.equal(first, heading("3 problems"));
    assert.deepEqual(
      lines.map((line) => line.slice(0, line.indexOf(":"))),
      ['  administrators[0].name "a b"', '  protect "maybe"', '  acountAlias "acme"'],
    );
  });

  it("reports a value that should be JSON and is not as the text that it is", async () => {
    setConfig({ administrators: "- name: a", group: "{name: Admins}" });
    assert.deepEqual(await refusal(), [
      heading("2 problems"),
      "  administrators [secret]: must be a list of administrators",
      '  group "{name: Admins}": must be an object with the keys name, path, existing',
    ]);
  });

  it("refuses a custom password where nothing in the list is a secret", async () => {
    setConfig({ administrators: [{ name: "a", password: "Hunter2-Hunter2" }] });
    assert.deepEqual(await refusal(), [
      heading("1 problem"),
      "  administrators[0].password [secret]: must be a secret, set with: pulumi config set --secret --path",
    ]);
  });

  it("refuses it too where only another key is a secret", async () => {
    setConfig({ administrators: [{ name: "a", password: "Hunter2-Hunter2" }], accountAlias: "acme" }, [
      "accountAlias",
    ]);
    assert.equal((await refusal()).length, 2);
  });

  it("never repeats a misspelt password", async () => {
    setConfig({ administrators: [{ name: "a", pasword: "Hunter2-Hunter2" }] }, ["administrators"]);
    assert.match((await refusal())[1] ?? "", /^ {2}administrators\[0\]\.pasword \[secret\]: unknown key/);
  });
});
