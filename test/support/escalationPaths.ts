/**
 * The published actions that lead to full power with IAM alone, by the kind of resource of which each must be allowed
 * on every one: "self-escalation" and "principal-access" of pathfinding.cloud as of 29 November 2026, and what changes
 * a boundary or a federation. Its other paths there need one of these and something more.
 *
 * @see https://github.com/DataDog/pathfinding.cloud
 */
export const IAM_PATHS = Object.entries({
  policy: "iam:CreatePolicyVersion iam:SetDefaultPolicyVersion",
  user: "iam:CreateAccessKey iam:CreateLoginProfile iam:UpdateLoginProfile",
  "own user":
    "iam:PutUserPolicy iam:AttachUserPolicy iam:DeleteUserPermissionsBoundary iam:PutUserPermissionsBoundary",
  role:
    "iam:PutRolePolicy iam:AttachRolePolicy iam:UpdateAssumeRolePolicy sts:AssumeRole " +
    "iam:DeleteRolePermissionsBoundary iam:PutRolePermissionsBoundary",
  group: "iam:PutGroupPolicy iam:AttachGroupPolicy iam:AddUserToGroup",
  "SAML provider": "iam:UpdateSAMLProvider",
}).flatMap(([kind, actions]) => actions.split(" ").map((action) => ({ action, kind })));

/** The paths of passing a role, by service: what is needed beside iam:PassRole, but for paths that need still more. */
export const PASS_ROLE_PATHS = Object.entries({
  amplify: "CreateApp CreateBranch StartJob",
  apprunner: "CreateService",
  batch: "RegisterJobDefinition SubmitJob",
  "bedrock-agentcore":
    "CreateCodeInterpreter InvokeCodeInterpreter, CreateAgentRuntime InvokeAgentRuntimeCommand, " +
    "CreateHarness InvokeAgentRuntimeCommand, CreateBrowser StartBrowserSession ConnectBrowserAutomationStream",
  braket: "CreateJob",
  cloudformation:
    "CreateStack, CreateStackSet CreateStackInstances, UpdateStackSet, CreateChangeSet ExecuteChangeSet",
  codebuild: "CreateProject StartBuild, CreateProject StartBuildBatch",
  "cognito-identity": "SetIdentityPoolRoles",
  datapipeline: "CreatePipeline PutPipelineDefinition ActivatePipeline",
  ec2: "RunInstances, RequestSpotInstances, AssociateIamInstanceProfile, ReplaceIamInstanceProfileAssociation",
  ecs:
    "RegisterTaskDefinition CreateService, RegisterTaskDefinition RunTask, RegisterTaskDefinition StartTask, " +
    "RunTask, StartTask",
  elasticmapreduce: "RunJobFlow",
  "emr-serverless": "CreateApplication StartJobRun",
  gamelift: "CreateBuild CreateFleet",
  glue:
    "CreateDevEndpoint, CreateJob StartJobRun, CreateJob CreateTrigger, UpdateJob StartJobRun, " +
    "UpdateJob CreateTrigger, CreateSession RunStatement",
  imagebuilder: "CreateComponent CreateImageRecipe CreateInfrastructureConfiguration CreateImage",
  kinesisanalytics: "CreateApplication StartApplication",
  lambda:
    "CreateFunction InvokeFunction, CreateFunction CreateEventSourceMapping, CreateFunction AddPermission, " +
    "CreateFunction CreateFunctionUrlConfig, UpdateFunctionConfiguration UpdateFunctionCode",
  omics: "CreateWorkflow StartRun",
  sagemaker: "CreateNotebookInstance, CreateTrainingJob, CreateProcessingJob",
  scheduler: "CreateSchedule, UpdateSchedule",
  ssm: "StartAutomationExecution",
  states:
    "CreateStateMachine StartExecution, UpdateStateMachine StartExecution, CreateStateMachine StartSyncExecution, " +
    "UpdateStateMachine StartSyncExecution",
}).flatMap(([service, ways]) =>
  ways.split(", ").map((way) => way.split(" ").map((action) => `${service}:${action}`)),
);
