import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Administrator, type AdministratorArgs } from "../../components/administrator.ts";
import { administratorOutputs } from "../../components/administratorOutputs.ts";
import { identities, only, plainInputs, run, value, type Setting } from "../support/mocks.ts";

const component = "iam-administrators:index:Administrator";
const user = "aws:iam/user:User";
const membership = "aws:iam/userGroupMembership:UserGroupMembership";
const profile = "aws:iam/userLoginProfile:UserLoginProfile";
const customPassword = "pulumi-nodejs:dynamic:Resource";

const make = (args: Partial<AdministratorArgs> = {}, setting?: Setting) =>
  run(() => new Administrator("alice", { name: "alice", ...args }), setting);

/** What the stack exports of the administrator. */
async function exported(args: Partial<AdministratorArgs>, setting?: Setting) {
  const { result } = await run(() => {
    const administrator = new Administrator("alice", { name: "alice", ...args });
    return administratorOutputs(new Map([["alice", administrator]])).alice;
  }, setting);
  return value(result);
}

const arn = "arn:aws:iam::123456789012:user/alice";
const profileOptions = {
  deleteBeforeReplace: true,
  ignoreChanges: ["passwordLength", "passwordResetRequired", "pgpKey"],
  additionalSecretOutputs: ["password"],
  replacementTrigger: 1,
};

