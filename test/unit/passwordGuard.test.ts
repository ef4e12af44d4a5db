import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { AwsSdkOptions } from "../../components/awsSdk.ts";
import { fromAws } from "../../components/passwordPolicy.ts";
import { missingIn } from "../../config/passwordRules.ts";
import { administratorSchema } from "../../config/schema.ts";
import { guardPasswords } from "../../guards/passwordGuard.ts";
import { startIamServer, type IamAnswer } from "../support/iamServer.ts";
import { setStackConfig } from "./stackConfig.ts";

const awsOwn =
  "at least 8 characters, with three of upper-case letters, lower-case letters, digits and symbols";
const symbol = "a symbol out of !@#$%^&*()_+-=[]{}|'";

describe("What a password lacks", () => {
  const all = {
    ...{ MinimumPasswordLength: 14, RequireUppercaseCharacters: true, RequireLowercaseCharacters: true },
    ...{ RequireNumbers: true, RequireSymbols: true },
  };
  const withSymbols = Array.from("!@#$%^&*()_+-=[]{}|'", (one) => `Hunter2Hunter2${one}`);
  for (const [rules, missing, ...passwords] of [
    [undefined, undefined, "Abcdefg1", "abcdef1!", "ABCDEF1!", "Abcdefg!", "        aA1"],
    [undefined, awsOwn, "Abcde1!", "abcdefg1", "ABCDEFG1", "12345678!", "abc def gh1", "ÄÖÜßäöü1"],
    [{}, undefined, "abcdef"],
    [{}, "at least 6 characters", "abcde"],
    [{ MinimumPasswordLength: 14, RequireSymbols: false }, undefined, "x".repeat(14)],
    [{ MinimumPasswordLength: 14 }, "at least 14 characters", "x".repeat(13)],
    [all, undefined, ...withSymbols],
    [all, "an upper-case letter", "hunter2-hunter2"],
    [all, "a lower-case letter", "HUNTER2-HUNTER2"],
    [all, "a digit", "Hunter--Hunter--"],
    [all, symbol, "Hunter2 Hunter2 €~"],
    [all, `at least 14 characters, an upper-case letter, a lower-case letter, a digit, ${symbol}`, ""],
  ] as const) {
    const policy = rules === undefined ? "AWS's own policy" : JSON.stringify(rules);
    it(`under ${policy} is ${missing ?? "nothing"}: ${JSON.stringify(passwords)}`, () => {
      for (const password of passwords)
        assert.equal(missingIn(password, rules && fromAws(rules)), missing, password);
    });
  }
});

describe("The guard of custom passwords", () => {
  const minimum = "<MinimumPasswordLength>20</MinimumPasswordLength>";
  const policy = { result: `<PasswordPolicy>${minimum}</PasswordPolicy>` };
  const ownPolicy = { minimumLength: 14, reusePrevention: 24, requireCharacterTypes: true };

  /** What AWS was asked, and the lines of the refusal. */
  async function guarded(
    passwords: readonly (string | undefined)[],
    answer: IamAnswer = policy,
    more: { passwordPolicy?: typeof ownPolicy; sdk?: AwsSdkOptions } = {},
  ) {
    const { passwordPolicy, sdk = { accountId: "123456789012" } } = more;
    const identity = { result: "<Account>123456789012</Account>" };
    const iam = await startIamServer(({ Action }) => (Action === "GetCallerIdentity" ? identity : answer));
    const list = passwords.map((password, index) => ({ name: `user-${index}`, password }));
    setStackConfig({ administrators: list });
    const administrators = list.map(({ name, password }) => ({
      ...administratorSchema.parse({ name }),
      password: password === undefined ? undefined : pulumi.secret(password),
    }));
    const error: unknown = await guardPasswords({ administrators, passwordPolicy }, sdk).catch(
      (reason: unknown) => reason,
    );
    await iam.close();
    assert.ok(error === undefined || pulumi.RunError.isInstance(error), String(error));
    assert.doesNotMatch(error?.message ?? "", /hunter2/i);
    return [iam.requests.map(({ Action }) => Action), ...(error?.message.split("\n") ?? [])];
  }

  before(async () => {
    await pulumi.runtime.setMocks({} as pulumi.runtime.Mocks, "iam-administrators", "test");
  });
  afterEach(() => {
    setStackConfig({});
  });

  it("asks AWS for no more than it must know, and is content with passwords that AWS takes", async () => {
    assert.deepEqual(await guarded([undefined]), [[]]);
    const passwords = ["x".repeat(20), undefined, "y".repeat(21)];
    assert.deepEqual(await guarded(passwords), [["GetCallerIdentity", "GetAccountPasswordPolicy"]]);
    assert.deepEqual(await guarded(["x"], policy, { passwordPolicy: ownPolicy }), [["GetCallerIdentity"]]);
  });

  it("refuses where the AWS SDK works in another account, or the plugin has credentials of its own", async () => {
    const passwords = [undefined, "x".repeat(20)];
    const prefix = "administrators[1].password: it cannot be set: the AWS SDK";
    assert.deepEqual(await guarded(passwords, policy, { sdk: { accountId: "210987654321" } }), [
      ["GetCallerIdentity"],
      `${prefix}'s credentials are of the account 123456789012, and the AWS plugin works in 210987654321. Give pulumi the ` +
        "credentials in the environment, or in a profile with aws:profile.",
    ]);
    assert.deepEqual(await guarded(passwords, policy, { sdk: { unavailableReason: "too bad" } }), [
      [],
      `${prefix}, which asks AWS what the plugin cannot, is not used: too bad`,
    ]);
  });

  it("names every administrator whose password AWS would refuse, and no password", async () => {
    const [, , ...lines] = await guarded(["Hunter2-Hunter2", undefined, "x".repeat(20), "Hunter2"]);
    const rule = "must have at least 20 characters (the account's password policy)";
    assert.deepEqual(
      lines,
      [0, 3].map((index) => `  administrators[${index}].password [secret]: ${rule}`),
    );
  });

  it("goes by AWS's own rules where the account has no policy, and stops where it cannot be read", async () => {
    const passwords = ["Hunter2-", "hunter2"];
    const [, , ...lines] = await guarded(passwords, { error: "NoSuchEntity", status: 404 });
    assert.deepEqual(lines, [
      `  administrators[1].password [secret]: must have ${awsOwn} (the account has no password policy, so that AWS's own applies)`,
    ]);
    const [, ...unread] = await guarded(passwords, { error: "AccessDenied", status: 403 });
    assert.deepEqual(unread, [
      "the account's password policy, which the custom passwords must meet, cannot be found out: AccessDenied: refused",
    ]);
  });
});
