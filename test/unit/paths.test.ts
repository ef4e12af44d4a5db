import assert from "node:assert/strict";
import type { Identity } from "../../account/identities.ts";
import {
  ADMINISTRATOR,
  allow,
  arn,
  deny,
  document,
  identity,
  managed,
  pathsIn,
  trust,
  type Statement,
} from "../support/accounts.ts";
import { pathfindingAccount } from "../support/pathfinding.ts";

describe("The paths to full power of an account with somebody for each published one", () => {
  it("are found for everybody who has one, and for no harmless twin", () => {
    const { identities, withWay } = pathfindingAccount();
    assert.deepEqual(Object.keys(pathsIn(identities)).sort(), withWay.sort());
  });
});

const user = (name: string, ...statements: Statement[]) => identity("user", name, statements);
const role = (name: string, trusted: string, ...statements: Statement[]) =>
  identity("role", name, statements, { trust: trusted });
const powerful = (name: string, trusted: string) =>
  identity("role", name, [], { policies: [ADMINISTRATOR], trust: trusted });
const by = (AWS: string, Condition?: object) => trust({ AWS }, Condition);
const byAccount = (id = "123456789012") => by(`arn:aws:iam::${id}:root`);
const byService = (name: string) => trust({ Service: `${name}.amazonaws.com` });
const byGithub = (sub: string) => {
  const issuer = "token.actions.githubusercontent.com";
  const Condition = { StringLike: { [`${issuer}:sub`]: sub } };
  return trust({ Federated: arn("oidc-provider", issuer) }, Condition, "sts:AssumeRoleWithWebIdentity");
};
const byOkta = trust({ Federated: arn("saml-provider", "okta") }, undefined, "sts:AssumeRoleWithSAML");
const toGroup = allow("iam:AddUserToGroup", arn("group", "Administrators"));
const joins = "iam:AddUserToGroup -> group Administrators";
const passes = "iam:PassRole, lambda:CreateFunction, lambda:InvokeFunction -> role d";
/** Somebody whose policies allow everything, within a boundary. */
const bounded = (boundary: string) =>
  identity("user", "eve", [allow("*")], { boundary: managed("boundary", allow(boundary)) });

