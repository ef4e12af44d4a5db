import assert from "node:assert/strict";
import { reporters } from "./policyRule.ts";

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
    allow(
      ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
      on("arn:aws:ec2:*:*:fleet/*", "arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:launch-template/*"),
    ),
    allow("iam:PassRole", on(`${ACCOUNT}:role/KarpenterNodeRole-main`), {
      Condition: { StringEquals: { "iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"] } },
    }),
    allow(
      ["iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"],
      when("aws:RequestTag/main", "owned"),
    ),
    allow(
      ["iam:CreateInstanceProfile", "iam:TagInstanceProfile", "iam:AddRoleToInstanceProfile"],
      on(`${ACCOUNT}:instance-profile/*`),
    ),
  ],
  "the ECS agent of an instance, and a scheduler": [
    allow(["ecs:RegisterContainerInstance", "ecs:DiscoverPollEndpoint", "ecs:Poll", "ecr:Get*"]),
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
  "Serverless Framework's deployments": [
    allow(["cloudformation:*", "lambda:*", "apigateway:*", "logs:*", "s3:*"]),
    allow(
      ["iam:GetRole", "iam:CreateRole", "iam:PutRolePolicy", "iam:Delete*", "iam:PassRole"],
      on(`${ACCOUNT}:role/*-lambdaRole`, `${ACCOUNT}:role/orders-*`),
    ),
  ],
  "a landing zone's workers": [
    allow(
      "sts:AssumeRole",
      on("arn:aws:iam::*:role/AWSControlTowerExecution", "arn:aws:iam::*:role/AWSAFT*"),
    ),
    allow(["organizations:Describe*", "organizations:List*", "sso:List*", "sso:Describe*"]),
  ],
  "SageMaker's execution role": [
    allow(["sagemaker:*", "ecr:*", "logs:*", "s3:GetObject", "s3:PutObject"]),
    allow("iam:PassRole", on("arn:aws:iam::*:role/*AmazonSageMaker*"), passedTo("sagemaker")),
    allow("iam:PassRole", on("arn:aws:iam::*:role/*"), passedTo("bedrock")),
    allow("iam:CreateServiceLinkedRole", when("iam:AWSServiceName", "autoscaling.amazonaws.com")),
  ],
  "IAM Identity Center's readers and the maker of one assignment": [
    allow(["sso:Describe*", "sso:List*", "sso:Get*", "identitystore:Describe*", "identitystore:List*"]),
    allow(
      "sso:CreateAccountAssignment",
      on(
        "arn:aws:sso:::instance/ssoins-0123456789abcdef",
        "arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef",
        "arn:aws:sso:::account/123456789012",
      ),
    ),
  ],
  "roles for one application, within a boundary that stays": [
    allow(
      ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"],
      when("iam:PermissionsBoundary", `${ACCOUNT}:policy/boundary`),
    ),
    allow(["iam:DeleteRole", "iam:TagRole", "iam:UntagRole", "iam:DetachRolePolicy", "iam:DeleteRolePolicy"]),
    allow(["iam:CreatePolicy", "iam:CreatePolicyVersion"], on(`${ACCOUNT}:policy/app-*`)),
    { Effect: "Deny", Action: "iam:DeleteRolePermissionsBoundary", Resource: "*" },
  ],
  "teams that manage what has their tag, and cannot set tags": [
    allow(
      ["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:DeleteRole"],
      when("aws:ResourceTag/team", "${aws:PrincipalTag/team}"),
    ),
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

const trusting = (Principal: object, ...parts: object[]) =>
  Object.assign({ Effect: "Allow", Principal, Action: "sts:AssumeRole" }, ...parts) as object;
const service = (...names: string[]) =>
  trusting(
    { Service: names.map((name) => `${name}.amazonaws.com`) },
    { Action: ["sts:AssumeRole", "sts:TagSession"] },
  );
const token = (issuer: string, claims: Readonly<Record<string, string | readonly string[]>>) => {
  const named = Object.entries(claims).map(([claim, value]) => [`${issuer}:${claim}`, value]);
  const Condition = { StringEquals: Object.fromEntries(named) as object };
  const Federated = `${ACCOUNT}:oidc-provider/${issuer}`;
  return trusting({ Federated }, { Action: "sts:AssumeRoleWithWebIdentity", Condition });
};

/** Trust policies as public programs write them; trust.test.ts has more tokens. */
const TRUSTS: Readonly<Record<string, object>> = {
  "EKS Pod Identity": service("pods.eks"),
  "EKS clusters, nodes and Fargate": service("eks", "ec2", "eks-fargate-pods"),
  "GitHub Actions of branches and environments": token("token.actions.githubusercontent.com", {
    aud: "sts.amazonaws.com",
    sub: ["repo:octo-org/app:ref:refs/heads/main", "repo:octo-org/app:environment:prod"],
  }),
  "Bitbucket by the workspace": token(
    "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
    {
      aud: "ari:cloud:bitbucket::workspace/0123",
    },
  ),
  Okta: token("acme.okta.com", { aud: "0oa1234567890" }),
  "a vendor with an external id": trusting(
    { AWS: "arn:aws:iam::464622532012:root" },
    { Condition: { StringEquals: { "sts:ExternalId": "0123" } } },
  ),
  "a landing zone, for the organization": trusting(
    { AWS: "*" },
    {
      Condition: {
        StringEquals: { "aws:PrincipalOrgID": "o-1234567890" },
        ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/AWSControlTowerExecution" },
      },
    },
  ),
  "a landing zone, for its management account": trusting({ AWS: [`${ACCOUNT}:root`] }),
  "Serverless, SageMaker, ECS, Step Functions and schedules": service(
    ...["lambda", "apigateway", "sagemaker", "ecs-tasks", "states", "scheduler", "events"],
  ),
  "a service that calls for one account": trusting(
    { Service: "bedrock.amazonaws.com" },
    { Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } } },
  ),
  "account access manager": trusting(
    { Service: "account-access.amazonaws.com" },
    { Action: ["sts:AssumeRole", "sts:SetContext", "sts:TagSession"] },
  ),
};

const judge = (type: string, props: object) => reporters({ type: `aws:${type}`, props, project: "platform" });

describe("the pack accepts", () => {
  for (const [name, Statement] of Object.entries(DOCUMENTS)) {
    it(`the document of ${name}`, () => {
      assert.deepEqual(judge("iam/policy:Policy", { name: "p", policy: JSON.stringify({ Statement }) }), []);
    });
  }

  for (const [name, Statement] of Object.entries(TRUSTS)) {
    it(`the trust of ${name}`, () => {
      const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement });
      assert.deepEqual(judge("iam/role:Role", { name: "r", assumeRolePolicy }), []);
    });
  }

  it("Identity Center's assignments in the project that is for them", () => {
    for (const [type, props] of [
      [
        "ssoadmin/accountAssignment:AccountAssignment",
        { principalType: "GROUP", principalId: "1", targetId: "2" },
      ],
      ["identitystore/groupMembership:GroupMembership", { groupId: "1", memberId: "2" }],
    ] as const) {
      const sample = { type: `aws:${type}`, props, project: "platform" };
      const config = { "identity-center-from-one-project": { projects: ["platform"] } };
      assert.deepEqual(reporters(sample, config), [], type);
    }
  });

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
