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
} from "../support/accounts.ts";
import { pathfindingAccount } from "../support/pathfinding.ts";

describe("The paths to full power of an account with somebody for each published one", () => {
  it("are found for everybody who has one, and for no harmless twin", () => {
    const { identities, withWay } = pathfindingAccount();
    assert.deepEqual(Object.keys(pathsIn(identities)).sort(), withWay.sort());
  });
});

const group = identity("group", "Administrators", [], { policies: [ADMINISTRATOR] });
const admin = identity("role", "admin", [], {
  policies: [ADMINISTRATOR],
  trust: trust({ Service: "x.amazonaws.com" }),
});
const trusting = (name: string, AWS: string, ...statements: Parameters<typeof identity>[2] & object) =>
  identity("role", name, statements, { trust: trust({ AWS }) });
const root = (account = "123456789012") => `arn:aws:iam::${account}:root`;
const github = (sub: string) =>
  trust(
    { Federated: arn("oidc-provider", "token.actions.githubusercontent.com") },
    { StringLike: { "token.actions.githubusercontent.com:sub": sub } },
    "sts:AssumeRoleWithWebIdentity",
  );
const toGroup = allow("iam:AddUserToGroup", arn("group", "Administrators"));
const onlyS3 = managed("only-s3", allow("s3:*"));
const bounded = (...statements: Parameters<typeof identity>[2] & object) =>
  identity("user", "eve", statements, { boundary: onlyS3 });