// What this does not prove: what the engine and AWS make of it. The end-to-end tests do.
describe("An Administrator", () => {
  it("is a user with a login profile, and nothing else where no group is given", async () => {
    const { resources } = await make({ awsSdk: { profile: "dev" } });
    assert.deepEqual(resources, [
      {
        type: component,
        name: "alice",
        inputs: {
          name: "alice",
          path: "/",
          backup: false,
          consoleAccess: true,
          passwordResetRequired: true,
          passwordIssue: 1,
          import: false,
        },
        secretInputs: [],
        parent: undefined,
        dependsOn: [],
        options: {},
      },
      {
        type: user,
        name: "alice",
        inputs: { name: "alice", path: "/", tags: {}, forceDestroy: true },
        secretInputs: [],
        parent: `${component} alice`,
        dependsOn: [],
        options: { ignoreChanges: ["permissionsBoundary"] },
      },
      {
        type: profile,
        name: "alice",
        inputs: { user: "alice", passwordResetRequired: true, passwordLength: 24 },
        secretInputs: [],
        parent: `${component} alice`,
        dependsOn: [`${user} alice`],
        options: profileOptions,
      },
    ]);
  });

  it("becomes a member of a group that is given, additively", async () => {
    const { resources } = await make({ group: "Admins" });
    assert.equal(resources.length, 4);
    assert.deepEqual(only(resources, membership), {
      type: membership,
      name: "alice",
      inputs: { user: "alice", groups: ["Admins"] },
      secretInputs: [],
      parent: `${component} alice`,
      dependsOn: [`${user} alice`],
      options: {},
    });
    assert.equal(only(resources, component).inputs.group, "Admins");
  });

  it("takes its logical name from the caller, and the user's name from the arguments", async () => {
    const { resources } = await run(() => new Administrator("logical", { name: "alice", group: "Admins" }));
    assert.deepEqual(
      identities(resources),
      [user, membership, profile, component].map((type) => `${type} logical`),
    );
    assert.equal(only(resources, user).inputs.name, "alice");
    assert.equal(only(resources, membership).inputs.user, "alice");
    assert.equal(only(resources, profile).inputs.user, "alice");
  });

  it("carries e-mail address and backup as tags beside its own", async () => {
    const tagged = async (args: Partial<AdministratorArgs>) =>
      only((await make(args)).resources, user).inputs.tags;
    assert.deepEqual(await tagged({ tags: { team: "x" }, email: "a@example.com", backup: true }), {
      team: "x",
      email: "a@example.com",
      backup: "true",
    });
    assert.deepEqual(await tagged({ email: "a@example.com" }), { email: "a@example.com" });
  });

  it("has the path, the length and the reset that are asked for", async () => {
    const { resources, result } = await make(
      { path: "/team/", passwordLength: 40, passwordResetRequired: false },
      { partition: "aws-cn" },
    );
    assert.equal(only(resources, user).inputs.path, "/team/");
    assert.equal(only(resources, component).inputs.path, "/team/");
    assert.equal(only(resources, component).inputs.passwordResetRequired, false);
    assert.deepEqual(only(resources, profile).inputs, {
      user: "alice",
      passwordResetRequired: false,
      passwordLength: 40,
    });
    assert.equal(await value(result.arn), "arn:aws-cn:iam::123456789012:user/team/alice");
    assert.equal(await value(result.userName), "alice");
    assert.equal(await value(result.mustResetPassword), false);
  });

  it("has the permissions boundary that is given, and leaves the account's alone where none is", async () => {
    const permissionsBoundary = "arn:aws:iam::123456789012:policy/Boundary";
    const { inputs, options } = only((await make({ permissionsBoundary })).resources, user);
    assert.deepEqual(inputs, { name: "alice", path: "/", tags: {}, permissionsBoundary, forceDestroy: true });
    assert.deepEqual(options, {});
  });

  it("has no login profile without console access, and no password to hand over", async () => {
    const { resources } = await make({ consoleAccess: false });
    assert.deepEqual(identities(resources), [`${user} alice`, `${component} alice`]);
    assert.equal(only(resources, component).inputs.consoleAccess, false);
    assert.deepEqual(await exported({ consoleAccess: false }), { arn, mustResetPassword: false });
  });

  it("tells the generated password as a secret, and keeps secret what is made of it", async () => {
    const { result } = await make();
    assert.equal(await value(result.initialPassword), "first password of alice");
    assert.equal(await pulumi.isSecret(pulumi.interpolate`Password: ${result.initialPassword}`), true);
    assert.equal(await pulumi.isSecret(result.arn), false);
    assert.equal(await pulumi.isSecret(result.mustResetPassword), false);
    assert.deepEqual(await exported({}), {
      arn,
      mustResetPassword: true,
      initialPassword: "first password of alice",
    });
  });

  it("tells the encrypted password and how to read it, and no other, with a PGP key", async () => {
    const { resources } = await make({ pgpKey: "a2V5" });
    assert.deepEqual(only(resources, profile).inputs, {
      user: "alice",
      passwordResetRequired: true,
      passwordLength: 24,
      pgpKey: "a2V5",
    });
    const outputs = { [profile]: { encryptedPassword: "ZW5jcnlwdGVk" } };
    assert.deepEqual(await exported({ pgpKey: "a2V5" }, { outputs }), {
      arn,
      mustResetPassword: true,
      encryptedPassword: "ZW5jcnlwdGVk",
      decryptCommand: "echo ZW5jcnlwdGVk | base64 --decode | gpg --decrypt",
    });
  });

  for (const unknown of ["", null]) {
    it(`tells no password and no command where the plugin knows ${JSON.stringify(unknown)}`, async () => {
      const outputs = { [profile]: { password: unknown, encryptedPassword: unknown } };
      assert.deepEqual(await exported({ pgpKey: "a2V5" }, { outputs }), { arn, mustResetPassword: true });
    });
  }

  it("issues a new password through the profile's replacement, and changes nothing else", async () => {
    const [first, second] = [await make(), await make({ passwordIssue: 2 })];
    assert.deepEqual(only(second.resources, profile), {
      ...only(first.resources, profile),
      options: { ...profileOptions, replacementTrigger: 2 },
    });
    assert.deepEqual(only(second.resources, user), only(first.resources, user));
    assert.equal(only(second.resources, component).inputs.passwordIssue, 2);
  });

  it("is the same in a preview, where nothing that AWS computes is known", async () => {
    for (const args of [{ group: "Admins" }, { import: true }]) {
      const [preview, update] = [await make(args, { preview: true }), await make(args)];
      assert.deepEqual(preview.resources, update.resources);
    }
  });
});

