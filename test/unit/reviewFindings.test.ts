import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { requireMfaPolicy } from "../../components/policyDocuments.ts";
import { validate } from "../../config/loadConfig.ts";
import type { AccountFacts } from "../../review/account.ts";
import { FINDINGS } from "../../review/findings.ts";
import type { Intent } from "../../review/intent.ts";
import { judge, type Limits } from "../../review/judge.ts";

const at = new Date("2026-11-24T12:00:00Z");
const daysAgo = (days: number) => new Date(at.getTime() - days * 86_400_000);
const access = { name: "AdministratorAccess", arn: "arn:aws:iam::aws:policy/AdministratorAccess" };
const rule = { name: "RequireMfa", document: JSON.stringify(requireMfaPolicy("aws")) };
const everything = JSON.stringify({ Statement: { Effect: "Allow", Action: "*", Resource: "*" } });
const nothing = JSON.stringify({ Statement: [] });

type Identity = NonNullable<AccountFacts["identities"]>[number];
type Credentials = AccountFacts["credentials"] extends ReadonlyMap<string, infer Value> ? Value : never;

const usual: Credentials = { password: "changed", mfaDevices: 1, longLived: [] };

const identity = (kind: string, name: string, policies: Identity["policies"], groups: string[] = []) => ({
  ...{ kind, name, path: "/", groups },
  policies,
});
const administrator = (name: string) => identity("user", name, [], ["Administrators"]);
const group = (...policies: Identity["policies"]) => identity("group", "Administrators", policies);

/** An account in which Administrator and the backup Admin_2 have taken over, and root rests. */
const clean: AccountFacts = {
  account: "123456789012",
  partition: "aws",
  at,
  root: { lastUsed: daysAgo(400), asOf: at, mfa: true, accessKey: false, password: true },
  identities: [administrator("Administrator"), administrator("Admin_2"), group(access, rule)],
  signIns: new Map([
    ["Administrator", daysAgo(1)],
    ["Admin_2", daysAgo(80)],
  ]),
  credentials: new Map([
    ["Administrator", usual],
    ["Admin_2", usual],
  ]),
  passwordPolicy: {
    MinimumPasswordLength: 14,
    PasswordReusePrevention: 24,
    RequireLowercaseCharacters: true,
    RequireUppercaseCharacters: true,
    RequireNumbers: true,
    RequireSymbols: true,
    AllowUsersToChangePassword: true,
    HardExpiry: false,
  },
  alias: "example-dev",
  denied: [],
};

const administrators = [{ name: "Administrator" }, { name: "Admin_2", backup: true }];

async function intent(config: object = {}): Promise<Intent> {
  const raw = { administrators, passwordPolicy: {}, accountAlias: "example-dev", ...config };
  const { config: valid, problems } = await validate(raw);
  assert.ok(valid, JSON.stringify(problems));
  const requireMfa = valid.requireMfa ?? !valid.group.existing;
  return {
    stack: "dev",
    config: { ...valid, requireMfa },
    allowedAccounts: [],
    sdk: {},
  } as unknown as Intent;
}

/** The findings as `id subject`, of the clean account with these facts instead. */
async function found(facts: Partial<AccountFacts>, config: object = {}, limits: Partial<Limits> = {}) {
  const bounds = { rootDays: 30, staleDays: 90, roles: [], ...limits };
  const { findings } = judge(await intent(config), { ...clean, ...facts }, bounds);
  return findings.map(({ id, subject }) => `${id} ${subject}`);
}

const ofAdmin2 = (credentials: Partial<Credentials>) => ({
  credentials: new Map([...clean.credentials, ["Admin_2", { ...usual, ...credentials }]]),
});
const withIdentities = (...identities: Identity[]) => ({
  identities: [administrator("Administrator"), administrator("Admin_2"), ...identities],
});

