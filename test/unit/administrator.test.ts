import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Administrator, type AdministratorArgs } from "../../components/administrator.ts";
import { identities, only, plainInputs, run, value, type Account } from "../support/mocks.ts";

const component = "iam-administrators:index:Administrator";
const user = "aws:iam/user:User";
const membership = "aws:iam/userGroupMembership:UserGroupMembership";
const profile = "aws:iam/userLoginProfile:UserLoginProfile";
const customPassword = "pulumi-nodejs:dynamic:Resource";

const make = (args: AdministratorArgs, account?: Account) =>
  run(() => new Administrator(args.name, args), account);

/** The profile's options that are the same for every administrator. */
const profileOptions = {
  deleteBeforeReplace: true,
  ignoreChanges: ["passwordLength", "passwordResetRequired", "pgpKey"],
  additionalSecretOutputs: ["password"],
  replacementTrigger: 1,
};

// What this does not prove: what the engine and AWS make of it. The end-to-end tests do.
describe("An Administrator on its own", () => {
  it("is a user with a login profile, and nothing else where no group is given", async () => {
    const { resources } = await make({ name: "alice" });
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
        options: {},
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
    const { resources } = await make({ name: "alice", group: "Admins" });
    assert.deepEqual(identities(resources), [
      `${user} alice`,
      `${membership} alice`,
      `${profile} alice`,
      `${component} alice`,
    ]);
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
    assert.deepEqual(identities(resources), [
      `${user} logical`,
      `${membership} logical`,
      `${profile} logical`,
      `${component} logical`,
    ]);
    assert.equal(only(resources, user).inputs.name, "alice");
    assert.equal(only(resources, membership).inputs.user, "alice");
    assert.equal(only(resources, profile).inputs.user, "alice");
  });

  it("carries e-mail address and backup as tags beside its own", async () => {
    const tagged = async (args: Partial<AdministratorArgs>) =>
      only((await make({ name: "alice", ...args })).resources, user).inputs.tags;
    assert.deepEqual(await tagged({ tags: { team: "x" }, email: "a@example.com", backup: true }), {
      team: "x",
      email: "a@example.com",
      backup: "true",
    });
    assert.deepEqual(await tagged({ backup: false }), {});
    assert.deepEqual(await tagged({ email: "a@example.com" }), { email: "a@example.com" });
  });

  it("has the path, the length and the reset that are asked for", async () => {
    const { resources } = await make({
      name: "alice",
      path: "/team/",
      passwordLength: 40,
      passwordResetRequired: false,
    });
    assert.equal(only(resources, user).inputs.path, "/team/");
    assert.equal(only(resources, component).inputs.path, "/team/");
    assert.equal(only(resources, component).inputs.passwordResetRequired, false);
    assert.deepEqual(only(resources, profile).inputs, {
      user: "alice",
      passwordResetRequired: false,
      passwordLength: 40,
    });
  });

  it("has no login profile without console access, and no password to hand over", async () => {
    const { resources, result } = await make({ name: "alice", consoleAccess: false });
    assert.deepEqual(identities(resources), [`${user} alice`, `${component} alice`]);
    assert.equal(only(resources, component).inputs.consoleAccess, false);
    assert.equal(result.loginProfile, undefined);
    assert.equal(result.initialPassword, undefined);
    assert.equal(result.encryptedPassword, undefined);
    assert.equal(await value(result.mustResetPassword), false);
  });

  it("tells its ARN, its name and its initial password, of these only the password a secret", async () => {
    const { result } = await make({ name: "alice", path: "/team/" }, { partition: "aws-cn" });
    assert.equal(await value(result.arn), "arn:aws-cn:iam::123456789012:user/team/alice");
    assert.equal(await value(result.userName), "alice");
    assert.equal(await value(result.mustResetPassword), true);
    assert.equal(await value(result.initialPassword), "first password of alice");
    assert.equal(result.encryptedPassword, undefined);
    assert.ok(result.initialPassword);
    assert.equal(await pulumi.isSecret(result.initialPassword), true);
    assert.equal(await pulumi.isSecret(result.arn), false);
    assert.equal(await pulumi.isSecret(result.mustResetPassword), false);
  });

  it("keeps what is derived from the initial password a secret", async () => {
    const { result } = await make({ name: "alice" });
    assert.equal(await pulumi.isSecret(pulumi.interpolate`Password: ${result.initialPassword}`), true);
  });

  it("tells the encrypted password, and no other, with a PGP key", async () => {
    const { resources, result } = await make({ name: "alice", pgpKey: "a2V5" });
    assert.deepEqual(only(resources, profile).inputs, {
      user: "alice",
      passwordResetRequired: true,
      passwordLength: 24,
      pgpKey: "a2V5",
    });
    assert.equal(result.initialPassword, undefined);
    assert.equal(await value(result.encryptedPassword), "encrypted password of alice");
  });

  it("issues a new password through the profile's replacement, and changes nothing else", async () => {
    const first = await make({ name: "alice", group: "Admins" });
    const second = await make({ name: "alice", group: "Admins", passwordIssue: 2 });
    assert.deepEqual(only(second.resources, profile).options, { ...profileOptions, replacementTrigger: 2 });
    const others = (resources: typeof first.resources) => resources.filter(({ type }) => type !== profile);
    assert.deepEqual(others(second.resources), others(first.resources));
    assert.deepEqual(only(second.resources, profile).inputs, only(first.resources, profile).inputs);
  });

  it("is the same in a preview, where nothing that AWS computes is known", async () => {
    const args = { name: "alice", group: "Admins" };
    const [preview, update] = [await make(args, { preview: true }), await make(args)];
    assert.deepEqual(preview.resources, update.resources);
  });
});

