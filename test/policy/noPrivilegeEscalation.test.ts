import assert from "node:assert/strict";
import { noPrivilegeEscalation as rule } from "../../policy/rules/noPrivilegeEscalation.ts";
import { IAM_PATHS, SPELLINGS } from "../support/escalationPaths.ts";
import { shown, UNKNOWN, verdict } from "../support/policyRule.ts";

const POLICY = "aws:iam/policy:Policy";
const judge = (policy: unknown, config = {}) =>
  verdict(rule, { type: POLICY, props: { name: "ci-1a2b3c4", policy }, config });
const allow = (statement: object) => ({ Effect: "Allow", ...statement });
const judgeAllow = (...statements: object[]) => judge({ Statement: statements.map(allow) });

const HARMLESS_POLICY = "arn:aws:iam::123456789012:policy/boundary";

describe("no-privilege-escalation", () => {
  for (const [id, actions] of Object.entries(IAM_PATHS)) {
    describe(`reports ${id}, ${actions.replaceAll(" ", " and ")}`, () => {
      for (const [way, spell] of Object.entries(SPELLINGS)) {
        it(way, () => {
          const messages = judge(spell(actions.split(" ")));
          assert.equal(messages.length, 1);
          assert.match(messages[0] ?? "", /^Policy "sample": policy leads to full power; /);
        });
      }
    });
  }

  it("says which path it is, by which action and statement, and what to do", () => {
    assert.deepEqual(
      judgeAllow(
        { Action: "s3:*", Resource: "*" },
        { Action: "iam:Attach?olePolicy", Resource: "arn:*:iam::*:role/*" },
        { Sid: "Keys", Action: "iam:CreateAccessKey", Resource: "*" },
      ),
      [
        'Policy "sample": policy leads to full power; iam:CreateAccessKey on every user (iam-002, statement "Keys"): ' +
          "name the users, or allow one's own only; iam:AttachRolePolicy on every role (iam-009, statement 2): " +
          "name the roles, or list harmless policies in a condition on iam:PolicyARN",
      ],
    );
  });

  describe("reports every one of a kind, however it is written", () => {
    for (const Resource of [
      "*",
      "arn:*",
      "arn:aws:iam::*",
      "arn:aws:iam::*:*",
      "arn:*:iam::*:role/*",
      "arn:aws:iam::123456789012:role/*",
      "arn:aws:iam::${aws:PrincipalAccount}:role/*",
      "arn:aws:iam::1234????????:role/*",
      "arn:aws-iso*:iam::*:role/*",
      "arn:aws-e*:iam::*:role/*",
      "arn:aws-e*",
      "arn:aws-cn:iam::*:role/*",
      "arn:aws:i?m::*:r*/*",
      "*:role/*",
      ["arn:aws:s3:::bucket", "arn:aws:iam::*:role/?*"],
      Array.from(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (letter) => `arn:aws:iam::*:role/${letter}*`,
      ),
    ]) {
      it(shown(Resource), () => {
        assert.equal(judgeAllow({ Action: "iam:AttachRolePolicy", Resource }).length, 1);
      });
    }
  });

  describe("reports what NotAction and NotResource leave over", () => {
    for (const statement of [
      { NotAction: ["s3:*", "ec2:*"], Resource: "arn:aws:iam::*:role/*" },
      { NotAction: "iam:Get*", Resource: "arn:aws:iam::*:user/*" },
      { Action: "iam:UpdateAssumeRolePolicy", NotResource: "arn:aws:iam::*:role/protected" },
      {
        Action: "iam:UpdateAssumeRolePolicy",
        NotResource: ["arn:aws:iam::*:role/team/*", "arn:aws:iam::*:role/A*"],
      },
      { Action: "iam:CreateAccessKey", NotResource: "arn:aws:iam::123456789012:user/*" },
      { Action: "iam:CreateAccessKey", NotResource: [] },
    ]) {
      it(JSON.stringify(statement), () => {
        assert.equal(judgeAllow(statement).length, 1);
      });
    }
  });

  describe("reports one's own user where permissions can be taken", () => {
    for (const Resource of ["arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::*:user/*/${AWS:UserName}"]) {
      it(Resource, () => {
        assert.equal(judgeAllow({ Action: "iam:PutUserPolicy", Resource }).length, 1);
        assert.equal(judgeAllow({ Action: "iam:AttachUserPolicy", Resource }).length, 1);
      });
    }
  });

  describe("reports a condition that does not bind", () => {
    for (const Condition of [
      {},
      { StringLike: { "iam:PolicyARN": "*" } },
      { ArnLike: { "iam:PolicyARN": "arn:aws:iam::aws:policy/*" } },
      { ArnEquals: { "iam:PolicyARN": [HARMLESS_POLICY, "arn:aws:iam::aws:policy/IAMFullAccess"] } },
      { ArnEquals: { "iam:policyarn": "arn:aws:iam::aws:policy/AdministratorAccess" } },
      { ArnEquals: { "iam:PolicyARN": "arn:aws-cn:iam::aws:policy/AdministratorAccess" } },
      { ArnNotEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" } },
      { ArnLike: { "iam:PolicyARN": "arn:aws:iam::123456789012:policy/*" } },
      { StringEquals: { "iam:PolicyARN": "${aws:PrincipalTag/policy}" } },
      { StringLike: { "iam:PermissionsBoundary": "*" } },
      { StringEqualsIfExists: { "iam:PermissionsBoundary": HARMLESS_POLICY } },
      { "ForAllValues:StringEquals": { "iam:PermissionsBoundary": HARMLESS_POLICY } },
      { StringNotEquals: { "iam:PermissionsBoundary": HARMLESS_POLICY } },
      { ArnEquals: { "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess" } },
      { Null: { "iam:PermissionsBoundary": "false" } },
      { Null: { "iam:PermissionsBoundary": "true" } },
      { StringNotEquals: { "aws:ResourceTag/protected": "true" } },
      { StringEqualsIfExists: { "aws:ResourceTag/team": "a" } },
      { StringLike: { "iam:ResourceTag/team": "*" } },
      { Bool: { "aws:MultiFactorAuthPresent": "true" } },
      { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
    ]) {
      it(JSON.stringify(Condition), () => {
        assert.equal(judgeAllow({ Action: "iam:AttachRolePolicy", Resource: "*", Condition }).length, 1);
      });
    }
  });

  describe("accepts a condition that binds", () => {
    for (const Condition of [
      { ArnEquals: { "iam:PolicyARN": HARMLESS_POLICY } },
      { StringEquals: { "IAM:PolicyArn": ["arn:aws:iam::aws:policy/ReadOnlyAccess", HARMLESS_POLICY] } },
      { ArnLike: { "iam:PolicyARN": "arn:aws:iam::*:policy/app-*" } },
      { ArnEqualsIfExists: { "iam:PolicyARN": HARMLESS_POLICY } },
      { StringEquals: { "iam:PermissionsBoundary": HARMLESS_POLICY } },
      { ArnLike: { "iam:PermissionsBoundary": "arn:aws:iam::${aws:PrincipalAccount}:policy/boundary" } },
      { StringEquals: { "aws:ResourceTag/team": "a" } },
      { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } },
    ]) {
      it(JSON.stringify(Condition), () => {
        assert.deepEqual(judgeAllow({ Action: "iam:AttachRolePolicy", Resource: "*", Condition }), []);
      });
    }

    it("a boundary that a Deny requires of everybody", () => {
      const Statement = [
        allow({ Action: ["iam:PutRolePolicy", "iam:AttachRolePolicy"], Resource: "*" }),
        {
          Effect: "Deny",
          Action: ["iam:*RolePolicy"],
          Resource: "*",
          Condition: { StringNotEquals: { "iam:PermissionsBoundary": HARMLESS_POLICY } },
        },
      ];
      assert.deepEqual(judge({ Statement }), []);
    });
  });

  describe("accepts what leads nowhere", () => {
    for (const statement of [
      { Action: ["iam:Get*", "iam:List*", "iam:SimulatePrincipalPolicy"], Resource: "*" },
      { Action: "iam:AttachRolePolicy", Resource: "arn:aws:iam::123456789012:role/app" },
      { Action: "iam:*RolePolicy", Resource: "arn:aws:iam::*:role/app-*" },
      { Action: "iam:*RolePolicy", Resource: ["*:role/app-*", "arn:*role/app-*", "arn:aws*:role/app-*"] },
      { Action: "iam:CreatePolicyVersion", Resource: "arn:aws:iam::*:policy/team/app" },
      {
        Action: ["iam:CreateAccessKey", "iam:UpdateLoginProfile"],
        Resource: "arn:aws:iam::*:user/${aws:username}",
      },
      {
        Action: ["iam:CreateRole", "iam:CreateInstanceProfile", "iam:CreateServiceLinkedRole"],
        Resource: "*",
      },
      { Action: "iam:CreateAccessKey", Resource: "arn:aws:s3:::bucket/*" },
      { Action: "sts:AssumeRole", Resource: "arn:aws:iam::*:role/cdk-*" },
      { NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" },
      { NotAction: "iam:*", NotResource: "arn:aws:s3:::bucket" },
      { Action: "iam:*", NotResource: "*" },
    ]) {
      it(JSON.stringify(statement), () => {
        assert.deepEqual(judgeAllow(statement), []);
      });
    }

    it("a denial alone, and what a denial takes away everywhere", () => {
      const deny = { Effect: "Deny", Action: "iam:*", Resource: "*" };
      assert.deepEqual(judge({ Statement: deny }), []);
      assert.deepEqual(
        judge({ Statement: [allow({ Action: "iam:PutRolePolicy", Resource: "*" }), deny] }),
        [],
      );
    });

    it("but not what a denial takes away from a family of names only", () => {
      const Resource = ["arn:aws:iam::*:role/team/*", "arn:aws:iam::*:role/A*", "arn:aws:iam::*:role/?e*"];
      const denial = { Effect: "Deny", Action: "iam:*", Resource };
      assert.equal(
        judge({ Statement: [allow({ Action: "iam:PutRolePolicy", Resource: "*" }), denial] }).length,
        1,
      );
    });

    it("but not a denial whose condition spares those without a boundary", () => {
      for (const operator of ["StringLike", "ForAnyValue:StringNotEquals", "StringEqualsIgnoreCase"]) {
        const Condition = { [operator]: { "iam:PermissionsBoundary": HARMLESS_POLICY } };
        const denial = { Effect: "Deny", Action: "iam:*", Resource: "*", Condition };
        const messages = judge({
          Statement: [allow({ Action: "iam:PutRolePolicy", Resource: "*" }), denial],
        });
        assert.equal(messages.length, 1);
      }
    });

    it("documents of full power, and those that cannot be read: another rule reports them", () => {
      assert.deepEqual(judgeAllow({ Action: "*", Resource: "*" }), []);
      assert.deepEqual(judge("{"), []);
    });
  });

  describe("with what is not of IAM itself, where a statement names it", () => {
    const ways = [
      "sts:AssumeRole",
      ["sso:AttachManagedPolicyToPermissionSet", "sso:CreateAccountAssignment"],
      ["sso:PutInline*", "SSO:CreateAccountAssignment"],
    ];
    for (const Action of ways) {
      it(`reports ${shown(Action)}`, () => {
        assert.equal(judgeAllow({ Action, Resource: "*" }).length, 1);
      });
    }

    it("accepts what PowerUserAccess leaves over, and permission sets without an assignment", () => {
      assert.deepEqual(judgeAllow({ NotAction: ["iam:*", "organizations:*"], Resource: "*" }), []);
      assert.deepEqual(judgeAllow({ Action: ["sso:*PermissionSet", "sso:Describe*"], Resource: "*" }), []);
    });
  });

  it("adds up what statements allow in one account, and not in two", () => {
    const half = (account: string, Action: string) => ({
      Action,
      Resource: `arn:aws:iam::${account}:role/*`,
    });
    assert.equal(judgeAllow(half("111111111111", "iam:PutRolePolicy"), half("2*", "s3:*")).length, 1);
    const names = (account: string, letters: string) => ({
      Action: "iam:PutRolePolicy",
      Resource: Array.from(letters, (letter) => `arn:aws:iam::${account}:role/${letter}*`),
    });
    const [first, second] = ["abcdABCD", "efghijklmnopEFGHIJKLMNOP"] as const;
    assert.equal(judgeAllow(names("111111111111", first), names("111111111111", second)).length, 1);
    assert.deepEqual(judgeAllow(names("111111111111", first), names("222222222222", second)), []);
  });

  describe("waits with what is not known yet and judges the rest", () => {
    const known = allow({ Action: "iam:PutRolePolicy", Resource: "*" });
    for (const [part, statement] of Object.entries({
      "a statement": UNKNOWN,
      "an action": { ...known, Action: ["s3:*", UNKNOWN] },
      "a resource": { ...known, Resource: UNKNOWN },
      "an effect": { ...known, Effect: UNKNOWN },
      "a condition": { ...known, Condition: { StringEquals: { "iam:PermissionsBoundary": UNKNOWN } } },
      "an exclusion": { Effect: "Allow", NotAction: [UNKNOWN], Resource: "arn:aws:iam::*:role/*" },
    })) {
      it(part, () => {
        assert.deepEqual(judge({ Statement: [statement] }), []);
        assert.equal(judge({ Statement: [statement, known] }).length, 1);
      });
    }

    it("a denial of something unknown, which may take away everything", () => {
      assert.deepEqual(
        judge({ Statement: [known, { Effect: "Deny", Action: [UNKNOWN], Resource: "*" }] }),
        [],
      );
    });
  });

  it("adds up the inline policies of one role, and names the one that does it alone", () => {
    const half = (letters: string) => ({
      name: letters.slice(0, 1),
      policy: {
        Statement: allow({
          Action: "iam:PutRolePolicy",
          Resource: Array.from(letters, (letter) => `arn:aws:iam::*:role/${letter}*`),
        }),
      },
    });
    const whole = {
      name: "whole",
      policy: { Statement: allow({ Action: "iam:AddUserToGroup", Resource: "*" }) },
    };
    const judgeRole = (...inlinePolicies: object[]) =>
      verdict(rule, { type: "aws:iam/role:Role", props: { name: "ci", inlinePolicies } });
    const [first, second] = [half("abcdABCD"), half("efghijklmnopEFGHIJKLMNOP")];
    assert.deepEqual(judgeRole(first), []);
    assert.match(judgeRole(first, second)[0] ?? "", /^Role "sample": inlinePolicies leads to full power/);
    assert.match(judgeRole(first, whole)[0] ?? "", /^Role "sample": inlinePolicies\[1\] "whole" leads/);
  });

  for (const [type, [document, holder]] of Object.entries({
    "aws:iam/policy:Policy": ["policy", "name"],
    "aws:iam/groupPolicy:GroupPolicy": ["policy", "group"],
    "aws:iam/rolePolicy:RolePolicy": ["policy", "role"],
    "aws:iam/userPolicy:UserPolicy": ["policy", "user"],
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": ["inlinePolicy", "permissionSetArn"],
  } as const)) {
    it(`looks at ${document} of ${type}, and exempts by ${holder}, a name or a pattern`, () => {
      const props = {
        [document]: JSON.stringify({ Statement: [allow({ Action: "iam:PutRolePolicy", Resource: "*" })] }),
        [holder]: "deploy-1a2b3c4",
      };
      assert.equal(verdict(rule, { type, props }).length, 1);
      assert.deepEqual(verdict(rule, { type, props, config: { exempt: ["deploy-*"] } }), []);
      assert.deepEqual(verdict(rule, { type, props, config: { exempt: ["deploy-1a2b3c4"] } }), []);
      assert.equal(verdict(rule, { type, props, config: { exempt: ["deploy"] } }).length, 1);
    });
  }
});
