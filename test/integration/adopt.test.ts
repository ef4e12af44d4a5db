import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adopt } from "../../adopt/adopt.ts";
import { report } from "../../adopt/report.ts";
import { useEmulator } from "../support/emulator.ts";
import { createBoundary } from "../support/stackAccount.ts";

const administratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess";
const readOnly =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}';

describe("npm run adopt", function () {
  this.timeout(120_000);
  const emulator = useEmulator();
  let folder: string;

  beforeEach(async () => {
    await fetch(`${emulator.endpoint}/moto-api/reset`, { method: "POST" });
    folder = await mkdtemp(join(tmpdir(), "iam-administrators-adopt-"));
    await writeFile(join(folder, "Pulumi.yaml"), "name: iam-administrators\nruntime: nodejs\n");
  });
  afterEach(() => rm(folder, { recursive: true }));

  const adopted = (wanted?: string) =>
    adopt(folder, "prod", wanted, { ...emulator.aws, pause: () => Promise.resolve() });
  const file = () => readFile(join(folder, "Pulumi.prod.yaml"), "utf8");
  const group = async (GroupName: string, ...members: string[]) => {
    const { iam } = emulator.aws;
    await iam.createGroup({ GroupName });
    await iam.attachGroupPolicy({ GroupName, PolicyArn: administratorAccess });
    for (const UserName of members) {
      await iam.createUser({ UserName });
      await iam.addUserToGroup({ GroupName, UserName });
    }
  };

  it("writes each member with what a reader must know, the settings, and what else the file has", async () => {
    const { iam } = emulator.aws;
    await group("administrators", "zoe", "0123", "alice");
    await iam.createAccessKey({ UserName: "alice" });
    await iam.createLoginProfile({ UserName: "alice", Password: "Made-by-hand-4711" });
    await iam.putUserPolicy({ UserName: "alice", PolicyName: "Own", PolicyDocument: readOnly });
    await iam.putUserPermissionsBoundary({
      UserName: "zoe",
      PermissionsBoundary: await createBoundary(iam),
    });
    await iam.tagUser({ UserName: "0123", Tags: [{ Key: "Backup", Value: "true" }] });
    await iam.createUser({ UserName: "root-like" });
    await iam.attachUserPolicy({ UserName: "root-like", PolicyArn: administratorAccess });
    await iam.createAccountAlias({ AccountAlias: "example-org" });
    await iam.updateAccountPasswordPolicy({ MinimumPasswordLength: 12, RequireSymbols: true });
    await writeFile(
      join(folder, "Pulumi.prod.yaml"),
      "# Ours.\nencryptionsalt: v1:abc\nconfig:\n  aws:region: eu-west-1 # Ireland\n",
    );
    const found = await adopted();
    const day = new Date().toISOString().slice(0, 10);
    const why =
      "the account's policy asks for symbols and for no other kind of characters, and does not let users change their " +
      "passwords, and lets old passwords be used again, which the config cannot say. It stays as it is.";
    assert.equal(
      await file(),
      `# Ours.
encryptionsalt: v1:abc
config:
  aws:region: eu-west-1 # Ireland
  aws:allowedAccountIds:
    - "123456789012"
  iam-administrators:group:
    name: administrators
    existing: true
  iam-administrators:accountAlias: example-org
  # Left out: passwordPolicy: ${why}
  iam-administrators:administrators:
    - name: "0123" # no MFA device, no password
      backup: true
      import: true
    - name: alice # access key since ${day}, no MFA device, own policies Own, never signed in
      import: true
    - name: zoe # no MFA device, no password, boundary Boundary
      import: true
`,
    );
    const lines = report(found, "prod").split("\n");
    assert.deepEqual(lines, [
      "Pulumi.prod.yaml names the 3 members of the group administrators in the account 123456789012. Nothing in the account was changed.",
      "",
      "Left out, and unchanged by a deployment:",
      `  passwordPolicy: ${why}`,
      "",
      "Full power outside of the group:",
      "  user root-like (AdministratorAccess)",
      "",
      "Next:",
      '  npm exec -c "pulumi preview --stack prod --policy-pack policy"',
      '  npm exec -c "pulumi up --stack prod --policy-pack policy"',
    ]);
    assert.deepEqual((await readdir(folder)).sort(), ["Pulumi.prod.yaml", "Pulumi.yaml"]);
  });

  const oldFile = "config:\n  iam-administrators:administrators:\n    - name: me\n";
  for (const [what, prepare, says, wanted] of [
    [
      "an account without administrators",
      () => Promise.resolve(),
      /^no group of this account has full power/,
    ],
    ["a group without members", () => group("Administrators"), /^the group Administrators has no members/],
    [
      "a group that is not there",
      () => group("Ops", "a"),
      /^the account has no group "Opps"; .* Ops$/,
      "Opps",
    ],
    [
      "several groups of full power",
      async () => {
        await group("Ops", "a");
        await group("Sec", "b");
      },
      /^several groups have full power: Ops, Sec\. Choose one with --group NAME$/,
    ],
    [
      "a file with administrators",
      () => writeFile(join(folder, "Pulumi.prod.yaml"), oldFile),
      /^Pulumi\.prod\.yaml names administrators already/,
    ],
    [
      "an account that the file does not list",
      () =>
        writeFile(join(folder, "Pulumi.prod.yaml"), 'config:\n  aws:allowedAccountIds: ["111122223333"]\n'),
      /^the credentials are of account 123456789012, and aws:allowedAccountIds names 111122223333$/,
    ],
    [
      "more members than Pulumi can hand over",
      () => group("Administrators", ...Array.from({ length: 12 }, (_, index) => `a${index}`)),
      /^the config would have \d+ bytes/,
    ],
  ] as const) {
    it(`writes nothing for ${what}`, async () => {
      await prepare();
      if (what.startsWith("more members")) {
        const long = `# x\nconfig:\n  other:key: ${"x".repeat(131_000)}\n`;
        await writeFile(join(folder, "Pulumi.prod.yaml"), long);
      }
      const before = await file().catch(() => undefined);
      await assert.rejects(adopted(wanted), { message: says });
      assert.equal(await file().catch(() => undefined), before);
    });
  }

  it("finds the only group with full power, and tells of a new stack", async () => {
    await group("Ops", "a");
    await emulator.aws.iam.createGroup({ GroupName: "Readers" });
    const found = await adopted();
    assert.deepEqual([found.group, found.isNewFile], ["Ops", true]);
    assert.match(report(found, "prod"), /^Next:\n {2}pulumi stack init prod\n/m);
    assert.match(await file(), /^# yaml-language-server: .*\nconfig:\n {2}aws:region: us-east-1\n/);
  });
});
