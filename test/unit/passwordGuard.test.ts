import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { missingIn } from "../../config/passwordRules.ts";
import { administratorSchema } from "../../config/schema.ts";
import { guardPasswords } from "../../guards/passwordGuard.ts";
import { startIamServer, type IamAnswer, type IamServer } from "../support/iamServer.ts";

const awsOwn =
  "at least 8 characters, with three of upper-case letters, lower-case letters, digits and symbols";
const symbol = "a symbol out of !@#$%^&*()_+-=[]{}|'";

describe("What a password lacks", () => {
  it("under AWS's own policy is length, or three types of characters", () => {
    for (const password of ["Abcdefg1", "abcdef1!", "ABCDEF1!", "Abcdefg!", "        aA1"]) {
      assert.equal(missingIn(password, undefined), undefined, password);
    }
    for (const password of ["", "Abcde1!", "abcdefg1", "ABCDEFG1", "12345678!", "abc def gh1", "ÄÖÜßäöü1"]) {
      assert.equal(missingIn(password, undefined), awsOwn, password);
    }
  });

  const all = {
    MinimumPasswordLength: 14,
    RequireUppercaseCharacters: true,
    RequireLowercaseCharacters: true,
    RequireNumbers: true,
    RequireSymbols: true,
  };
  for (const [password, rules, missing] of [
    ["abcdef", {}, undefined],
    ["abcde", {}, "at least 6 characters"],
    ["x".repeat(14), { MinimumPasswordLength: 14, RequireSymbols: false }, undefined],
    ["x".repeat(13), { MinimumPasswordLength: 14 }, "at least 14 characters"],
    ["hunter2-hunter2", all, "an upper-case letter"],
    ["HUNTER2-HUNTER2", all, "a lower-case letter"],
    ["Hunter--Hunter--", all, "a digit"],
    ["Hunter2 Hunter2 €~", all, symbol],
    ["", all, `at least 14 characters, an upper-case letter, a lower-case letter, a digit, ${symbol}`],
  ] as const) {
    it(`under ${JSON.stringify(rules)} is ${missing ?? "nothing"}: ${JSON.stringify(password)}`, () => {
      assert.equal(missingIn(password, rules), missing);
    });
  }

  it("is no symbol where it has any of those that IAM knows", () => {
    for (const one of "!@#$%^&*()_+-=[]{}|'") {
      assert.equal(missingIn(`Hunter2Hunter2${one}`, all), undefined, one);
    }
  });
});

describe("guardPasswords", () => {
  let iam: IamServer | undefined;
  const identity = { result: "<Account>123456789012</Account>" };
  const policy = {
    result: "<PasswordPolicy><MinimumPasswordLength>20</MinimumPasswordLength></PasswordPolicy>",
  };

  /** The lines of the refusal, and what AWS was asked. */
  async function guarded(
    passwords: Readonly<Record<string, string | undefined>>,
    answer: IamAnswer,
    passwordPolicy?: Parameters<typeof guardPasswords>[0]["passwordPolicy"],
    accountId = "123456789012",
    more: Readonly<Record<string, string>> = {},
  ) {
    iam = await startIamServer(({ Action }) => (Action === "GetCallerIdentity" ? identity : answer));
    const administrators = Object.entries(passwords).map(([name, password]) => ({
      ...administratorSchema.parse({ name }),
      password: password === undefined ? undefined : pulumi.secret(password),
    }));
    pulumi.runtime.setAllConfig({
      ...more,
      "iam-administrators:administrators": JSON.stringify(
        Object.entries(passwords).map(([name, password]) => ({ name, password })),
      ),
    });
    const refusal = await guardPasswords({ administrators, passwordPolicy }, accountId).then(
      () => undefined,
      (error: unknown) => {
        assert.ok(pulumi.RunError.isInstance(error), String(error));
        assert.doesNotMatch(error.message, /hunter2/i);
        return error.message.split("\n");
      },
    );
    return { refusal, asked: iam.requests.map(({ Action }) => Action) };
  }

  beforeEach(async () => {
    const unused = () => {
      throw new Error("the engine was asked");
    };
    await pulumi.runtime.setMocks({ newResource: unused, call: unused }, "iam-administrators", "test");
  });
  afterEach(async () => {
    pulumi.runtime.setAllConfig({});
    await iam?.close();
    iam = undefined;
  });

  it("asks AWS nothing where no administrator has a custom password, and for no policy where the stack sets one", async () => {
    assert.deepEqual(await guarded({ alice: undefined }, policy), { refusal: undefined, asked: [] });
    await iam?.close();
    const own = { minimumLength: 14, reusePrevention: 24, requireCharacterTypes: true };
    assert.deepEqual(await guarded({ alice: "x" }, policy, own), {
      refusal: undefined,
      asked: ["GetCallerIdentity"],
    });
  });

  it("refuses where the AWS SDK works in another account, or the plugin has credentials of its own", async () => {
    const elsewhere =
      /administrators\[1\]\.password: the AWS SDK, which sets it, does not work in the account 210987654321/;
    const passwords = { alice: undefined, bob: "x".repeat(20) };
    assert.match((await guarded(passwords, policy, undefined, "210987654321")).refusal?.[0] ?? "", elsewhere);
    await iam?.close();
    const assumed = await guarded(passwords, policy, undefined, "210987654321", { "aws:assumeRoles": "[]" });
    assert.match(assumed.refusal?.[0] ?? "", /\(aws:assumeRoles\)/);
    assert.deepEqual(assumed.asked, []);
  });

  it("asks for the account's policy once, and is content with passwords that meet it", async () => {
    assert.deepEqual(await guarded({ alice: "x".repeat(20), bob: "y".repeat(21) }, policy), {
      refusal: undefined,
      asked: ["GetCallerIdentity", "GetAccountPasswordPolicy"],
    });
  });

  it("names every administrator whose password AWS would refuse, and no password", async () => {
    const passwords = { alice: "Hunter2-Hunter2", bob: undefined, carol: "x".repeat(20), dan: "Hunter2" };
    const { refusal } = await guarded(passwords, policy);
    const rule = "must have at least 20 characters (the account's password policy)";
    assert.deepEqual(refusal?.slice(1), [
      `  administrators[0].password [secret]: ${rule}`,
      `  administrators[3].password [secret]: ${rule}`,
    ]);
    assert.match(refusal[0] ?? "", /^the stack config has 2 problems, nothing was changed\. Correct /);
  });

  it("goes by AWS's own rules where the account has no policy", async () => {
    const { refusal } = await guarded(
      { alice: "Hunter2-", bob: "hunter2" },
      { error: "NoSuchEntity", status: 404 },
    );
    assert.deepEqual(refusal?.slice(1), [
      `  administrators[1].password [secret]: must have ${awsOwn} (the account has no password policy, so that AWS's own applies)`,
    ]);
  });

  it("stops where the policy cannot be read, instead of taking it for absent", async () => {
    const { refusal } = await guarded({ alice: "Hunter2-" }, { error: "AccessDenied", status: 403 });
    assert.deepEqual(refusal, [
      "the account's password policy, which the custom passwords must meet, cannot be read: AccessDenied: refused",
    ]);
  });
});
