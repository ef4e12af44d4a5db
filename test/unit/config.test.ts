import assert from "node:assert/strict";
import { validate } from "../../config/loadConfig.ts";
import { describeProblems } from "../../config/messages.ts";

const administratorKeys =
  "name, path, email, tags, backup, consoleAccess, passwordResetRequired, passwordLength, pgpKey, password, passwordIssue, permissionsBoundary, import";
const topKeys =
  "administrators, group, requireMfa, passwordPolicy, accountAlias, rootActivity, organizationRootAccess, protect, bootstrapAsRoot";
const policyKeys = "minimumLength, reusePrevention, maxAgeDays, requireCharacterTypes";
const groupKeys = "name, path, existing";
const iamName = (max: number) => `must be 1 to ${max} characters out of letters, digits and +=,.@_-`;
const pathRule = "must begin and end with / and have at most 512 visible ASCII characters between";
const flagRule = "must be true or false";
const whole = (min: number, max: number) => `must be a whole number from ${min} to ${max}`;
const emailRule = "must be an e-mail address";
const taggedEmailRule = `${emailRule} of at most 256 letters, digits and _.:/=+-@, which a tag can hold`;
const tagKeyRule =
  "must be 1 to 128 characters out of letters, digits, spaces and _.:/=+-@, and not begin with aws:";
const tagValueRule = "must be a string of at most 256 characters out of letters, digits, spaces and _.:/=+-@";
const aliasRule =
  "must be 3 to 63 lower-case letters, digits and single hyphens, begin and end with a letter or digit, and not be 12 digits (or an object {prefix})";
const prefixRule =
  "must be 1 to 54 lower-case letters, digits and single hyphens, and begin and end with a letter or digit";
const logGroupRule =
  "must be the name of a CloudWatch Logs group: 1 to 512 characters out of letters, digits and _-/.#";
const boundaryRule = "must be the ARN of a policy: arn:aws:iam::ACCOUNT:policy/NAME";
const objectRule = (keys: string) => `must be an object with the keys ${keys}`;
const passwordRule = "must be a string, set with: pulumi config set --secret --path";
const unknownKey = (keys: string, meant?: string) =>
  meant === undefined
    ? `unknown key, the keys here are ${keys}`
    : `unknown key, did you mean ${meant}? the keys here are ${keys}`;
const inQuotes = (type: string) => `; put it in quotes, YAML reads it as a ${type}`;

const secret = "Hunter2-Hunter2";
/** A config whose only administrator has these keys besides the name. */
const one = (keys: object) => ({ administrators: [{ name: "a", ...keys }] });
/** A config with these keys besides a good list of administrators. */
const top = (keys: object) => ({ administrators: [{ name: "a" }], ...keys });
const manyTags = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, ""]));

/** The lines of the message, as the user gets them, without the heading; empty if the config is accepted. */
async function complaint(config: unknown): Promise<string[]> {
  const { problems } = await validate(config);
  if (problems.length === 0) return [];
  const [heading, ...lines] = describeProblems("Pulumi.dev.yaml", config, problems).split("\n");
  const count = lines.length === 1 ? "1 problem" : `${lines.length} problems`;
  assert.equal(
    heading,
    `the stack config has ${count}, nothing was changed. Correct Pulumi.dev.yaml (namespace iam-administrators):`,
  );
  return lines.map((line) => line.replace(/^ {2}/, ""));
}

/** A value as the message shows it. */
function shown(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length <= 80 ? json : `${json.slice(0, 77)}...`;
}

const flags = [
  ...[
    "requireMfa",
    "organizationRootAccess",
    "protect",
    "bootstrapAsRoot",
    "passwordPolicy.requireCharacterTypes",
  ],
  ...["backup", "consoleAccess", "passwordResetRequired", "import"].map((key) => `administrators[0].${key}`),
];
const paths = ["/", "///", "/team/platform/", "/!\"#%&'()*+[\\]^`{|}~/", `/${"p".repeat(510)}/`];
const oddTags = { ["k".repeat(128)]: "v".repeat(256), Ünïcode: "", awsome: "x", "x:aws:": "y" };

