import assert from "node:assert/strict";
import { validate } from "../../components/config.ts";
import { describeProblems } from "../../components/configErrors.ts";

const administratorKeys =
  "name, path, email, tags, backup, consoleAccess, passwordResetRequired, passwordLength, pgpKey, password, passwordIssue, import";
const topKeys =
  "administrators, group, requireMfa, passwordPolicy, accountAlias, rootActivity, organizationRootAccess, protect, bootstrapAsRoot";
const nameRule = "must be 1 to 64 characters out of letters, digits and +=,.@_-";
const groupNameRule = "must be 1 to 128 characters out of letters, digits and +=,.@_-";
const pathRule = "must begin and end with / and have at most 512 visible ASCII characters between";
const flagRule = "must be true or false";
const tagKeyRule =
  "must be 1 to 128 characters out of letters, digits, spaces and _.:/=+-@, and not begin with aws:";
const tagValueRule = "must be a string of at most 256 characters out of letters, digits, spaces and _.:/=+-@";
const lengthRule = "must be a whole number from 5 to 128";
const aliasRule =
  "must be 3 to 63 lower-case letters, digits and single hyphens, begin and end with a letter or digit, and not be 12 digits (or an object {prefix})";
const prefixRule =
  "must be 1 to 54 lower-case letters, digits and single hyphens, and begin and end with a letter or digit";
const logGroupRule =
  "must be the name of a CloudWatch Logs group: 1 to 512 characters out of letters, digits and _-/.#";
const uniqueRule = "must be unique whatever the case, administrators[0] has this name already";
const plainRule = "must be a secret, set with: pulumi config set --secret --path";
const unknownKey = (keys: string) => `unknown key, the keys here are ${keys}`;

/** A config whose only administrator has these keys besides the name. */
const one = (keys: object) => ({ administrators: [{ name: "a", ...keys }] });
/** A config with these keys besides a good list of administrators. */
const top = (keys: object) => ({ administrators: [{ name: "a" }], ...keys });
const manyTags = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, ""]));
const secret = "Hunter2-Hunter2";

interface BadConfig {
  readonly name: string;
  readonly config: unknown;
  readonly lines: readonly string[];
  /** @default true: the list holds a secret */
  readonly isSecret?: boolean;
}

