import assert from "node:assert/strict";
import { noFullAdminDocuments } from "../../policy/rules/noFullAdminDocuments.ts";
import { hostileDocuments } from "../support/hostileDocuments.ts";
import { shown, UNKNOWN, verdict } from "../support/policyRule.ts";

const POLICY = "aws:iam/policy:Policy";
const ROLE = "aws:iam/role:Role";

const allow = (statement: object) => ({ Effect: "Allow", ...statement });
const documentOf = (...statements: unknown[]) => ({ Version: "2012-10-17", Statement: statements });
const judge = (document: unknown) =>
  verdict(noFullAdminDocuments, { type: POLICY, props: { policy: document } });
const judgeAllow = (statement: object) => judge(JSON.stringify(documentOf(allow(statement))));

const full = documentOf(allow({ Action: "*", Resource: "*" }));

const letters = (pattern: (letter: string) => string) => Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ", pattern);

describe("no-full-admin-documents", () => {
  describe("reports all actions, or all of iam, however the action is written", () => {
    for (const Action of [
      "*",
      "**",
      "*:*",
      "?*",
      "iam:*",
      "IAM:*",
      "iAm:**",
      "i?m:*",
      "i*:*",
      "*m:*",
      "iam:?*",
      " iam:* ",
      ["*"],
      ["s3:Get*", "iam:*"],
      letters((letter) => `iam:${letter}*`),
      letters((letter) => `iam:${letter.toLowerCase()}*`),
      ["iam:*User*", "iam:*Group*", "iam:*Role*", "iam:*Policy*", "iam:*Access*", "iam:*Login*", "iam:*MFA*"],
    ]) {
      it(shown(Action), () => {
        assert.equal(judgeAllow({ Action, Resource: "*" }).length, 1);
      });
    }
  });

  describe("reports every resource, however the resource is written", () => {
    for (const Resource of [
      "*",
      "**",
      "arn:*",
      "arn:aws:*",
      "arn:aws-cn:*",
      "arn:aws-us-gov:iam::*",
      "arn:aws-iso:iam::*:*",
      "arn:aws-iso*",
      "arn:aws-e*:iam::*:*",
      "arn:aws-??:iam::*:*",
      "arn:*:*:*:*:*",
      "arn:aws:iam::*:*",
      "arn:aws:iam:*:*:*",
      "arn:aws:iam::123456789012:*",
      "arn:aws:iam::999999999999:*",
      "arn:aws:iam::99??????????:*",
      "arn:aws:iam::99*:*",
      "arn:aws:iam::${aws:PrincipalAccount}:*",
      ["arn:aws:s3:::bucket", "*"],
      ["user", "group", "role", "policy"].map((kind, index) =>
        index === 0
          ? `arn:aws:iam::\${aws:PrincipalAccount}:${kind}/*`
          : `arn:aws:iam::999999999999:${kind}/*`,
      ),
      ["user", "group", "role", "policy"].map((kind) => `arn:aws:iam::*:${kind}/*`),
    ]) {
      it(shown(Resource), () => {
        assert.equal(judgeAllow({ Action: "iam:*", Resource }).length, 1);
      });
    }
  });

  describe("reports exclusions that leave a part of iam in", () => {
    for (const statement of [
      { NotAction: [], Resource: "*" },
      { NotAction: "s3:*", Resource: "*" },
      { NotAction: "iam:ChangePassword", Resource: "*" },
      { NotAction: ["iam:Get*", "iam:List*", "iam:Attach*"], Resource: "*" },
      { NotAction: "sts:*", NotResource: "arn:aws:s3:::bucket" },
      { Action: "*", NotResource: "arn:aws:iam::123456789012:user/root" },
      { Action: "iam:*", NotResource: [] },
      { Action: "iam:*", NotResource: "arn:aws:iam::*:user/*" },
    ]) {
      it(JSON.stringify(statement), () => {
        assert.equal(judgeAllow(statement).length, 1);
      });
    }
  });

  describe("accepts what allows less", () => {
    for (const statement of [
      { Action: "s3:*", Resource: "*" },
      { Action: ["iam:Get*", "iam:List*"], Resource: "*" },
      { Action: "iam:Create*", Resource: "*" },
      { Action: "iam:*", Resource: "arn:aws:iam::123456789012:user/ci" },
      { Action: "iam:*", Resource: "arn:aws:iam::*:user/*" },
      { Action: "iam:*", Resource: "arn:aws:iam::*:role/app-*" },
      { Action: "iam:*", Resource: "arn:aws:iam::*:user/${aws:username}" },
      { Action: "*", Resource: "arn:aws:s3:::*" },
      {
        Action: "*",
        Resource: ["user", "group", "role", "policy"].map((kind) => `arn:aws:iam::*:${kind}/+*`),
      },
      {
        Action: "*",
        Resource: ["user", "group", "role", "policy"].map((kind) => `arn:aws:iam::*:${kind}/team/*`),
      },
      { Action: "*", Resource: "${*}" },
      { Action: "*", Resource: "arn:aws:iam::${*}:*" },
      {
        Action: "*",
        Resource: ["user", "group", "role", "policy"].map(
          (kind) => `arn:aws:iam::*:${kind}/\${aws:username}`,
        ),
      },
      { Action: "iam:*", Resource: "arn:aws:iam::*:${*}" },
      { NotAction: "iam:*", Resource: "*" },
      { NotAction: ["IAM:*", "organizations:*", "account:*"], Resource: "*" },
      { NotAction: "*", Resource: "*" },
      { NotAction: "s3:*", Resource: "arn:aws:s3:::bucket/*" },
      { Action: "*", NotResource: "*" },
      { Action: "*", NotResource: "arn:*:iam::*:*" },
      { Action: "*", NotResource: "arn:aws:iam::*:*" },
      { Action: "*", NotResource: ["arn:aws-cn:iam::*:*", "arn:aws-cn:s3:::bucket"] },
      { NotAction: "sts:*", NotResource: "arn:aws:iam::*" },
      { Action: [], Resource: "*" },
      { Action: "*" },
      { Resource: "*" },
    ]) {
      it(JSON.stringify(statement), () => {
        assert.deepEqual(judgeAllow(statement), []);
      });
    }

    it("full power denied, even when nothing else is said", () => {
      assert.deepEqual(judge(documentOf({ Effect: "Deny", Action: "*", Resource: "*" })), []);
    });

    it("the AWS managed PowerUserAccess", () => {
      const extra = ["iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole", "iam:ListRoles"];
      const others = { NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" };
      assert.deepEqual(judge(documentOf(allow(others), allow({ Action: extra, Resource: "*" }))), []);
    });
  });

  describe("reports full power in any shape of document that AWS accepts", () => {
    const statement = allow({ Action: "*", Resource: "*" });
    for (const [shape, document] of Object.entries({
      text: JSON.stringify(full),
      "text with line ends and tabs": JSON.stringify(full, null, "\t"),
      "text with escapes": JSON.stringify(full).replaceAll("*", "\\u002a").replace("Allow", "\\u0041llow"),
      "an object": full,
      "one statement, not a list": { Statement: statement },
      "no version": { Statement: [statement] },
      "keys in other letter cases": { statement: [{ effect: "allow", ACTION: "*", resource: "*" }] },
      "a Sid and an Id": { Id: "x", Statement: [{ Sid: "NothingToSeeHere", ...statement }] },
      "a condition": documentOf({
        ...statement,
        Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
      }),
      "a condition that never holds": documentOf({
        ...statement,
        Condition: { Bool: { "aws:SecureTransport": "no" } },
      }),
      "a deny beside it": documentOf(statement, { Effect: "Deny", Action: "iam:*", Resource: "*" }),
      "full power among other statements": documentOf(allow({ Action: "s3:*", Resource: "*" }), statement),
      "statements that make it up together": documentOf(
        ...["user", "group", "role", "policy"].map((kind) =>
          allow({ Action: "iam:*", Resource: `arn:aws:iam::*:${kind}/*` }),
        ),
      ),
      "statements that share the alphabet": documentOf(
        allow({ Action: letters((letter) => `iam:${letter}*`).slice(0, 13), Resource: "*" }),
        allow({ Action: letters((letter) => `iam:${letter}*`).slice(13), Resource: "*" }),
      ),
    })) {
      it(shape, () => {
        const messages = judge(document);
        assert.equal(messages.length, 1);
        assert.match(messages[0] ?? "", /policy allows every action, or all of iam, on every resource/);
      });
    }
  });

  it("does not add up accounts or partitions that no single account has", () => {
    const halves = [
      allow({
        Action: "iam:*",
        Resource: ["arn:aws:iam::111111111111:user/*", "arn:aws:iam::111111111111:role/*"],
      }),
      allow({
        Action: "iam:*",
        Resource: ["arn:aws:iam::222222222222:group/*", "arn:aws:iam::222222222222:policy/*"],
      }),
    ];
    assert.deepEqual(judge(documentOf(...halves)), []);
  });

  describe("reports a document that cannot be judged, and says why", () => {
    const twice = '{"Statement":[{"Effect":"Allow","Action":"*","Action":"s3:*","Resource":"*"}]}';
    for (const [document, reason] of [
      ["", /is not JSON/],
      ["{", /is not JSON/],
      ["Statement: []", /is not JSON/],
      [encodeURIComponent(JSON.stringify(full)), /is not JSON/],
      [JSON.stringify(JSON.stringify(full)), /is not a JSON object/],
      ["[]", /is not a JSON object/],
      ["null", /is not a JSON object/],
      [[], /is not a JSON object/],
      [undefined, /is not a JSON object/],
      ["{}", /has no Statement/],
      [{ Version: "2012-10-17" }, /has no Statement/],
      [{ Statement: ["Allow everything"] }, /a Statement that is not an object/],
      [twice, /has the key "Action" twice/],
      [twice.replace('"Action":"s3:*"', '"action":"s3:*"'), /has the key "action" twice/],
      [
        { Statement: [allow({ Action: "s3:*", ACTION: "*", Resource: "*" })] },
        /has the element ACTION twice/,
      ],
      [{ Statement: [], statement: full.Statement }, /has the element statement twice/],
      [twice.replace('"Action":"s3:*"', '"\\u0061ction":"s3:*"'), /has the key "\\u0061ction" twice/],
    ] as const) {
      it(shown(document), () => {
        const messages = judge(document);
        assert.equal(messages.length, 1);
        assert.match(messages[0] ?? "", reason);
        assert.match(messages[0] ?? "", /^Policy "sample": policy cannot be judged/);
      });
    }

    it("nested 5,000 deep, as text and as an object", () => {
      const text = '{"Statement":[{"Effect":"Allow","Action":DEEP,"Resource":"*"}]}';
      const deep = text.replace("DEEP", `${"[".repeat(5000)}"iam:*"${"]".repeat(5000)}`);
      for (const document of [deep, JSON.parse(deep) as unknown]) {
        assert.deepEqual(judge(document), [
          'Policy "sample": policy cannot be judged because it is nested too deeply; write it as a JSON policy document',
        ]);
      }
    });

    it("but accepts one key in two objects, and text that looks like one", () => {
      const sids = [
        allow({ Sid: "Action", Action: "s3:*", Resource: '"Action":' }),
        allow({ Action: "s3:*" }),
      ];
      assert.deepEqual(judge(JSON.stringify(documentOf(...sids))), []);
    });
  });

  describe("waits with what is not known yet and judges the rest", () => {
    it("a document that is not known", () => {
      assert.deepEqual(judge(UNKNOWN), []);
    });

    for (const [part, statement] of Object.entries({
      "a statement": UNKNOWN,
      "an action": allow({ Action: UNKNOWN, Resource: "*" }),
      "an action among others": allow({ Action: ["s3:*", UNKNOWN], Resource: "*" }),
      "a resource": allow({ Action: "*", Resource: UNKNOWN }),
      "an effect": { Effect: UNKNOWN, Action: "*", Resource: "*" },
      "an exclusion, which may take out everything": allow({ NotAction: ["s3:*", UNKNOWN], Resource: "*" }),
      "an excluded resource": allow({ Action: "*", NotResource: UNKNOWN }),
    })) {
      it(part, () => {
        assert.deepEqual(judge(documentOf(statement)), []);
        assert.equal(judge(documentOf(statement, allow({ Action: "*", Resource: "*" }))).length, 1);
      });
    }

    it("known elements beside unknown ones", () => {
      assert.equal(judge(documentOf(allow({ Action: [UNKNOWN, "*"], Resource: ["*", UNKNOWN] }))).length, 1);
    });

    it("an unknown condition", () => {
      assert.equal(judge(documentOf(allow({ Action: "*", Resource: "*", Condition: UNKNOWN }))).length, 1);
    });
  });

  for (const [type, input] of Object.entries({
    "aws:iam/policy:Policy": "policy",
    "aws:iam/groupPolicy:GroupPolicy": "policy",
    "aws:iam/rolePolicy:RolePolicy": "policy",
    "aws:iam/userPolicy:UserPolicy": "policy",
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": "inlinePolicy",
  })) {
    it(`looks at ${input} of ${type}`, () => {
      assert.equal(
        verdict(noFullAdminDocuments, { type, props: { [input]: JSON.stringify(full) } }).length,
        1,
      );
    });
  }

  describe("on a role", () => {
    const judgeRole = (props: object) => verdict(noFullAdminDocuments, { type: ROLE, props: { ...props } });

    it("reports each inline policy by its place and name", () => {
      const blocks = [
        { name: "ok", policy: documentOf(allow({ Action: "s3:*", Resource: "*" })) },
        { name: "bad", policy: JSON.stringify(full) },
        { name: UNKNOWN, policy: full },
      ];
      const messages = judgeRole({ inlinePolicies: blocks });
      assert.equal(messages.length, 2);
      assert.match(messages[0] ?? "", /^Role "sample": inlinePolicies\[1\] "bad" allows every action/);
      assert.match(messages[1] ?? "", /inlinePolicies\[2\]/);
    });

    for (const inlinePolicies of [
      undefined,
      [],
      [{}],
      [{ name: "" }],
      UNKNOWN,
      [UNKNOWN],
      [{ policy: UNKNOWN }],
    ]) {
      it(`accepts inlinePolicies being ${shown(inlinePolicies)}`, () => {
        assert.deepEqual(judgeRole({ inlinePolicies }), []);
      });
    }

    it("does not take the trust policy for a permission", () => {
      assert.deepEqual(judgeRole({ assumeRolePolicy: JSON.stringify(full) }), []);
    });
  });

  it("accepts tags that differ in letter case only", () => {
    const Condition = { StringEquals: { "aws:RequestTag/Env": "a", "aws:RequestTag/env": "a" } };
    assert.deepEqual(judgeAllow({ Action: "s3:*", Resource: "*", Condition }), []);
  });

  describe("with permissions boundaries in the configuration", () => {
    const config = { boundaries: ["boundary-*"] };
    const props = { name: "boundary-1a2b3c4", policy: full };

    it("accepts the managed policies that are named", () => {
      assert.deepEqual(verdict(noFullAdminDocuments, { type: POLICY, props, config }), []);
      assert.equal(
        verdict(noFullAdminDocuments, { type: POLICY, props: { ...props, name: "other" }, config }).length,
        1,
      );
    });

    it("reports an inline policy of whatever name, and a boundary that cannot be read", () => {
      const inline = {
        type: "aws:iam/rolePolicy:RolePolicy",
        props: { ...props, role: "boundary-1" },
        config,
      };
      assert.equal(verdict(noFullAdminDocuments, inline).length, 1);
      const broken = { type: POLICY, props: { ...props, policy: "{" }, config };
      assert.equal(verdict(noFullAdminDocuments, broken).length, 1);
    });
  });

  for (const [what, document] of Object.entries(hostileDocuments(6144))) {
    it(`comes to an end on a document full of ${what}`, () => {
      assert.ok(document.length > 5000 && judge(document).length <= 1);
    });
  }

  it("comes to an end, however many stars and accounts a document has", () => {
    const Action = Array.from({ length: 200 }, (_, index) => `${"*a".repeat(30)}${index}`);
    const Resource = Array.from(
      { length: 100 },
      (_, index) => `arn:aws:iam::${String(index).padStart(12, "1")}:user/*`,
    );
    assert.deepEqual(judgeAllow({ Action: [...Action, "iam:*"], Resource }), []);
  });
});
