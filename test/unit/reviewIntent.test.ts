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

  it("is the config with its defaults, and the accounts", async () => {
    const yaml =
      'config:\n  administrators: [{ name: Administrator }]\n  aws:allowedAccountIds: ["012345678901", 111122223333]\n';
    const { config, ...others } = await read(yaml);
    const { administrators, group, requireMfa, protect } = config;
    assert.deepEqual([administrators[0]?.consoleAccess, requireMfa, protect], [true, true, true]);
    assert.deepEqual(group, { name: "Administrators", path: "/", existing: false });
    assert.deepEqual(others, { stack: "dev", allowedAccounts: ["012345678901", "111122223333"], sdk: {} });
  });

  it("is what pulumi config set writes as text, too", async () => {
    const { config, ...others } = await read(`config:
  aws:region: eu-west-1
  aws:profile: "4711"
  aws:allowedAccountIds: '["111122223333"]'
  iam-administrators:administrators: '[{"name": "Administrator"}]'
  iam-administrators:group: '{"name": "Admins", "existing": true}'
  iam-administrators:protect: "false"
  iam-administrators:accountAlias: "true"
`);
    assert.deepEqual(config.group, { name: "Admins", path: "/", existing: true });
    assert.deepEqual([config.requireMfa, config.protect, config.accountAlias], [false, false, "true"]);
    const sdk = { region: "eu-west-1", profile: "4711" };
    assert.deepEqual(others, { stack: "dev", allowedAccounts: ["111122223333"], sdk });
  });

  it("has no secret in it, and needs none", async () => {
    const { config } = await read(`encryptionsalt: v1:abc
config:
  iam-administrators:passwordPolicy: { minimumLength: 128 }
  iam-administrators:accountAlias: { secure: v1:alias }
  iam-administrators:rootActivity: { emails: [{ secure: v1:mail }] }
  iam-administrators:administrators:
    - name: Administrator
      email: { secure: v1:mail }
      password: { secure: v1:password }
`);
    assert.doesNotMatch(JSON.stringify(config), /v1:/);
    assert.deepEqual([config.accountAlias, config.administrators[0]?.email], [undefined, undefined]);
    // Their number is looked at, and whether each has confirmed.
    assert.deepEqual(config.rootActivity?.emails, ["0@encrypted.invalid"]);
  });

  for (const [what, yaml, message] of [
    ["is no YAML", "config: [", /^Pulumi\.dev\.yaml is not YAML: .*$/],
    ["is empty", "", /^the stack config has 1 problem, .*\n.*$/],
    ["has a wrong config", "config:\n  requireMFA: 1\n", /^the stack config has 2 problems, .*\n.*\n.*$/],
  ] as const) {
    it(`is refused in words where the file ${what}`, async () => {
      await assert.rejects(read(yaml), { message });
    });
  }
});
