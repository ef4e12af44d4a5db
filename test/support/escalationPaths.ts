/**
 * The published actions that lead to full power with IAM alone, by the kind of resource of which each must be allowed
 * on every one: "self-escalation" and "principal-access" of pathfinding.cloud, 17 December 2025. Its other paths there
 * need one of these and something more.
 *
 * @see https://github.com/DataDog/pathfinding.cloud
 */
export const IAM_PATHS = Object.entries({
  policy: "iam:CreatePolicyVersion iam:SetDefaultPolicyVersion",
  user: "iam:CreateAccessKey iam:CreateLoginProfile iam:UpdateLoginProfile",
  "own user": "iam:PutUserPolicy iam:AttachUserPolicy",
  role: "iam:PutRolePolicy iam:AttachRolePolicy iam:UpdateAssumeRolePolicy sts:AssumeRole",
  group: "iam:PutGroupPolicy iam:AttachGroupPolicy iam:AddUserToGroup",
}).flatMap(([kind, actions]) => actions.split(" ").map((action) => ({ action, kind })));

/** Its category "new-passrole", by service: what is needed beside iam:PassRole, but for paths that need still more. */
export const PASS_ROLE_PATHS = Object.entries({
  apprunner: "CreateService",
  "bedrock-agentcore": "CreateCodeInterpreter InvokeCodeInterpreter",
  cloudformation:
    "CreateStack, CreateStackSet CreateStackInstances, UpdateStackSet, CreateChangeSet ExecuteChangeSet",
  codebuild: "CreateProject StartBuild, CreateProject StartBuildBatch",
  datapipeline: "CreatePipeline PutPipelineDefinition ActivatePipeline",
  ec2: "RunInstances, RequestSpotInstances",
  ecs: "RegisterTaskDefinition CreateService, RegisterTaskDefinition RunTask, RegisterTaskDefinition StartTask",
  glue:
    "CreateDevEndpoint, CreateJob StartJobRun, CreateJob CreateTrigger, UpdateJob StartJobRun, " +
    "UpdateJob CreateTrigger",
  lambda:
    "CreateFunction InvokeFunction, CreateFunction CreateEventSourceMapping, CreateFunction AddPermission",
  sagemaker: "CreateNotebookInstance, CreateTrainingJob, CreateProcessingJob",
}).flatMap(([service, ways]) =>
  ways.split(", ").map((way) => way.split(" ").map((action) => `${service}:${action}`)),
);