const badConfigs: Readonly<Record<string, readonly BadConfig[]>> = {
  "as a whole": [
    {
      name: "is empty",
      config: {},
      lines: ["administrators (missing): must be a list of administrators"],
    },
    {
      name: "has an unknown key",
      config: top({ requireMFA: true }),
      lines: [`requireMFA true: ${unknownKey(topKeys)}`],
    },
    {
      name: "has an unknown key whose name promises a secret",
      config: top({ pasword: secret, apiToken: secret, awsCredentials: { key: secret } }),
      lines: [
        `pasword [secret]: ${unknownKey(topKeys)}`,
        `apiToken [secret]: ${unknownKey(topKeys)}`,
        `awsCredentials [secret]: ${unknownKey(topKeys)}`,
      ],
    },
    {
      name: "has flags that are none",
      config: top({
        requireMfa: "yes",
        organizationRootAccess: 1,
        protect: null,
        bootstrapAsRoot: "false",
      }),
      lines: [
        `requireMfa "yes": ${flagRule}`,
        `organizationRootAccess 1: ${flagRule}`,
        `protect null: ${flagRule}`,
        `bootstrapAsRoot "false": ${flagRule}`,
      ],
    },
  ],
  "in administrators": [
    {
      name: "are an empty list",
      config: { administrators: [] },
      lines: ["administrators []: must name at least one administrator"],
    },
    {
      name: "are null",
      config: { administrators: null },
      lines: ["administrators null: must be a list of administrators"],
    },
    {
      name: "are one object instead of a list",
      config: { administrators: { name: "a", password: secret } },
      lines: ["administrators [secret]: must be a list of administrators"],
    },
    {
      name: "are a list of names",
      config: { administrators: ["a", null, 5, []] },
      lines: ["[0] [secret]", "[1] null", "[2] [secret]", "[3] [secret]"].map(
        (one) => `administrators${one}: must be an object with the keys ${administratorKeys}`,
      ),
    },
    {
      name: "are text that is no list, with a password in it",
      config: { administrators: `- name: a\n  password: ${secret}` },
      lines: ["administrators [secret]: must be a list of administrators"],
    },
    {
      name: "have an entry that is text, with a password in it",
      config: { administrators: [{ name: "a" }, `b:${secret}`] },
      lines: [`administrators[1] [secret]: must be an object with the keys ${administratorKeys}`],
    },
    {
      name: "has an unknown key",
      config: one({ passwordResetRequire: false, consoleaccess: true, mfa: 1 }),
      lines: [
        `administrators[0].passwordResetRequire false: ${unknownKey(administratorKeys)}`,
        `administrators[0].consoleaccess true: ${unknownKey(administratorKeys)}`,
        `administrators[0].mfa [secret]: ${unknownKey(administratorKeys)}`,
      ],
    },
    {
      name: "has its keys in another letter case",
      config: { administrators: [{ Name: "a" }] },
      lines: [
        `administrators[0].name (missing): ${nameRule}`,
        `administrators[0].Name [secret]: ${unknownKey(administratorKeys)}`,
      ],
    },
    {
      name: "has flags that are none",
      config: one({ backup: "true", consoleAccess: 0, passwordResetRequired: null, import: {} }),
      lines: [
        `administrators[0].backup "true": ${flagRule}`,
        `administrators[0].consoleAccess 0: ${flagRule}`,
        `administrators[0].passwordResetRequired null: ${flagRule}`,
        `administrators[0].import {}: ${flagRule}`,
      ],
    },
    {
      name: "can nobody sign in",
      config: { administrators: [{ name: "a", consoleAccess: false }] },
      lines: [
        'administrators [{"name":"a","consoleAccess":false}]: must keep at least one with consoleAccess true, or nobody can sign in',
      ],
    },
    {
      name: "can nobody sign in, of two",
      config: {
        administrators: [
          { name: "a", consoleAccess: false },
          { name: "b", consoleAccess: false },
        ],
        group: { existing: false },
      },
      lines: [
        'administrators [{"name":"a","consoleAccess":false},{"name":"b","consoleAccess":false}]: must keep at least one with consoleAccess true, or nobody can sign in',
      ],
    },
  ],
  "in administrators[].name": [
    {
      name: "is missing",
      config: { administrators: [{}] },
      lines: [`administrators[0].name (missing): ${nameRule}`],
    },
    { name: "is empty", config: one({ name: "" }), lines: [`administrators[0].name "": ${nameRule}`] },
    {
      name: "has a space",
      config: { administrators: [{ name: "a" }, { name: "b" }, { name: "a b" }] },
      lines: [`administrators[2].name "a b": ${nameRule}`],
    },
    {
      name: "is 65 characters long",
      config: one({ name: "a".repeat(65) }),
      lines: [`administrators[0].name "${"a".repeat(65)}": ${nameRule}`],
    },
    {
      name: "is so long that the message cuts it",
      config: one({ name: "a".repeat(100) }),
      lines: [`administrators[0].name "${"a".repeat(76)}...: ${nameRule}`],
    },
    { name: "is a number", config: one({ name: 123 }), lines: [`administrators[0].name 123: ${nameRule}`] },
    { name: "is null", config: one({ name: null }), lines: [`administrators[0].name null: ${nameRule}`] },
    ...["a/b", "a*", "a?", "a:b", "ä", "a\n", "a#"].map((name) => ({
      name: `is ${JSON.stringify(name)}`,
      config: one({ name }),
      lines: [`administrators[0].name ${JSON.stringify(name)}: ${nameRule}`],
    })),
    {
      name: "is there twice",
      config: { administrators: [{ name: "a" }, { name: "a" }] },
      lines: [`administrators[1].name "a": ${uniqueRule}`],
    },
    {
      name: "is there three times in different letter cases",
      config: { administrators: [{ name: "Bob" }, { name: "c" }, { name: "bob" }, { name: "BOB" }] },
      lines: [`administrators[2].name "bob": ${uniqueRule}`, `administrators[3].name "BOB": ${uniqueRule}`],
    },
  ],
  "in administrators[].path": [
    ...["", "team", "/team", "team/", "//", "/a b/", "/ä/", "/a\n/"].map((path) => ({
      name: `is ${JSON.stringify(path)}`,
      config: one({ path }),
      lines: [`administrators[0].path ${JSON.stringify(path)}: ${pathRule}`],
    })),
    {
      name: "is 513 characters long",
      config: one({ path: `/${"a".repeat(511)}/` }),
      lines: [`administrators[0].path "/${"a".repeat(75)}...: ${pathRule}`],
    },
    { name: "is a list", config: one({ path: ["/"] }), lines: [`administrators[0].path ["/"]: ${pathRule}`] },
  ],
  "in administrators[].email": [
    ...["", "a", "a@", "@example.com", "a b@example.com", "a@b@example.com", "a@example"].map((email) => ({
      name: `is ${JSON.stringify(email)}`,
      config: one({ email }),
      lines: [`administrators[0].email ${JSON.stringify(email)}: must be an e-mail address`],
    })),
    ...["o'brien@example.com", `${"a".repeat(245)}@example.com`].map((email) => ({
      name: `is ${JSON.stringify(email)}, which a tag cannot hold`,
      config: one({ email }),
      lines: [
        `administrators[0].email ${shortened(JSON.stringify(email))}: must be an e-mail address of at most 256 letters, digits and _.:/=+-@, which a tag can hold`,
      ],
    })),
    {
      name: "is a list",
      config: one({ email: ["a@example.com"] }),
      lines: ['administrators[0].email ["a@example.com"]: must be an e-mail address'],
    },
  ],
  "in administrators[].tags": [
    {
      name: "are a list",
      config: one({ tags: ["a"] }),
      lines: ['administrators[0].tags ["a"]: must be an object of tag keys and values'],
    },
    {
      name: "are null",
      config: one({ tags: null }),
      lines: ["administrators[0].tags null: must be an object of tag keys and values"],
    },
    {
      name: "have bad keys",
      config: one({ tags: { "": "x", "aws:x": "x", "AWS:y": "x", "k!": "x", "k\tk": "x" } }),
      lines: [
        `administrators[0].tags[""] "x": ${tagKeyRule}`,
        `administrators[0].tags.aws:x "x": ${tagKeyRule}`,
        `administrators[0].tags.AWS:y "x": ${tagKeyRule}`,
        `administrators[0].tags.k! "x": ${tagKeyRule}`,
        `administrators[0].tags["k\\tk"] "x": ${tagKeyRule}`,
      ],
    },
    {
      name: "have a key of 129 characters",
      config: one({ tags: { ["k".repeat(129)]: "x" } }),
      lines: [`administrators[0].tags.${"k".repeat(129)} "x": ${tagKeyRule}`],
    },
    {
      name: "have bad values",
      config: one({ tags: { a: "x!", b: 5, c: null, d: true, e: "x\ny" } }),
      lines: [
        `administrators[0].tags.a "x!": ${tagValueRule}`,
        `administrators[0].tags.b 5: ${tagValueRule}`,
        `administrators[0].tags.c null: ${tagValueRule}`,
        `administrators[0].tags.d true: ${tagValueRule}`,
        `administrators[0].tags.e "x\\ny": ${tagValueRule}`,
      ],
    },
    {
      name: "have a value of 257 characters",
      config: one({ tags: { a: "x".repeat(257) } }),
      lines: [`administrators[0].tags.a "${"x".repeat(76)}...: ${tagValueRule}`],
    },
    {
      name: "have a value whose key promises a secret",
      config: one({ tags: { token: "Hunter2!" } }),
      lines: [`administrators[0].tags.token [secret]: ${tagValueRule}`],
    },
    {
      name: "have keys that differ in case only",
      config: one({ tags: { Team: "x", team: "y", TEAM: "z" } }),
      lines: [
        'administrators[0].tags.team "y": must be unique whatever the case, IAM does not tell such tags apart',
        'administrators[0].tags.TEAM "z": must be unique whatever the case, IAM does not tell such tags apart',
      ],
    },
    {
      name: "have a key that email and backup make",
      config: one({ tags: { Email: "x", BACKUP: "y" }, email: "a@example.com", backup: true }),
      lines: [
        'administrators[0].tags.Email "x": must not be a tag of its own: the key email of this administrator becomes that tag',
        'administrators[0].tags.BACKUP "y": must not be a tag of its own: the key backup of this administrator becomes that tag',
      ],
    },
    {
      name: "are 49",
      config: one({ tags: manyTags(49) }),
      lines: [
        `administrators[0].tags ${JSON.stringify(manyTags(49)).slice(0, 77)}...: must be at most 48 tags`,
      ],
    },
  ],
  "in administrators[].passwordLength and passwordIssue": [
    ...[4, 129, 0, -24, 24.5, "24", null, [24]].map((passwordLength) => ({
      name: `is ${JSON.stringify(passwordLength)} as a length`,
      config: one({ passwordLength }),
      lines: [`administrators[0].passwordLength ${JSON.stringify(passwordLength)}: ${lengthRule}`],
    })),
    ...[0, -1, 1.5, 1_000_001, "2", true].map((passwordIssue) => ({
      name: `is ${JSON.stringify(passwordIssue)} as an issue`,
      config: one({ passwordIssue }),
      lines: [
        `administrators[0].passwordIssue ${JSON.stringify(passwordIssue)}: must be a whole number from 1 to 1000000`,
      ],
    })),
    {
      name: "is shorter than the configured policy's minimum",
      config: { ...one({ passwordLength: 15 }), passwordPolicy: { minimumLength: 16 } },
      lines: ["administrators[0].passwordLength 15: must be at least passwordPolicy.minimumLength 16"],
    },
    {
      name: "is shorter than the default policy's minimum",
      config: { ...one({ passwordLength: 13 }), passwordPolicy: {} },
      lines: ["administrators[0].passwordLength 13: must be at least passwordPolicy.minimumLength 14"],
    },
    {
      name: "is the default, and that is shorter than the policy's minimum",
      config: top({ passwordPolicy: { minimumLength: 25 } }),
      lines: ["administrators[0].passwordLength (missing): must be at least passwordPolicy.minimumLength 25"],
    },
  ],
  "in administrators[].password": [
    {
      name: "is plain text in the file",
      config: one({ password: secret }),
      isSecret: false,
      lines: [`administrators[0].password [secret]: ${plainRule}`],
    },
    {
      name: "is empty",
      config: one({ password: "" }),
      lines: ["administrators[0].password [secret]: must not be empty"],
    },
    {
      name: "has characters that IAM does not take",
      config: {
        administrators: [
          { name: "a", password: "Hunter2-Hunter2-€" },
          { name: "b", password: "Hunter2-Hunter2-\u{1f511}" },
          { name: "c", password: "Hunter2-Hunter2-\0" },
        ],
      },
      lines: [0, 1, 2].map(
        (index) =>
          `administrators[${index}].password [secret]: must not have characters beyond Latin-1: IAM does not take them`,
      ),
    },
    {
      name: "is 129 characters long",
      config: one({ password: "x".repeat(129) }),
      lines: ["administrators[0].password [secret]: must have at most 128 characters"],
    },
    ...[12345678, [secret], { secure: secret }, null].map((password) => ({
      name: `is of the type ${password === null ? "null" : typeof password}`,
      config: one({ password }),
      lines: [
        `administrators[0].password ${password === null ? "null" : "[secret]"}: must be a string, set with: pulumi config set --secret --path`,
      ],
    })),
    {
      name: "is shorter than the configured policy's minimum",
      config: { ...one({ password: secret }), passwordPolicy: { minimumLength: 16 } },
      lines: [
        "administrators[0].password [secret]: must have at least passwordPolicy.minimumLength 16 characters",
      ],
    },
    {
      name: "is misspelt",
      config: one({
        pasword: secret,
        passowrd: secret,
        Password: secret,
        passwd: secret,
        pwd: secret,
        passphrase: secret,
        initial: { value: secret },
      }),
      lines: ["pasword", "passowrd", "Password", "passwd", "pwd", "passphrase", "initial"].map(
        (key) => `administrators[0].${key} [secret]: ${unknownKey(administratorKeys)}`,
      ),
    },
    {
      name: "is misspelt inside of what is wrong itself",
      config: { administrators: [{ name: "a" }], group: [{ nested: { pasword: secret, token: [secret] } }] },
      lines: [
        'group [{"nested":{"pasword":"[secret]","token":"[secret]"}}]: must be an object with the keys name, path, existing',
      ],
    },
    {
      name: "is given with consoleAccess false",
      config: { administrators: [{ name: "a", password: secret, consoleAccess: false }, { name: "b" }] },
      lines: [
        "administrators[0].password [secret]: must be absent with consoleAccess false: there is no profile to set it on",
      ],
    },
  ],
  "in group": [
    ...[null, "Administrators", [], true].map((group) => ({
      name: `is ${JSON.stringify(group)}`,
      config: top({ group }),
      lines: [`group ${JSON.stringify(group)}: must be an object with the keys name, path, existing`],
    })),
    {
      name: "has unknown keys",
      config: top({ group: { exists: true, requireMfa: true } }),
      lines: [
        `group.exists true: ${unknownKey("name, path, existing")}`,
        `group.requireMfa true: ${unknownKey("name, path, existing")}`,
      ],
    },
    {
      name: "has wrong values everywhere",
      config: top({ group: { name: "a b", path: "x", existing: "no" } }),
      lines: [
        `group.name "a b": ${groupNameRule}`,
        `group.path "x": ${pathRule}`,
        `group.existing "no": ${flagRule}`,
      ],
    },
    {
      name: "has a name of 129 characters",
      config: top({ group: { name: "g".repeat(129) } }),
      lines: [`group.name "${"g".repeat(76)}...: ${groupNameRule}`],
    },
    {
      name: "has an empty name",
      config: top({ group: { name: "" } }),
      lines: [`group.name "": ${groupNameRule}`],
    },
  ],
  "in passwordPolicy": [
    ...[null, true, 14, [14]].map((passwordPolicy) => ({
      name: `is ${JSON.stringify(passwordPolicy)}`,
      config: top({ passwordPolicy }),
      lines: [
        `passwordPolicy ${JSON.stringify(passwordPolicy)}: must be an object with the keys minimumLength, reusePrevention, maxAgeDays`,
      ],
    })),
    {
      name: "has unknown keys",
      config: top({ passwordPolicy: { minimumLenght: 20, hardExpiry: true } }),
      lines: [
        `passwordPolicy.minimumLenght 20: ${unknownKey("minimumLength, reusePrevention, maxAgeDays")}`,
        `passwordPolicy.hardExpiry true: ${unknownKey("minimumLength, reusePrevention, maxAgeDays")}`,
      ],
    },
    {
      name: "is below what AWS takes",
      config: top({ passwordPolicy: { minimumLength: 5, reusePrevention: 0, maxAgeDays: 0 } }),
      lines: [
        "passwordPolicy.minimumLength 5: must be a whole number from 6 to 128",
        "passwordPolicy.reusePrevention 0: must be a whole number from 1 to 24",
        "passwordPolicy.maxAgeDays 0: must be a whole number from 1 to 1095",
      ],
    },
    {
      name: "is above what AWS takes",
      config: {
        ...one({ passwordLength: 128 }),
        passwordPolicy: { minimumLength: 129, reusePrevention: 25, maxAgeDays: 1096 },
      },
      lines: [
        "passwordPolicy.minimumLength 129: must be a whole number from 6 to 128",
        "passwordPolicy.reusePrevention 25: must be a whole number from 1 to 24",
        "passwordPolicy.maxAgeDays 1096: must be a whole number from 1 to 1095",
        "administrators[0].passwordLength 128: must be at least passwordPolicy.minimumLength 129",
      ],
    },
    {
      name: "is of other types",
      config: top({ passwordPolicy: { minimumLength: "14", reusePrevention: 23.5, maxAgeDays: null } }),
      lines: [
        'passwordPolicy.minimumLength "14": must be a whole number from 6 to 128',
        "passwordPolicy.reusePrevention 23.5: must be a whole number from 1 to 24",
        "passwordPolicy.maxAgeDays null: must be a whole number from 1 to 1095",
      ],
    },
  ],
  "in accountAlias": [
    ...["ab", "a".repeat(64), "-abc", "abc-", "a--b", "Abc", "a.b", "a_b", "ab c", "123456789012", ""].map(
      (accountAlias) => ({
        name: `is ${JSON.stringify(accountAlias)}`,
        config: top({ accountAlias }),
        lines: [`accountAlias ${JSON.stringify(accountAlias)}: ${aliasRule}`],
      }),
    ),
    ...[123, null, true, ["abc"]].map((accountAlias) => ({
      name: `is ${JSON.stringify(accountAlias)}`,
      config: top({ accountAlias }),
      lines: [`accountAlias ${JSON.stringify(accountAlias)}: ${aliasRule}`],
    })),
    ...["", "a".repeat(55), "-a", "a-", "a--b", "A"].map((prefix) => ({
      name: `is the prefix ${JSON.stringify(prefix)}`,
      config: top({ accountAlias: { prefix } }),
      lines: [`accountAlias.prefix ${JSON.stringify(prefix)}: ${prefixRule}`],
    })),
    ...[5, null].map((prefix) => ({
      name: `is the prefix ${prefix}`,
      config: top({ accountAlias: { prefix } }),
      lines: [`accountAlias.prefix ${prefix}: ${prefixRule}`],
    })),
    {
      name: "is an object without the prefix",
      config: top({ accountAlias: {} }),
      lines: [`accountAlias.prefix (missing): ${prefixRule}`],
    },
    {
      name: "is a prefix with an unknown key",
      config: top({ accountAlias: { prefix: "a", suffix: "b" } }),
      lines: [`accountAlias.suffix "b": ${unknownKey("prefix")}`],
    },
  ],
  "in rootActivity": [
    {
      name: "is empty",
      config: top({ rootActivity: {} }),
      lines: ["rootActivity.emails (missing): must be a list of e-mail addresses"],
    },
    ...[null, true, "a@example.com", ["a@example.com"]].map((rootActivity) => ({
      name: `is ${JSON.stringify(rootActivity)}`,
      config: top({ rootActivity }),
      lines: [
        `rootActivity ${JSON.stringify(rootActivity)}: must be an object with the keys emails, cloudTrailLogGroup`,
      ],
    })),
    {
      name: "tells nobody",
      config: top({ rootActivity: { emails: [] } }),
      lines: ["rootActivity.emails []: must name at least one e-mail address"],
    },
    {
      name: "has one address and no list",
      config: top({ rootActivity: { emails: "a@example.com" } }),
      lines: ['rootActivity.emails "a@example.com": must be a list of e-mail addresses'],
    },
    {
      name: "has bad addresses among good ones",
      config: top({ rootActivity: { emails: ["a@example.com", "b", 5] } }),
      lines: [
        'rootActivity.emails[1] "b": must be an e-mail address',
        "rootActivity.emails[2] 5: must be an e-mail address",
      ],
    },
    {
      name: "has an address twice, whatever the case",
      config: top({ rootActivity: { emails: ["a@example.com", "b@example.com", "A@example.com"] } }),
      lines: [
        'rootActivity.emails ["a@example.com","b@example.com","A@example.com"]: must name each address once',
      ],
    },
    {
      name: "has an unknown key",
      config: top({ rootActivity: { emails: ["a@example.com"], email: "b@example.com" } }),
      lines: [`rootActivity.email "b@example.com": ${unknownKey("emails, cloudTrailLogGroup")}`],
    },
    ...["", "a b", "ä", "a".repeat(513), 5, null]
      .map((cloudTrailLogGroup) => ({
        cloudTrailLogGroup,
        shown: shortened(JSON.stringify(cloudTrailLogGroup)),
      }))
      .map(({ cloudTrailLogGroup, shown }) => ({
        name: `has the log group ${shown}`,
        config: top({ rootActivity: { emails: ["a@example.com"], cloudTrailLogGroup } }),
        lines: [`rootActivity.cloudTrailLogGroup ${shown}: ${logGroupRule}`],
      })),
  ],
  "in several places": [
    {
      name: "asks for a new password while it imports",
      config: one({ import: true, passwordIssue: 2 }),
      lines: [
        "administrators[0].passwordIssue 2: must be 1 while import is true: take import out after the pulumi up that imports",
      ],
    },
    {
      name: "is wrong in every key at once",
      config: {
        administrators: [
          { name: "a b", path: "x", email: "x", tags: { "": "" }, backup: 1, consoleAccess: 1 },
          {
            passwordResetRequired: 1,
            passwordLength: 1,
            pgpKey: 1,
            password: 1,
            passwordIssue: 0,
            import: 1,
          },
        ],
        group: { name: 1, path: 1, existing: 1 },
        requireMfa: 1,
        passwordPolicy: { minimumLength: 1, reusePrevention: 99, maxAgeDays: -1 },
        accountAlias: "X",
        rootActivity: { emails: ["x"], cloudTrailLogGroup: "!" },
        organizationRootAccess: 1,
        protect: 1,
        bootstrapAsRoot: 1,
        bogus: 1,
      },
      lines: [
        `administrators[0].name "a b": ${nameRule}`,
        `administrators[0].path "x": ${pathRule}`,
        'administrators[0].email "x": must be an e-mail address',
        `administrators[0].tags[""] "": ${tagKeyRule}`,
        `administrators[0].backup 1: ${flagRule}`,
        `administrators[0].consoleAccess 1: ${flagRule}`,
        `administrators[1].name (missing): ${nameRule}`,
        `administrators[1].passwordResetRequired 1: ${flagRule}`,
        `administrators[1].passwordLength 1: ${lengthRule}`,
        "administrators[1].pgpKey 1: must be an OpenPGP public key, armored or base64",
        "administrators[1].password [secret]: must be a string, set with: pulumi config set --secret --path",
        "administrators[1].passwordIssue 0: must be a whole number from 1 to 1000000",
        `administrators[1].import 1: ${flagRule}`,
        `group.name 1: ${groupNameRule}`,
        `group.path 1: ${pathRule}`,
        `group.existing 1: ${flagRule}`,
        `requireMfa 1: ${flagRule}`,
        "passwordPolicy.minimumLength 1: must be a whole number from 6 to 128",
        "passwordPolicy.reusePrevention 99: must be a whole number from 1 to 24",
        "passwordPolicy.maxAgeDays -1: must be a whole number from 1 to 1095",
        `accountAlias "X": ${aliasRule}`,
        'rootActivity.emails[0] "x": must be an e-mail address',
        `rootActivity.cloudTrailLogGroup "!": ${logGroupRule}`,
        `organizationRootAccess 1: ${flagRule}`,
        `protect 1: ${flagRule}`,
        `bootstrapAsRoot 1: ${flagRule}`,
        `bogus 1: ${unknownKey(topKeys)}`,
      ],
    },
    {
      name: "breaks the schema in the entries that break the rules between keys",
      config: {
        administrators: [
          { name: "a", bogus: 1, passwordLength: 8 },
          { name: "A", path: "x", password: secret, pgpKey: "x" },
          { name: "b", tags: { Team: "x", team: "y" }, email: "x" },
        ],
        passwordPolicy: {},
      },
      isSecret: false,
      lines: [
        `administrators[0].bogus [secret]: ${unknownKey(administratorKeys)}`,
        `administrators[1].path "x": ${pathRule}`,
        'administrators[2].email "x": must be an e-mail address',
        `administrators[1].name "A": ${uniqueRule}`,
        "administrators[0].passwordLength 8: must be at least passwordPolicy.minimumLength 14",
        'administrators[1].pgpKey "x": must be absent where password is given: that password is known already',
        `administrators[1].password [secret]: ${plainRule}`,
        'administrators[2].tags.team "y": must be unique whatever the case, IAM does not tell such tags apart',
        'administrators[1].pgpKey "x": must be an OpenPGP public key, armored or base64 (gpg --armor --export)',
      ],
    },
    {
      name: "breaks the schema and the rules between keys",
      config: {
        administrators: [{ name: "a", passwordLength: 8 }, { name: "A" }, { name: "b c" }],
        passwordPolicy: {},
        protect: "no",
      },
      lines: [
        `administrators[2].name "b c": ${nameRule}`,
        `protect "no": ${flagRule}`,
        `administrators[1].name "A": ${uniqueRule}`,
        "administrators[0].passwordLength 8: must be at least passwordPolicy.minimumLength 14",
      ],
    },
  ],
};

