import assert from "node:assert/strict";
import { noPrivilegeEscalation as rule } from "../../policy/rules/noPrivilegeEscalation.ts";
import { IAM_PATHS } from "../support/escalationPaths.ts";
import { hostileDocuments } from "./hostileDocuments.ts";
import { assertAccepts, assertReports, UNKNOWN, verdict } from "./policyRule.ts";

// What random documents cannot show; documentProperties.test.ts has the rest.

const allow = (statement: object) => ({ Effect: "Allow", ...statement });
const policy = (...Statement: unknown[]) => ({ props: { policy: { Statement } } });
const allowing = (statement: object) => policy(allow(statement));
const attaching = (Condition: object) =>
  allowing({ Action: "iam:AttachRolePolicy", Resource: "*", Condition });
/** Allows actions on everything, but for what else a statement says. */
const onEvery = (Action: unknown, more: object = {}) => allow({ Action, Resource: "*", ...more });
const denying = (Action: unknown, Resource = "*") => ({ Effect: "Deny", Action, Resource });
const iam = (names: string) => names.split(" ").map((name) => `iam:${name}`);
const put = onEvery("iam:PutRolePolicy");
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

  const bounded = { Condition: { StringEquals: { "iam:PermissionsBoundary": HARMLESS_POLICY } } };
  const throughRoles = onEvery(iam("CreateRole PutRolePolicy AttachRolePolicy"), bounded);

  it("reports a boundary that the same document lets be taken away or changed", () => {
    const some = { Resource: "arn:aws:iam::*:role/app-*" };
    for (const undoing of [
      onEvery("iam:DeleteRolePermissionsBoundary", some),
      onEvery("iam:DeleteRole*", some),
      onEvery("iam:PutRolePermissionsBoundary", some),
      onEvery("iam:CreatePolicyVersion", { Resource: HARMLESS_POLICY }),
      onEvery("iam:SetDefaultPolicyVersion", { Resource: "arn:aws:iam::*:policy/bound*" }),
    ]) {
      assertReports(rule, /iam:PutRolePolicy on every role/, [policy(throughRoles, undoing)]);
    }
    const own = onEvery("iam:PutUserPolicy", { Resource: "arn:aws:iam::*:user/${aws:username}", ...bounded });
    const ownBoundary = { Resource: "arn:aws:iam::*:user/app-*" };
    for (const verb of ["Delete", "Put"]) {
      const undoing = onEvery(`iam:${verb}UserPermissionsBoundary`, ownBoundary);
      assertReports(rule, /iam:PutUserPolicy on one's own user/, [policy(own, undoing)]);
    }
    const Condition = { StringNotEquals: { "iam:PermissionsBoundary": HARMLESS_POLICY } };
    const unlessBounded = { ...denying("iam:PutUserPolicy"), Condition };
    const put = onEvery(["iam:PutUserPolicy"]);
    const change = onEvery("iam:PutUserPermissionsBoundary", ownBoundary);
    assertAccepts(rule, [policy(put, unlessBounded)]);
    assertReports(rule, /iam:PutUserPolicy/, [policy(put, unlessBounded, change)]);
  });

  it("accepts AWS's own delegation, which denies the undoing", () => {
    const delegation = [
      onEvery(iam("AttachUserPolicy CreateUser DeleteUserPolicy DetachUserPolicy PutUserPolicy"), bounded),
      onEvery("iam:PutUserPermissionsBoundary", bounded),
      onEvery(iam("CreatePolicy DeletePolicy *PolicyVersion Get* List* Tag*"), {
        Resource: "arn:aws:iam::123456789012:policy/app-*",
      }),
      denying(
        iam("CreatePolicyVersion DeletePolicy DeletePolicyVersion SetDefaultPolicyVersion"),
        HARMLESS_POLICY,
      ),
      denying("iam:DeleteUserPermissionsBoundary"),
    ];
    assertAccepts(rule, [
      policy(...delegation),
      policy(...delegation, onEvery("iam:Delete*", { Resource: "arn:aws:iam::*:user/*" })),
      policy(
        throughRoles,
        onEvery("iam:DeleteRole*"),
        denying("iam:Delete*Boundary", "arn:aws:iam::*:role/*"),
      ),
    ]);
  });

  it("reports a resource's tag that the same document lets be set", () => {
    const tagged = (Action: string, tag = "aws:ResourceTag/team") =>
      onEvery(Action, { Condition: { StringEquals: { [tag]: "a" } } });
    const put = tagged("iam:PutRolePolicy");
    assertReports(rule, /iam:PutRolePolicy/, [
      policy(put, onEvery("iam:TagRole")),
      policy(tagged("iam:PutRolePolicy", "iam:ResourceTag/team"), onEvery("iam:Tag*")),
      policy(put, onEvery("iam:TagRole", { Condition: { StringLike: { "aws:RequestTag/team": "*" } } })),
    ]);
    const tagging = onEvery("iam:TagUser", { Resource: "arn:aws:iam::*:user/dev-*" });
    assertReports(rule, /iam:CreateAccessKey/, [policy(tagged("iam:CreateAccessKey"), tagging)]);
    assertAccepts(rule, [
      policy(put, onEvery("iam:TagUser")),
      policy(put, tagged("iam:TagRole")),
      policy(put, onEvery("iam:TagRole"), denying("iam:TagRole")),
    ]);
  });

  const versioned = (Version: string | undefined, ...Statement: object[]) => ({
    props: { policy: { Version, Statement } },
  });

  it("reports a list of policies of which the same document lets one be written", () => {
    const listing = (policyArn: string) =>
      onEvery("iam:AttachRolePolicy", { Condition: { ArnLike: { "iam:PolicyARN": policyArn } } });
    const apps = "arn:aws:iam::123456789012:policy/app-*";
    for (const [action, name] of [
      ["CreatePolicy", "*"],
      ["CreatePolicy", "arn:aws:iam::*:policy/app-web-*"],
      ["CreatePolicyVersion", "arn:aws:iam::123456789012:policy/app-one"],
      ["SetDefaultPolicyVersion", "arn:aws:iam::${aws:PrincipalAccount}:policy/app-*"],
    ] as const) {
      const write = onEvery(`iam:${action}`, { Resource: name });
      assertReports(rule, /iam:AttachRolePolicy/, [versioned("2012-10-17", listing(apps), write)]);
    }
    const one = "arn:aws:iam::${aws:PrincipalAccount}:policy/one";
    assertReports(rule, /iam:AttachRolePolicy/, [policy(listing(one), onEvery("iam:CreatePolicy"))]);
    assertAccepts(rule, [
      policy(listing(apps), onEvery("iam:CreatePolicy", { Resource: "arn:aws:iam::*:policy/other-*" })),
      policy(
        listing(apps),
        onEvery("iam:CreatePolicy"),
        denying("iam:Create*", "arn:aws:iam::*:policy/app-*"),
      ),
      policy(listing("arn:aws:iam::aws:policy/ReadOnlyAccess"), onEvery("iam:CreatePolicy")),
      policy(listing(one), onEvery("iam:DeletePolicy")),
    ]);
  });

  it("accepts a Deny that has a value for its variable, and no other", () => {
    const keys = onEvery("iam:CreateAccessKey");
    const on = (Resource: string) => denying("iam:CreateAccessKey", Resource);
    const ownAccount = on("arn:aws:iam::${aws:PrincipalAccount}:user/*");
    assertAccepts(rule, [versioned("2012-10-17", keys, ownAccount)]);
    for (const sample of [
      versioned("2008-10-17", keys, ownAccount),
      versioned(undefined, keys, ownAccount),
      ...[
        "arn:aws:iam::${aws:PrincipalTag/account}:user/*",
        "arn:${aws:PrincipalTag/partition}:iam::*:user/*",
        "arn:aws:${aws:PrincipalTag/service}::*:user/*",
        "arn:aws:iam::*:user/${aws:username}",
        "arn:aws:iam::1234*:user/*",
        "arn:aws-cn:iam::*:user/*",
      ].map((resource) => versioned("2012-10-17", keys, on(resource))),
    ]) {
      assertReports(rule, /iam:CreateAccessKey on every user/, [sample]);
    }
    const own = onEvery("iam:PutUserPolicy", { Resource: "arn:aws:iam::*:user/${aws:username}" });
    const ownDenied = denying("iam:PutUserPolicy", "arn:aws:iam::*:user/${aws:username}");
    assertAccepts(rule, [versioned("2012-10-17", own, ownDenied)]);
    assertReports(rule, /iam:PutUserPolicy/, [versioned(undefined, own, ownDenied)]);
  });

  it("leaves documents of full power, and those that cannot be read, to the other rule", () => {
    assertAccepts(rule, [allowing({ Action: "*", Resource: "*" }), { props: { policy: "{" } }]);
  });

  it("reports who may assign permission sets, write into assigned ones or join groups of Identity Center", () => {
    const provision = "sso:ProvisionPermissionSet";
    for (const Action of [
      ["SSO:CreateAccountAssignment"],
      ["sso:AttachManagedPolicyToPermissionSet", provision],
      ["sso:AttachCustomer*", provision],
      ["sso:PutInline*", provision],
      ["identitystore:CreateGroupMembership"],
      ["account-access:CreateEntitlement"],
    ]) {
      assertReports(rule, /identity-center/, [allowing({ Action, Resource: "*" })]);
    }
    const Resource = ["arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/*", "arn:aws:sso:::account/*"];
    const ofOneInstance = allowing({ Action: "sso:CreateAccountAssignment", Resource });
    assertReports(rule, /identity-center/, [ofOneInstance]);
  });

  it("accepts permission sets that are written and not assigned, named ones, and what NotAction leaves over", () => {
    const named = "arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef";
    const members = ["arn:aws:identitystore:::group/1234567890-abcd", "arn:aws:identitystore:::user/*"];
    const statements = [
      { Action: ["sso:Put*", "sso:Attach*", "sso:Describe*"], Resource: "*" },
      { Action: "sso:CreateAccountAssignment", Resource: [named, "arn:aws:sso:::account/111111111111"] },
      { Action: "identitystore:CreateGroupMembership", Resource: members },
      { NotAction: ["iam:*", "organizations:*"], Resource: "*" },
    ];
    assertAccepts(rule, statements.map(allowing));
  });

  it("reports the way into the administrators' group by its name, and not into others", () => {
    const adding = (name: string) =>
      allowing({ Action: "iam:AddUserToGroup", Resource: `arn:aws:iam::*:group/${name}` });
    const expectedGroup =
      /leads to full power; iam:AddUserToGroup on the administrators group \(iam-013, statement 1\)/;
    const names = ["Administrators", "Admin*", "ops/Administrators", "administrators", "*/Administrators"];
    assertReports(rule, expectedGroup, names.map(adding));
    assertAccepts(rule, [adding("Readers"), adding("team/*"), adding("Administrators-of-x")]);
    assertReports(rule, expectedGroup, [{ ...adding("root-ops"), config: { groups: ["root-ops"] } }]);
    assertAccepts(rule, [{ ...adding("Administrators"), config: { groups: [] } }]);
    const add = allow({ Action: "iam:Add*", Resource: "arn:aws:iam::*:group/Admin*" });
    const denied = denying("iam:AddUserToGroup", "arn:aws:iam::*:group/Administrators");
    assertAccepts(rule, [policy(add, denied)]);
  });

  const role = (name: string) =>
    allowing({ Action: "iam:PutRolePolicy", Resource: `arn:aws:iam::*:role/${name}` });

  it("reports patterns that names of any form match", () => {
    const patterns = ["*a*", "*o*", "*-*", "*ab*", "??*", "*/*", "*.*", "*e?*", "*a*b*c*"];
    assertReports(rule, expected, patterns.map(role));
  });

  it("accepts patterns that fix how a name begins, ends, or is spelt in three characters", () => {
    const patterns = ["ci*", "a/*", "*-x", "*app*", "a*", "*a", "*a*-web", "x?y*", "team/*/web"];
    assertAccepts(rule, patterns.map(role));
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

  const inlined = (...inlinePolicies: unknown[]) => ({
    type: "aws:iam/role:Role",
    props: { inlinePolicies },
  });

  it("adds up the inline policies of one role, and names the one that does it alone", () => {
    const statements = [half("*", first), half("*", second), put];
    const [one, other, whole] = statements.map((Statement) => ({ name: "x", policy: { Statement } }));
    assertAccepts(rule, [inlined(one)]);
    assertReports(rule, /^Role "sample": inlinePolicies leads to full power/, [inlined(one, other)]);
    assertReports(rule, /^Role "sample": inlinePolicies\[1\] "x" leads to/, [inlined(one, whole)]);
  });

  it("reports what an inline policy allows and another denies, where the other may be deleted", () => {
    const inline = (...Statement: object[]) => ({ name: "x", policy: { Statement } });
    const denied = inline({ ...put, Effect: "Deny" });
    assertAccepts(rule, [inlined(inline(put), denied)]);
    const remove = onEvery("iam:DeleteRolePolicy", { Resource: "arn:aws:iam::*:role/app" });
    assertReports(rule, /inlinePolicies\[0\] "x" leads to full power/, [
      inlined(inline(put, remove), denied),
    ]);
    assertAccepts(rule, [inlined(inline(put, remove, { ...put, Effect: "Deny" }), inline())]);
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

  it("comes to an end on documents that cost the most", () => {
    for (const [what, document] of Object.entries(hostileDocuments(6144))) {
      assert.ok(verdict(rule, { props: { policy: document } }).length <= 1, what);
    }
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