/** What is in an account beside the administrators, and the paths there. */
const cases: readonly [
  what: string,
  identities: readonly Identity[],
  lines: readonly string[],
  accepted?: string[],
][] = [
  ["nobody else", [], []],
  [
    "two steps through a role",
    [identity("user", "ci"), trusting("build", arn("user", "ci"), toGroup)],
    [
      "role build -> iam:AddUserToGroup -> group Administrators",
      "user ci -> sts:AssumeRole -> role build -> iam:AddUserToGroup -> group Administrators",
    ],
  ],
  [
    "four steps through keys, roles and a passed role",
    [
      identity("user", "a", [allow("iam:CreateAccessKey", arn("user", "b"))]),
      identity("user", "b", [allow("sts:AssumeRole", arn("role", "c"))]),
      trusting("c", root(), allow("iam:PassRole", arn("role", "d")), allow("lambda:*")),
      identity("role", "d", [toGroup], { trust: trust({ Service: "lambda.amazonaws.com" }) }),
    ],
    [
      "role c -> iam:PassRole, lambda:CreateFunction, lambda:InvokeFunction -> role d -> iam:AddUserToGroup -> group Administrators",
      "role d -> iam:AddUserToGroup -> group Administrators",
      "user a -> iam:CreateAccessKey -> user b -> sts:AssumeRole -> role c -> iam:PassRole, lambda:CreateFunction, lambda:InvokeFunction -> role d -> iam:AddUserToGroup -> group Administrators",
      "user b -> sts:AssumeRole -> role c -> iam:PassRole, lambda:CreateFunction, lambda:InvokeFunction -> role d -> iam:AddUserToGroup -> group Administrators",
    ],
  ],
  [
    "a service that the role does not trust",
    [
      identity("user", "a", [allow("iam:PassRole", arn("role", "d")), allow("glue:*")]),
      identity("role", "d", [], {
        policies: [ADMINISTRATOR],
        trust: trust({ Service: "lambda.amazonaws.com" }),
      }),
    ],
    [],
  ],
  [
    "permissions that a member has only by two groups",
    [
      identity("user", "a", [], { groups: ["pass", "run"] }),
      identity("user", "b", [], { groups: ["pass"] }),
      identity("group", "pass", [allow("iam:PassRole", arn("role", "d"))]),
      identity("group", "run", [allow("ec2:RunInstances")]),
      identity("role", "d", [], {
        policies: [ADMINISTRATOR],
        trust: trust({ Service: "ec2.amazonaws.com" }),
      }),
    ],
    ["user a -> iam:PassRole, ec2:RunInstances -> role d"],
  ],
  [
    "a group that leads on",
    [
      identity("user", "a", [allow("iam:AddUserToGroup", arn("group", "operators"))]),
      identity("group", "operators", [toGroup]),
    ],
    ["user a -> iam:AddUserToGroup -> group operators -> iam:AddUserToGroup -> group Administrators"],
  ],
  [
    "two roles, of which one empowers the other",
    [
      identity("user", "a", [allow("sts:AssumeRole")]),
      trusting("writer", root(), allow("iam:PutRolePolicy", arn("role", "reader"))),
      trusting("reader", root()),
    ],
    [
      "user a -> sts:AssumeRole -> role writer -> iam:PutRolePolicy -> role reader -> sts:AssumeRole -> role reader",
    ],
  ],
  [
    "other accounts, anybody and identity providers",
    [
      identity("role", "abroad", [toGroup], { trust: trust({ AWS: root("210987654321") }) }),
      identity("role", "named", [toGroup], { trust: trust({ AWS: "arn:aws:iam::310987654321:role/x" }) }),
      identity("role", "github", [toGroup], { trust: github("repo:acme/app:*") }),
      identity("role", "okta", [toGroup], {
        trust: trust({ Federated: arn("saml-provider", "okta") }, undefined, "sts:AssumeRoleWithSAML"),
      }),
    ],
    [
      "OIDC provider token.actions.githubusercontent.com -> sts:AssumeRole -> role github -> iam:AddUserToGroup -> group Administrators",
      "SAML provider okta -> sts:AssumeRole -> role okta -> iam:AddUserToGroup -> group Administrators",
      "account 210987654321 -> sts:AssumeRole -> role abroad -> iam:AddUserToGroup -> group Administrators",
      "account 310987654321 -> sts:AssumeRole -> role named -> iam:AddUserToGroup -> group Administrators",
      ...["abroad", "github", "named", "okta"].map(
        (name) => `role ${name} -> iam:AddUserToGroup -> group Administrators`,
      ),
    ],
  ],
  [
    "outsiders of an accepted role",
    [
      identity("role", "deploy", [], {
        policies: [ADMINISTRATOR],
        trust: github("repo:acme/infra:ref:refs/heads/main"),
      }),
    ],
    [],
    ["deploy"],
  ],
  [
    "a trust that a condition keeps for others",
    [
      identity("user", "a", [allow("sts:AssumeRole")]),
      identity("role", "d", [], {
        policies: [ADMINISTRATOR],
        trust: trust({ AWS: root() }, { ArnLike: { "aws:PrincipalArn": arn("role", "only-this") } }),
      }),
    ],
    [],
  ],
  [
    "a boundary that can be taken away",
    [
      bounded(allow("*")),
      identity("user", "b", [
        allow("iam:DeleteUserPermissionsBoundary iam:CreateAccessKey", arn("user", "eve")),
      ]),
    ],
    ["user b -> iam:DeleteUserPermissionsBoundary -> user eve -> iam:CreateAccessKey -> user eve"],
  ],
  ["a boundary that holds", [bounded(allow("*"))], []],
  [
    "an inline Deny of one's own, and an attached one, that one may take away",
    [
      identity("user", "a", [deny("iam:AddUserToGroup")], {
        policies: [managed("work", toGroup, allow("iam:DeleteUserPolicy", arn("user", "a")))],
      }),
      identity("role", "b", [toGroup, allow("iam:DetachRolePolicy", arn("role", "b"))], {
        policies: [managed("guard", deny("iam:*Group*"))],
      }),
    ],
    [
      "role b -> iam:DetachRolePolicy -> role b -> iam:AddUserToGroup -> group Administrators",
      "user a -> iam:DeleteUserPolicy -> user a -> iam:AddUserToGroup -> group Administrators",
    ],
  ],
  [
    "a Deny of one's group that one may take away, in the midst of a path",
    [
      identity("user", "a", [allow("iam:DeleteGroupPolicy", arn("group", "g"))], { groups: ["g"] }),
      identity("group", "g", [deny("sts:*")], { policies: [managed("work", allow("sts:AssumeRole"))] }),
      trusting("build", root(), toGroup),
    ],
    [
      "role build -> iam:AddUserToGroup -> group Administrators",
      "user a -> iam:DeleteGroupPolicy -> group g -> sts:AssumeRole -> role build -> iam:AddUserToGroup -> group Administrators",
    ],
  ],
  [
    "a Deny that stays, since it denies its own removal too, or goes with what it is needed for",
    [
      identity("user", "a", [deny("iam:AddUserToGroup iam:DeleteUserPolicy")], {
        policies: [managed("work", toGroup, allow("iam:DeleteUserPolicy"))],
      }),
      identity("user", "b", [deny("iam:AddUserToGroup"), toGroup, allow("iam:DeleteUserPolicy")]),
    ],
    [],
  ],
  [
    "a SAML provider whose metadata one may write",
    [
      identity("user", "a", [allow("iam:UpdateSAMLProvider")]),
      identity("user", "b", [allow("iam:UpdateSAMLProvider", arn("saml-provider", "other"))]),
      identity("role", "AWSReservedSSO_AdministratorAccess_1", [], {
        ...{ path: "/aws-reserved/sso.amazonaws.com/", policies: [ADMINISTRATOR] },
        trust: trust(
          { Federated: arn("saml-provider", "AWSSSO_1a2b_DO_NOT_DELETE") },
          undefined,
          "sts:AssumeRoleWithSAML",
        ),
      }),
    ],
    [
      "user a -> iam:UpdateSAMLProvider -> SAML provider AWSSSO_1a2b_DO_NOT_DELETE -> sts:AssumeRole -> role AWSReservedSSO_AdministratorAccess_1",
    ],
  ],
  [
    "a boundary whose text one may write",
    [
      identity("user", "a", [toGroup], {
        boundary: managed("limits", allow("s3:*"), allow("iam:CreatePolicyVersion", arn("policy", "limits"))),
        policies: [managed("own", allow("iam:CreatePolicyVersion", arn("policy", "limits")))],
      }),
      identity("user", "b", [toGroup, allow("iam:CreatePolicyVersion")], {
        boundary: {
          name: "ReadOnlyAccess",
          arn: "arn:aws:iam::aws:policy/ReadOnlyAccess",
          document: document(allow("s3:* iam:CreatePolicyVersion")),
        },
      }),
    ],
    ["user a -> iam:CreatePolicyVersion -> policy limits -> iam:AddUserToGroup -> group Administrators"],
  ],
  [
    "a boundary that allows to take it away",
    [
      identity("user", "eve", [allow("*")], {
        boundary: managed("weak", allow("s3:* iam:DeleteUserPermissionsBoundary")),
      }),
    ],
    ["user eve -> iam:DeleteUserPermissionsBoundary -> user eve"],
  ],
  [
    "a new role of any name within a family",
    [identity("user", "dev", [allow("iam:CreateRole iam:AttachRolePolicy", arn("role", "app-*"))])],
    ["user dev -> iam:CreateRole, iam:AttachRolePolicy -> a new role"],
  ],
  [
    "a new role with a boundary only",
    [
      identity("user", "dev", [
        allow("iam:CreateRole iam:AttachRolePolicy", arn("role", "app-*"), {
          StringEquals: { "iam:PermissionsBoundary": arn("policy", "only-s3") },
        }),
      ]),
    ],
    [],
  ],
  ["one's own key", [identity("user", "a", [allow("iam:*AccessKey*", arn("user", "${aws:username}"))])], []],
  [
    "tags that the user does not have",
    [
      identity("user", "a", [
        allow("sts:AssumeRole", "*", { StringEquals: { "aws:PrincipalTag/team": "x" } }),
      ]),
      trusting("d", root(), toGroup, deny("s3:*")),
    ],
    ["role d -> iam:AddUserToGroup -> group Administrators"],
  ],
  [
    "the roles of Identity Center, Organizations and Control Tower",
    [
      identity("user", "power", [
        { Effect: "Allow", NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" },
      ]),
      identity("role", "AWSReservedSSO_AdministratorAccess_1", [], {
        ...{ path: "/aws-reserved/sso.amazonaws.com/", policies: [ADMINISTRATOR] },
        trust: trust(
          { Federated: arn("saml-provider", "AWSSSO_1a2b_DO_NOT_DELETE") },
          undefined,
          "sts:AssumeRoleWithSAML",
        ),
      }),
      ...["OrganizationAccountAccessRole", "AWSControlTowerExecution"].map((name) =>
        identity("role", name, [], {
          policies: [ADMINISTRATOR],
          trust: trust({ AWS: root("999999999999") }),
        }),
      ),
      identity("role", "AWSServiceRoleForOrganizations", [allow("iam:*")], {
        ...{ path: "/aws-service-role/organizations.amazonaws.com/" },
        trust: trust({ Service: "organizations.amazonaws.com" }),
      }),
    ],
    [],
    ["OrganizationAccountAccessRole", "AWSControlTowerExecution"],
  ],
];

describe("A path to full power", () => {
  for (const [what, identities, lines, accepted] of cases) {
    it(`with ${what} is ${lines.length === 0 ? "none" : "the shortest one"}`, () => {
      const found = pathsIn([group, admin, ...identities], accepted);
      assert.deepEqual(Object.values(found).sort(), [...lines].sort());
    });
  }
});
