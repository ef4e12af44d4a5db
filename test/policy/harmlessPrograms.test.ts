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
  "Karpenter's instance profiles": [
    allow("iam:PassRole", on(`${ACCOUNT}:role/KarpenterNodeRole-prod`), {
      Condition: { StringEquals: { "iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"] } },
    }),
    allow(
      ["iam:CreateInstanceProfile", "iam:TagInstanceProfile", "iam:AddRoleToInstanceProfile"],
      on(`${ACCOUNT}:instance-profile/*`),
      when("aws:RequestTag/kubernetes.io/cluster/prod", "owned"),
    ),
  ],
  "Serverless Framework's deployments": [
    allow(["cloudformation:*", "lambda:*", "apigateway:*", "logs:*", "s3:*"]),
    allow(
      ["iam:GetRole", "iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:PassRole"],
      on(`${ACCOUNT}:role/app-dev-eu-west-1-lambdaRole`),
    ),
  ],
  "a SageMaker execution role": [
    allow(["sagemaker:*", "s3:GetObject", "s3:PutObject", "ecr:*", "logs:*"]),
    allow(
      "iam:PassRole",
      on(`${ACCOUNT}:role/service-role/AmazonSageMaker-ExecutionRole-*`),
      passedTo("sagemaker"),
    ),
  ],
  "an Identity Center reader": [
    allow(["sso:List*", "sso:Describe*", "identitystore:List*", "identitystore:Describe*"]),
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
  "Karpenter's controller": [
    allow(
      ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
      on("arn:aws:ec2:*:*:fleet/*", "arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:launch-template/*"),
      { Condition: { StringLike: { "aws:RequestTag/karpenter.sh/nodepool": "*" } } },
    ),
    allow("iam:PassRole", on(`${ACCOUNT}:role/KarpenterNodeRole-main`), passedTo("ec2")),
    allow(
      ["iam:CreateInstanceProfile", "iam:TagInstanceProfile", "iam:AddRoleToInstanceProfile"],
      on(`${ACCOUNT}:instance-profile/*`),
    ),
    allow("eks:DescribeCluster", on("arn:aws:eks:eu-west-1:123456789012:cluster/main")),
  ],
  "a Serverless deployment": [
    allow(["cloudformation:*", "lambda:*", "apigateway:*", "logs:*", "s3:*"]),
    allow(
      [
        "iam:GetRole",
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:DeleteRolePolicy",
        "iam:DeleteRole",
        "iam:PassRole",
      ],
      on(`${ACCOUNT}:role/*-lambdaRole`, `${ACCOUNT}:role/orders-*`),
    ),
  ],
  "a GitHub Actions role that deploys to ECS": [
    allow(["ecr:GetAuthorizationToken", "ecs:RegisterTaskDefinition", "ecs:DescribeServices"]),
    allow("ecs:UpdateService", on("arn:aws:ecs:eu-west-1:123456789012:service/main/web")),
    allow(
      "iam:PassRole",
      on(`${ACCOUNT}:role/web-task`, `${ACCOUNT}:role/web-execution`),
      passedTo("ecs-tasks"),
    ),
  ],
  "a landing zone's workers": [
    allow(
      "sts:AssumeRole",
      on("arn:aws:iam::*:role/AWSControlTowerExecution", "arn:aws:iam::*:role/AWSAFT*"),
    ),
    allow([
      "organizations:Describe*",
      "organizations:List*",
      "sso:List*",
      "sso:Describe*",
      "identitystore:List*",
    ]),
  ],
  "SageMaker's execution role": [
    allow(["sagemaker:*", "ecr:GetAuthorizationToken", "logs:*", "s3:GetObject"]),
    allow("iam:PassRole", on("arn:aws:iam::*:role/*AmazonSageMaker*"), passedTo("sagemaker")),
    allow("iam:PassRole", on("arn:aws:iam::*:role/*"), passedTo("bedrock")),
    allow("iam:CreateServiceLinkedRole", when("iam:AWSServiceName", "autoscaling.amazonaws.com")),
  ],
  "the ECS agent of an instance, and a scheduler of one task": [
    allow(["ecs:RegisterContainerInstance", "ecs:DiscoverPollEndpoint", "ecs:Poll", "ecr:Get*"]),
    allow("ecs:RunTask", on("arn:aws:ecs:eu-west-1:123456789012:task-definition/report")),
    allow("iam:PassRole", on(`${ACCOUNT}:role/report-*`)),
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

const GITHUB = "token.actions.githubusercontent.com";
const EKS = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
const COGNITO = "cognito-identity.amazonaws.com";
const trusting = (Principal: object, ...parts: object[]) =>
  Object.assign({ Effect: "Allow", Principal, Action: "sts:AssumeRole" }, ...parts) as object;
const service = (...names: string[]) =>
  trusting(
    { Service: names.map((name) => `${name}.amazonaws.com`) },
    { Action: ["sts:AssumeRole", "sts:TagSession"] },
  );
const token = (
  issuer: string,
  claims: Readonly<Record<string, string | readonly string[]>>,
  operator = "StringLike",
) => {
  const named = Object.entries(claims).map(([claim, value]) => [`${issuer}:${claim}`, value]);
  const Federated = issuer === COGNITO ? issuer : `${ACCOUNT}:oidc-provider/${issuer}`;
  const Condition = { [operator]: Object.fromEntries(named) as object };
  return trusting({ Federated }, { Action: "sts:AssumeRoleWithWebIdentity", Condition });
};
const audience = "sts.amazonaws.com";

/** Trust policies as public programs write them. */
const TRUSTS: Readonly<Record<string, object>> = {
  "Karpenter and the load balancer controller by IRSA": token(
    EKS,
    { aud: audience, sub: "system:serviceaccount:kube-system:karpenter" },
    "StringEquals",
  ),
  "Crossplane's providers in one namespace": token(EKS, {
    sub: "system:serviceaccount:crossplane-system:provider-aws-*",
  }),
  "IRSA by ForAnyValue": token(EKS, { sub: ["system:serviceaccount:app:api"] }, "ForAnyValue:StringLike"),
  "EKS Pod Identity": service("pods.eks"),
  "EKS clusters, nodes and Fargate": service("eks", "ec2", "eks-fargate-pods"),
  "GitHub Actions of a repository": token(GITHUB, { aud: audience, sub: "repo:octo-org/app:*" }),
  "GitHub Actions of an organization": token(GITHUB, { sub: ["repo:octo-org/*"] }),
  "GitHub Actions of branches and environments": token(
    GITHUB,
    { aud: audience, sub: ["repo:octo-org/app:ref:refs/heads/main", "repo:octo-org/app:environment:prod"] },
    "StringEquals",
  ),
  GitLab: token("gitlab.com", { sub: "project_path:group/app:ref_type:branch:ref:main" }),
  "Terraform Cloud": token("app.terraform.io", {
    aud: "aws.workload.identity",
    sub: "organization:acme:project:*:workspace:*:run_phase:*",
  }),
  "Pulumi Cloud by the audience alone": token("api.pulumi.com/oidc", { aud: "acme" }, "StringEquals"),
  "Pulumi ESC": token("api.pulumi.com/oidc", { aud: "aws:acme", sub: "pulumi:environments:org:acme:env:*" }),
  Buildkite: token("agent.buildkite.com", { sub: "organization:acme:pipeline:*:ref:*:commit:*:step:*" }),
  CircleCI: token("oidc.circleci.com/org/0123", { sub: "org/0123/project/4567/user/*" }),
  "Bitbucket by the workspace": token(
    "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
    { aud: "ari:cloud:bitbucket::workspace/0123" },
    "StringEquals",
  ),
  Okta: token("acme.okta.com", { aud: "0oa1234567890" }, "StringEquals"),
  "a Cognito identity pool": token(
    COGNITO,
    { aud: "eu-west-1:01234567-89ab-cdef-0123-456789abcdef" },
    "StringEquals",
  ),
  SAML: trusting(
    { Federated: `${ACCOUNT}:saml-provider/Corp` },
    {
      Action: ["sts:AssumeRoleWithSAML", "sts:TagSession"],
      ...{ Condition: { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } } },
    },
  ),
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