describe("A review finds", () => {
  it("nothing in an account that is as the config says", async () => {
    assert.deepEqual(await found({}), []);
  });

  const root = (facts: object) => ({ root: { ...clean.root, ...facts } });
  const signIn = (date: Date | null) => ({ signIns: new Map([...(clean.signIns ?? []), ["Admin_2", date]]) });
  const changedRule = {
    name: "RequireMfa",
    document: JSON.stringify({ ...requireMfaPolicy("aws"), Version: "2008-10-17" }),
  };
  const policy = (change: object) => ({ passwordPolicy: { ...clean.passwordPolicy, ...change } });
  const faults: readonly [id: keyof typeof FINDINGS, subject: string, what: string, Partial<AccountFacts>][] =
    [
      ["root-used", "root", "a use of root of last week", root({ lastUsed: daysAgo(7) })],
      ["root-mfa-missing", "root", "root without MFA", root({ mfa: false })],
      ["root-access-key", "root", "an access key of root", root({ accessKey: true })],
      [
        "administrator-missing",
        "Admin_2",
        "an administrator who is not there",
        {
          identities: [administrator("Administrator"), group(access, rule)],
          signIns: new Map([["Administrator", at]]),
          credentials: new Map([["Administrator", usual]]),
        },
      ],
      [
        "not-in-group",
        "Admin_2",
        "an administrator outside the group",
        {
          identities: [administrator("Administrator"), identity("user", "Admin_2", []), group(access, rule)],
        },
      ],
      ["initial-password-unchanged", "Admin_2", "an initial password", ofAdmin2({ password: "initial" })],
      ["mfa-missing", "Admin_2", "an administrator without MFA", ofAdmin2({ mfaDevices: 0 })],
      ["long-lived-credential", "Admin_2", "an access key", ofAdmin2({ longLived: ["access key"] })],
      [
        "own-policy",
        "Admin_2",
        "a policy of an administrator's own",
        {
          identities: [
            administrator("Administrator"),
            { ...administrator("Admin_2"), policies: [access] },
            group(access, rule),
          ],
        },
      ],
      [
        "unlisted-member",
        "Mallory",
        "a member that the config does not name",
        withIdentities(administrator("Mallory"), group(access, rule)),
      ],
      [
        "full-power-elsewhere",
        "role deploy",
        "a role with AdministratorAccess",
        withIdentities(identity("role", "deploy", [access]), group(access, rule)),
      ],
      [
        "full-power-elsewhere",
        "user Mallory",
        "a user whose own document allows everything",
        withIdentities(
          identity("user", "Mallory", [{ name: "own", document: everything }]),
          group(access, rule),
        ),
      ],
      ["group-changed", "Administrators", "no group", withIdentities()],
      ["group-changed", "Administrators", "a group without AdministratorAccess", withIdentities(group(rule))],
      [
        "group-changed",
        "Administrators",
        "a group with one policy more",
        withIdentities(group(access, rule, { name: "deny", document: nothing })),
      ],
      [
        "group-changed",
        "Administrators",
        "a group at another path",
        withIdentities({ ...group(access, rule), path: "/x/" }),
      ],
      ["mfa-rule-changed", "Administrators", "a group without the MFA rule", withIdentities(group(access))],
      ["mfa-rule-changed", "Administrators", "another MFA rule", withIdentities(group(access, changedRule))],
      ["password-policy-weaker", "passwordPolicy", "no password policy", { passwordPolicy: null }],
      [
        "password-policy-weaker",
        "passwordPolicy",
        "shorter passwords",
        policy({ MinimumPasswordLength: 13 }),
      ],
      [
        "password-policy-weaker",
        "passwordPolicy",
        "fewer kinds of characters",
        policy({ RequireSymbols: false }),
      ],
      ["password-policy-weaker", "passwordPolicy", "earlier reuse", policy({ PasswordReusePrevention: 5 })],
      [
        "password-policy-weaker",
        "passwordPolicy",
        "passwords that only others may change",
        policy({ AllowUsersToChangePassword: false }),
      ],
      [
        "password-policy-weaker",
        "passwordPolicy",
        "expired passwords that lock out",
        policy({ HardExpiry: true }),
      ],
      ["alias-differs", "accountAlias", "another alias", { alias: "example-prod" }],
      ["alias-differs", "accountAlias", "no alias", { alias: null }],
      ["backup-untested", "Admin_2", "a backup without a sign-in in 90 days", signIn(daysAgo(91))],
    ];
  for (const [id, subject, what, facts] of faults) {
    it(`${what}: ${id}`, async () => {
      assert.deepEqual(await found(facts), [`${id} ${subject}`]);
    });
  }

  it("a backup administrator who has never signed in, and does so twice", async () => {
    assert.deepEqual(await found(signIn(null)), ["never-signed-in Admin_2", "backup-untested Admin_2"]);
  });

  it("passwords that stay longer than the config says", async () => {
    const facts = policy({ MaxPasswordAge: 120 });
    assert.deepEqual(await found(facts, { passwordPolicy: { maxAgeDays: 120 } }), []);
    assert.deepEqual(await found(facts, { passwordPolicy: { maxAgeDays: 119 } }), [
      "password-policy-weaker passwordPolicy",
    ]);
  });

  it("nothing where the answer was denied", async () => {
    const unknown = { lastUsed: undefined, asOf: undefined, mfa: undefined, accessKey: undefined };
    const facts = {
      root: { ...unknown, password: undefined },
      identities: undefined,
      signIns: undefined,
      credentials: new Map(),
      passwordPolicy: undefined,
      alias: undefined,
    };
    assert.deepEqual(await found(facts), []);
  });
});