/** Keys that say the same rule about everything that is wrong, with bad and good values. */
const keys: readonly (readonly [
  at: string,
  rule: string,
  bad: readonly unknown[],
  good: readonly unknown[],
])[] = [
  [
    "administrators[0].name",
    iamName(64),
    ["", "a b", "a/b", "a*", "ä", "a\n", "a".repeat(65), "__proto__", null, ["a"]],
    ["x", "x".repeat(64), "aZ09+=,.@_-", "__proto", "constructor"],
  ],
  ["group.name", iamName(128), ["", "a b", "g".repeat(129), "__proto__", null], ["g".repeat(128)]],
  ...["administrators[0].path", "group.path"].map(
    (at) =>
      [
        at,
        pathRule,
        ["", "/team", "team/", "//", "/a b/", "/ä/", `/${"a".repeat(511)}/`, ["/"]],
        paths,
      ] as const,
  ),
  ...flags.map((at) => [at, flagRule, ["yes", "false", 1, null], [true, false]] as const),
  [
    "administrators[0].email",
    emailRule,
    ["", "a", "a@", "@example.com", "a b@example.com", "a@b@example.com", "a@example", 5, ["a@b.org"]],
    [`${"a".repeat(244)}@example.com`, "a.b+aws@mail.example.com"],
  ],
  ["administrators[0].email", taggedEmailRule, ["o'brien@example.com", `${"a".repeat(245)}@example.com`], []],
  ["administrators[0].tags.key", tagValueRule, ["x!", null, "x\ny", "x".repeat(257)], ["", "_.:/=+-@ 漢字"]],
  ["administrators[0].tags", "must be an object of tag keys and values", [["a"], null, "a"], [{}, oddTags]],
  ["administrators[0].passwordLength", whole(5, 128), [4, 129, -24, 24.5, "24", null, [24]], [5, 128]],
  ["administrators[0].passwordIssue", whole(1, 1e6), [0, 1.5, 1_000_001, "2", true], [1, 1_000_000]],
  [
    "administrators[0].permissionsBoundary",
    boundaryRule,
    ["", "Boundary", "arn:aws:iam::1:policy/B", "arn:aws:iam::123456789012:role/B"],
    ["arn:aws:iam::123456789012:policy/team/B", "arn:aws-us-gov:iam::aws:policy/PowerUserAccess"],
  ],
  ["group", objectRule(groupKeys), [null, "Administrators", [], true], [{}]],
  ["passwordPolicy", objectRule(policyKeys), [null, true, 14, [14]], [{}]],
  ["passwordPolicy.minimumLength", whole(6, 128), [5, "14", 14.5, null], [6, 24]],
  ["passwordPolicy.reusePrevention", whole(1, 24), [0, 25, 23.5], [1, 24]],
  ["passwordPolicy.maxAgeDays", whole(1, 1095), [0, 1096, -1, null], [1, 1095]],
  [
    "accountAlias",
    aliasRule,
    ["ab", "a".repeat(64), "-abc", "abc-", "a--b", "Abc", "a.b", "123456789012", "", null, ["abc"], 5],
    ["a-1", "a".repeat(63), "12345678901", "1234567890123", "123456-789012"],
  ],
  [
    "accountAlias.prefix",
    prefixRule,
    ["", "a".repeat(55), "-a", "a-", "a--b", "A", null],
    ["a", "a".repeat(54)],
  ],
  [
    "rootActivity",
    objectRule("emails, cloudTrailLogGroup, backupSignIns"),
    [null, "a@example.com", ["a@example.com"]],
    [],
  ],
  ["rootActivity.emails", "must be a list of e-mail addresses", ["a@example.com", null], [["a@example.com"]]],
  [
    "rootActivity.cloudTrailLogGroup",
    logGroupRule,
    ["", "a b", "ä", "a".repeat(513), null],
    ["aws-controltower/CloudTrail_Logs.#1"],
  ],
];

/** A good config but for this value. */
function configWith(at: string, value: unknown): object {
  const config = {
    ...{ administrators: [{ name: "a" }, { name: "b" }] },
    ...(at.startsWith("rootActivity.") ? { rootActivity: { emails: ["a@example.com"] } } : {}),
  };
  const steps = at.match(/\w+/g) ?? [];
  let parent: Record<string, unknown> = config;
  for (const step of steps.slice(0, -1)) parent = (parent[step] ??= {}) as Record<string, unknown>;
  parent[steps.at(-1) ?? ""] = value;
  return config;
}

