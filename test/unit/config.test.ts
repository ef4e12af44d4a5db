import assert from "node:assert/strict";
import { validate } from "../../config/loadConfig.ts";
import { describeProblems } from "../../config/messages.ts";
import { fullKey, withFullKeys } from "../../config/namespace.ts";

const secret = "Hunter2-Hunter2";
const boundary = "arn:aws:iam::123456789012:policy/team/B";
/** A config whose first administrator has these keys besides the name. */
const first = (keys: object) => ({ administrators: [{ name: "a", ...keys }, { name: "b" }] });
const manyTags = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, ""]));

/** The lines of the message below its heading; none if the config is accepted. */
async function complaint(config: object): Promise<string[]> {
  const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [fullKey(key), value]));
  const { problems } = await validate(values);
  const [, ...lines] = describeProblems("Pulumi.dev.yaml", values, problems).split("\n  ");
  assert.doesNotMatch(lines.join("\n"), /hunter2/i);
  return lines;
}

/** Asserts that a config is refused with as many lines, and how each begins. */
async function assertRefused(config: object, ...beginnings: readonly string[]): Promise<void> {
  const lines = await complaint(config);
  const begun = lines.map((line, index) => line.slice(0, beginnings[index]?.length));
  assert.deepEqual(begun, beginnings);
}

/** A value as the message shows it. */
function shown(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length <= 80 ? json : `${json.slice(0, 77)}...`;
}

/** A good config but for this value. */
function configWith(at: string, value: unknown): object {
  const config = {
    administrators: ["a", "b"].map((name) => ({ name, passwordLength: 128 })),
    rootActivity: { emails: ["a@example.com"] },
  };
  const steps = at.match(/\w+/g) ?? [];
  let parent: Record<string, unknown> = config;
  for (const step of steps.slice(0, -1)) parent = (parent[step] ??= {}) as Record<string, unknown>;
  parent[steps.at(-1) ?? ""] = value;
  return config;
}

const flags = [
  ...["backup", "consoleAccess", "passwordResetRequired", "import"].map((key) => `administrators[0].${key}`),
  ...["requireMfa", "organizationRootAccess", "protect", "bootstrapAsRoot", "group.existing"],
  ...["passwordPolicy.requireCharacterTypes", "rootActivity.backupSignIns"],
];
const numbers = [
  ["administrators[0].passwordLength", 5, 128],
  ["administrators[0].passwordVersion", 1, 1_000_000],
  ["passwordPolicy.minimumLength", 6, 128],
  ["passwordPolicy.reusePrevention", 1, 24],
  ["passwordPolicy.maxAgeDays", 1, 1095],
] as const;
const badAddresses = ["", "a", "a@", "@a.org", "a b@a.org", "a@b@a.org", "a@example", 5, ["a@b.org"]];
const untaggable = ["o'brien@example.com", `${"a".repeat(245)}@example.com`];
const badBoundaries = ["", "B", "arn:aws:iam::1:policy/B", "arn:aws:iam::123456789012:role/B"];
const oddTags = { ["k".repeat(128)]: "v".repeat(256), Ünïcode: "", awsome: "x", "x:aws:": "y" };

const refused: readonly (readonly [at: string, rule: string, values: readonly unknown[]])[] = [
  ...flags.map((at) => [at, "must be true or false", ["yes", "false", 1, null]] as const),
  ...numbers.map(([at, min, max]) => {
    const values = [min - 1, max + 1, min + 0.5, `${max}`, null, true, [max]];
    return [at, `must be a whole number from ${min} to ${max}`, values] as const;
  }),
  ["administrators[0].name", "must be 1 to 64", ["", "a b", "a\n", "ä", "a".repeat(65), "__proto__", null]],
  ["administrators[0].path", "must begin", ["", "/a", "a/", "//", "/a b/", "/ä/", `/${"a".repeat(511)}/`]],
  ["administrators[0].email", "must be an e-mail address", badAddresses],
  ["administrators[0].email", "must be an e-mail address of at most 256 letters", untaggable],
  ["administrators[0].tags", "must be an object of tag keys and values", [["a"], null, "a"]],
  ["administrators[0].tags.key", "must be a string of at most 256", ["x!", null, "x\ny", "x".repeat(257)]],
  ["administrators[0].permissionsBoundary", "must be the ARN of a policy", badBoundaries],
  ["group", "must be an object with the keys name", [null, "Administrators", [], true]],
  ["group.name", "must be 1 to 128", ["a/b", "g".repeat(129), "__proto__", ["a"]]],
  ["group.path", "must begin and end with /", ["/team", ["/"]]],
  ["passwordPolicy", "must be an object with the keys minimumLength", [null, true, 14, [14]]],
  ["accountAlias", "must be 3 to 63", ["ab", "a".repeat(64), "-abc", "abc-", "a--b", "Abc", "123456789012"]],
  ["accountAlias.prefix", "must be 1 to 54", ["", "a".repeat(55), "-a", "a-", "a--b", "A", 5]],
  ["rootActivity", "must be an object with the keys emails", [null, "a@example.com", ["a@example.com"]]],
  ["rootActivity.emails", "must be a list of e-mail addresses", ["a@example.com", null, {}]],
  ["rootActivity.emails", "must name at least one", [[]]],
  ["rootActivity.cloudTrailLogGroup", "must be the name of a", ["", "a b", "ä", "a".repeat(513), null]],
];