function shortened(json: string): string {
  return json.length <= 80 ? json : `${json.slice(0, 77)}...`;
}

/** The message as the user gets it, without its indentation. */
async function complaint(config: unknown, isSecret = true): Promise<string[]> {
  const { problems } = await validate(config, isSecret);
  if (problems.length === 0) return [];
  return describeProblems("dev", config, problems)
    .split("\n")
    .map((line) => line.replace(/^ {2}/, ""));
}

function heading(count: number): string {
  const problems = count === 1 ? "1 problem" : `${count} problems`;
  return `the stack config has ${problems}, nothing was changed. Correct Pulumi.dev.yaml (namespace iam-administrators):`;
}

describe("A stack config is refused, with the key, the value and the rule, when", () => {
  for (const [place, rows] of Object.entries(badConfigs)) {
    describe(place, () => {
      for (const { name, config, lines, isSecret } of rows) {
        it(`it ${name}`, async () => {
          const message = await complaint(config, isSecret);
          assert.deepEqual(message, [heading(lines.length), ...lines]);
          assert.doesNotMatch(message.join("\n"), /hunter2/i);
        });
      }
    });
  }

  it("in at least sixty ways, all of them different", () => {
    const configs = Object.values(badConfigs)
      .flat()
      .map(({ config, isSecret }) => JSON.stringify([config, isSecret]));
    assert.ok(configs.length >= 60, `${configs.length} bad configs`);
    assert.equal(new Set(configs).size, configs.length);
  });
});

