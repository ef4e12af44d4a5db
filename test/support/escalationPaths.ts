/**
 * The published paths to full power with IAM alone, and what each needs: the categories "self-escalation" and
 * "principal-access" of pathfinding.cloud, 17 December 2025.
 *
 * @see https://github.com/DataDog/pathfinding.cloud
 */
export const IAM_PATHS: Readonly<Record<string, string>> = {
  "iam-001": "iam:CreatePolicyVersion",
  "iam-002": "iam:CreateAccessKey",
  "iam-003": "iam:CreateAccessKey iam:DeleteAccessKey",
  "iam-004": "iam:CreateLoginProfile",
  "iam-005": "iam:PutRolePolicy",
  "iam-006": "iam:UpdateLoginProfile",
  "iam-007": "iam:PutUserPolicy",
  "iam-008": "iam:AttachUserPolicy",
  "iam-009": "iam:AttachRolePolicy",
  "iam-010": "iam:AttachGroupPolicy",
  "iam-011": "iam:PutGroupPolicy",
  "iam-012": "iam:UpdateAssumeRolePolicy",
  "iam-013": "iam:AddUserToGroup",
  "iam-014": "iam:AttachRolePolicy sts:AssumeRole",
  "iam-015": "iam:AttachUserPolicy iam:CreateAccessKey",
  "iam-016": "iam:CreatePolicyVersion sts:AssumeRole",
  "iam-017": "iam:PutRolePolicy sts:AssumeRole",
  "iam-018": "iam:PutUserPolicy iam:CreateAccessKey",
  "iam-019": "iam:AttachRolePolicy iam:UpdateAssumeRolePolicy",
  "iam-020": "iam:CreatePolicyVersion iam:UpdateAssumeRolePolicy",
  "iam-021": "iam:PutRolePolicy iam:UpdateAssumeRolePolicy",
  "sts-001": "sts:AssumeRole",
};

/** Its category "new-passrole". The path that it lists without iam:PassRole passes the role of a new stack. */
export const PASS_ROLE_PATHS: Readonly<Record<string, string>> = {
  "apprunner-001": "iam:PassRole apprunner:CreateService",
  "bedrock-001":
    "iam:PassRole bedrock-agentcore:CreateCodeInterpreter bedrock-agentcore:StartCodeInterpreterSession bedrock-agentcore:InvokeCodeInterpreter",
  "cloudformation-001": "iam:PassRole cloudformation:CreateStack",
  "cloudformation-003": "iam:PassRole cloudformation:CreateStackSet cloudformation:CreateStackInstances",
  "cloudformation-004": "iam:PassRole cloudformation:UpdateStackSet",
  "cloudformation-005": "iam:PassRole cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet",
  "codebuild-001": "iam:PassRole codebuild:CreateProject codebuild:StartBuild",
  "codebuild-004": "iam:PassRole codebuild:CreateProject codebuild:StartBuildBatch",
  "datapipeline-001":
    "iam:PassRole datapipeline:CreatePipeline datapipeline:PutPipelineDefinition datapipeline:ActivatePipeline",
  "ec2-001": "iam:PassRole ec2:RunInstances",
  "ec2-003": "iam:PassRole ec2:RequestSpotInstances",
  "ecs-001": "iam:PassRole ecs:CreateCluster ecs:RegisterTaskDefinition ecs:CreateService",
  "ecs-002": "iam:PassRole ecs:CreateCluster ecs:RegisterTaskDefinition ecs:RunTask",
  "ecs-003": "iam:PassRole ecs:RegisterTaskDefinition ecs:CreateService",
  "ecs-004": "iam:PassRole ecs:RegisterTaskDefinition ecs:RunTask",
  "ecs-005": "iam:PassRole ecs:RegisterTaskDefinition ecs:StartTask",
  "glue-001": "iam:PassRole glue:CreateDevEndpoint",
  "glue-003": "iam:PassRole glue:CreateJob glue:StartJobRun",
  "glue-004": "iam:PassRole glue:CreateJob glue:CreateTrigger",
  "glue-005": "iam:PassRole glue:UpdateJob glue:StartJobRun",
  "glue-006": "iam:PassRole glue:UpdateJob glue:CreateTrigger",
  "lambda-001": "iam:PassRole lambda:CreateFunction lambda:InvokeFunction",
  "lambda-002": "iam:PassRole lambda:CreateFunction lambda:CreateEventSourceMapping",
  "lambda-006": "iam:PassRole lambda:CreateFunction lambda:AddPermission",
  "sagemaker-001": "iam:PassRole sagemaker:CreateNotebookInstance",
  "sagemaker-002": "iam:PassRole sagemaker:CreateTrainingJob",
  "sagemaker-003": "iam:PassRole sagemaker:CreateProcessingJob",
};

/** A policy document in one way to write it; undefined for a document that AWS would refuse. */
export type Spelling = (actions: readonly string[]) => unknown;

const documentOf = (...statements: object[]) => ({
  Version: "2012-10-17",
  Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
});
/** `iam:P?ssRole` for `iam:PassRole`. */
const masked = (action: string) => action.replace(/:(.)./, ":$1?");
/** `iam:*ole` for `iam:PassRole`. */
const ending = (action: string) => action.replace(/:.*(?=...$)/, ":*");

/** Ways to write a document that allows these actions on everything, by what is special about them. */
export const SPELLINGS: Readonly<Record<string, Spelling>> = {
  "as published": (Action) => documentOf({ Action, Resource: "*" }),
  "as text": (Action) => JSON.stringify(documentOf({ Action, Resource: "*" }), null, 2),
  "in small letters": (actions) =>
    documentOf({ Action: actions.map((action) => action.toLowerCase()), Resource: ["*"] }),
  "in capital letters": (actions) =>
    documentOf({ Action: actions.map((action) => action.toUpperCase()), Resource: "*" }),
  "with a question mark": (actions) => documentOf({ Action: actions.map(masked), Resource: "*" }),
  "with a star in front": (actions) => documentOf({ Action: actions.map(ending), Resource: "*" }),
  "split over statements": (actions) =>
    documentOf(...actions.map((Action, index) => ({ Sid: `Part${index}`, Action, Resource: "*" }))),
  "beside harmless statements": (Action) =>
    documentOf({ Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" }, { Action, Resource: "*" }),
  "on ARNs with wildcards": (Action) => documentOf({ Action, Resource: "arn:*:*:*:*:*" }),
  "on all but a bucket": (Action) => documentOf({ Action, NotResource: "arn:aws:s3:::bucket/*" }),
  "with conditions that do not bind": (Action) =>
    documentOf({
      Action,
      Resource: "*",
      Condition: {
        StringLike: { "aws:RequestedRegion": "*" },
        Bool: { "aws:MultiFactorAuthPresent": "true" },
        StringEqualsIfExists: { "iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/boundary" },
      },
    }),
  "beside a denial that spares": (Action) => ({
    Statement: [
      { Effect: "Allow", Action, Resource: "*" },
      { Effect: "Deny", Action, Resource: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
      { Effect: "Deny", Action, Resource: "arn:aws:iam::123456789012:role/protected" },
    ],
  }),
};
