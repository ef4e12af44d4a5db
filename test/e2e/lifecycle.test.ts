import assert from "node:assert/strict";
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetGroupPolicyCommand,
  PutGroupPolicyCommand,
  UpdateLoginProfileCommand,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
  ListMFADevicesCommand,
  ListVirtualMFADevicesCommand,
} from "@aws-sdk/client-iam";
import { decrypt, readMessage, readPrivateKey } from "openpgp";
import { requireMfaPolicy } from "../../components/policyDocuments.ts";
import { goodKey, type KeyPair } from "../support/pgpKeys.ts";
import { outputsOf, useEngine, type TestStack } from "../support/stack.ts";
import { contentsOf, currentPassword, emptyAccount } from "../support/stackAccount.ts";
import { assertRefused, assertSteps, assertSucceeded, assertUnchanged } from "../support/stackAsserts.ts";

const administrator = { name: "Administrator" };
const backup = { name: "Admin_2", backup: true };
const byHand = "Chosen-by-hand-4711";

async function decrypted(base64: string | undefined, { privateKey }: KeyPair): Promise<string> {
  const message = await readMessage({ binaryMessage: new Uint8Array(Buffer.from(base64 ?? "", "base64")) });
  const result = await decrypt({ message, decryptionKeys: await readPrivateKey({ armoredKey: privateKey }) });
  return String(result.data);
}

/** What a new issue of a password looks like: the old profile has to go first. */
function reissued(name: string): string[] {
  const steps = ["delete-replaced", "replace", "create-replacement"].map(
    (op) => `${op} UserLoginProfile ${name}`,
  );
  return [`update Administrator ${name}`, ...steps];
}