describe("The value of", () => {
  for (const [at, rule, bad, good] of keys) {
    it(`${at} ${rule}`, async () => {
      for (const value of bad) {
        assert.deepEqual(await complaint(configWith(at, value)), [`${at} ${shown(value)}: ${rule}`]);
      }
      for (const value of good) assert.deepEqual(await complaint(configWith(at, value)), [], shown(value));
    });
  }
});

/** What is wrong, and the whole message. */
const badConfigs: Readonly<Record<string, readonly [config: unknown, lines: readonly string[]]>> = {
  "has no administrators": [{}, ["administrators (missing): must be a list of administrators"]],
  "has an empty list of administrators": [
    { administrators: [] },
    ["administrators []: must name at least one administrator"],
  ],
  "has one administrator instead of a list, or a text with a password in it": [
    { administrators: { name: "a", password: secret } },
    ["administrators [secret]: must be a list of administrators"],
  ],
  "has names in place of administrators, or a text with a password in it": [
    { administrators: [`b:${secret}`, null, 5, []] },
    ["[0] [secret]", "[1] null", "[2] [secret]", "[3] [secret]"].map(
      (at) => `administrators${at}: ${objectRule(administratorKeys)}`,
    ),
  ],
  "has an administrator without a name": [
    { administrators: [{}] },
    [`administrators[0].name (missing): ${iamName(64)}`],
  ],
  "has numbers where texts belong, which YAML reads from what has no quotes": [
    { ...one({ name: 123, path: true, tags: { key: 5 } }), group: { name: 7 }, accountAlias: { prefix: 5 } },
    [
      `administrators[0].name 123: ${iamName(64)}${inQuotes("number")}`,
      `administrators[0].path true: ${pathRule}${inQuotes("boolean")}`,
      `administrators[0].tags.key 5: ${tagValueRule}${inQuotes("number")}`,
      `group.name 7: ${iamName(128)}${inQuotes("number")}`,
      `accountAlias.prefix 5: ${prefixRule}${inQuotes("number")}`,
    ],
  ],
  "has a name twice, whatever the case": [
    { administrators: [{ name: "Bob" }, { name: "c" }, { name: "bob" }, { name: "Bob" }] },
    ['administrators[2].name "bob"', 'administrators[3].name "Bob"'].map(
      (at) => `${at}: must be unique whatever the case, administrators[0] has this name already`,
    ),
  ],
  "leaves nobody who can sign in": [
    one({ consoleAccess: false }),
    [
      'administrators [{"name":"a","consoleAccess":false}]: must keep at least one with consoleAccess true, or nobody can sign in',
    ],
  ],
  "has bad tag keys": [
    one({ tags: { "": "x", "aws:x": "x", "AWS:y": "x", "k!": "x", "k\tk": "x", ["k".repeat(129)]: "x" } }),
    ['[""]', ".aws:x", ".AWS:y", ".k!", '["k\\tk"]', `.${"k".repeat(129)}`].map(
      (key) => `administrators[0].tags${key} "x": ${tagKeyRule}`,
    ),
  ],
  "has tags that are one tag for IAM, or that another key makes": [
    one({ tags: { Team: "x", team: "y", Email: "x", BACKUP: "y" }, email: "a@example.com", backup: true }),
    [
      'administrators[0].tags.team "y": must be unique whatever the case, IAM does not tell such tags apart',
      'administrators[0].tags.Email "x": must not be a tag of its own: the key email of this administrator becomes that tag',
      'administrators[0].tags.BACKUP "y": must not be a tag of its own: the key backup of this administrator becomes that tag',
    ],
  ],
  "has 49 tags": [
    one({ tags: manyTags(49) }),
    [`administrators[0].tags ${shown(manyTags(49))}: must be at most 48 tags`],
  ],
  "has a tag whose key promises a secret": [
    one({ tags: { token: "Hunter2!" } }),
    [`administrators[0].tags.token [secret]: ${tagValueRule}`],
  ],
  "has a password length below the policy's minimum": [
    {
      administrators: [{ name: "a", passwordLength: 24 }, { name: "b" }, { name: "c", passwordLength: 25 }],
      passwordPolicy: { minimumLength: 25 },
    },
    [
      "administrators[0].passwordLength 24: must be at least passwordPolicy.minimumLength 25",
      "administrators[1].passwordLength (missing): must be at least passwordPolicy.minimumLength 25",
    ],
  ],
  "has a password length below the default of the policy's minimum": [
    { ...one({ passwordLength: 13 }), passwordPolicy: {} },
    ["administrators[0].passwordLength 13: must be at least passwordPolicy.minimumLength 14"],
  ],
  "has custom passwords that lack what the policy asks for": [
    {
      administrators: [
        { name: "a", password: secret },
        { name: "b", password: "hunter2hunter2hunter2" },
      ],
      passwordPolicy: { minimumLength: 16 },
    },
    [
      "administrators[0].password [secret]: must have at least 16 characters (passwordPolicy)",
      "administrators[1].password [secret]: must have an upper-case letter, a symbol out of !@#$%^&*()_+-=[]{}|' (passwordPolicy)",
    ],
  ],
  "has a password that IAM does not take": [
    {
      administrators: ["", "x".repeat(129), "Hunter2-€", "Hunter2-\0"].map((password, i) => ({
        name: `${i}`,
        password,
      })),
    },
    [
      "administrators[0].password [secret]: must not be empty",
      "administrators[1].password [secret]: must have at most 128 characters",
      ...[2, 3].map(
        (index) =>
          `administrators[${index}].password [secret]: must not have characters beyond Latin-1: IAM does not take them`,
      ),
    ],
  ],
  "has a password of another type": [
    {
      administrators: [12345678, [secret], { secure: secret }].map((password, i) => ({
        name: `${i}`,
        password,
      })),
    },
    [0, 1, 2].map((index) => `administrators[${index}].password [secret]: ${passwordRule}`),
  ],
  "has a password or a key of somebody without a password": [
    {
      administrators: [
        { name: "a", password: secret, pgpKey: "x", consoleAccess: false },
        { name: "b", password: secret, pgpKey: "x" },
      ],
    },
    [
      'administrators[0].pgpKey "x": must be an OpenPGP public key, armored or base64 (gpg --armor --export)',
      'administrators[0].pgpKey "x": must be absent with consoleAccess false: there is no password',
      "administrators[0].password [secret]: must be absent with consoleAccess false: there is no password",
      'administrators[1].pgpKey "x": must be an OpenPGP public key, armored or base64 (gpg --armor --export)',
      'administrators[1].pgpKey "x": must be absent where password is given: that password is known already',
    ],
  ],
  "takes a user over with what import leaves alone": [
    one({
      import: true,
      pgpKey: "x",
      password: "Hunter2",
      permissionsBoundary: "arn:aws:iam::123456789012:policy/B",
    }),
    [
      'administrators[0].pgpKey "x": must be an OpenPGP public key, armored or base64 (gpg --armor --export)',
      'administrators[0].pgpKey "x": must be absent with import true: the user\'s own password stays',
      "administrators[0].password [secret]: must be absent with import true: the user's own password stays",
      'administrators[0].permissionsBoundary "arn:aws:iam::123456789012:policy/B": must be absent with import true: it stays as it is until import is taken out',
    ],
  ],
  "has bad addresses among good ones, and one twice, whatever the case": [
    top({ rootActivity: { emails: ["a@example.com", "b", 5, "A@example.com"] } }),
    [
      `rootActivity.emails[1] "b": ${emailRule}`,
      `rootActivity.emails[2] 5: ${emailRule}`,
      'rootActivity.emails[3] "A@example.com": must be named once',
    ],
  ],
  "tells nobody of root's activity": [
    { ...top({ rootActivity: { emails: [] } }) },
    ["rootActivity.emails []: must name at least one e-mail address"],
  ],
  "lacks a key inside of an object": [
    top({ rootActivity: {}, accountAlias: {} }),
    [
      `accountAlias.prefix (missing): ${prefixRule}`,
      "rootActivity.emails (missing): must be a list of e-mail addresses",
    ],
  ],
  "has keys that do not exist, with the one that was meant if there is one": [
    {
      ...one({ Name: "x", passwordResetRequire: false, mfa: 1 }),
      group: { exsting: true, requireMfa: true },
      passwordPolicy: { minimumLenght: 20, hardExpiry: true },
      accountAlias: { prefix: "a", suffix: "b" },
      rootActivity: { emails: ["a@example.com"], email: "b@example.com" },
      requireMFA: true,
      accuontAlais: "acme",
    },
    [
      `administrators[0].Name [secret]: ${unknownKey(administratorKeys, "name")}`,
      `administrators[0].passwordResetRequire false: ${unknownKey(administratorKeys, "passwordResetRequired")}`,
      `administrators[0].mfa [secret]: ${unknownKey(administratorKeys)}`,
      `group.exsting true: ${unknownKey(groupKeys, "existing")}`,
      `group.requireMfa true: ${unknownKey(groupKeys)}`,
      `passwordPolicy.minimumLenght 20: ${unknownKey(policyKeys, "minimumLength")}`,
      `passwordPolicy.hardExpiry true: ${unknownKey(policyKeys)}`,
      `accountAlias.suffix "b": ${unknownKey("prefix")}`,
      `rootActivity.email "b@example.com": ${unknownKey("emails, cloudTrailLogGroup, backupSignIns", "emails")}`,
      `requireMFA true: ${unknownKey(topKeys, "requireMfa")}`,
      `accuontAlais "acme": ${unknownKey(topKeys)}`,
    ],
  ],
  "has a misspelt password": [
    one({ pasword: secret, Password: secret, pwd: secret, passphrase: secret, initial: { value: secret } }),
    [
      `administrators[0].pasword [secret]: ${unknownKey(administratorKeys, "password")}`,
      `administrators[0].Password [secret]: ${unknownKey(administratorKeys, "password")}`,
      ...["pwd", "passphrase", "initial"].map(
        (key) => `administrators[0].${key} [secret]: ${unknownKey(administratorKeys)}`,
      ),
    ],
  ],
  "has secrets in places that are wrong themselves": [
    top({ group: [{ nested: { pasword: secret, token: [secret] } }], awsCredentials: { key: secret } }),
    [
      `group [{"nested":{"pasword":"[secret]","token":"[secret]"}}]: ${objectRule(groupKeys)}`,
      `awsCredentials [secret]: ${unknownKey(topKeys)}`,
    ],
  ],
  "has a key that steers a terminal or turns the reading direction": [
    top({ "a\u001b[2J\u202e": "\u2028" }),
    [`["a\\u001b[2J\\u202e"] "\\u2028": ${unknownKey(topKeys)}`],
  ],
  "is wrong in many places, which are all told at once: first key by key, then what spans several keys": [
    {
      administrators: [
        { name: "a b", email: "x", tags: { "": "" }, bogus: 1 },
        { pgpKey: 1, password: 1, import: 1 },
        { name: "C", passwordLength: 8 },
        { name: "c", tags: { Team: "x", team: "y" }, permissionsBoundary: "x" },
      ],
      group: { name: "" },
      passwordPolicy: { reusePrevention: 99 },
      accountAlias: "X",
      rootActivity: { emails: ["x"], cloudTrailLogGroup: "!" },
      protect: 1,
      bogus: 1,
    },
    [
      `administrators[0].name "a b": ${iamName(64)}`,
      `administrators[0].email "x": ${emailRule}`,
      `administrators[0].tags[""] "": ${tagKeyRule}`,
      `administrators[0].bogus [secret]: ${unknownKey(administratorKeys)}`,
      `administrators[1].name (missing): ${iamName(64)}`,
      "administrators[1].pgpKey 1: must be an OpenPGP public key, armored or base64",
      `administrators[1].password [secret]: ${passwordRule}`,
      `administrators[1].import 1: ${flagRule}`,
      "administrators[1].pgpKey 1: must be absent where password is given: that password is known already",
      `administrators[3].permissionsBoundary "x": ${boundaryRule}`,
      'administrators[3].tags.team "y": must be unique whatever the case, IAM does not tell such tags apart',
      `group.name "": ${iamName(128)}`,
      `passwordPolicy.reusePrevention 99: ${whole(1, 24)}`,
      `accountAlias "X": ${aliasRule}`,
      `rootActivity.emails[0] "x": ${emailRule}`,
      `rootActivity.cloudTrailLogGroup "!": ${logGroupRule}`,
      `protect 1: ${flagRule}`,
      `bogus 1: ${unknownKey(topKeys)}`,
      'administrators[3].name "c": must be unique whatever the case, administrators[2] has this name already',
      "administrators[2].passwordLength 8: must be at least passwordPolicy.minimumLength 14",
    ],
  ],
};