describe("A review does not find fault with", () => {
  it("the MFA of a root user that has no credentials", async () => {
    assert.deepEqual(await found({ root: { ...clean.root, mfa: false, password: false } }), []);
  });

  it("a use of root, or a backup, outside the days that it is given", async () => {
    const facts = { root: { ...clean.root, lastUsed: daysAgo(7) } };
    assert.deepEqual(await found(facts, {}, { rootDays: 7, staleDays: 81 }), []);
    assert.deepEqual(await found(facts, {}, { rootDays: 8, staleDays: 80 }), [
      "root-used root",
      "backup-untested Admin_2",
    ]);
  });

  it("an administrator without console access who has no password", async () => {
    const facts = {
      ...ofAdmin2({ password: null, mfaDevices: 0 }),
      signIns: new Map([
        ["Administrator", at],
        ["Admin_2", null],
      ]),
    };
    const config = {
      administrators: [{ name: "Administrator" }, { name: "Admin_2", backup: true, consoleAccess: false }],
    };
    assert.deepEqual(await found(facts, config), []);
  });

  it("a stricter password policy, and settings that the config leaves alone", async () => {
    const stricter = { ...clean.passwordPolicy, MinimumPasswordLength: 20, MaxPasswordAge: 90 };
    assert.deepEqual(await found({ passwordPolicy: stricter }), []);
    const alone = { passwordPolicy: undefined, accountAlias: undefined };
    assert.deepEqual(await found({ passwordPolicy: null, alias: null }, alone), []);
  });

  it("an alias that has the prefix and eight characters", async () => {
    const config = { accountAlias: { prefix: "example-dev" } };
    assert.deepEqual(await found({ alias: "example-dev-1a2b3c4d" }, config), []);
    assert.deepEqual(await found({ alias: "example-dev-1a2b3c4d5" }, config), ["alias-differs accountAlias"]);
  });

  it("a renamed group, whatever the letter case in which AWS lists it", async () => {
    const identities = [administrator("Administrator"), administrator("Admin_2"), group(access, rule)].map(
      (one) => ({
        ...one,
        name: one.name === "Administrators" ? "Admins" : one.name,
        groups: one.groups.map(() => "Admins"),
      }),
    );
    assert.deepEqual(await found({ identities }, { group: { name: "ADMINS" } }), []);
  });

  it("a role that it is told of, by a name or a pattern", async () => {
    const roles = ["deploy-1a2b", "AWSReservedSSO_AdministratorAccess_3c4d"].map((name) =>
      identity("role", name, [access]),
    );
    const facts = withIdentities(group(access, rule), ...roles);
    assert.deepEqual(await found(facts, {}, { roles: ["deploy-*", "AWSReservedSSO_*"] }), []);
    assert.deepEqual(await found(facts, {}, { roles: ["deploy"] }), [
      "full-power-elsewhere role deploy-1a2b",
      "full-power-elsewhere role AWSReservedSSO_AdministratorAccess_3c4d",
    ]);
  });

  it("an adopted group with its own policies, path and members: they are worth a look", async () => {
    const adopted = group({ name: "power", document: everything }, { name: "more", document: nothing });
    const facts = withIdentities({ ...adopted, path: "/x/" }, administrator("Bob"));
    const { findings } = judge(
      await intent({ group: { existing: true } }),
      { ...clean, ...facts },
      {
        ...{ rootDays: 30, staleDays: 90, roles: [] },
      },
    );
    assert.deepEqual(
      findings.map(({ id, severity, subject }) => `${id} ${severity} ${subject}`),
      ["unlisted-member low Bob"],
    );
  });
});

describe("An adopted group", () => {
  it("is one without full power, and without an MFA rule that the config asks for", async () => {
    const facts = withIdentities(group({ name: "some", document: nothing }));
    assert.deepEqual(await found(facts, { group: { existing: true }, requireMfa: true }), [
      "group-changed Administrators",
      "mfa-rule-changed Administrators",
    ]);
  });
});

describe("The page about the review", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/review.md"), "utf8");

  it("lists every finding with its severity", () => {
    const rows = Array.from(page.matchAll(/^\| `([a-z-]+)` +\| (high|medium|low) /gm), ([, id, severity]) => [
      id,
      severity,
    ]);
    assert.deepEqual(
      rows,
      Object.entries(FINDINGS).map(([id, [severity]]) => [id, severity]),
    );
  });
});
