import assert from "node:assert/strict";
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  ListVirtualMFADevicesCommand,
  TagUserCommand,
  UpdateLoginProfileCommand,
} from "@aws-sdk/client-iam";
import { decrypt, generateKey, readMessage } from "openpgp";
import { createAwsBackend } from "../../../sandbox/provider/awsProvider.ts";
import { UnfinishedResourceError } from "../../../sandbox/provider/resourceHandler.ts";
import { text } from "../../../sandbox/provider/values.ts";
import { useEmulator } from "../../support/emulator.ts";

const userType = "aws:iam/user:User";
const profileType = "aws:iam/userLoginProfile:UserLoginProfile";

describe("the stand-in's IAM users", function () {
  this.timeout(20_000);
  const emulator = useEmulator();
  const backend = () => createAwsBackend({ endpoint: emulator.endpoint });
  const makeUser = (UserName: string) => emulator.aws.iam.send(new CreateUserCommand({ UserName }));

  it("creates a user with the plugin's defaults, tags and outputs", async () => {
    const { id, outputs } = await backend().create(userType, "u", {
      name: "created",
      tags: { email: "a@b.c" },
    });
    const { User } = await emulator.aws.iam.send(new GetUserCommand({ UserName: "created" }));
    assert.equal(id, "created");
    assert.deepEqual(User?.Tags, [{ Key: "email", Value: "a@b.c" }]);
    assert.deepEqual(outputs, {
      name: "created",
      path: "/",
      forceDestroy: false,
      arn: "arn:aws:iam::123456789012:user/created",
      uniqueId: User.UserId,
      tags: { email: "a@b.c" },
      tagsAll: { email: "a@b.c" },
    });
  });

  it("says what AWS says when the user exists already", async () => {
    await makeUser("twice");
    await assert.rejects(
      backend().create(userType, "u", { name: "twice" }),
      /: creating IAM User \(twice\): operation error IAM: CreateUser, https response error StatusCode: 409, RequestID: .*, EntityAlreadyExists: /,
    );
  });

  it("refuses a name that the plugin refuses, before calling AWS", async () => {
    const inputs = { name: "a b" };
    assert.deepEqual(Object.keys(backend().validate(userType, inputs)), ["name"]);
    await assert.rejects(backend().create(userType, "u", inputs), /name: must only contain alphanumeric/);
  });

  it("updates tags, path and name in place", async () => {
    const { outputs } = await backend().create(userType, "u", { name: "before", tags: { a: "1", b: "2" } });
    const news = backend().check(userType, "u", { name: "after", path: "/x/", tags: { b: "3" } });
    assert.deepEqual(backend().diff(userType, outputs, news), {
      changed: ["name", "path", "tags"],
      replaces: [],
    });
    const updated = await backend().update(userType, "before", outputs, news);
    assert.deepEqual(updated.tags, { b: "3" });
    assert.equal(updated.arn, "arn:aws:iam::123456789012:user/x/after");
    assert.equal(updated.uniqueId, outputs.uniqueId);
  });

  it("refuses a property that it would otherwise leave out silently", () => {
    const inputs = { name: "bound", permissionsBoundary: "arn:aws:iam::aws:policy/ReadOnlyAccess" };
    assert.deepEqual(backend().validate(userType, inputs), {
      permissionsBoundary: "the sandbox's stand-in does not carry this property",
    });
  });

  it("imports a user with foreign tags and without forceDestroy", async () => {
    await makeUser("by-hand");
    const tags = [{ Key: "team", Value: "x" }];
    await emulator.aws.iam.send(new TagUserCommand({ UserName: "by-hand", Tags: tags }));
    const found = await backend().read(userType, "by-hand");
    const inputs = { name: "by-hand", path: "/", forceDestroy: false, tags: { team: "x" } };
    assert.deepEqual(found?.inputs, inputs);
    const program = { ...inputs, forceDestroy: true, tags: { email: "a@b.c" } };
    assert.deepEqual(backend().diff(userType, found.outputs, program).changed, ["forceDestroy", "tags"]);
    const ignored = ["forceDestroy", "tags"];
    assert.deepEqual(backend().diff(userType, found.outputs, program, ignored).changed, []);
  });

  it("shows tags that someone else added as drift, but not to a program that ignores tags", async () => {
    const inputs = backend().check(userType, "u", { name: "drifting", tags: { a: "1" } });
    const { outputs } = await backend().create(userType, "u", inputs);
    const tags = [{ Key: "foreign", Value: "1" }];
    await emulator.aws.iam.send(new TagUserCommand({ UserName: "drifting", Tags: tags }));
    const found = await backend().read(userType, "drifting", outputs, inputs);
    assert.deepEqual(found?.inputs.tags, { a: "1", foreign: "1" });
    assert.deepEqual(backend().diff(userType, found.outputs, inputs).changed, ["tags"]);
    const updated = await backend().update(userType, "drifting", found.outputs, inputs, ["tags"]);
    assert.deepEqual(updated.tags, { a: "1", foreign: "1" });
  });

  it("reads a user that is gone as gone", async () => {
    assert.equal(await backend().read(userType, "nobody", { name: "nobody" }), undefined);
    await backend().delete(userType, "nobody", { name: "nobody" });
  });

  it("deletes credentials with the user when forced, and not otherwise", async () => {
    const { outputs } = await backend().create(userType, "u", { name: "leaving" });
    await emulator.aws.iam.send(new CreateAccessKeyCommand({ UserName: "leaving" }));
    const profile = { UserName: "leaving", Password: "Initial-Password-1" };
    await emulator.aws.iam.send(new CreateLoginProfileCommand(profile));
    const device = new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "phone" });
    const { VirtualMFADevice } = await emulator.aws.iam.send(device);
    await emulator.aws.iam.send(
      new EnableMFADeviceCommand({
        UserName: "leaving",
        SerialNumber: VirtualMFADevice?.SerialNumber,
        AuthenticationCode1: "123456",
        AuthenticationCode2: "654321",
      }),
    );
    await assert.rejects(
      backend().delete(userType, "leaving", outputs),
      /DeleteConflict: Cannot delete entity, /,
    );
    await backend().delete(userType, "leaving", { ...outputs, forceDestroy: true });
    assert.equal(await backend().read(userType, "leaving", outputs), undefined);
    const { VirtualMFADevices } = await emulator.aws.iam.send(new ListVirtualMFADevicesCommand());
    assert.deepEqual(VirtualMFADevices, []);
  });

  it("does not take policies attached by others away, even when forced", async () => {
    const inputs = { name: "attached", forceDestroy: true };
    const { outputs } = await backend().create(userType, "u", inputs);
    const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    await emulator.aws.iam.send(new AttachUserPolicyCommand({ UserName: "attached", PolicyArn }));
    await assert.rejects(
      backend().delete(userType, "attached", outputs),
      /DeleteConflict: Cannot delete entity, must detach all policies first/,
    );
  });

  it("makes a login profile with a random password that has every kind of character", async () => {
    await makeUser("console");
    const inputs = { user: "console", passwordResetRequired: true };
    const { id, outputs } = await backend().create(profileType, "p", inputs);
    assert.equal(id, "console");
    const password = text(outputs, "password");
    assert.equal(password.length, 20);
    for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/]) assert.match(password, kind);
    assert.equal("encryptedPassword" in outputs, false);
    const { LoginProfile } = await emulator.aws.iam.send(new GetLoginProfileCommand({ UserName: "console" }));
    assert.equal(LoginProfile?.PasswordResetRequired, true);
    await assert.rejects(backend().create(profileType, "p", inputs), /EntityAlreadyExists/);
    await backend().delete(profileType, id, outputs);
    assert.equal(await backend().read(profileType, id, outputs), undefined);
  });

  it("replaces a login profile for any change of its inputs", () => {
    const state = { user: "a", passwordResetRequired: true, passwordLength: 24, pgpKey: "k" };
    const news = { user: "b", passwordResetRequired: false, passwordLength: 25, pgpKey: "l" };
    assert.deepEqual(
      backend().diff(profileType, state, news).replaces.toSorted(),
      Object.keys(state).toSorted(),
    );
    const ignored = ["passwordLength", "passwordResetRequired", "pgpKey"];
    assert.deepEqual(backend().diff(profileType, state, { ...news, user: "a" }, ignored).changed, []);
  });

  it("sees at a refresh that the first sign-in cleared the flag, and keeps the password it knew", async () => {
    await makeUser("signed-in");
    const inputs = backend().check(profileType, "p", { user: "signed-in", passwordResetRequired: true });
    const { id, outputs } = await backend().create(profileType, "p", inputs);
    const signIn = { UserName: "signed-in", Password: "Chosen-Password-1", PasswordResetRequired: false };
    await emulator.aws.iam.send(new UpdateLoginProfileCommand(signIn));
    const found = await backend().read(profileType, id, outputs, inputs);
    assert.equal(found?.outputs.passwordResetRequired, false);
    assert.equal(found.outputs.password, outputs.password);
    assert.deepEqual(backend().diff(profileType, found.outputs, inputs).replaces, ["passwordResetRequired"]);
  });

  it("imports a login profile with what AWS gives back, which is no password and no length", async () => {
    await makeUser("had-one");
    const profile = { UserName: "had-one", Password: "Initial-Password-1", PasswordResetRequired: false };
    await emulator.aws.iam.send(new CreateLoginProfileCommand(profile));
    const found = await backend().read(profileType, "had-one");
    assert.deepEqual(found?.outputs, { user: "had-one", passwordResetRequired: false });
    assert.deepEqual(found.inputs, { user: "had-one", passwordResetRequired: false });
  });

  it("encrypts the password for a PGP key, and then tells nobody the password itself", async () => {
    await makeUser("encrypted");
    const keys = await generateKey({ userIDs: [{ name: "A" }], format: "object" });
    const pgpKey = Buffer.from(keys.publicKey.write()).toString("base64");
    const { outputs } = await backend().create(profileType, "p", {
      user: "encrypted",
      pgpKey,
      passwordLength: 32,
    });
    assert.equal("password" in outputs, false);
    assert.equal(outputs.keyFingerprint, keys.publicKey.getFingerprint());
    const binaryMessage: Uint8Array = Buffer.from(text(outputs, "encryptedPassword"), "base64");
    const message = await readMessage({ binaryMessage });
    const decrypted: { data: unknown } = await decrypt({ message, decryptionKeys: keys.privateKey });
    assert.equal(String(decrypted.data).length, 32);
  });

  it("loses the password to a key that cannot be used, leaving an unfinished profile behind", async () => {
    await makeUser("unlucky");
    const inputs = { user: "unlucky", pgpKey: "-----BEGIN PGP PUBLIC KEY BLOCK-----" };
    await assert.rejects(backend().create(profileType, "p", inputs), (error) => {
      assert.ok(error instanceof UnfinishedResourceError);
      assert.equal(error.id, "unlucky");
      assert.match(
        error.message,
        /^creating IAM User Login Profile for "unlucky": Error decoding given PGP key: /,
      );
      return true;
    });
    const { LoginProfile } = await emulator.aws.iam.send(new GetLoginProfileCommand({ UserName: "unlucky" }));
    assert.equal(LoginProfile?.UserName, "unlucky");
  });

  it("refuses password lengths outside the plugin's range", () => {
    assert.deepEqual(Object.keys(backend().validate(profileType, { user: "a", passwordLength: 4 })), [
      "passwordLength",
    ]);
    assert.deepEqual(backend().validate(profileType, { user: "a", passwordLength: 128 }), {});
  });
});