/** What is in an account beside the administrators, and the paths there. */
const CASES: Readonly<Record<string, readonly [has: readonly Identity[], ...paths: readonly string[]]>> = {
  "nobody else": [[]],
  "two steps through a role": [
    [user("ci"), role("build", by(arn("user", "ci")), toGroup)],
    `role build -> ${joins}`,
    `user ci -> sts:AssumeRole -> role build -> ${joins}`,
  ],
  "four steps through keys, roles and a passed role": [
    [
      user("a", allow("iam:CreateAccessKey", arn("user", "b"))),
      user("b", allow("sts:AssumeRole", arn("role", "c"))),
      role("c", byAccount(), allow("iam:PassRole", arn("role", "d")), allow("lambda:*")),
      role("d", byService("lambda"), toGroup),
    ],
    `role c -> ${passes} -> ${joins}`,
    `role d -> ${joins}`,
    `user a -> iam:CreateAccessKey -> user b -> sts:AssumeRole -> role c -> ${passes} -> ${joins}`,
    `user b -> sts:AssumeRole -> role c -> ${passes} -> ${joins}`,
  ],
  "a service that the role does not trust": [
    [user("a", allow("iam:PassRole", arn("role", "d")), allow("glue:*")), powerful("d", byService("lambda"))],
  ],
  "permissions that a member has only by two groups": [
    [
      identity("user", "a", [], { groups: ["pass", "run"] }),
      identity("user", "b", [], { groups: ["pass"] }),
      identity("group", "pass", [allow("iam:PassRole", arn("role", "d"))]),
      identity("group", "run", [allow("ec2:RunInstances")]),
      powerful("d", byService("ec2")),
    ],
    "user a -> iam:PassRole, ec2:RunInstances -> role d",
  ],
  "a group that leads on": [
    [
      user("a", allow("iam:AddUserToGroup", arn("group", "operators"))),
      identity("group", "operators", [toGroup]),
    ],
    `user a -> iam:AddUserToGroup -> group operators -> ${joins}`,
  ],
  "two roles, of which one empowers the other": [
    [
      user("a", allow("sts:AssumeRole")),
      role("writer", byAccount(), allow("iam:PutRolePolicy", arn("role", "reader"))),
      role("reader", byAccount()),
    ],
    "user a -> sts:AssumeRole -> role writer -> iam:PutRolePolicy -> role reader -> sts:AssumeRole -> role reader",
  ],
  "other accounts, anybody and identity providers": [
    [
      role("abroad", byAccount("210987654321"), toGroup),
      role("named", by("arn:aws:iam::310987654321:role/x"), toGroup),
      role("github", byGithub("repo:acme/app:*"), toGroup),
      role("okta", byOkta, toGroup),
    ],
    `OIDC provider token.actions.githubusercontent.com -> sts:AssumeRole -> role github -> ${joins}`,
    `SAML provider okta -> sts:AssumeRole -> role okta -> ${joins}`,
    `account 210987654321 -> sts:AssumeRole -> role abroad -> ${joins}`,
    `account 310987654321 -> sts:AssumeRole -> role named -> ${joins}`,
    ...["abroad", "github", "named", "okta"].map((name) => `role ${name} -> ${joins}`),
  ],
  "outsiders of an accepted role": [[powerful("accepted", byGithub("repo:acme/infra:ref:refs/heads/main"))]],
  "a trust that a condition keeps for others": [
    [
      user("a", allow("sts:AssumeRole")),
      powerful(
        "d",
        by("arn:aws:iam::123456789012:root", { ArnLike: { "aws:PrincipalArn": arn("role", "only-this") } }),
      ),
    ],
  ],
  "a boundary that can be taken away": [
    [
      bounded("s3:*"),
      user("b", allow("iam:DeleteUserPermissionsBoundary iam:CreateAccessKey", arn("user", "eve"))),
    ],
    "user b -> iam:DeleteUserPermissionsBoundary -> user eve -> iam:CreateAccessKey -> user eve",
  ],
  "a boundary that holds": [[bounded("s3:*")]],
  "a boundary that allows to take it away": [
    [bounded("s3:* iam:DeleteUserPermissionsBoundary")],
    "user eve -> iam:DeleteUserPermissionsBoundary -> user eve",
  ],
  "an inline Deny of one's own, and an attached one, that one may take away": [
    [
      identity("user", "a", [deny("iam:AddUserToGroup")], {
        policies: [managed("work", toGroup, allow("iam:DeleteUserPolicy", arn("user", "a")))],
      }),
      identity("role", "b", [toGroup, allow("iam:DetachRolePolicy", arn("role", "b"))], {
        policies: [managed("guard", deny("iam:*Group*"))],
      }),
    ],
    `role b -> iam:DetachRolePolicy -> role b -> ${joins}`,
    `user a -> iam:DeleteUserPolicy -> user a -> ${joins}`,
  ],
  "a Deny of one's group that one may take away, in the midst of a path": [
    [
      identity("user", "a", [allow("iam:DeleteGroupPolicy", arn("group", "g"))], { groups: ["g"] }),
      identity("group", "g", [deny("sts:*")], { policies: [managed("work", allow("sts:AssumeRole"))] }),
      role("build", byAccount(), toGroup),
    ],
    `role build -> ${joins}`,
    `user a -> iam:DeleteGroupPolicy -> group g -> sts:AssumeRole -> role build -> ${joins}`,
  ],
  "a Deny that denies its own removal too, or goes with what it takes": [
    [
      identity("user", "a", [deny("iam:AddUserToGroup iam:DeleteUserPolicy")], {
        policies: [managed("work", toGroup, allow("iam:DeleteUserPolicy"))],
      }),
      user("b", deny("iam:AddUserToGroup"), toGroup, allow("iam:DeleteUserPolicy")),
    ],
  ],
  "a SAML provider whose metadata one may write": [
    [
      user("a", allow("iam:UpdateSAMLProvider")),
      user("b", allow("iam:UpdateSAMLProvider", arn("saml-provider", "other"))),
      powerful("accepted", byOkta),
    ],
    "user a -> iam:UpdateSAMLProvider -> SAML provider okta -> sts:AssumeRole -> role accepted",
  ],
  "a boundary whose text one may write": [
    [
      identity("user", "a", [toGroup, allow("iam:CreatePolicyVersion", arn("policy", "limits"))], {
        boundary: managed("limits", allow("s3:*"), allow("iam:CreatePolicyVersion", arn("policy", "limits"))),
      }),
      identity("user", "b", [toGroup, allow("iam:CreatePolicyVersion")], {
        boundary: {
          ...{ name: "ReadOnlyAccess", arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
          document: document(allow("iam:CreatePolicyVersion", "arn:aws:iam::aws:*")),
        },
      }),
    ],
    `user a -> iam:CreatePolicyVersion -> policy limits -> ${joins}`,
  ],
  "a new role of any name within a family": [
    [user("dev", allow("iam:CreateRole iam:AttachRolePolicy", arn("role", "app-*")))],
    "user dev -> iam:CreateRole, iam:AttachRolePolicy -> a new role",
  ],
  "a new role with a boundary only": [
    [
      user(
        "dev",
        allow("iam:CreateRole iam:AttachRolePolicy", arn("role", "app-*"), {
          StringEquals: { "iam:PermissionsBoundary": arn("policy", "only-s3") },
        }),
      ),
    ],
  ],
  "one's own key": [[user("a", allow("iam:*AccessKey*", arn("user", "${aws:username}")))]],
  "tags that the user does not have": [
    [
      user("a", allow("sts:AssumeRole", "*", { StringEquals: { "aws:PrincipalTag/team": "x" } })),
      role("d", byAccount(), toGroup, deny("s3:*")),
    ],
    `role d -> ${joins}`,
  ],
};

describe("A path to full power", () => {
  const group = identity("group", "Administrators", [], { policies: [ADMINISTRATOR] });
  const admin = powerful("admin", byService("x"));
  for (const [what, [identities, ...paths]] of Object.entries(CASES)) {
    it(`with ${what} is ${paths.length === 0 ? "none" : "the shortest one"}`, () => {
      const found = pathsIn([group, admin, ...identities], ["accepted"]);
      assert.deepEqual(Object.values(found).sort(), [...paths].sort());
    });
  }
});