describe("A stack config is refused, with the key, the value and the rule, when it", () => {
  for (const [name, [config, lines]] of Object.entries(badConfigs)) {
    it(name, async () => {
      const message = await complaint(config);
      assert.deepEqual(message, lines);
      assert.doesNotMatch(message.join("\n"), /hunter2/i);
    });
  }
});

const goodConfigs: Readonly<Record<string, object>> = {
  "names of which one is the other's prefix": { administrators: [{ name: "a" }, { name: "a1" }] },
  "48 tags with email and backup": one({ tags: manyTags(48), email: "a@example.com", backup: true }),
  "tags email and backup without those keys": one({ tags: { email: "x", backup: "no" } }),
  "one administrator of two without a password": {
    administrators: [{ name: "a", consoleAccess: false, passwordLength: 5 }, { name: "b" }],
    passwordPolicy: {},
  },
  "nobody with a password in an adopted group": {
    ...one({ consoleAccess: false }),
    group: { existing: true },
  },
  "an imported user whose new password is asked for, and whose own passwordLength means nothing": {
    ...one({ import: true, passwordIssue: 2, passwordLength: 5 }),
    passwordPolicy: {},
  },
  "custom passwords of every character that IAM takes": {
    administrators: ["x", "\t\n\r ~¡ÿ", "x".repeat(128)].map((password, i) => ({ name: `${i}`, password })),
  },
  "a custom password of the policy's length and types, whatever passwordLength": {
    ...one({ password: "Hunter2Hunter-", passwordLength: 5 }),
    passwordPolicy: {},
  },
  "a custom password of one type, where the policy asks for no types": {
    ...one({ password: "x".repeat(14) }),
    passwordPolicy: { requireCharacterTypes: false },
  },
  "the strongest password policy": {
    ...one({ passwordLength: 128 }),
    passwordPolicy: { minimumLength: 128, reusePrevention: 24, maxAgeDays: 1095 },
  },
};

