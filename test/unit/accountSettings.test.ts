import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AccountSettings, currentAlias, type AccountSettingsArgs } from "../../components/accountSettings.ts";
import { failure, identities, only, run, value, type Account } from "../support/mocks.ts";

const component = "iam-administrators:index:AccountSettings";
const policy = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy";
const alias = "aws:iam/accountAlias:AccountAlias";
const suffix = "random:index/randomString:RandomString";
const features = "aws:iam/organizationsFeatures:OrganizationsFeatures";

const make = (args: AccountSettingsArgs, account?: Account) =>
  run(() => new AccountSettings("account", args), account);

describe("AccountSettings", () => {
  it("touch nothing of the account unless they are asked to", async () => {
    const { resources, calls, result } = await make({});
    assert.deepEqual(identities(resources), [`${component} account`]);
    assert.deepEqual(calls, []);
    assert.equal(result.accountAlias, undefined);
  });

  it("set a password policy that lets users change their password and never locks them out", async () => {
    const { resources } = await make({ passwordPolicy: { minimumLength: 14, reusePrevention: 24 } });
    assert.deepEqual(only(resources, policy), {
      type: policy,
      name: "account",
      inputs: {
        minimumPasswordLength: 14,
        passwordReusePrevention: 24,
        allowUsersToChangePassword: true,
        hardExpiry: false,
      },
      secretInputs: [],
      parent: `${component} account`,
      dependsOn: [],
      options: { retainOnDelete: true },
    });
    assert.equal(resources.length, 2);
  });

  it("let passwords expire only where maxAgeDays says so", async () => {
    const { resources } = await make({
      passwordPolicy: { minimumLength: 20, reusePrevention: 5, maxAgeDays: 90 },
    });
    assert.deepEqual(only(resources, policy).inputs, {
      minimumPasswordLength: 20,
      passwordReusePrevention: 5,
      maxPasswordAge: 90,
      allowUsersToChangePassword: true,
      hardExpiry: false,
    });
  });

  it("set an alias as it is given, which stays when the stack goes", async () => {
    const { resources, result } = await make({ accountAlias: "acme-dev" });
    assert.deepEqual(only(resources, alias), {
      type: alias,
      name: "account",
      inputs: { accountAlias: "acme-dev" },
      secretInputs: [],
      parent: `${component} account`,
      dependsOn: [],
      options: { retainOnDelete: true },
    });
    assert.equal(resources.length, 2);
    assert.equal(await value(result.accountAlias), "acme-dev");
  });

  it("take over the alias that the account has already, and not another one", async () => {
    const same = await make({ accountAlias: "acme", currentAlias: "acme" });
    assert.deepEqual(only(same.resources, alias).options, { retainOnDelete: true, import: "acme" });
    const other = await make({ accountAlias: "acme", currentAlias: "acme-old" });
    assert.deepEqual(only(other.resources, alias).options, { retainOnDelete: true });
  });

  it("draw the suffix of a prefix once, out of what an alias may have", async () => {
    const { resources, result } = await make({ accountAlias: { prefix: "acme" } });
    assert.deepEqual(only(resources, suffix), {
      type: suffix,
      name: "account",
      inputs: { length: 8, upper: false, special: false },
      secretInputs: [],
      parent: `${component} account`,
      dependsOn: [],
      options: {},
    });
    assert.equal(only(resources, alias).inputs.accountAlias, "acme-0a1b2c3d");
    assert.deepEqual(only(resources, alias).dependsOn, [`${suffix} account`]);
    assert.equal(await value(result.accountAlias), "acme-0a1b2c3d");
  });

  it("get by with a suffix that is not known in a preview", async () => {
    const { resources } = await make({ accountAlias: { prefix: "acme" } }, { preview: true });
    assert.deepEqual(identities(resources), [
      `${alias} account`,
      `${component} account`,
      `${suffix} account`,
    ]);
  });

  it("switch central root access on", async () => {
    const { resources } = await make({ organizationRootAccess: true });
    assert.deepEqual(only(resources, features), {
      type: features,
      name: "account",
      inputs: { enabledFeatures: ["RootCredentialsManagement", "RootSessions"] },
      secretInputs: [],
      parent: `${component} account`,
      dependsOn: [],
      options: {},
    });
    assert.equal(resources.length, 2);
  });
});

describe("currentAlias", () => {
  const asked = async (account: Account) => {
    const { result } = await run(
      () =>
        currentAlias().then(
          (found) => ({ found }),
          (error: unknown) => ({ error }),
        ),
      account,
    );
    return result;
  };
  const failing = (details: string): Account => ({
    calls: {
      "aws:iam/getAccountAlias:getAccountAlias": () => {
        throw failure(details);
      },
    },
  });

  it("is the account's", async () => {
    assert.deepEqual(await asked({ alias: "acme" }), { found: "acme" });
  });

  it("is absent where the account has none", async () => {
    assert.deepEqual(await asked({}), { found: undefined });
  });

  it("is not taken for absent where it cannot be read", async () => {
    const result = await asked(failing("AccessDenied: not authorized to perform iam:ListAccountAliases"));
    assert.ok("error" in result && pulumi.RunError.isInstance(result.error));
    assert.equal(
      result.error.message,
      "the account's alias cannot be found out, nothing was changed: " +
        "AccessDenied: not authorized to perform iam:ListAccountAliases",
    );
  });
});