const goodConfigs: Readonly<Record<string, object>> = {
  "one administrator and nothing else": { administrators: [{ name: "Administrator" }] },
  "the shortest name": one({ name: "x" }),
  "a name of 63 characters": one({ name: "x".repeat(63) }),
  "a name of 64 characters": one({ name: "x".repeat(64) }),
  "every character that a name may have": one({ name: "aZ09+=,.@_-" }),
  "names of which one is the other's prefix": { administrators: [{ name: "a" }, { name: "a1" }] },
  "a path of slashes": one({ path: "///" }),
  "a path": one({ path: "/team/platform/" }),
  "every character that a path may have": one({
    path: `/${Array.from({ length: 0x7e - 0x20 }, (_, index) => String.fromCharCode(0x21 + index)).join("")}/`,
  }),
  "a path of 512 characters": one({ path: `/${"p".repeat(510)}/` }),
  "the longest e-mail address that a tag holds": one({ email: `${"a".repeat(244)}@example.com` }),
  "an e-mail address with a tag": one({ email: "a.b+aws@mail.example.com" }),
  "an empty tag value and other scripts": one({ tags: { Ünïcode: "", "a b": "_.:/=+-@ 漢字" } }),
  "a tag key of 128 characters and a value of 256": one({ tags: { ["k".repeat(128)]: "v".repeat(256) } }),
  "48 tags with email and backup": one({ tags: manyTags(48), email: "a@example.com", backup: true }),
  "no tags": one({ tags: {} }),
  "a tag email without the key email": one({ tags: { email: "x", backup: "no" } }),
  "a tag that begins with aws but not with aws:": one({ tags: { awsome: "x", "x:aws:": "y" } }),
  "the shortest password length": one({ passwordLength: 5 }),
  "the longest password length": one({ passwordLength: 128 }),
  "the smallest and the largest password issue": {
    administrators: [
      { name: "a", passwordIssue: 1 },
      { name: "b", passwordIssue: 1_000_000 },
    ],
  },
  "this administrator is you": one({ passwordResetRequired: false }),
  "a user made by hand": one({ import: true }),
  "one administrator of two without a password": {
    administrators: [{ name: "a", consoleAccess: false }, { name: "b" }],
  },
  "nobody with a password in an adopted group": {
    administrators: [{ name: "a", consoleAccess: false }],
    group: { existing: true },
  },
  "a custom password, a secret": one({ password: secret }),
  "a custom password of one character, without a policy": one({ password: "x" }),
  "a custom password with every kind of character that IAM takes": one({ password: "\t\n\r ~¡ÿ" }),
  "a custom password of 128 characters": one({ password: "x".repeat(128) }),
  "a custom password as long as the policy asks, whatever passwordLength": {
    ...one({ password: "x".repeat(14), passwordLength: 5 }),
    passwordPolicy: {},
  },
  "a short passwordLength of somebody without a password": {
    administrators: [{ name: "a", consoleAccess: false, passwordLength: 5 }, { name: "b" }],
    passwordPolicy: {},
  },
  "a group of one's own": top({ group: { name: "g".repeat(128), path: "/admins/" } }),
  "an empty group": top({ group: {} }),
  "the rule about MFA without a group of one's own": top({ group: { existing: true }, requireMfa: true }),
  "no rule about MFA": top({ requireMfa: false }),
  "the weakest password policy": top({
    passwordPolicy: { minimumLength: 6, reusePrevention: 1, maxAgeDays: 1 },
  }),
  "the strongest password policy": {
    ...one({ passwordLength: 128 }),
    passwordPolicy: { minimumLength: 128, reusePrevention: 24, maxAgeDays: 1095 },
  },
  "an empty password policy": top({ passwordPolicy: {} }),
  "a password length that is exactly the policy's minimum": {
    ...one({ passwordLength: 14 }),
    passwordPolicy: {},
  },
  "an alias of 3 characters": top({ accountAlias: "a-1" }),
  "an alias of 63 characters": top({ accountAlias: "a".repeat(63) }),
  "an alias of 11 digits": top({ accountAlias: "12345678901" }),
  "an alias of 13 digits": top({ accountAlias: "1234567890123" }),
  "an alias of 12 digits and a hyphen": top({ accountAlias: "123456-789012" }),
  "the shortest prefix of an alias": top({ accountAlias: { prefix: "a" } }),
  "the longest prefix of an alias": top({ accountAlias: { prefix: "a".repeat(54) } }),
  "an alarm": top({ rootActivity: { emails: ["a@example.com", "b@example.com"] } }),
  "an alarm with a log group": top({
    rootActivity: { emails: ["a@example.com"], cloudTrailLogGroup: "aws-controltower/CloudTrail_Logs.#1" },
  }),
  "every flag at the other value": top({
    organizationRootAccess: true,
    protect: false,
    bootstrapAsRoot: true,
  }),
};

