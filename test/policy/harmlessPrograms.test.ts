import assert from "node:assert/strict";
import { reporters } from "../support/policyRule.ts";

// What the pack must leave in peace: documents and resources of ordinary programs, and what AWS's own policies say of
// IAM, STS and Identity Center, as of 7 March 2026.

const ACCOUNT = "arn:aws:iam::123456789012";
const allow = (Action: string | readonly string[], ...parts: object[]): object =>
  Object.assign({ Effect: "Allow", Action, Resource: "*" }, ...parts) as object;
const on = (...Resource: string[]) => ({ Resource });
const when = (key: string, value: string) => ({ Condition: { StringEquals: { [key]: value } } });
const passedTo = (service: string) => when("iam:PassedToService", `${service}.amazonaws.com`);
const attaching = (policy: string) => ({ Condition: { ArnEquals: { "iam:PolicyARN": [policy] } } });

/** The statements of one document each. */
const DOCUMENTS: Readonly<Record<string, readonly object[]>> = {
  "the EKS load balancer controller": [
    allow("iam:CreateServiceLinkedRole", when("iam:AWSServiceName", "elasticloadbalancing.amazonaws.com")),
    allow(["ec2:Describe*", "elasticloadbalancing:*", "acm:ListCertificates"]),
  ],
  Karpenter: [
    allow(["ec2:RunInstances", "ec2:CreateFleet"], on("arn:aws:ec2:*:*:instance/*")),
    allow("iam:PassRole", on(`${ACCOUNT}:role/karpenter-node`), passedTo("ec2")),
    allow(
      ["iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"],
      when("aws:RequestTag/main", "owned"),
    ),
  ],
  "scheduled ECS tasks": [
    allow("ecs:RunTask", on("arn:aws:ecs:*:123456789012:task-definition/nightly:*")),
    allow("iam:PassRole", passedTo("ecs-tasks")),
  ],
  "a CDK deployment": [
    allow("sts:AssumeRole", on("arn:aws:iam::*:role/cdk-*")),
    allow(["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"]),
    allow("iam:PassRole", on(`${ACCOUNT}:role/cdk-hnb659fds-cfn-exec-role-*`)),
  ],
  "a deployment of functions and containers": [
    allow(["lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:PublishVersion"]),
    allow(["ecs:RegisterTaskDefinition", "ecs:UpdateService", "ecr:*"]),
    allow("iam:PassRole", on("arn:aws:iam::*:role/app-task", "arn:aws:iam::*:role/app-execution")),
  ],
  "delegated administration within a boundary": [
    allow(
      ["iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy"],
      when("iam:PermissionsBoundary", `${ACCOUNT}:policy/boundary`),
    ),
    allow(["iam:TagRole", "iam:DeleteRole", "iam:CreatePolicy", "iam:GetRole", "iam:ListRoles"]),
  ],
  "one team's administration": [allow("iam:*", on(`${ACCOUNT}:role/a/*`, `${ACCOUNT}:policy/a/*`))],
  "a backup": [allow("backup:StartBackupJob"), allow("iam:PassRole", passedTo("backup"))],
  "users who manage their own password, keys and MFA": [
    allow(
      ["iam:ChangePassword", "iam:*AccessKey*", "iam:*LoginProfile", "iam:*MFADevice", "iam:*SSHPublicKey*"],
      on("arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::*:mfa/*"),
    ),
    allow(["iam:GetAccountPasswordPolicy", "iam:List*"]),
  ],
  PowerUserAccess: [
    { Effect: "Allow", NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" },
    allow(["iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole", "iam:ListRoles"]),
  ],
  "ReadOnlyAccess and SecurityAudit": [
    allow(["iam:Generate*", "iam:Get*", "iam:List*", "iam:Simulate*"]),
    allow(["sso:Describe*", "sso:Get*", "sso:List*", "sts:GetAccessKeyInfo", "sts:GetCallerIdentity"]),
  ],
  "AWSCodeStarServiceRole and AWSQuickSetupManagedInstanceProfileExecutionPolicy": [
    allow("iam:AttachRolePolicy", attaching("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore")),
    allow(["iam:AttachRolePolicy", "iam:PutRolePolicy"], on("arn:aws:iam::*:role/CodeStarWorker*")),
    allow("iam:AttachUserPolicy", attaching("arn:aws:iam::*:policy/CodeStar_*")),
  ],
};

const judge = (type: string, props: object) => reporters({ type: `aws:${type}`, props, project: "platform" });

describe("the pack accepts", () => {
  for (const [name, Statement] of Object.entries(DOCUMENTS)) {
    it(`the document of ${name}`, () => {
      assert.deepEqual(judge("iam/policy:Policy", { name: "p", policy: JSON.stringify({ Statement }) }), []);
    });
  }

  it("roles that trust their account, groups of readers, and permission sets", () => {
    const trust = allow("sts:AssumeRole", { Principal: { AWS: `${ACCOUNT}:root` } });
    const policyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    for (const [type, props] of [
      [
        "iam/role:Role",
        { name: "r", assumeRolePolicy: { Statement: trust }, managedPolicyArns: [policyArn] },
      ],
      ["iam/group:Group", { name: "Readers" }],
      ["iam/userGroupMembership:UserGroupMembership", { user: "a", groups: ["Readers"] }],
      ["iam/groupPolicyAttachment:GroupPolicyAttachment", { group: "Readers", policyArn }],
      ["ssoadmin/permissionSet:PermissionSet", { name: "Developers" }],
    ] as const) {
      assert.deepEqual(judge(type, props), [], type);
    }
  });
});
