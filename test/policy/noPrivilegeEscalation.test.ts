import assert from "node:assert/strict";
import { noPrivilegeEscalation as rule } from "../../policy/rules/noPrivilegeEscalation.ts";
import { IAM_PATHS } from "../support/escalationPaths.ts";
import { assertAccepts, assertReports, UNKNOWN, verdict } from "../support/policyRule.ts";

// What random documents cannot show; documentProperties.test.ts has the rest.

const allow = (statement: object) => ({ Effect: "Allow", ...statement });
const policy = (...Statement: unknown[]) => ({ props: { policy: { Statement } } });
const allowing = (statement: object) => policy(allow(statement));
const attaching = (Condition: object) =>
  allowing({ Action: "iam:AttachRolePolicy", Resource: "*", Condition });
const put = allow({ Action: "iam:PutRolePolicy", Resource: "*" });
const expected = /^Policy "sample": policy leads to full power; /;

const HARMLESS_POLICY = "arn:aws:iam::123456789012:policy/boundary";
const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";

describe("no-privilege-escalation", () => {
  it("reports each published action on every resource of its kind", () => {
    for (const { action, kind } of IAM_PATHS) {
      const on = kind === "own user" ? "one's own user" : `every ${kind}`;
      const message = new RegExp(`leads to full power; ${action} on ${on} \\([\\w-]+, statement 1\\): name `);
      assertReports(rule, message, [allowing({ Action: action, Resource: "*" })]);
    }
  });

  it("says which path it is, by which action and statement, and what to do", () => {
    const other = allow({ Action: "s3:*", Resource: "*" });
    const attach = allow({ Action: "iam:Attach?olePolicy", Resource: "arn:*:iam::*:role/*" });
    const keys = allow({ Sid: "Keys", Action: "iam:CreateAccessKey", Resource: "*" });
    assert.deepEqual(verdict(rule, policy(other, attach, keys)), [
      'Policy "sample": policy leads to full power; iam:CreateAccessKey on every user (iam-002, statement "Keys"): ' +
        "name the users, or allow one's own only; iam:AttachRolePolicy on every role (iam-009, statement 2): " +
        "name the roles, or list harmless policies in a condition on iam:PolicyARN",
    ]);
  });

  it("reports every one of a kind, however it is written", () => {
    const letters = Array.from("aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZ");
    for (const Resource of [
      ...["arn:aws-iso*:iam::*:role/*", "arn:aws-e*", "arn:aws:i?m::*:r*/*", "*:role/*"],
      ["arn:aws:s3:::bucket", "arn:aws:iam::*:role/?*"],
      letters.map((letter) => `arn:aws:iam::*:role/${letter}*`),
    ]) {
      assertReports(rule, expected, [allowing({ Action: "iam:AttachRolePolicy", Resource })]);
    }
  });

  it("reports exclusions of single names, or of one account, and one's own user below any path", () => {
    const statements = [
      { Action: "iam:UpdateAssumeRolePolicy", NotResource: "arn:aws:iam::*:role/protected" },
      { Action: "iam:CreateAccessKey", NotResource: "arn:aws:iam::123456789012:user/*" },
      { Action: "iam:CreateAccessKey", NotResource: [] },
      { Action: "iam:PutUserPolicy", Resource: "arn:aws:iam::*:user/*/${AWS:UserName}" },
    ];
    assertReports(rule, expected, statements.map(allowing));
  });

  it("accepts some names of a kind, however they are written", () => {
    const statements = [
      { Action: "iam:*RolePolicy", Resource: ["*:role/app-*", "arn:*role/app-*", "arn:aws*:role/app-*"] },
      { Action: "iam:CreatePolicyVersion", Resource: "arn:aws:iam::*:policy/team/app" },
      { NotAction: "iam:*", NotResource: "arn:aws:s3:::bucket" },
      { Action: "iam:*", NotResource: "*" },
    ];
    assertAccepts(rule, statements.map(allowing));
  });

  it("reports a condition that does not bind", () => {
    const conditions = [
      { StringLike: { "iam:PolicyARN": "*" } },
      { ArnLike: { "iam:PolicyARN": "arn:aws:iam::aws:policy/*" } },
      { ArnEquals: { "iam:PolicyARN": [HARMLESS_POLICY, "arn:aws:iam::aws:policy/IAMFullAccess"] } },
      { ArnEquals: { "iam:policyarn": ADMIN } },
      { ArnEquals: { "iam:PolicyARN": ADMIN.replace("aws", "aws-cn") } },
      { ArnNotEquals: { "iam:PolicyARN": ADMIN } },
      { ArnLike: { "iam:PolicyARN": "arn:aws:iam::123456789012:policy/*" } },
      { StringEquals: { "iam:PolicyARN": "${aws:PrincipalTag/policy}" } },
      { StringEqualsIfExists: { "iam:PermissionsBoundary": HARMLESS_POLICY } },
      { "ForAllValues:StringEquals": { "iam:PermissionsBoundary": HARMLESS_POLICY } },
      { StringNotEquals: { "iam:PermissionsBoundary": HARMLESS_POLICY } },
      { ArnEquals: { "iam:PermissionsBoundary": ADMIN } },
      { Null: { "iam:PermissionsBoundary": "false" } },
      { Null: { "iam:PermissionsBoundary": "true" } },
      { StringNotEquals: { "aws:ResourceTag/protected": "true" } },
      { StringEqualsIfExists: { "aws:ResourceTag/team": "a" } },
      { StringLike: { "iam:ResourceTag/team": "*" } },
      { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
    ];
    assertReports(rule, expected, conditions.map(attaching));
  });

  it("accepts a condition that binds", () => {
    const conditions = [
      { StringEquals: { "IAM:PolicyArn": ["arn:aws:iam::aws:policy/ReadOnlyAccess", HARMLESS_POLICY] } },
      { ArnLike: { "iam:PolicyARN": "arn:aws:iam::*:policy/app-*" } },
      { ArnEqualsIfExists: { "iam:PolicyARN": HARMLESS_POLICY } },
      { StringEquals: { "iam:PermissionsBoundary": HARMLESS_POLICY } },
      { ArnLike: { "iam:PermissionsBoundary": "arn:aws:iam::${aws:PrincipalAccount}:policy/boundary" } },
      { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } },
    ];
    assertAccepts(rule, conditions.map(attaching));
  });

  it("accepts a boundary that a Deny requires of everybody, and no Deny that spares somebody", () => {
    const deny = { Effect: "Deny", Action: "iam:*RolePolicy", Resource: "*" };
    const unless = (operator: string) =>
      policy(put, { ...deny, Condition: { [operator]: { "iam:PermissionsBoundary": HARMLESS_POLICY } } });
    assertAccepts(rule, [unless("StringNotEquals")]);
    const sparing = ["StringLike", "ForAnyValue:StringNotEquals", "StringEqualsIgnoreCase"];
    assertReports(rule, expected, sparing.map(unless));
    const Resource = ["arn:aws:iam::*:role/team/*", "arn:aws:iam::*:role/A*", "arn:aws:iam::*:role/?e*"];
    assertReports(rule, expected, [policy(put, { ...deny, Resource })]);
  });

  it("leaves documents of full power, and those that cannot be read, to the other rule", () => {
    assertAccepts(rule, [allowing({ Action: "*", Resource: "*" }), { props: { policy: "{" } }]);
  });

  it("reports new permission sets together with an assignment, where they are named", () => {
    const assign = "SSO:CreateAccountAssignment";
    for (const action of ["sso:AttachManagedPolicyToPermissionSet", "sso:PutInline*"]) {
      assertReports(rule, /identity-center/, [allowing({ Action: [action, assign], Resource: "*" })]);
    }
    assertAccepts(rule, [allowing({ Action: ["sso:*PermissionSet", "sso:Describe*"], Resource: "*" })]);
  });

  const [first, second] = ["abcdABCD", "efghijklmnopEFGHIJKLMNOP"] as const;
  const half = (account: string, letters: string) => {
    const Resource = Array.from(letters, (letter) => `arn:aws:iam::${account}:role/${letter}*`);
    return allow({ Action: "iam:PutRolePolicy", Resource });
  };

  it("adds up what statements allow in one account, and not in two", () => {
    assertReports(rule, expected, [policy(half("111111111111", first), half("111111111111", second))]);
    assertAccepts(rule, [policy(half("111111111111", first), half("222222222222", second))]);
  });

  it("adds up the inline policies of one role, and names the one that does it alone", () => {
    const statements = [half("*", first), half("*", second), put];
    const [one, other, whole] = statements.map((Statement) => ({ name: "x", policy: { Statement } }));
    const role = (...inlinePolicies: unknown[]) => ({ type: "aws:iam/role:Role", props: { inlinePolicies } });
    assertAccepts(rule, [role(one)]);
    assertReports(rule, /^Role "sample": inlinePolicies leads to full power/, [role(one, other)]);
    assertReports(rule, /^Role "sample": inlinePolicies\[1\] "x" leads to/, [role(one, whole)]);
  });

  it("waits with what is not known yet and judges the rest", () => {
    for (const unknown of [
      UNKNOWN,
      { ...put, Action: ["s3:*", UNKNOWN] },
      { ...put, Resource: UNKNOWN },
      { ...put, Effect: UNKNOWN },
      { ...put, Condition: { StringEquals: { "iam:PermissionsBoundary": UNKNOWN } } },
      allow({ NotAction: [UNKNOWN], Resource: "arn:aws:iam::*:role/*" }),
    ]) {
      assertAccepts(rule, [policy(unknown)]);
      assertReports(rule, expected, [policy(unknown, put)]);
    }
    assertAccepts(rule, [policy(put, { Effect: "Deny", Action: [UNKNOWN], Resource: "*" })]);
  });

  for (const [type, document, holder] of [
    ["aws:iam/policy:Policy", "policy", "name"],
    ["aws:iam/groupPolicy:GroupPolicy", "policy", "group"],
    ["aws:iam/rolePolicy:RolePolicy", "policy", "role"],
    ["aws:iam/userPolicy:UserPolicy", "policy", "user"],
    ["aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy", "inlinePolicy", "permissionSetArn"],
  ] as const) {
    it(`looks at ${document} of ${type}, and exempts by ${holder}, a name or a pattern`, () => {
      const props = { [document]: JSON.stringify({ Statement: [put] }), [holder]: "deploy-1a2b" };
      const exempting = (exempt: string) => ({ type, props, config: { exempt: [exempt] } });
      assertAccepts(rule, ["deploy-*", "deploy-1a2b"].map(exempting));
      assertReports(rule, /leads to full power/, [{ type, props }, exempting("deploy")]);
    });
  }
});