describe("A stack config is accepted with", () => {
  for (const [name, config] of Object.entries(goodConfigs)) {
    it(name, async () => {
      assert.deepEqual(await complaint(config), []);
    });
  }
});

/** What is really there, without the keys that are undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe("The defaults of the stack config", () => {
  it("fill in exactly this, and leave the rest of the account alone", async () => {
    const { config } = await validate({ administrators: [{ name: "a" }] }, false);
    assert.deepEqual(plain(config), {
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
      group: { name: "Administrators", path: "/", existing: false },
      organizationRootAccess: false,
      protect: true,
      bootstrapAsRoot: false,
    });
  });

  it("fill up what is given in part", async () => {
    const { config } = await validate(
      top({ group: { existing: true }, passwordPolicy: { maxAgeDays: 90 } }),
      false,
    );
    assert.deepEqual(plain({ group: config?.group, passwordPolicy: config?.passwordPolicy }), {
      group: { name: "Administrators", path: "/", existing: true },
      passwordPolicy: { minimumLength: 14, reusePrevention: 24, maxAgeDays: 90 },
    });
  });

  it("leave no maxAgeDays where none is given", async () => {
    const { config } = await validate(top({ passwordPolicy: {} }), false);
    assert.deepEqual(plain(config?.passwordPolicy), { minimumLength: 14, reusePrevention: 24 });
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
          import: false,
        },
      ],
      group: { name: "Admins", path: "/y/", existing: true },
      requireMfa: false,
      passwordPolicy: { minimumLength: 8, reusePrevention: 5, maxAgeDays: 30 },
      accountAlias: { prefix: "acme" },
      rootActivity: { emails: ["a@example.com"], cloudTrailLogGroup: "trail" },
      organizationRootAccess: true,
      protect: false,
      bootstrapAsRoot: true,
    };
    const { config } = await validate(given, true);
    assert.deepEqual(plain(config), given);
  });
});