const accepted: Readonly<Record<string, readonly unknown[]>> = {
  ...Object.fromEntries(flags.map((at) => [at, [false]])),
  ...Object.fromEntries(numbers.map(([at, min, max]) => [at, [min, max]])),
  administrators: [[{ name: "a" }, { name: "a1" }]],
  "administrators[0]": [{ name: "a", tags: manyTags(48), email: "a@example.com", backup: true }],
  "administrators[0].password": ["x", "\t\n\r ~¡ÿ", "x".repeat(128)],
  "administrators[0].name": ["x", "x".repeat(64), "aZ09+=,.@_-", "__proto", "constructor"],
  "administrators[0].path": ["/", "///", "/team/b/", "/!\"#%&'()*+[\\]^`{|}~/", `/${"p".repeat(510)}/`],
  "administrators[0].email": [`${"a".repeat(244)}@example.com`, "a.b+aws@mail.example.com"],
  "administrators[0].tags": [{}, oddTags, { key: "_.:/=+-@ 漢字" }, { email: "x", backup: "no" }],
  "administrators[0].permissionsBoundary": [boundary, "arn:aws-us-gov:iam::aws:policy/PowerUserAccess"],
  "group.name": ["g".repeat(128)],
  accountAlias: ["a-1", "a".repeat(63), "12345678901", "1234567890123", "123456-789012"],
  "accountAlias.prefix": ["a", "a".repeat(54)],
  "rootActivity.cloudTrailLogGroup": ["aws-controltower/CloudTrail_Logs.#1"],
};

describe("The value of", () => {
  for (const [at, rule, values] of refused) {
    it(`${at} ${rule}`, async () => {
      for (const value of values) {
        await assertRefused(configWith(at, value), `${at} ${shown(value)}: ${rule}`);
      }
    });
  }

  it("each key may go up to the limits of its rule", async () => {
    for (const [at, values] of Object.entries(accepted)) {
      for (const value of values) {
        assert.deepEqual(await complaint(configWith(at, value)), [], `${at} ${shown(value)}`);
      }
    }
  });
});

