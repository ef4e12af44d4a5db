import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AccountSettings, currentAlias, type AccountSettingsArgs } from "../../components/accountSettings.ts";
import { weakened } from "../../components/passwordPolicyCheck.ts";
import { failure, identities, only, run, value, type Setting } from "../support/mocks.ts";

const component = "iam-administrators:index:AccountSettings";
const policy = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy";
const alias = "aws:iam/accountAlias:AccountAlias";
const suffix = "random:index/randomString:RandomString";
const features = "aws:iam/organizationsFeatures:OrganizationsFeatures";

const make = (args: AccountSettingsArgs, setting?: Setting) =>
  run(() => new AccountSettings("account", args), setting);
const child = { name: "account", secretInputs: [], parent: `${component} account`, dependsOn: [] };

describe("AccountSettings", () => {
  it("touch nothing of the account unless they are asked to", async () => {
    const { resources, calls, result } = await make({ awsSdk: { profile: "dev" } });
    assert.deepEqual(resources, [
      {
        type: component,
        name: "account",
        inputs: { organizationRootAccess: false },
        secretInputs: [],
        parent: undefined,
        dependsOn: [],
        options: {},
      },
    ]);
    assert.deepEqual(calls, []);
    assert.equal(result.accountAlias, undefined);
  });

  it("set a password policy that lets users change their password and never locks them out", async () => {
    const { resources } = await make({ passwordPolicy: { minimumLength: 14, reusePrevention: 24 } });
    assert.deepEqual(only(resources, policy), {
      ...child,
      type: policy,
      inputs: {
        minimumPasswordLength: 14,
        passwordReusePrevention: 24,
        // Absent would mean: as it is.
        maxPasswordAge: 0,
        requireLowercaseCharacters: true,
        requireUppercaseCharacters: true,
        requireNumbers: true,
        requireSymbols: true,
        allowUsersToChangePassword: true,
        hardExpiry: false,
      },
      options: { retainOnDelete: true },
    });
    assert.equal(resources.length, 2);
  });

  it("let passwords expire and be of one kind of character only where the policy says so", async () => {
    const { resources } = await make({
      passwordPolicy: { minimumLength: 20, reusePrevention: 5, maxAgeDays: 90, requireCharacterTypes: false },
    });
    assert.deepEqual(only(resources, policy).inputs, {
      minimumPasswordLength: 20,
      passwordReusePrevention: 5,
      maxPasswordAge: 90,
      requireLowercaseCharacters: false,
      requireUppercaseCharacters: false,
      requireNumbers: false,
      requireSymbols: false,
      allowUsersToChangePassword: true,
      hardExpiry: false,
    });
  });

  it("set an alias as it is given, which stays when the stack goes", async () => {
    const { resources, result } = await make({ accountAlias: "acme-dev", currentAlias: "acme-old" });
    assert.deepEqual(only(resources, alias), {
      ...child,
      type: alias,
      inputs: { accountAlias: "acme-dev" },
      options: { retainOnDelete: true },
    });
    assert.equal(resources.length, 2);
    assert.equal(await value(result.accountAlias), "acme-dev");
  });

  it("take over the alias that the account has already", async () => {
    const { resources } = await make({ accountAlias: "acme", currentAlias: "acme" });
    assert.deepEqual(only(resources, alias).options, { retainOnDelete: true, import: "acme" });
  });

  it("draw the suffix of a prefix once, out of what an alias may have", async () => {
    const { resources, result } = await make({ accountAliasPrefix: "acme" });
    assert.deepEqual(only(resources, suffix), {
      ...child,
      type: suffix,
      inputs: { length: 8, upper: false, special: false },
      options: {},
    });
    assert.equal(only(resources, alias).inputs.accountAlias, "acme-0a1b2c3d");
    assert.deepEqual(only(resources, alias).dependsOn, [`${suffix} account`]);
    assert.equal(await value(result.accountAlias), "acme-0a1b2c3d");
  });

  it("get by with a suffix that is not known in a preview", async () => {
    const { resources } = await make({ accountAliasPrefix: "acme" }, { preview: true });
    assert.deepEqual(
      identities(resources),
      [alias, component, suffix].map((type) => `${type} account`),
    );
  });

  it("switch central root access on", async () => {
    const { resources } = await make({ organizationRootAccess: true });
    assert.deepEqual(only(resources, features), {
      ...child,
      type: features,
      inputs: { enabledFeatures: ["RootCredentialsManagement", "RootSessions"] },
      options: {},
    });
    assert.equal(resources.length, 2);
  });
});

describe("currentAlias", () => {
  const asked = async (setting: Setting) => {
    const { result } = await run(
      () =>
        currentAlias().then(
          (found) => ({ found }),
          (error: unknown) => ({ error }),
        ),
      setting,
    );
    return result;
  };

  it("is the account's, and absent where the account has none", async () => {
    assert.deepEqual(await asked({ alias: "acme" }), { found: "acme" });
    assert.deepEqual(await asked({}), { found: undefined });
  });

  it("is not taken for absent where it cannot be read", async () => {
    const denied = () => {
      throw failure("AccessDenied: not authorized to perform iam:ListAccountAliases");
    };
    const result = await asked({ calls: { "aws:iam/getAccountAlias:getAccountAlias": denied } });
    assert.ok("error" in result && pulumi.RunError.isInstance(result.error));
    assert.equal(
      result.error.message,
      "the account's alias cannot be found out, nothing was changed: " +
        "AccessDenied: not authorized to perform iam:ListAccountAliases",
    );
  });
});

describe("A first password policy", () => {
  const strict = {
    MinimumPasswordLength: 16,
    PasswordReusePrevention: 12,
    MaxPasswordAge: 90,
    RequireSymbols: true,
    RequireNumbers: true,
  };

  it("weakens nothing where the account has none, or none that is stricter", () => {
    assert.deepEqual(weakened({ minimumLength: 6, reusePrevention: 1 }, undefined), []);
    assert.deepEqual(
      weakened({ minimumLength: 6, reusePrevention: 1, requireCharacterTypes: false }, {}),
      [],
    );
    assert.deepEqual(weakened({ minimumLength: 16, reusePrevention: 12, maxAgeDays: 90 }, strict), []);
  });

  it("that weakens the account's is told each setting, both values and the key that keeps it", () => {
    assert.deepEqual(
      weakened(
        { minimumLength: 15, reusePrevention: 11, maxAgeDays: 91, requireCharacterTypes: false },
        strict,
      ),
      [
        "passwordPolicy.minimumLength 15: the account has 16, set minimumLength: 16",
        "passwordPolicy.reusePrevention 11: the account has 12, set reusePrevention: 12",
        "passwordPolicy.maxAgeDays 91: the account has 90, set maxAgeDays: 90",
        "passwordPolicy.requireCharacterTypes false: the account has RequireNumbers, RequireSymbols, set requireCharacterTypes: true",
      ],
    );
  });

  it("that lets passwords live for ever weakens a limit on their age", () => {
    assert.deepEqual(weakened({ minimumLength: 16, reusePrevention: 12 }, strict), [
      "passwordPolicy.maxAgeDays (absent): the account has 90, set maxAgeDays: 90",
    ]);
  });
});