describe("An Administrator who is taken over", () => {
  const taken: Partial<AdministratorArgs> = {
    group: "Admins",
    import: true,
    path: "/team/",
    email: "alice@example.com",
    tags: { team: "x" },
    backup: true,
  };

  it("is user and membership only, and leaves path, tags and boundary as they are", async () => {
    const { resources } = await make(taken);
    assert.deepEqual(
      identities(resources),
      [user, membership, component].map((type) => `${type} alice`),
    );
    const { inputs, options } = only(resources, user);
    assert.deepEqual(inputs, { name: "alice", forceDestroy: true });
    assert.deepEqual(options, {
      import: "alice",
      ignoreChanges: ["path", "tags", "tagsAll", "permissionsBoundary"],
    });
    // Adding a member who is one already changes nothing.
    assert.deepEqual(only(resources, membership).options, {});
    assert.equal(only(resources, component).inputs.import, true);
  });

  it("says nothing of a password that the program does not know", async () => {
    assert.deepEqual(Object.keys((await exported(taken)) ?? {}), ["arn"]);
  });

  it("gets a login profile of the program only when a new password is asked for", async () => {
    const { resources } = await make({ ...taken, passwordIssue: 2 });
    assert.deepEqual(only(resources, profile).options, { ...profileOptions, replacementTrigger: 2 });
    const without = await make({ ...taken, passwordIssue: 2, consoleAccess: false });
    assert.equal(without.resources.length, 3);
  });
});

describe("An Administrator with a custom initial password", () => {
  const custom = { password: pulumi.secret("Hunter2-Hunter2") };

  it("gets it on the existing profile, as a secret, and does not tell it", async () => {
    const { resources } = await make({ ...custom, path: "/team/", awsSdk: { profile: "dev" } });
    assert.equal(resources.length, 4);
    const { inputs, ...others } = only(resources, customPassword);
    assert.deepEqual(others, {
      type: customPassword,
      name: "alice",
      secretInputs: ["generatedPassword", "password"],
      parent: `${profile} alice`,
      dependsOn: [`${user} alice`, `${profile} alice`],
      options: { additionalSecretOutputs: ["password", "generatedPassword"] },
    });
    assert.deepEqual(plainInputs({ ...others, inputs }), {
      userName: "alice",
      userArn: "arn:aws:iam::123456789012:user/team/alice",
      password: "Hunter2-Hunter2",
      passwordResetRequired: true,
      passwordIssue: 1,
      generatedPassword: "first password of alice",
      sdkOptions: { profile: "dev" },
    });
    // The password stands nowhere else, and not in the text of the provider that sets it.
    for (const registered of resources) {
      const shown = { ...registered.inputs, ...(registered.type === customPassword ? { password: "" } : {}) };
      assert.doesNotMatch(JSON.stringify(shown), /Hunter2/, registered.type);
    }
    assert.deepEqual(await exported(custom), { arn, mustResetPassword: true });
  });

  it("sets it again when the password's issue is raised, with the reset that is asked for", async () => {
    const { resources } = await make({ ...custom, passwordIssue: 3, passwordResetRequired: false });
    assert.equal(only(resources, profile).options.replacementTrigger, 3);
    const { passwordIssue, passwordResetRequired } = only(resources, customPassword).inputs;
    assert.deepEqual(
      { passwordIssue, passwordResetRequired },
      { passwordIssue: 3, passwordResetRequired: false },
    );
  });

  it("makes a secret even of a password that comes as none", async () => {
    const { resources } = await make({ password: "Hunter2-Hunter2" });
    assert.deepEqual(only(resources, customPassword).secretInputs, ["generatedPassword", "password"]);
  });

  it("leaves a mark on its profile, by which the generated password is not told later either", async () => {
    const lengthOf = async (args: Partial<AdministratorArgs>) =>
      only((await make(args)).resources, profile).inputs.passwordLength;
    assert.equal(await lengthOf({ ...custom, passwordLength: 40 }), 127);
    assert.equal(await lengthOf({ passwordLength: 127 }), 128);
    const outputs = { [profile]: { passwordLength: 127 } };
    assert.deepEqual(await exported({}, { outputs }), { arn, mustResetPassword: true });
  });
});