const tagCharacters = "characters out of letters, digits, spaces and _.:/=+-@";
const tagKey = `must be 1 to 128 ${tagCharacters}, and not begin with aws:`;
const tagValue = `must be a string of at most 256 ${tagCharacters}`;
const noKey = 'pgpKey "x": must be an OpenPGP public key';
const badAdministrators: readonly (readonly [keys: object, ...beginnings: readonly string[]])[] = [
  [{ password: "" }, "password [secret]: must not be empty"],
  [{ password: "x".repeat(129) }, "password [secret]: must have at most 128 characters"],
  [{ password: "Hunter2-€" }, "password [secret]: must not have characters beyond Latin-1"],
  [{ password: "Hunter2-\0" }, "password [secret]: must not have characters beyond Latin-1"],
  [{ password: 12345678 }, "password [secret]: must be a string"],
  [{ password: { secure: secret } }, "password [secret]: must be a string"],
  [{ password: secret, consoleAccess: false }, "password [secret]: must be absent with consoleAccess false"],
  [{ password: secret, import: true }, "password [secret]: must be absent with import true"],
  [{ pgpKey: "x", consoleAccess: false }, noKey, 'pgpKey "x": must be absent with consoleAccess false'],
  [{ pgpKey: "x", import: true }, noKey, 'pgpKey "x": must be absent with import true'],
  [{ pgpKey: "x", password: secret }, noKey, 'pgpKey "x": must be absent where password is given'],
  [
    { path: "/", email: "a@example.com", tags: { a: "b" }, permissionsBoundary: boundary, import: true },
    'path "/": must be absent with import true: it stays as it is',
    'email "a@example.com": must be absent with import true',
    'tags {"a":"b"}: must be absent with import true',
    `permissionsBoundary "${boundary}": must be absent`,
  ],
  [
    { tags: { hired: "2024-01-15 00:00:00 +0000 UTC", "2024-01-05 12:00:00.5 +0200 +0200": "x", no: 1 } },
    `tags.hired "2024-01-15 00:00:00 +0000 UTC": ${tagValue}; put it in quotes, YAML reads it as a date`,
    `tags["2024-01-05 12:00:00.5 +0200 +0200"] "x": ${tagKey}; put it in quotes, YAML reads it as a date`,
    `tags.no 1: ${tagValue}; put it in quotes, YAML reads it as a number`,
  ],
  [{ tags: { "aws:x": "x", "AWS:y": "x" } }, 'tags.aws:x "x": must be 1', 'tags.AWS:y "x": must be 1'],
  [{ tags: { "k!": "x", "k\tk": "x" } }, 'tags.k! "x": must be 1', 'tags["k\\tk"] "x": must be 1'],
  [{ tags: { ["k".repeat(129)]: "x" } }, `tags.${"k".repeat(129)} "x": must be 1 to 128`],
  [
    { tags: { Email: "x" }, email: "a@example.com" },
    'tags.Email "x": must not be a tag of its own: the key email',
  ],
  [{ tags: { BACKUP: "x" }, backup: true }, 'tags.BACKUP "x": must not be a tag of its own: the key backup'],
  [{ tags: { token: `${secret}!` } }, "tags.token [secret]: must be"],
  [{ tags: manyTags(51) }, `tags ${shown(manyTags(51))}: must be at most 50 tags`],
  [
    { tags: manyTags(49), email: "a@example.com", backup: true },
    `tags ${shown(manyTags(49))}: must be at most 48 tags`,
  ],
  [{ Name: "x" }, "Name [secret]: unknown key, did you mean name? the keys here are name"],
  [
    { passwordResetRequire: false },
    "passwordResetRequire false: unknown key, did you mean passwordResetRequired?",
  ],
  [{ mfa: 1 }, "mfa [secret]: unknown key, the keys here are name"],
  [{ pasword: secret }, "pasword [secret]: unknown key, did you mean password?"],
  [{ Password: secret }, "Password [secret]: unknown key, did you mean password?"],
  [
    { pwd: secret, initial: { value: secret } },
    "pwd [secret]: unknown key, the",
    "initial [secret]: unknown key",
  ],
];

describe("An administrator is refused", () => {
  for (const [keys, ...beginnings] of badAdministrators) {
    it(`with ${shown(keys)}: ${beginnings.join("; ")}`, async () => {
      await assertRefused(first(keys), ...beginnings.map((beginning) => `administrators[0].${beginning}`));
    });
  }
});

const short = [{ name: "a", passwordLength: 24 }, { name: "b" }, { name: "c", passwordLength: 25 }];
const weak = [
  { name: "a", password: secret },
  { name: "b", password: "hunter2hunter2hunter2" },
];
const badConfigs: readonly (readonly [keys: object, ...beginnings: readonly string[]])[] = [
  [{ administrators: undefined }, "administrators (missing): must be a list of administrators"],
  [{ administrators: [] }, "administrators []: must name at least one"],
  [{ administrators: { password: secret } }, "administrators [secret]: must be a list"],
  [{ administrators: [`b:${secret}`] }, "administrators[0] [secret]: must be an object"],
  [{ administrators: [null, []] }, "administrators[0] null: must be", "administrators[1] [secret]: must be"],
  [
    { administrators: [{ name: "a", consoleAccess: false }] },
    'administrators [{"name":"a","consoleAccess":false}]: must keep at least one with consoleAccess true',
  ],
  [
    { administrators: short, passwordPolicy: { minimumLength: 25 } },
    "administrators[0].passwordLength 24: must be at least passwordPolicy.minimumLength 25",
    "administrators[1].passwordLength (missing): must be at least passwordPolicy.minimumLength 25",
  ],
  [
    { administrators: weak, passwordPolicy: { minimumLength: 16 } },
    "administrators[0].password [secret]: must have at least 16 characters (passwordPolicy)",
    "administrators[1].password [secret]: must have an upper-case letter, a symbol",
  ],
  [
    { rootActivity: { emails: ["a@example.com", "b", 5, "A@example.com"] } },
    'rootActivity.emails[1] "b": must be an e-mail address',
    "rootActivity.emails[2] 5: must be an e-mail address",
    'rootActivity.emails[3] "A@example.com": must be named once',
  ],
  [{ rootActivity: {} }, "rootActivity.emails (missing): must be a list"],
  [{ accountAlias: {} }, "accountAlias.prefix (missing): must be 1 to 54"],
  [
    { accountAlias: { prefix: "a", suffix: 1 } },
    "accountAlias.suffix 1: unknown key, the keys here are prefix",
  ],
  [{ requireMFA: true }, "requireMFA true: unknown key, did you mean requireMfa?"],
  [{ accuontAlais: "acme" }, 'accuontAlais "acme": unknown key, the keys here are administrators'],
  [
    { group: [{ nested: { pasword: secret, token: [secret] } }] },
    'group [{"nested":{"pasword":"[secret]","token":"[secret]"}}]: must be an object',
  ],
  [{ awsCredentials: { key: secret } }, "awsCredentials [secret]: unknown key"],
  [{ "a\u001b[2J\u202e": "\u2028" }, '["a\\u001b[2J\\u202e"] "\\u2028": unknown key'],
];

