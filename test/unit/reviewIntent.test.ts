import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readIntent } from "../../review/intent.ts";

describe("What the review takes from a stack's file", () => {
  let dir = "";
  beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), "review-"))));
  afterEach(() => rm(dir, { recursive: true }));

  async function read(yaml: string) {
    await writeFile(join(dir, "Pulumi.dev.yaml"), yaml);
    return readIntent(dir, "dev");
  }

  it("is the config with its defaults", async () => {
    const { config, allowedAccounts, sdk } = await read(
      "config:\n  iam-administrators:administrators: [{ name: Administrator }]\n",
    );
    assert.deepEqual(
      config.administrators.map(({ name, backup, consoleAccess }) => ({ name, backup, consoleAccess })),
      [{ name: "Administrator", backup: false, consoleAccess: true }],
    );
    assert.deepEqual(config.group, { name: "Administrators", path: "/", existing: false });
    assert.equal(config.requireMfa, true);
    assert.deepEqual(allowedAccounts, []);
    assert.deepEqual(sdk, { region: undefined, profile: undefined });
  });

  it("is what pulumi config set writes as text, too", async () => {
    const { config, allowedAccounts, sdk } = await read(
      [
        "config:",
        "  aws:region: eu-west-1",
        "  aws:profile: production",
        `  aws:allowedAccountIds: '["111122223333"]'`,
        `  iam-administrators:administrators: '[{"name": "Administrator"}]'`,
        `  iam-administrators:group: '{"name": "Admins", "existing": true}'`,
        `  iam-administrators:protect: "false"`,
        `  iam-administrators:accountAlias: example`,
      ].join("\n"),
    );
    assert.equal(config.group.name, "Admins");
    assert.equal(config.requireMfa, false);
    assert.equal(config.protect, false);
    assert.equal(config.accountAlias, "example");
    assert.deepEqual(allowedAccounts, ["111122223333"]);
    assert.deepEqual(sdk, { region: "eu-west-1", profile: "production" });
  });

  it("is an account's number with its zeros, where YAML read a number", async () => {
    const { allowedAccounts } = await read(
      "config:\n  aws:allowedAccountIds: [12345678901]\n  iam-administrators:administrators: [{ name: A }]\n",
    );
    assert.deepEqual(allowedAccounts, ["012345678901"]);
  });

  it("has no secret in it, and needs none", async () => {
    const { config } = await read(
      [
        "encryptionsalt: v1:abc",
        "config:",
        "  iam-administrators:passwordPolicy: { minimumLength: 40 }",
        "  iam-administrators:rootActivity: { emails: [{ secure: v1:mail }] }",
        "  iam-administrators:administrators:",
        "    - name: Administrator",
        "      email: { secure: v1:mail }",
        "      password: { secure: v1:password }",
      ].join("\n"),
    );
    assert.doesNotMatch(JSON.stringify(config), /v1:/);
    assert.equal(config.administrators[0]?.email, undefined);
  });

  for (const [what, yaml, message] of [
    ["YAML that is none", "config: [", /^Pulumi\.dev\.yaml is not YAML: .*$/],
    [
      "a wrong config",
      "config:\n  iam-administrators:requireMFA: 1\n",
      /^the stack config has 2 problems, .*\n.*\n.*$/,
    ],
    ["an empty file", "", /^the stack config has 1 problem/],
  ] as const) {
    it(`is refused in words from ${what}`, async () => {
      await assert.rejects(read(yaml), { message });
    });
  }

  it("is refused where there is no file", async () => {
    await assert.rejects(readIntent(dir, "prod"), {
      message: "Pulumi.prod.yaml does not exist, name another stack with --stack",
    });
  });
});
