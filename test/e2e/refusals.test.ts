import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withFullKeys } from "../../config/namespace.ts";
import { readStackFile } from "../../config/stackFile.ts";
import { useEngine, type StackConfig, type TestStack } from "../support/stack.ts";
import { emptyAccount, enrolMfaDevice } from "../support/stackAccount.ts";
import { assertRefused, assertUnchanged } from "../support/stackAsserts.ts";

const administrator = { name: "Administrator", passwordVersion: 3 };
const backup = { name: "Admin_2", backup: true };
const machine = { name: "machine", consoleAccess: false };
const all = [administrator, backup, machine];
const secret = "Hunter2-Hunter2";

/** An edit, by whom it is deployed, and what the one message says. */
interface Refusal {
  readonly edit: StackConfig;
  /** @default a role's session */
  readonly by?: string;
  readonly says: RegExp;
  /** `up --skip-preview` finds it out as well, before it has changed anything. */
  readonly alsoWithoutPreview?: boolean;
}

const refusals: Readonly<Record<string, Refusal>> = {
  "lowers passwordVersion": {
    edit: { administrators: [{ ...administrator, passwordVersion: 2 }, backup, machine] },
    says: /"Administrator": passwordVersion 2 must not be lower than 3, which it was/,
    alsoWithoutPreview: true,
  },
  "takes over a user that the stack made": {
    edit: { administrators: [administrator, { ...backup, import: true }, machine] },
    says: /administrator "Admin_2": import true is for a user made by hand/,
  },
  "takes over a user who is not there": {
    edit: { administrators: [...all, { name: "nobody", import: true }] },
    says: /administrator "nobody": import true .* has no user of this name\. Correct the name/,
  },
  "removes more than half of the administrators": {
    edit: { administrators: [administrator] },
    says: /this edit removes Admin_2, machine, more than half of the 3 administrators .* in several deployments/,
    alsoWithoutPreview: true,
  },
  "gives console access to a user who got a password by hand": {
    edit: { administrators: [administrator, backup, { ...machine, consoleAccess: true }] },
    says: /administrator "machine": the user has a password that this stack did not make/,
  },
  "adds a user whose name is taken": {
    edit: { administrators: [...all, { name: "taken" }] },
    says: /administrator "taken": .*import: true/,
  },
  "spells a name in other letter case": {
    edit: { administrators: [administrator, { ...backup, name: "admin_2" }, machine] },
    says: /the account has the user "Admin_2", and IAM does not tell the two names apart/,
  },
  "adopts the group that the stack made": {
    edit: { administrators: all, group: { existing: true } },
    says: /group\.existing true: this stack made the group "Administrators"/,
  },
  "gives the group a name that is taken": {
    edit: { administrators: all, group: { name: "Taken" } },
    says: /group\.name "Taken": the account has a group of this name already/,
  },
  "spells the group's name in other letter case": {
    edit: { administrators: all, group: { name: "ADMINISTRATORS" } },
    says: /group\.name "ADMINISTRATORS": IAM does not tell it apart/,
  },
  "removes the deployer": {
    edit: { administrators: [administrator, machine] },
    by: "user/Admin_2",
    says: /Admin_2, who is deploying, .* could remove its own administrator/,
  },
  "removes the deployer while it renames the group": {
    edit: { administrators: [administrator, machine], group: { name: "Admins" } },
    by: "user/Admin_2",
    says: /Admin_2, who is deploying/,
  },
  "is deployed as root": {
    edit: { administrators: all },
    by: "root",
    says: /is the root user, and nothing is deployed as root/,
  },
  "weakens what the account has, with its first password policy": {
    edit: {
      administrators: all,
      passwordPolicy: { minimumLength: 8, reusePrevention: 5, requireCharacterTypes: false },
    },
    says: new RegExp(
      [
        "passwordPolicy: the account's password policy is stricter",
        "passwordPolicy.minimumLength 8: the account has 16, set minimumLength: 16",
        "passwordPolicy.reusePrevention 5: the account has 24, set reusePrevention: 24",
        "passwordPolicy.maxAgeDays \\(absent\\): the account has 90, set maxAgeDays: 90",
        "passwordPolicy.requireCharacterTypes false: the account requires symbols, set requireCharacterTypes: true",
      ].join("[^]*"),
    ),
  },
  "makes several mistakes, a password in plain text among them": {
    edit: {
      administrators: [{ name: "a b" }, { name: "Admin_2", consolAccess: false, password: secret }],
      requireMFA: false,
    },
    says: new RegExp(
      [
        "the stack config has 4 problems, nothing was changed",
        'administrators\\[0\\].name "a b": ',
        "administrators\\[1\\].consolAccess false: unknown key, did you mean consoleAccess\\?",
        "requireMFA false: unknown key, did you mean requireMfa\\?",
        "administrators\\[1\\].password \\[secret\\]: must be a secret",
      ].join("[^]*"),
    ),
  },
  "would be refused by AWS half-way, for its tags, or has no effect at all": {
    edit: {
      administrators: [administrator, backup, machine, { name: "byHand", import: true, path: "/team/" }],
      "aws:defaultTags": { tags: { Backup: "daily" } },
      "iam-adminstrators:protect": false,
    },
    says: new RegExp(
      [
        "the stack config has 3 problems, nothing was changed. Correct Pulumi.test.yaml \\(namespace",
        'administrators\\[3\\].path "/team/": must be absent with import true',
        'iam-adminstrators:protect "false": unknown namespace, did you mean iam-administrators:protect\\?',
        'aws:defaultTags.tags.Backup "daily": must not be there beside administrators\\[1\\].backup',
      ].join("[^]*"),
    ),
  },
};

