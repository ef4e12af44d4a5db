import assert from "node:assert/strict";
import { rules } from "../../policy/rules/index.ts";
import { verdict } from "../support/policyRule.ts";

// What the pack must leave in peace: resources of ordinary programs, and statements about IAM from AWS's own policies.

type Resource = readonly [type: string, props: Record<string, unknown>];

const findings = ([type, props]: Resource): string[] =>
  rules
    .filter((rule) => rule.types.includes(type))
    .flatMap((rule) =>
      verdict(rule, { type, props, project: "platform" }).map((text) => `${rule.name}: ${text}`),
    );

const allow = (Action: string | readonly string[], Resource: unknown = "*", Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const policy = (...statements: object[]): Resource => [
  "aws:iam/policy:Policy",
  { name: "p", policy: document(...statements) },
];
const rolePolicy = (...statements: object[]): Resource => [
  "aws:iam/rolePolicy:RolePolicy",
  { role: "r", policy: document(...statements) },
];
const attach = (policyArn: string): Resource => [
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  { role: "r", policyArn },
];
const role = (...managedPolicyArns: string[]): Resource => [
  "aws:iam/role:Role",
  { name: "r", assumeRolePolicy: "{}", managedPolicyArns },
];
const passedTo = (service: string) => ({ StringEquals: { "iam:PassedToService": service } });
const boundary = {
  StringEquals: { "iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/boundary" },
};

const PROGRAMS: Readonly<Record<string, readonly Resource[]>> = {
  "an EKS cluster with Karpenter and the load balancer controller": [
    role("arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"),
    policy(
      allow("iam:CreateServiceLinkedRole", "*", {
        StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" },
      }),
      allow(["ec2:Describe*", "elasticloadbalancing:*", "acm:ListCertificates"]),
    ),
    policy(
      allow(["ec2:RunInstances", "ec2:CreateFleet"], "arn:aws:ec2:*:*:instance/*"),
      allow("iam:PassRole", "arn:aws:iam::123456789012:role/karpenter-node", passedTo("ec2.amazonaws.com")),
      allow(["iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"], "*", {
        StringEquals: { "aws:RequestTag/kubernetes.io/cluster/main": "owned" },
      }),
    ),
    policy(allow("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/*")),
  ],
  "an ECS service with scheduled tasks": [
    role("arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"),
    rolePolicy(allow("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:*:secret:app-*")),
    rolePolicy(
      allow("ecs:RunTask", "arn:aws:ecs:*:123456789012:task-definition/nightly:*"),
      allow("iam:PassRole", "*", passedTo("ecs-tasks.amazonaws.com")),
    ),
  ],
  "a CI role that deploys with CDK and CloudFormation": [
    policy(allow("sts:AssumeRole", "arn:aws:iam::*:role/cdk-*")),
    policy(
      allow([
        "cloudformation:CreateChangeSet",
        "cloudformation:ExecuteChangeSet",
        "cloudformation:Describe*",
      ]),
      allow("iam:PassRole", "arn:aws:iam::123456789012:role/cdk-hnb659fds-cfn-exec-role-*"),
    ),
  ],
  "a CI role that deploys functions and containers": [
    policy(
      allow(["lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:PublishVersion"]),
      allow(["ecs:RegisterTaskDefinition", "ecs:UpdateService", "ecr:*"]),
      allow("iam:PassRole", ["arn:aws:iam::*:role/app-task", "arn:aws:iam::*:role/app-execution"]),
    ),
  ],
  "delegated administration within a boundary": [
    policy(
      allow(["iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy"], "*", boundary),
      allow(["iam:TagRole", "iam:DeleteRole", "iam:CreatePolicy", "iam:GetRole", "iam:ListRoles"]),
    ),
  ],
  "administration of one team's roles": [
    policy(
      allow("iam:*", [
        "arn:aws:iam::123456789012:role/team-a/*",
        "arn:aws:iam::123456789012:policy/team-a/*",
      ]),
    ),
  ],
  "backup, with PassRole to the backup service": [
    attach("arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"),
    rolePolicy(allow("backup:StartBackupJob"), allow("iam:PassRole", "*", passedTo("backup.amazonaws.com"))),
  ],
  "IAM Identity Center": [
    ["aws:ssoadmin/permissionSet:PermissionSet", { name: "Developers" }],
    [
      "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
      { permissionSetArn: "ps-1", managedPolicyArn: "arn:aws:iam::aws:policy/PowerUserAccess" },
    ],
    [
      "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy",
      {
        permissionSetArn: "ps-1",
        inlinePolicy: document(allow("s3:*"), { Effect: "Deny", Action: "iam:*", Resource: "*" }),
      },
    ],
  ],
  "Control Tower's customizations": [
    policy(allow("sts:AssumeRole", "arn:aws:iam::*:role/AWSControlTowerExecution")),
    policy(allow(["organizations:Describe*", "organizations:List*", "controltower:*"])),
  ],
  "groups of readers": [
    ["aws:iam/group:Group", { name: "Readers" }],
    ["aws:iam/userGroupMembership:UserGroupMembership", { user: "a", groups: ["Readers"] }],
    [
      "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
      { group: "Readers", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
    ],
  ],
  "users who manage their own password, keys and MFA": [
    policy(
      allow(
        [
          "iam:ChangePassword",
          "iam:*AccessKey*",
          "iam:*LoginProfile",
          "iam:*MFADevice",
          "iam:*SSHPublicKey*",
        ],
        ["arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::*:mfa/*"],
      ),
      allow(["iam:GetAccountPasswordPolicy", "iam:List*"]),
    ),
  ],
  "scripts that change what is theirs through Cloud Control": [
    [
      "aws:cloudcontrol/resource:Resource",
      {
        typeName: "AWS::IAM::Role",
        desiredState: JSON.stringify({ RoleName: "r", AssumeRolePolicyDocument: {} }),
      },
    ],
    ["aws:cloudcontrol/resource:Resource", { typeName: "AWS::Logs::LogGroup", desiredState: "{}" }],
  ],
};

/** What AWS's own policies say of IAM, STS and Identity Center, of 7 March 2026. */
const MANAGED: Readonly<Record<string, readonly object[]>> = {
  PowerUserAccess: [
    { Effect: "Allow", NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" },
    allow([
      "iam:CreateServiceLinkedRole",
      "iam:DeleteServiceLinkedRole",
      "iam:ListRoles",
      "account:GetAccountInformation",
    ]),
  ],
  IAMUserChangePassword: [
    allow("iam:ChangePassword", [
      "arn:aws:iam::*:user/${aws:username}",
      "arn:aws:iam::*:user/*/${aws:username}",
    ]),
    allow("iam:GetAccountPasswordPolicy"),
  ],
  IAMUserSSHKeys: [
    allow(["iam:DeleteSSHPublicKey", "iam:UploadSSHPublicKey"], "arn:aws:iam::*:user/${aws:username}"),
  ],
  "ReadOnlyAccess and IAMReadOnlyAccess": [
    allow(["iam:Generate*", "iam:Get*", "iam:List*", "iam:Simulate*"]),
    allow(["sso:Describe*", "sso:Get*", "sso:List*", "sts:GetAccessKeyInfo", "sts:GetCallerIdentity"]),
  ],
  SecurityAudit: [
    allow(["iam:GenerateCredentialReport", "iam:Get*", "iam:List*", "iam:SimulatePrincipalPolicy"]),
  ],
  Billing: [allow(["billing:*", "ce:*", "cur:*", "account:GetAccountInformation"])],
  NetworkAdministrator: [
    allow(["iam:GetRole", "iam:ListRoles", "iam:PassRole"], "arn:aws:iam::*:role/flow-logs-*"),
    allow(["ec2:*", "autoscaling:Describe*"]),
  ],
  AWSQuickSetupManagedInstanceProfileExecutionPolicy: [
    allow("iam:AttachRolePolicy", "arn:aws:iam::*:role/*", {
      ArnEquals: { "iam:PolicyARN": ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"] },
    }),
  ],
  AWSCodeStarServiceRole: [
    allow(
      ["iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:PassRole"],
      ["arn:aws:iam::*:role/CodeStarWorker*"],
    ),
    allow("iam:AttachUserPolicy", "*", {
      ArnEquals: { "iam:PolicyArn": ["arn:aws:iam::*:policy/CodeStar_*"] },
    }),
  ],
};

describe("ordinary programs", () => {
  for (const [name, resources] of Object.entries(PROGRAMS)) {
    it(`the pack accepts ${name}`, () => {
      assert.deepEqual(resources.flatMap(findings), []);
    });
  }
});

describe("AWS's own policies that lead nowhere", () => {
  for (const [name, statements] of Object.entries(MANAGED)) {
    it(`the pack accepts the document of ${name}`, () => {
      assert.deepEqual(findings(policy(...statements)), []);
    });
  }
});
