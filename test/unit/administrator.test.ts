import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Administrator, type AdministratorArgs } from "../../components/administrator.ts";
import { administratorOutputs } from "../../components/administratorOutputs.ts";
import { declared, only, run, value, type Setting } from "./mocks.ts";

const make = (args: Partial<AdministratorArgs> = {}, setting?: Setting) =>
  run(() => new Administrator("alice", { name: "alice", ...args }), setting);

const profile = "aws:iam/userLoginProfile:UserLoginProfile";
const componentInputs = {
  name: "alice",
  path: "/",
  backup: false,
  consoleAccess: true,
  passwordResetRequired: true,
  passwordVersion: 1,
  import: false,
};
const profileInputs = { user: "alice", passwordResetRequired: true, passwordLength: 24 };
const profileOptions = {
  deleteBeforeReplace: true,
  ignoreChanges: ["passwordLength", "passwordResetRequired", "pgpKey"],
  additionalSecretOutputs: ["password"],
  replacementTrigger: 1,
};
const userInputs = { name: "alice", path: "/", tags: {}, forceDestroy: true };
const userOptions = { ignoreChanges: ["permissionsBoundary"] };

const password = "Hunter2-Hunter2";
const pgpKey = "a2V5";
const permissionsBoundary = "arn:aws:iam::123456789012:policy/Boundary";
/** What policies see of the user, and what they do not. */
const seen = { group: "Admins", path: "/team/", backup: true };
const unseen = { tags: { team: "x" }, email: "a@example.com", permissionsBoundary };

// What this does not prove: what the engine and AWS make of it. The end-to-end tests do.
describe("An Administrator", () => {
  it("is a user with a login profile, and nothing else where nothing else is given", async () => {
    const { resources } = await make({ awsSdk: { profile: "dev" } });
    assert.deepEqual(declared(resources), {
      "Administrator alice": componentInputs,
      "User alice": [userInputs, userOptions],
      "UserLoginProfile alice": [profileInputs, profileOptions],
    });
  });

  it("has the group, path, tags, boundary and password that are asked for, with the partition's ARN", async () => {
    const reset = { passwordResetRequired: false, passwordVersion: 2 };
    const args = { ...seen, ...unseen, ...reset, passwordLength: 40, pgpKey };
    const { resources, result } = await make(args, { partition: "aws-cn" });
    const tags = { team: "x", email: "a@example.com", backup: "true" };
    const inputs = { user: "alice", passwordResetRequired: false, passwordLength: 40, pgpKey };
    assert.deepEqual(declared(resources), {
      "Administrator alice": { ...componentInputs, ...seen, ...reset },
      "User alice": { ...userInputs, path: "/team/", tags, permissionsBoundary },
      "UserGroupMembership alice": { user: "alice", groups: ["Admins"] },
      "UserLoginProfile alice": [inputs, { ...profileOptions, replacementTrigger: 2 }],
    });
    assert.equal(await value(result.arn), "arn:aws-cn:iam::123456789012:user/team/alice");
    assert.equal(await value(result.mustResetPassword), false);
  });

  it("has the caller's logical name, and the user's name and turn in what depends on the user", async () => {
    const args = { name: "alice", group: "Admins" };
    const { resources, result } = await run(() => new Administrator("logical", args));
    const placed = resources.map(({ name, parent, dependsOn }) => [name, parent, ...dependsOn]);
    const parent = "iam-administrators:index:Administrator logical";
    const afterUser = ["logical", parent, "aws:iam/user:User logical"];
    const afterPassword = [...afterUser, `${profile} logical`];
    assert.deepEqual(placed, [["logical", undefined], ["logical", parent], afterUser, afterPassword]);
    assert.equal(await value(result.userName), "alice");
  });

  it("has no login profile without console access", async () => {
    const { resources } = await make({ consoleAccess: false });
    assert.deepEqual(declared(resources), {
      "Administrator alice": { ...componentInputs, consoleAccess: false },
      "User alice": [userInputs, userOptions],
    });
  });

  it("who is taken over is user and membership only, and keeps path, tags, boundary and password", async () => {
    const { resources } = await make({ ...seen, ...unseen, import: true });
    const ignoreChanges = ["path", "tags", "tagsAll", "permissionsBoundary"];
    const inputs = { name: "alice", forceDestroy: true };
    assert.deepEqual(declared(resources), {
      "Administrator alice": { ...componentInputs, ...seen, import: true },
      "User alice": [inputs, { import: "alice", ignoreChanges }],
      "UserGroupMembership alice": { user: "alice", groups: ["Admins"] },
    });
  });

  it("who is taken over gets a login profile only when a new password is asked for", async () => {
    const { resources } = await make({ import: true, passwordVersion: 2 });
    const { "UserLoginProfile alice": issued } = declared(resources);
    assert.deepEqual(issued, [profileInputs, { ...profileOptions, replacementTrigger: 2 }]);
    const without = await make({ import: true, passwordVersion: 2, consoleAccess: false });
    assert.equal(without.resources.length, 2);
  });

  for (const asked of [{}, { passwordResetRequired: false, passwordVersion: 3 }]) {
    it(`gets a custom password on the profile, as a secret that is nowhere else: ${JSON.stringify(asked)}`, async () => {
      const { resources } = await make({ password, ...asked, path: "/team/", awsSdk: { profile: "dev" } });
      const { inputs, secretInputs, options, dependsOn } = only(resources, "Resource");
      const { __provider: provider, ...setting } = inputs;
      assert.deepEqual(setting, {
        userName: "alice",
        userArn: "arn:aws:iam::123456789012:user/team/alice",
        password,
        passwordResetRequired: true,
        passwordVersion: 1,
        ...asked,
        generatedPassword: "first password of alice",
        sdkOptions: { profile: "dev" },
      });
      assert.deepEqual(secretInputs, ["generatedPassword", "password", "sdkOptions"]);
      assert.deepEqual(options, { additionalSecretOutputs: ["password", "generatedPassword", "sdkOptions"] });
      assert.deepEqual(dependsOn, ["aws:iam/user:User alice", `${profile} alice`]);
      const elsewhere = [provider, ...resources.filter(({ type }) => !type.endsWith(":Resource"))];
      assert.doesNotMatch(JSON.stringify(elsewhere), /Hunter2/);
    });
  }

  it("with a custom password has a mark on the profile, the length that nobody asks for without one", async () => {
    const lengthOf = async (args: Partial<AdministratorArgs>) =>
      only((await make(args)).resources, "UserLoginProfile").inputs.passwordLength;
    assert.equal(await lengthOf({ password, passwordLength: 40 }), 128);
    for (const passwordLength of [5, 127, 128]) {
      const { result, resources } = await make({ passwordLength });
      assert.equal(only(resources, "UserLoginProfile").inputs.passwordLength, passwordLength);
      assert.equal(await value(result.initialPassword), "first password of alice");
    }
  });
});