describe("A stack config is accepted with", () => {
  for (const [name, config] of Object.entries(goodConfigs)) {
    it(name, async () => {
      assert.deepEqual(await complaint(config), []);
    });
  }
});

describe("The defaults of the stack config", () => {
  const group = { name: "Administrators", path: "/", existing: false };

  it("fill in exactly this, and leave the rest of the account alone", async () => {
    assert.deepEqual((await validate(one({}))).config, {
      administrators: [
        {
          name: "a",
          path: "/",
          backup: false,
          consoleAccess: true,
          passwordResetRequired: true,
          passwordLength: 24,
          passwordIssue: 1,
          import: false,
        },
      ],
      group,
      organizationRootAccess: false,
      protect: true,
      bootstrapAsRoot: false,
    });
  });

  it("fill up what is given in part", async () => {
    const { config } = await validate(top({ group: { existing: true }, passwordPolicy: {} }));
    assert.deepEqual(config?.group, { ...group, existing: true });
    assert.deepEqual(config.passwordPolicy, {
      minimumLength: 14,
      reusePrevention: 24,
      requireCharacterTypes: true,
    });
  });

  it("change nothing that is given", async () => {
    const given = {
      administrators: [
        {
          name: "a",
          path: "/x/",
          email: "a@example.com",
          tags: { team: "x" },
          backup: true,
          consoleAccess: true,
          passwordResetRequired: false,
          passwordLength: 30,
          password: secret,
          passwordIssue: 2,
          permissionsBoundary: "arn:aws:iam::123456789012:policy/B",
          import: false,
        },
      ],
      group: { name: "Admins", path: "/y/", existing: true },
      requireMfa: false,
      passwordPolicy: { minimumLength: 8, reusePrevention: 5, maxAgeDays: 30, requireCharacterTypes: false },
      accountAlias: { prefix: "acme" },
      rootActivity: { emails: ["a@example.com"], cloudTrailLogGroup: "trail" },
      organizationRootAccess: true,
      protect: false,
      bootstrapAsRoot: true,
    };
    assert.deepEqual((await validate(given)).config, given);
  });
});
