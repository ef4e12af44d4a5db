import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AccountSettings, currentAlias, type AccountSettingsArgs } from "../../components/accountSettings.ts";
import { fromAws } from "../../components/passwordPolicy.ts";
import { weakened } from "../../components/passwordPolicyCheck.ts";
import { declared, failure, run, value, type Setting } from "./mocks.ts";

const make = (args: AccountSettingsArgs) => run(() => new AccountSettings("account", args));
/** What there is beside the component itself. */
const children = async (args: AccountSettingsArgs) => declared((await make(args)).resources.slice(1));
/** What is taken out of the config, or goes with the stack, stays in the account. */
const kept = { retainOnDelete: true };

describe("AccountSettings", () => {
  it("touch nothing of the account unless they are asked to", async () => {
    const { resources, calls, result } = await make({ awsSdk: { profile: "dev" } });
    const inputs = { organizationRootAccess: false };
    assert.deepEqual(declared(resources), { "AccountSettings account": inputs });
    assert.deepEqual(calls, []);
    assert.equal(result.accountAlias, undefined);
  });

  const strict = { minimumLength: 14, reusePrevention: 24 };
  const lax = { minimumLength: 20, reusePrevention: 5, maxAgeDays: 90, requireCharacterTypes: false };
  for (const [what, passwordPolicy, length, reuse, age, types] of [
    // Absent would mean: as it is.
    ["of every kind of character, for as long as it lasts", strict, 14, 24, 0, true],
    ["of any character, for some days, where the policy says so", lax, 20, 5, 90, false],
  ] as const) {
    it(`ask for passwords ${what}, which users may change and which never lock them out`, async () => {
      const inputs = {
        minimumPasswordLength: length,
        passwordReusePrevention: reuse,
        maxPasswordAge: age,
        requireLowercaseCharacters: types,
        requireUppercaseCharacters: types,
        requireNumbers: types,
        requireSymbols: types,
        allowUsersToChangePassword: true,
        hardExpiry: false,
      };
      assert.deepEqual(await children({ passwordPolicy }), {
        "AccountPasswordPolicy account": [inputs, kept],
      });
    });
  }

  it("set an alias as it is given, which stays when the stack goes, or take over the one that is there", async () => {
    const inputs = { accountAlias: "acme" };
    const given = await children({ ...inputs, currentAlias: "acme-old" });
    assert.deepEqual(given, { "AccountAlias account": [inputs, kept] });
    const taken = await children({ ...inputs, currentAlias: "acme" });
    assert.deepEqual(taken, { "AccountAlias account": [inputs, { ...kept, import: "acme" }] });
  });

  it("draw the suffix of a prefix once, out of what an alias may have", async () => {
    const { resources, result } = await make({ accountAliasPrefix: "acme" });
    assert.deepEqual(declared(resources.slice(1)), {
      "RandomString account": { length: 8, upper: false, special: false },
      "AccountAlias account": [{ accountAlias: "acme-0a1b2c3d" }, kept],
    });
    assert.equal(await value(result.accountAlias), "acme-0a1b2c3d");
  });

  it("switch central root access on", async () => {
    const inputs = { enabledFeatures: ["RootCredentialsManagement", "RootSessions"] };
    const features = await children({ organizationRootAccess: true });
    assert.deepEqual(features, { "OrganizationsFeatures account": inputs });
  });
});

describe("currentAlias", () => {
  const asked = (setting: Setting) =>
    run(() => currentAlias().catch((error: unknown) => ({ error })), setting);

  it("is the account's, absent where it has none, and not taken for absent where it cannot be read", async () => {
    assert.equal((await asked({ alias: "acme" })).result, "acme");
    assert.equal((await asked({})).result, undefined);
    for (const details of ["AccessDenied: not authorized", "shared config profile not found, empty result"]) {
      const getAccountAlias = () => {
        throw failure(details);
      };
      const { result } = await asked({
        calls: { "aws:iam/getAccountAlias:getAccountAlias": getAccountAlias },
      });
      const message = `the account's alias cannot be found out: ${details}`;
      assert.deepEqual(result, { error: new pulumi.RunError(message) });
    }
  });
});

describe("A first password policy", () => {
  const account = { MinimumPasswordLength: 16, PasswordReusePrevention: 12, MaxPasswordAge: 90 };
  const types = {
    RequireLowercaseCharacters: true,
    RequireUppercaseCharacters: true,
    RequireNumbers: true,
    RequireSymbols: true,
  };
  const lax = { minimumLength: 6, reusePrevention: 1, requireCharacterTypes: false };
  const same = { minimumLength: 16, reusePrevention: 12, maxAgeDays: 90 };
  const weaker = { minimumLength: 15, reusePrevention: 11, maxAgeDays: 91, requireCharacterTypes: false };

  it("weakens nothing where the account has none, or none that is stricter", () => {
    assert.deepEqual(weakened(lax, undefined), []);
    assert.deepEqual(weakened(lax, fromAws({})), []);
    assert.deepEqual(weakened(same, fromAws({ ...account, ...types })), []);
  });

  it("that weakens the account's is told each setting, both values and the key that keeps it", () => {
    assert.deepEqual(weakened(weaker, fromAws({ ...account, ...types })), [
      "passwordPolicy.minimumLength 15: the account has 16, set minimumLength: 16",
      "passwordPolicy.reusePrevention 11: the account has 12, set reusePrevention: 12",
      "passwordPolicy.maxAgeDays 91: the account has 90, set maxAgeDays: 90",
      "passwordPolicy.requireCharacterTypes false: the account requires upper case, lower case, digits, symbols, set requireCharacterTypes: true",
    ]);
    const lasting = { minimumLength: 16, reusePrevention: 12, requireCharacterTypes: false };
    assert.deepEqual(weakened(lasting, fromAws({ ...account, RequireSymbols: true })), [
      "passwordPolicy.maxAgeDays (absent): the account has 90, set maxAgeDays: 90",
      "passwordPolicy.requireCharacterTypes false: the account requires symbols, set requireCharacterTypes: true",
    ]);
  });
});
