import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import { readEntries } from "../../components/configRules.ts";
import { InitialPassword, setPassword, type PasswordSetting } from "../../components/initialPassword.ts";
import { brokenRule, guardPasswords, type PasswordRules } from "../../components/passwordGuard.ts";
import { plainPasswords } from "../../components/plainPasswords.ts";
import { startIamServer, type IamAnswer, type IamServer } from "../support/iamServer.ts";
import { run } from "../support/mocks.ts";

const arn = "arn:aws:iam::123456789012:user/team/alice";
const awsOwn =
  "must have at least 8 characters, with three of upper-case letters, lower-case letters, digits and symbols " +
  "(the account has no password policy, so that AWS's own applies)";
const lacks = (what: string) => `must have ${what} (the account's password policy)`;

describe("A custom password under AWS's own policy", () => {
  for (const password of ["Abcdefg1", "abcdef1!", "ABCDEF1!", "Abcdefg!", "Hunter2-Hunter2", "        aA1"]) {
    it(`may be ${JSON.stringify(password)}`, () => {
      assert.equal(brokenRule(password, undefined), undefined);
    });
  }
  for (const password of [
    "",
    "Abcde1!",
    "abcdefgh",
    "abcdefg1",
    "ABCDEFG1",
    "12345678!",
    "abc def gh1",
    "ÄÖÜßäöü1",
  ]) {
    it(`may not be ${JSON.stringify(password)}`, () => {
      assert.equal(brokenRule(password, undefined), awsOwn);
    });
  }
});

describe("A custom password under the account's policy", () => {
  const all: PasswordRules = {
    MinimumPasswordLength: 14,
    RequireUppercaseCharacters: true,
    RequireLowercaseCharacters: true,
    RequireNumbers: true,
    RequireSymbols: true,
  };
  for (const [password, rules, broken] of [
    ["abcdef", {}, undefined],
    ["abcde", {}, lacks("at least 6 characters")],
    ["x".repeat(14), { MinimumPasswordLength: 14 }, undefined],
    ["x".repeat(13), { MinimumPasswordLength: 14 }, lacks("at least 14 characters")],
    ["Hunter2-Hunter2", all, undefined],
    ["hunter2-hunter2", all, lacks("an upper-case letter")],
    ["HUNTER2-HUNTER2", all, lacks("a lower-case letter")],
    ["Hunter--Hunter--", all, lacks("a digit")],
    ["Hunter2Hunter2Hunter2", all, lacks("a symbol out of !@#$%^&*()_+-=[]{}|'")],
    ["Hunter2 Hunter2 €~", all, lacks("a symbol out of !@#$%^&*()_+-=[]{}|'")],
    [
      "",
      all,
      lacks(
        "at least 14 characters, an upper-case letter, a lower-case letter, a digit, a symbol out of !@#$%^&*()_+-=[]{}|'",
      ),
    ],
    ["xxxxxx", { RequireSymbols: false, RequireNumbers: false }, undefined],
  ] as const) {
    it(`is ${broken === undefined ? "accepted" : "refused"}: ${JSON.stringify(password)} under ${JSON.stringify(rules)}`, () => {
      assert.equal(brokenRule(password, rules), broken);
    });
  }

  for (const symbol of "!@#$%^&*()_+-=[]{}|'") {
    it(`may have ${symbol} for a symbol`, () => {
      assert.equal(brokenRule(`Hunter2Hunter2${symbol}`, all), undefined);
    });
  }
});