describe("A stack config is refused", () => {
  for (const [keys, ...beginnings] of badConfigs) {
    it(`with ${shown(keys)}: ${beginnings.join("; ")}`, async () => {
      await assertRefused({ ...first({}), ...keys }, ...beginnings);
    });
  }

  it("with all that is wrong at once: key by key, then what spans several keys", async () => {
    const config = {
      administrators: [
        { name: "a b", tags: { "": "" } },
        { pgpKey: 1, password: 1, import: 1 },
        { name: "C", passwordLength: 8 },
        { name: "c", path: true, tags: { Team: "x", team: "y" } },
      ],
      group: { nam: "", bogus: 1 },
      passwordPolicy: { reusePrevention: 99 },
    };
    assert.deepEqual(await complaint(config), [
      'administrators[0].name "a b": must be 1 to 64 characters out of letters, digits and +=,.@_-',
      'administrators[0].tags[""] "": must be 1 to 128 characters out of letters, digits, spaces and _.:/=+-@, and not begin with aws:',
      "administrators[1].name (missing): must be 1 to 64 characters out of letters, digits and +=,.@_-",
      "administrators[1].pgpKey 1: must be an OpenPGP public key, armored or base64",
      "administrators[1].password [secret]: must be a string, set with: pulumi config set --secret --path",
      "administrators[1].import 1: must be true or false",
      "administrators[1].pgpKey 1: must be absent where password is given: that password is known already",
      "administrators[3].path true: must begin and end with / and have at most 512 visible ASCII characters between; put it in quotes, YAML reads it as a boolean",
      'administrators[3].tags.team "y": must be unique whatever the case, IAM does not tell such tags apart',
      'group.nam "": unknown key, did you mean name? the keys here are name, path, existing',
      "group.bogus 1: unknown key, the keys here are name, path, existing",
      "passwordPolicy.reusePrevention 99: must be a whole number from 1 to 24",
      'administrators[3].name "c": must be unique whatever the case, administrators[2] has this name already',
      "administrators[2].passwordLength 8: must be at least passwordPolicy.minimumLength 14",
    ]);
  });
});

describe("A stack config is accepted", () => {
  it("with nobody who can sign in, where the group may have others", async () => {
    const administrators = [{ name: "a", consoleAccess: false }];
    assert.deepEqual(await complaint({ administrators, group: { existing: true } }), []);
  });

  it("with any passwordLength where no password is made, and with passwords of the types asked for", async () => {
    const administrators = [
      { name: "a", passwordLength: 5, consoleAccess: false },
      { name: "b", passwordLength: 5, import: true, passwordVersion: 2 },
      { name: "c", passwordLength: 5, password: "Hunter2Hunter-" },
    ];
    assert.deepEqual(await complaint({ administrators, passwordPolicy: {} }), []);
    const passwordPolicy = { requireCharacterTypes: false };
    assert.deepEqual(await complaint({ ...first({ password: "x".repeat(14) }), passwordPolicy }), []);
  });

  it("with a name alone, and leaves the rest of the account alone then", async () => {
    assert.deepEqual((await validate(withFullKeys({ administrators: [{ name: "a" }] }))).config, {
      administrators: [
        {
          ...{ name: "a", path: "/", backup: false, consoleAccess: true, import: false },
          ...{ passwordResetRequired: true, passwordLength: 24, passwordVersion: 1 },
        },
      ],
      group: { name: "Administrators", path: "/", existing: false },
      organizationRootAccess: false,
      protect: true,
      bootstrapAsRoot: false,
    });
  });
});