describe("An Administrator that is imported", () => {
  it("takes over user and profile by name, and leaves the tags and forceDestroy as they are", async () => {
    const { resources } = await make({ name: "alice", group: "Admins", import: true, tags: { team: "x" } });
    assert.deepEqual(only(resources, user).options, {
      import: "alice",
      ignoreChanges: ["forceDestroy", "tags"],
    });
    assert.deepEqual(only(resources, profile).options, { ...profileOptions, import: "alice" });
    // Adding a member who is one already changes nothing.
    assert.deepEqual(only(resources, membership).options, {});
  });

  it("takes over the user only, without console access", async () => {
    const { resources } = await make({ name: "alice", import: true, consoleAccess: false });
    assert.deepEqual(identities(resources), [`${user} alice`, `${component} alice`]);
    assert.equal(only(resources, user).options.import, "alice");
  });

  it("has no initial password, and the reset that AWS tells of, not the config's", async () => {
    const { result } = await make({ name: "alice", import: true, passwordResetRequired: true });
    assert.equal(result.initialPassword, undefined);
    assert.equal(await value(result.mustResetPassword), false);
  });
});

describe("An Administrator with a custom initial password", () => {
  const password = () => pulumi.secret("Hunter2-Hunter2");

  it("gets it on the existing profile, as a secret, and does not tell it", async () => {
    const { resources, result } = await run(
      () => new Administrator("alice", { name: "alice", path: "/team/", password: password() }),
    );
    assert.deepEqual(identities(resources), [
      `${user} alice`,
      `${profile} alice`,
      `${component} alice`,
      `${customPassword} alice`,
    ]);
    assert.deepEqual(
      { ...only(resources, customPassword), inputs: {} },
      {
        inputs: {},
        type: customPassword,
        name: "alice",
        secretInputs: ["password"],
        parent: `${profile} alice`,
        dependsOn: [`${user} alice`, `${profile} alice`],
        options: { additionalSecretOutputs: ["password"] },
      },
    );
    const inputs = plainInputs(only(resources, customPassword));
    assert.equal(inputs.password, "Hunter2-Hunter2");
    assert.equal(inputs.userName, "alice");
    assert.equal(inputs.userArn, "arn:aws:iam::123456789012:user/team/alice");
    assert.equal(inputs.passwordResetRequired, true);
    assert.equal(inputs.passwordIssue, 1);
    assert.equal(result.initialPassword, undefined);
    assert.equal(result.encryptedPassword, undefined);
    assert.equal(await value(result.mustResetPassword), true);
  });

  it("sets it again when the password's issue is raised, with the reset that is asked for", async () => {
    const { resources } = await run(
      () =>
        new Administrator("alice", {
          name: "alice",
          password: password(),
          passwordIssue: 3,
          passwordResetRequired: false,
        }),
    );
    assert.equal(only(resources, profile).options.replacementTrigger, 3);
    const inputs = plainInputs(only(resources, customPassword));
    assert.equal(inputs.passwordIssue, 3);
    assert.equal(inputs.passwordResetRequired, false);
  });

  it("has it nowhere else, and not in the text of the provider that sets it", async () => {
    const { resources } = await run(
      () => new Administrator("alice", { name: "alice", group: "Admins", password: password() }),
    );
    for (const { type, inputs } of resources) {
      const shown = JSON.stringify({ ...inputs, ...(type === customPassword ? { password: "" } : {}) });
      assert.doesNotMatch(shown, /Hunter2/, type);
    }
  });

  it("makes a secret even of a password that comes as none", async () => {
    const { resources } = await run(
      () => new Administrator("alice", { name: "alice", password: pulumi.output("Hunter2-Hunter2") }),
    );
    assert.deepEqual(only(resources, customPassword).secretInputs, ["password"]);
  });
});