describe("guardPasswords", () => {
  let iam: IamServer | undefined;
  const serve = async (answer: IamAnswer) => (iam = await startIamServer(() => answer));
  const policy = {
    result: "<PasswordPolicy><MinimumPasswordLength>20</MinimumPasswordLength></PasswordPolicy>",
  };
  const administrator = (name: string, password?: string) => ({
    name,
    path: "/",
    backup: false,
    consoleAccess: true,
    passwordResetRequired: true,
    passwordLength: 24,
    passwordIssue: 1,
    import: false,
    ...(password === undefined ? {} : { password: pulumi.secret(password) }),
  });
  const refusal = async (config: Parameters<typeof guardPasswords>[0]) => {
    const error: unknown = await guardPasswords(config).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(pulumi.RunError.isInstance(error), "no RunError was thrown");
    assert.doesNotMatch(error.message, /hunter2/i);
    return error.message;
  };

  beforeEach(async () => {
    const unused = () => {
      throw new Error("the engine was asked");
    };
    await pulumi.runtime.setMocks({ newResource: unused, call: unused }, "iam-administrators", "test");
  });
  afterEach(async () => {
    await iam?.close();
    iam = undefined;
  });

  it("asks AWS nothing where no administrator has a custom password", async () => {
    const { requests } = await serve(policy);
    await guardPasswords({ administrators: [administrator("alice")], passwordPolicy: undefined });
    assert.deepEqual(requests, []);
  });

  it("asks AWS nothing where the stack itself sets the policy, which the config was checked against", async () => {
    const { requests } = await serve(policy);
    await guardPasswords({
      administrators: [administrator("alice", "x")],
      passwordPolicy: { minimumLength: 14, reusePrevention: 24 },
    });
    assert.deepEqual(requests, []);
  });

  it("asks for the account's policy once, and is content with passwords that meet it", async () => {
    const { requests } = await serve(policy);
    await guardPasswords({
      administrators: [administrator("alice", "x".repeat(20)), administrator("bob", "y".repeat(21))],
      passwordPolicy: undefined,
    });
    assert.deepEqual(requests, [{ Action: "GetAccountPasswordPolicy" }]);
  });

  it("names every administrator whose password AWS would refuse, and no password", async () => {
    await serve(policy);
    const message = await refusal({
      administrators: [
        administrator("alice", "Hunter2-Hunter2"),
        administrator("bob"),
        administrator("carol", "x".repeat(20)),
        administrator("dan", "Hunter2"),
      ],
      passwordPolicy: undefined,
    });
    assert.deepEqual(message.split("\n"), [
      "the stack config has 2 problems, nothing was changed. Correct Pulumi.test.yaml (namespace iam-administrators):",
      `  administrators[0].password [secret]: ${lacks("at least 20 characters")}`,
      `  administrators[3].password [secret]: ${lacks("at least 20 characters")}`,
    ]);
  });

  it("goes by AWS's own rules where the account has no policy", async () => {
    await serve({ error: "NoSuchEntity", status: 404 });
    await guardPasswords({ administrators: [administrator("alice", "Hunter2-")], passwordPolicy: undefined });
    const message = await refusal({
      administrators: [administrator("alice", "hunter2")],
      passwordPolicy: undefined,
    });
    assert.equal(message.split("\n")[1], `  administrators[0].password [secret]: ${awsOwn}`);
  });

  it("stops where the policy cannot be read, instead of taking it for absent", async () => {
    await serve({ error: "AccessDenied", status: 403 });
    const message = await refusal({
      administrators: [administrator("alice", "Hunter2-")],
      passwordPolicy: undefined,
    });
    assert.match(message, /^the account's password policy, .* cannot be read: AccessDenied: refused$/);
  });
});

describe("setPassword", () => {
  const setting: PasswordSetting = {
    userName: "alice",
    userArn: arn,
    password: "Hunter2-Hunter2",
    passwordResetRequired: true,
    passwordIssue: 1,
    sdkOptions: {},
  };
  let iam: IamServer | undefined;
  const userIs = async (found: string) =>
    (iam = await startIamServer(({ Action }) => ({
      result: Action === "GetUser" ? `<User><UserName>alice</UserName><Arn>${found}</Arn></User>` : "",
    })));
  afterEach(async () => {
    await iam?.close();
    iam = undefined;
  });

  for (const passwordResetRequired of [true, false]) {
    it(`sets the password of the user whom it found, with reset ${passwordResetRequired}`, async () => {
      const { requests } = await userIs(arn);
      await setPassword({ ...setting, passwordResetRequired });
      assert.deepEqual(requests, [
        { Action: "GetUser", UserName: "alice" },
        {
          Action: "UpdateLoginProfile",
          UserName: "alice",
          Password: "Hunter2-Hunter2",
          PasswordResetRequired: String(passwordResetRequired),
        },
      ]);
    });
  }

  it("sets nothing where the credentials lead to a user of this name in another account", async () => {
    const { requests } = await userIs("arn:aws:iam::999999999999:user/team/alice");
    await assert.rejects(setPassword(setting), (error: Error) => {
      assert.match(error.message, /lead to arn:aws:iam::999999999999:user\/team\/alice\./);
      assert.doesNotMatch(error.message, /Hunter2/);
      return true;
    });
    assert.deepEqual(
      requests.map(({ Action }) => Action),
      ["GetUser"],
    );
  });

  for (const [error, status] of [
    ["NoSuchEntity", 404],
    ["EntityTemporarilyUnmodifiable", 409],
  ] as const) {
    it(`tries again when AWS says ${error}, as it does of a profile made a moment ago`, async () => {
      let refusals = 1;
      iam = await startIamServer(({ Action }) => {
        if (Action === "GetUser") return { result: `<User><Arn>${arn}</Arn></User>` };
        return refusals-- > 0 ? { error, status } : { result: "" };
      });
      await setPassword(setting);
      assert.deepEqual(
        iam.requests.map(({ Action }) => Action),
        ["GetUser", "UpdateLoginProfile", "UpdateLoginProfile"],
      );
    }).timeout(30_000);
  }

  it("says what AWS says, without the password", async () => {
    iam = await startIamServer(() => ({ error: "PasswordPolicyViolation", status: 400 }));
    await assert.rejects(setPassword(setting), (error: Error) => {
      assert.match(
        error.message,
        /^setting the initial password of alice: PasswordPolicyViolation.*: refused$/,
      );
      assert.doesNotMatch(String(error.stack), /Hunter2/);
      return true;
    });
  });
});

describe("The provider of a custom password, as Pulumi hands it to another process,", () => {
  interface Provider {
    readonly diff: (id: string, olds: object, news: object) => Promise<{ readonly changes: boolean }>;
  }
  let provider: Provider;
  before(async () => {
    const { resources } = await run(() => {
      new InitialPassword("alice", {
        userName: "alice",
        userArn: arn,
        password: pulumi.secret("Hunter2-Hunter2"),
        passwordResetRequired: true,
        passwordIssue: 1,
      });
    });
    const text = resources[0]?.inputs.__provider as string;
    const module = { handler: (): Provider => assert.fail("no handler") };
    const load = runInThisContext(`(function (exports, require) { ${text} })`) as (
      exports: object,
      require: NodeJS.Require,
    ) => void;
    load(module, createRequire(import.meta.url));
    provider = module.handler();
  });

  const olds = {
    userName: "alice",
    userArn: arn,
    password: "Hunter2-Hunter2",
    passwordResetRequired: true,
    passwordIssue: 1,
    sdkOptions: {},
  };
  for (const [name, change, changes] of [
    ["nothing has changed", {}, false],
    ["the password is another one", { password: "Other" }, true],
    ["the issue is raised", { passwordIssue: 2 }, true],
    ["the user moved to another path", { userArn: "arn:aws:iam::123456789012:user/alice" }, false],
    ["only passwordResetRequired is another one", { passwordResetRequired: false }, false],
    ["another profile or region leads to AWS", { sdkOptions: { region: "eu-west-1" } }, false],
  ] as const) {
    it(`${changes ? "sets" : "leaves"} the password when ${name}`, async () => {
      assert.equal((await provider.diff("alice", olds, { ...olds, ...change })).changes, changes);
    });
  }
});

describe("plainPasswords", () => {
  let folder = "";
  const file = () => join(folder, "Pulumi.test.yaml");
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "plain-passwords-"));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  const entries = readEntries({
    administrators: [
      { name: "a", password: "Hunter2-A" },
      { name: "b" },
      { name: "c", password: "Hunter2-C" },
    ],
  });
  const rule =
    "must be a secret, in the file it stands in plain text: change it, and set the new one with pulumi config set --secret --path";
  const found = async (yaml: string) => {
    await writeFile(file(), yaml);
    return (await plainPasswords(file(), entries)).map(({ path, rule: broken }) => [path, broken]);
  };
  const list = (first: string, third: string, key = "iam-administrators:administrators") =>
    `config:\n  ${key}:\n    - name: a\n      password: ${first}\n    - name: b\n    - name: c\n      password: ${third}\n`;
  const encrypted = "{ secure: AAABAHk= }";

  it("finds each password that stands in the file as it is, even beside an encrypted one", async () => {
    assert.deepEqual(await found(list("Hunter2-A", encrypted)), [[["administrators", 0, "password"], rule]]);
    assert.deepEqual(await found(list(encrypted, '"Hunter2-C"')), [
      [["administrators", 2, "password"], rule],
    ]);
    assert.equal((await found(list("Hunter2-A", "Hunter2-C"))).length, 2);
  });

  it("finds it under the short name of the key", async () => {
    assert.equal((await found(list("Hunter2-A", encrypted, "administrators"))).length, 1);
  });

  it("finds nothing where all are encrypted, and not in other places of the file", async () => {
    assert.deepEqual(await found(list(encrypted, encrypted)), []);
    assert.deepEqual(await found(`# Hunter2-A\n${list(encrypted, encrypted)}`), []);
  });

  it("finds nothing in a file that is missing, empty or no YAML: that is for Pulumi to say", async () => {
    assert.deepEqual(await found(""), []);
    assert.deepEqual(await found("config: [unclosed"), []);
    assert.deepEqual(await plainPasswords(join(folder, "none.yaml"), entries), []);
  });

  it("does not open the file where nobody has a password", async () => {
    assert.deepEqual(await plainPasswords(folder, readEntries({ administrators: [{ name: "a" }] })), []);
  });
});