describe("The stack output administrators", () => {
  const reset = { mustResetPassword: true };
  const initialPassword = "first password of alice";
  const encryptedPassword = "ZW5jcnlwdGVk";
  const decryptCommand = "echo ZW5jcnlwdGVk | base64 --decode | gpg --decrypt";
  for (const [what, args, outputs, told] of [
    ["a generated password", {}, {}, { ...reset, initialPassword }],
    [
      "an encrypted password, and how to read it",
      { pgpKey },
      {},
      { ...reset, encryptedPassword, decryptCommand },
    ],
    ["no password that the plugin has as empty", { pgpKey }, { password: "", encryptedPassword: "" }, reset],
    [
      "no password that the plugin has as null",
      { pgpKey },
      { password: null, encryptedPassword: null },
      reset,
    ],
    ["no generated password beside a custom one", { password }, {}, reset],
    ["none when the custom one is out of the config", {}, { passwordLength: 128 }, reset],
    ["no password without console access", { consoleAccess: false }, {}, { mustResetPassword: false }],
    ["nothing of the password of a user who was taken over", { import: true }, {}, {}],
  ] as const) {
    it(`tells ${what}`, async () => {
      const { result } = await make(args, { outputs: { [profile]: outputs } });
      const { alice } = administratorOutputs(new Map([["alice", result]]));
      assert.deepEqual(await value(alice), { arn: "arn:aws:iam::123456789012:user/alice", ...told });
    });
  }

  it("keeps secret what is made of a password, and nothing else", async () => {
    const { result } = await make();
    assert.equal(await pulumi.isSecret(pulumi.interpolate`Password: ${result.initialPassword}`), true);
    assert.equal(await pulumi.isSecret(result.arn), false);
    assert.equal(await pulumi.isSecret(result.mustResetPassword), false);
  });
});