describe("an edit of the stack config", function () {
  this.timeout(120_000);
  const engine = useEngine({ sharesPlugins: true });
  let stack: TestStack;
  before(async () => {
    stack = await engine.stack();
    await stack.deploy({ administrators: all });
    const { iam } = engine;
    await iam.createGroup({ GroupName: "Taken" });
    await iam.createUser({ UserName: "taken" });
    await iam.createLoginProfile({ UserName: "machine", Password: "Chosen-by-hand-4711" });
    const strict = { MinimumPasswordLength: 16, PasswordReusePrevention: 24, MaxPasswordAge: 90 };
    await iam.updateAccountPasswordPolicy({ ...strict, RequireSymbols: true });
  });

  async function assertRefuses({ edit, by, says, alsoWithoutPreview }: Refusal): Promise<void> {
    const [before, password] = [await engine.contents(), await engine.passwordOf("Administrator")];
    stack.deployAs(
      `arn:aws:${by === undefined ? "sts::123456789012:assumed-role/deploy/run" : `iam::123456789012:${by}`}`,
    );
    await stack.configure(edit);
    for (const preview of alsoWithoutPreview ? [true, false] : [true]) {
      const up = await stack.up({ preview });
      assertRefused(up, says);
      assert.ok(!up.printed.includes(secret));
      assert.deepEqual(await engine.contents(), before);
    }
    assert.equal(await engine.passwordOf("Administrator"), password);
  }

  for (const [title, refusal] of Object.entries(refusals)) {
    it(`is refused with one message that ${title}`, () => assertRefuses(refusal));
  }

  it("is refused with a custom password that is too weak for the account", async () => {
    const weak = await stack.secret("NoSymbols4711");
    const password = await stack.secret("Custom-Passw0rd-1!");
    const administrators = [{ ...administrator, password: weak }, { ...backup, password }, machine];
    await assertRefuses({
      edit: { administrators },
      says: /administrators\[0\]\.password \[secret\]: must have at least 16 characters, a symbol/,
    });
  });

  it("is refused with a plain password beside an encrypted one, in whichever file Pulumi reads it", async () => {
    const encrypted = await stack.secret("Custom-Passw0rd-1!");
    const write = (name: string, text: string) => writeFile(join(stack.dir, name), text);
    const withSecond = async (password: unknown) => {
      const second = { ...backup, password };
      await stack.configure({ administrators: [{ ...administrator, password: encrypted }, second, machine] });
      return readFile(join(stack.dir, "Pulumi.test.yaml"), "utf8");
    };
    const assertSays = async (file: string, ...flags: readonly string[]) => {
      const preview = await stack.cli("preview", ...flags);
      const problem = `Correct ${file} \\(.*\n *administrators\\[1\\]\\.password \\[secret\\]: must be a secret, and stands in ${file}`;
      assertRefused(preview, new RegExp(problem));
      assert.ok(!preview.printed.includes(secret));
    };
    const plain = await withSecond(secret);
    await write("other.yaml", plain);
    const merged = plain.replace(`"password":"${secret}"`, '"<<": *plain');
    await write("Pulumi.test.yaml", `{ "x": &plain { "password": "${secret}" }, ${merged.slice(1)}`);
    await assertSays("Pulumi.test.yaml");

    // The stack's own file is a twin of the other, with both passwords encrypted.
    const good = await withSecond(encrypted);
    await assertSays("other.yaml", "--config-file", "other.yaml");
    await write("other.yaml", good);
    await write("Pulumi.test.yaml", plain);
    const { exitCode, printed } = await stack.cli("preview", "--config-file=other.yaml");
    assert.equal(exitCode, 0, printed);

    await write("Pulumi.test.yaml", good);
    const project = await readFile(join(stack.dir, "Pulumi.yaml"), "utf8");
    await mkdir(join(stack.dir, "stacks"));
    await write("stacks/Pulumi.test.yaml", plain);
    await write("Pulumi.yaml", project.replace("stackConfigDir: .", "stackConfigDir: stacks"));
    await assertSays("stacks/Pulumi.test.yaml").finally(() => write("Pulumi.yaml", project));
  });

  it("is read by review and sandbox as Pulumi reads it, from Pulumi.yaml too", async () => {
    const write = (name: string, text: string) => writeFile(join(stack.dir, name), text);
    const project = await readFile(join(stack.dir, "Pulumi.yaml"), "utf8");
    const shared = [
      "config:",
      "  iam-administrators:group: { value: { name: g-shared, path: /x/ } }",
      "  iam-administrators:group.existing: { value: true }",
      "  iam-administrators:passwordPolicy.minimumLength: { value: 20 }",
      "  requireMfa: { default: false }",
    ];
    const own = [
      "first: &first",
      "  name: a",
      "  tags: { hired: 2024-1-5, at: 2026-12-31T23:59:59Z, zone: 2024-01-15T12:00:00.50+02:00, no: 2024-02-30,",
      "    2024-01-15: key, 5: key, 09: key, true: key, space: 2024-01-15 1:2:3 }",
      "config:",
      "  administrators: [*first, { <<: *first, name: b }, { name: c, <<: [*first] }]",
      "  iam-administrators:config:protect: false",
      "  iam-administrators:passwordPolicy: { maxAgeDays: 1_0, reusePrevention: 0o7 }",
      "  aws:allowedAccountIds: [012345670123, 000123456789, 0x1F, 0b11, 1e3, 1.50, 1:30, yes, No, ~, -017, +5]",
    ];
    await write("Pulumi.yaml", `${project}${shared.join("\n")}\n`);
    await write("Pulumi.test.yaml", own.join("\n"));
    const { printed } = await stack.cli("config", "--json");
    const { values } = readStackFile(stack.dir, "test");
    await write("Pulumi.yaml", project);
    const json = printed.slice(printed.indexOf("{"), printed.lastIndexOf("}") + 1);
    const asked = Object.entries(JSON.parse(json) as Record<string, { value: string }>);
    assert.deepEqual(values, withFullKeys(Object.fromEntries(asked.map(([key, { value }]) => [key, value]))));
  });

  it("that asks for MFA in a group with members is refused where it cuts the deployer off, and warns of the others", async () => {
    const administrators = [{ name: "alice", import: true }, { name: "bob" }];
    const group = { name: "Admins", existing: true };
    stack = await engine.stack({ administrators, group, requireMfa: true });
    const { iam } = engine;
    await iam.createGroup({ GroupName: "Admins" });
    for (const UserName of ["alice", "carol", "dave"]) await iam.createUser({ UserName });
    for (const UserName of ["carol", "dave"]) await iam.addUserToGroup({ GroupName: "Admins", UserName });
    await enrolMfaDevice(iam, "dave");
    const before = await engine.contents();
    // One is a member, the other one becomes a member.
    for (const name of ["carol", "alice"]) {
      stack.deployAs(`arn:aws:iam::123456789012:user/${name}`);
      const says = new RegExp(`requireMfa true: ${name}, who is deploying, has no MFA device`);
      assertRefused(await stack.up(), says);
      assert.deepEqual(await engine.contents(), before);
    }
    await enrolMfaDevice(iam, "alice");
    const { warnings } = await stack.deploy();
    const [warning, ...others] = warnings.filter((text) => text.includes("MFA"));
    assert.match(warning ?? "", /these members of the group Admins have no MFA device.*: carol$/);
    assert.deepEqual(others, []);
    assertUnchanged(await stack.up());
  });

  it("that is the first is refused as root, and into a group that is not there, before any resource", async () => {
    stack = await engine.stack({ administrators: all, group: { name: "Admins", existing: true } });
    assertRefused(await stack.preview(), /Admins/);
    stack.deployAs("arn:aws:iam::123456789012:root");
    await stack.configure({ administrators: all });
    const up = await stack.up();
    assertRefused(up, /is the root user, and nothing is deployed as root.*bootstrapAsRoot true/s);
    assert.equal(up.errors.length, 1);
    assert.deepEqual(await engine.contents(), emptyAccount);
  });

  it("that is the first and whose names are taken is refused, and gets on when it takes them over", async () => {
    stack = await engine.stack({ administrators: all });
    await engine.iam.createUser({ UserName: "Admin_2" });
    await engine.iam.createGroup({ GroupName: "Administrators" });
    // The preview would have said so without having begun.
    assertRefused(await stack.up(), /group\.name "Administrators": .* Set group\.existing: true/s);
    const group = { existing: true };
    await stack.configure({ administrators: all, group });
    assertRefused(await stack.up(), /administrator "Admin_2": .* set import: true/s);
    const administrators = [administrator, { ...backup, import: true }, machine];
    const { warnings } = await stack.deploy({ administrators, group });
    assert.match(warnings.join("\n"), /aws iam attach-group-policy --group-name Administrators/);
    assertUnchanged(await stack.up({ refresh: true }));
  });
});