describe("the life of an administrator", function () {
  this.timeout(120_000);
  const engine = useEngine();
  const passwordOf = (name: string) => currentPassword(engine.endpoint, name);
  const changePassword = (UserName: string) =>
    engine.iam.send(
      new UpdateLoginProfileCommand({ UserName, Password: byHand, PasswordResetRequired: false }),
    );

  async function makeUser(UserName: string, { password }: { password?: string } = {}): Promise<void> {
    await engine.iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: "made", Value: "by hand" }] }));
    if (password !== undefined)
      await engine.iam.send(new CreateLoginProfileCommand({ UserName, Password: password }));
  }

  /** All that AWS asks to be deleted before a user, of what the emulator can make. */
  async function collectCredentials(UserName: string): Promise<void> {
    const { iam } = engine;
    const { VirtualMFADevice } = await iam.send(
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }),
    );
    const SerialNumber = VirtualMFADevice?.SerialNumber;
    const codes = { AuthenticationCode1: "234567", AuthenticationCode2: "987654" };
    await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }));
    await iam.send(new CreateAccessKeyCommand({ UserName }));
    await iam.send(new CreateAccessKeyCommand({ UserName }));
    await iam.send(
      new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: "ssh-rsa AAAAB3NzaC1yc2E= test" }),
    );
    await iam.send(new UploadSigningCertificateCommand({ UserName, CertificateBody: certificate }));
  }

  // Each test goes on from where the one before left the stack.
  describe("who changed the initial password", () => {
    let stack: TestStack;
    let issued: string | undefined;
    before(async () => {
      stack = await engine.stack({ administrators: [administrator, backup] });
      assertSucceeded(await stack.up());
      issued = (await outputsOf(stack, "Administrator")).initialPassword;
      assert.equal(await passwordOf("Administrator"), issued);
      await changePassword("Administrator");
    });

    it("finds nothing planned by up, refresh, and up with a refresh", async () => {
      assertUnchanged(await stack.up());
      assertUnchanged(await stack.refresh());
      assertUnchanged(await stack.up({ refresh: true }));
      assert.equal(await passwordOf("Administrator"), byHand);
    });

    it("finds nothing planned with the policy pack either, which reports nothing mandatory", async () => {
      const up = await stack.up({ refresh: true, policyPack: true });
      assertUnchanged(up);
      assert.deepEqual(
        up.policies.filter(({ level }) => level === "mandatory"),
        [],
      );
      assert.equal(await passwordOf("Administrator"), byHand);
    });

    it("gets a new password with a higher passwordIssue, and nobody and nothing else changes", async () => {
      const other = await passwordOf("Admin_2");
      await stack.configure({ administrators: [{ ...administrator, passwordIssue: 2 }, backup] });
      const up = await stack.up({ policyPack: true });
      assertSucceeded(up);
      assert.deepEqual(up.steps, reissued("Administrator"));
      const outputs = await outputsOf(stack, "Administrator");
      assert.equal(outputs.mustResetPassword, true);
      assert.equal(outputs.initialPassword?.length, 24);
      assert.notEqual(outputs.initialPassword, issued);
      assert.equal(await passwordOf("Administrator"), outputs.initialPassword);
      assert.equal(await passwordOf("Admin_2"), other);
      const { users } = await contentsOf(engine.iam);
      assert.equal(users.Administrator?.password, "to be changed");
      assertUnchanged(await stack.up());
    });

    it("is left alone by settings that shape only a new password", async () => {
      const shaped = { ...administrator, passwordIssue: 2, passwordLength: 40 };
      await stack.configure({ administrators: [shaped, backup] });
      assertUnchanged(await stack.up());
      await stack.configure({ administrators: [{ ...shaped, passwordIssue: 3 }, backup] });
      const up = await stack.up();
      assert.deepEqual(up.steps, reissued("Administrator"));
      assert.equal((await outputsOf(stack, "Administrator")).initialPassword?.length, 40);
    });
  });

  describe("with a PGP key", () => {
    let stack: TestStack;
    let keys: readonly [KeyPair, KeyPair];
    const configOf = (pgpKey: string, passwordIssue?: number) => ({
      administrators: [
        { ...administrator, pgpKey, ...(passwordIssue === undefined ? {} : { passwordIssue }) },
        backup,
      ],
    });
    before(async () => {
      keys = [await goodKey(), await goodKey()];
      stack = await engine.stack(configOf(keys[0].publicKey));
    });

    it("gets the initial password encrypted, and nobody else can read it", async () => {
      const up = await stack.up();
      assertSucceeded(up);
      const password = (await passwordOf("Administrator")) ?? "";
      const { initialPassword, encryptedPassword, decryptCommand } = await outputsOf(stack, "Administrator");
      assert.equal(initialPassword, undefined);
      assert.equal(decryptCommand, `echo ${encryptedPassword ?? ""} | base64 --decode | gpg --decrypt`);
      assert.equal(await decrypted(encryptedPassword, keys[0]), password);
      for (const text of [
        await stack.stateFiles(),
        up.printed,
        up.eventLog,
        (await stack.cli("stack", "export")).printed,
      ]) {
        assert.equal(text.includes(password), false);
      }
      assertUnchanged(await stack.up({ refresh: true }));
    });

    it("keeps the password when only the key changes", async () => {
      await stack.configure(configOf(keys[1].publicKey));
      assertUnchanged(await stack.up());
    });

    it("gets the next password encrypted for the new key", async () => {
      await stack.configure(configOf(keys[1].publicKey, 2));
      const up = await stack.up();
      assertSucceeded(up);
      assert.deepEqual(up.steps, reissued("Administrator"));
      const { encryptedPassword } = await outputsOf(stack, "Administrator");
      assert.equal(await decrypted(encryptedPassword, keys[1]), await passwordOf("Administrator"));
      assertUnchanged(await stack.up({ refresh: true }));
    });

    it("gets a first key together with a new password", async () => {
      await stack.configure({
        administrators: [
          { ...administrator, pgpKey: keys[1].publicKey, passwordIssue: 2 },
          { ...backup, pgpKey: keys[0].publicKey, passwordIssue: 2 },
        ],
      });
      assertSucceeded(await stack.up());
      const { encryptedPassword, initialPassword } = await outputsOf(stack, "Admin_2");
      assert.equal(initialPassword, undefined);
      assert.equal(await decrypted(encryptedPassword, keys[0]), await passwordOf("Admin_2"));
    });
  });

  it("who is to lose and regain console access loses the password, and gets a new one", async () => {
    const stack = await engine.stack({ administrators: [administrator, backup] });
    assertSucceeded(await stack.up());
    const { initialPassword: former } = await outputsOf(stack, "Admin_2");
    await stack.configure({ administrators: [administrator, { ...backup, consoleAccess: false }] });
    assertSteps(await stack.up(), [
      "update AdministratorGroup administrators",
      "update Administrator Admin_2",
      "delete UserLoginProfile Admin_2",
    ]);
    assert.equal((await contentsOf(engine.iam)).users.Admin_2?.password, "none");
    await stack.configure({ administrators: [administrator, backup] });
    assertSucceeded(await stack.up());
    const { initialPassword } = await outputsOf(stack, "Admin_2");
    assert.notEqual(initialPassword, former);
    assert.equal(await passwordOf("Admin_2"), initialPassword);
  });

  describe("who leaves", () => {
    it("takes MFA devices, access keys, SSH keys and certificates along", async () => {
      const stack = await engine.stack({ administrators: [administrator, backup] });
      assertSucceeded(await stack.up());
      await collectCredentials("Admin_2");
      await stack.configure({ administrators: [administrator] });
      assertSucceeded(await stack.up());
      assert.deepEqual(Object.keys((await contentsOf(engine.iam)).users), ["Administrator"]);
      const { VirtualMFADevices } = await engine.iam.send(new ListVirtualMFADevicesCommand());
      assert.deepEqual(VirtualMFADevices, []);
    });

    it("cannot be the one who is deploying", async () => {
      const stack = await engine.stack({ administrators: [administrator, backup] });
      assertSucceeded(await stack.up());
      const contents = await contentsOf(engine.iam);
      stack.deployAs("arn:aws:iam::123456789012:user/Admin_2");
      await stack.configure({ administrators: [administrator] });
      for (const run of [await stack.preview(), await stack.up()]) {
        assertRefused(run, /Admin_2, who is deploying, .* could remove its own administrator/);
        assert.deepEqual(run.steps, []);
      }
      assert.deepEqual(await contentsOf(engine.iam), contents);
      stack.deployAs("arn:aws:iam::123456789012:user/Administrator");
      assertSucceeded(await stack.up());
      assert.deepEqual(Object.keys((await contentsOf(engine.iam)).users), ["Administrator"]);
    });

    it("cannot be the last one with console access", async () => {
      const stack = await engine.stack({
        administrators: [administrator, { ...backup, consoleAccess: false }],
      });
      assertSucceeded(await stack.up());
      const contents = await contentsOf(engine.iam);
      const attempts = [
        { administrators: [{ ...backup, consoleAccess: false }] },
        {
          administrators: [
            { ...administrator, consoleAccess: false },
            { ...backup, consoleAccess: false },
          ],
        },
        { administrators: [] },
      ];
      for (const attempt of attempts) {
        await stack.configure(attempt);
        assertRefused(await stack.up(), /administrators.*must (?:keep|name) at least one/);
      }
      assert.deepEqual(await contentsOf(engine.iam), contents);
    });
  });

  describe("in a group that exists", () => {
    let stack: TestStack;
    const group = { name: "Admins", existing: true };
    const foreignPolicy = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    before(async () => {
      stack = await engine.stack({ group, administrators: [administrator, backup] });
      const { iam } = engine;
      await iam.send(new CreateGroupCommand({ GroupName: "Admins", Path: "/old/" }));
      await iam.send(new AttachGroupPolicyCommand({ GroupName: "Admins", PolicyArn: foreignPolicy }));
      const PolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Action: "ec2:*", Resource: "*" }],
      });
      await iam.send(
        new PutGroupPolicyCommand({ GroupName: "Admins", PolicyName: "Foreign", PolicyDocument }),
      );
      await makeUser("foreigner", { password: byHand });
      await iam.send(new AddUserToGroupCommand({ GroupName: "Admins", UserName: "foreigner" }));
    });
    const asItWas = { Admins: { path: "/old/", attached: [foreignPolicy], inline: ["Foreign"] } };
    const foreigner = { path: "/", tags: { made: "by hand" }, groups: ["Admins"], password: "kept" };

    it("becomes a member, and nothing else about the group changes", async () => {
      const up = await stack.up({ policyPack: true });
      assertSucceeded(up);
      assert.deepEqual(
        up.steps.filter((step) => / Group(?:Policy|PolicyAttachment)? /.test(step)),
        [],
      );
      const { users, groups } = await contentsOf(engine.iam);
      assert.deepEqual(groups, asItWas);
      assert.deepEqual(users.foreigner, foreigner);
      assert.deepEqual(users.Administrator?.groups, ["Admins"]);
      const { groupArn } = await stack.outputs();
      assert.equal(groupArn, "arn:aws:iam::123456789012:group/old/Admins");
      assertUnchanged(await stack.up({ refresh: true, policyPack: true }));
    });

    it("leaves it without touching the foreign members, whoever deploys", async () => {
      stack.deployAs("arn:aws:iam::123456789012:user/foreigner");
      await stack.configure({ group, administrators: [administrator] });
      assertSucceeded(await stack.up());
      const { users, groups } = await contentsOf(engine.iam);
      assert.deepEqual(Object.keys(users), ["Administrator", "foreigner"]);
      assert.deepEqual(groups, asItWas);
    });

    it("goes with a destroy, and the group stays as it was", async () => {
      assertSucceeded(await stack.destroy());
      assert.deepEqual(await contentsOf(engine.iam), { users: { foreigner }, groups: asItWas });
    });
  });

  it("in a group that does not exist: the preview says so", async () => {
    const stack = await engine.stack({
      group: { name: "Admins", existing: true },
      administrators: [administrator],
    });
    assertRefused(await stack.preview(), /Admins/);
  });

  describe("whose name is taken", () => {
    it("is refused at preview with a hint at import: true, and up creates nothing", async () => {
      const stack = await engine.stack({ administrators: [administrator, backup] });
      await makeUser("Admin_2");
      const contents = await contentsOf(engine.iam);
      const preview = await stack.preview();
      assertRefused(preview, /administrator "Admin_2": .*import: true/);
      const up = await stack.cli("up", "--yes");
      assert.notEqual(up.exitCode, 0);
      assert.deepEqual(await contentsOf(engine.iam), contents);
    });

    it("is refused at preview with a hint at group.existing: true when it is the group's", async () => {
      const stack = await engine.stack({ administrators: [administrator, backup] });
      await engine.iam.send(new CreateGroupCommand({ GroupName: "Administrators" }));
      const contents = await contentsOf(engine.iam);
      const preview = await stack.preview();
      assertRefused(preview, /group\.name "Administrators": .*group\.existing: true/);
      const up = await stack.cli("up", "--yes");
      assert.notEqual(up.exitCode, 0);
      assert.deepEqual(await contentsOf(engine.iam), contents);
    });

    it("is one's own: no refusal for those whom the stack has made", async () => {
      const stack = await engine.stack({ administrators: [administrator, backup] });
      assertSucceeded(await stack.up());
      // A replacement of the user creates again a name that the account still has.
      await stack.configure({ administrators: [{ ...administrator, path: "/moved/" }, backup] });
      const up = await stack.up();
      assertSucceeded(up);
      assert.equal((await contentsOf(engine.iam)).users.Administrator?.path, "/moved/");
    });
  });

  describe("deployed as root", () => {
    const root = "arn:aws:iam::123456789012:root";

    it("is refused before any resource, with the way out", async () => {
      const stack = await engine.stack({ administrators: [administrator, backup] });
      stack.deployAs(root);
      for (const run of [await stack.preview(), await stack.up()]) {
        assertRefused(run, /is the root user, and nothing is deployed as root.*bootstrapAsRoot true/s);
        assert.equal(run.errors.length, 1);
      }
      assert.deepEqual(await contentsOf(engine.iam), emptyAccount);
    });

    it("is permitted once by bootstrapAsRoot, which the policy pack has to permit too", async () => {
      const stack = await engine.stack({ administrators: [administrator, backup], bootstrapAsRoot: true });
      stack.deployAs(root);
      const refused = await stack.preview({ policyPack: true });
      assert.notEqual(refused.exitCode, 0);
      assert.deepEqual(
        refused.policies.filter(({ level }) => level === "mandatory").map(({ rule }) => rule),
        ["no-root-usage"],
      );
      const up = await stack.up({
        policyPack: true,
        policyConfig: { "no-root-usage": { allowBootstrap: true } },
      });
      assertSucceeded(up);
      await stack.configure({ administrators: [administrator, backup] });
      assertRefused(await stack.up(), /nothing is deployed as root/);
      stack.deployAs("arn:aws:iam::123456789012:user/Administrator");
      // Who deploys is something that the group shows to policies.
      assertSteps(await stack.up({ policyPack: true }), ["update AdministratorGroup administrators"]);
      assertUnchanged(await stack.up({ policyPack: true }));
    });
  });

  describe("without MFA", () => {
    it("is bound by the group's inline policy, both statements of it, before becoming a member", async () => {
      const stack = await engine.stack({ administrators: [administrator, backup] });
      const { steps } = await stack.up();
      assert.ok(
        steps.indexOf("create GroupPolicy administrators") <
          steps.indexOf("create UserGroupMembership Admin_2"),
      );
      const rule = { GroupName: "Administrators", PolicyName: "RequireMfa" };
      const { PolicyDocument = "" } = await engine.iam.send(new GetGroupPolicyCommand(rule));
      const document: unknown = JSON.parse(decodeURIComponent(PolicyDocument));
      assert.deepEqual(document, requireMfaPolicy("aws"));
      assert.equal(requireMfaPolicy("aws").Statement.length, 2);
      // Someone weakens it behind the stack's back: the next look repairs it.
      const weak = JSON.stringify({
        ...requireMfaPolicy("aws"),
        Statement: requireMfaPolicy("aws").Statement.slice(1),
      });
      await engine.iam.send(new PutGroupPolicyCommand({ ...rule, PolicyDocument: weak }));
      const repaired = await stack.up({ refresh: true });
      assert.deepEqual(repaired.steps, ["update GroupPolicy administrators"]);
      const again = await engine.iam.send(new GetGroupPolicyCommand(rule));
      assert.equal(again.PolicyDocument, PolicyDocument);
    });

    it("keeps enrolled devices through every deployment", async () => {
      const stack = await engine.stack({ administrators: [administrator, backup] });
      assertSucceeded(await stack.up());
      await collectCredentials("Administrator");
      assertUnchanged(await stack.up({ refresh: true, policyPack: true }));
      const { MFADevices = [] } = await engine.iam.send(
        new ListMFADevicesCommand({ UserName: "Administrator" }),
      );
      assert.equal(MFADevices.length, 1);
    });
  });
});

/** A self-signed one, the key of which nobody has. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBdTCCARugAwIBAgIUaxTmNX4tfnWj6yo1cYDJXfBU0BcwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjIyMDE4NTJaGA8yMTI2MTAyOTIwMTg1
MlowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBuX
bHa1QSbBYPA1V8mZVUWh275JsG1Rb7ib75XXfZF2UhpDK9duvIaXWiLVm8C9Y2Rv
OKuiMqS4e2t2ezRVVA+jUzBRMB0GA1UdDgQWBBRQY9CQUxPSyYOStZE29VVC9Mnk
GjAfBgNVHSMEGDAWgBRQY9CQUxPSyYOStZE29VVC9MnkGjAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0gAMEUCIB4iha6CzoZHiEyusMSlCNpMo3XayQCMeYjw
AOIlRyIOAiEAzMb+aeTXDyvCFUWXA+Um/zCHFfr1f5dMCN41gIpDs90=
-----END CERTIFICATE-----`;
