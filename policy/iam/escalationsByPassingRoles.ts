import type { Request } from "./access.ts";
import type { Escalation } from "./escalations.ts";
import { memoize } from "./memoize.ts";
import { plainRequest } from "./requestContexts.ts";
import type { Target } from "./targets.ts";

/**
 * A way through services, each of which runs code or calls AWS under a role that is passed to it. The actions are those
 * beside iam:PassRole, without their prefix; the services are by default the prefix, and the target is anything.
 */
type Way = readonly [id: string, prefix: string, actions: string, services?: string, target?: Target];

const WAYS: readonly Way[] = [
  ["amplify-001", "amplify", "CreateApp CreateBranch StartJob"],
  ["apprunner-001", "apprunner", "CreateService", "tasks.apprunner build.apprunner"],
  ["autoscaling", "autoscaling", "CreateAutoScalingGroup CreateLaunchConfiguration", "ec2"],
  ["autoscaling", "autoscaling", "UpdateAutoScalingGroup CreateLaunchConfiguration", "ec2"],
  ["batch-001", "batch", "RegisterJobDefinition SubmitJob", "ecs-tasks"],
  ["bedrock-001", "bedrock-agentcore", "CreateCodeInterpreter InvokeCodeInterpreter"],
  ["bedrock-003", "bedrock-agentcore", "CreateAgentRuntime InvokeAgentRuntimeCommand"],
  ["bedrock-003", "bedrock-agentcore", "CreateAgentRuntime InvokeAgentRuntime"],
  ["bedrock-005", "bedrock-agentcore", "CreateHarness InvokeAgentRuntimeCommand"],
  ["bedrock-006", "bedrock-agentcore", "CreateBrowser StartBrowserSession ConnectBrowserAutomationStream"],
  ["braket-001", "braket", "CreateJob"],
  ["cloudformation-001", "cloudformation", "CreateStack"],
  ["cloudformation-002", "cloudformation", "UpdateStack"],
  ["cloudformation-003", "cloudformation", "CreateStackSet CreateStackInstances"],
  ["cloudformation-004", "cloudformation", "UpdateStackSet"],
  ["cloudformation-005", "cloudformation", "CreateChangeSet ExecuteChangeSet"],
  ["codebuild-001", "codebuild", "CreateProject StartBuild"],
  ["codebuild-004", "codebuild", "CreateProject StartBuildBatch"],
  ["codebuild", "codebuild", "UpdateProject StartBuild"],
  ["codestar", "codestar", "CreateProject"],
  ["cognitoidentity-001", "cognito-identity", "SetIdentityPoolRoles"],
  [
    "datapipeline-001",
    "datapipeline",
    "CreatePipeline PutPipelineDefinition ActivatePipeline",
    "datapipeline elasticmapreduce ec2",
  ],
  ["ec2-001", "ec2", "RunInstances"],
  ["ec2-003", "ec2", "RequestSpotInstances"],
  ["ec2", "ec2", "AssociateIamInstanceProfile"],
  ["ec2", "ec2", "ReplaceIamInstanceProfileAssociation"],
  ["ecs-003", "ecs", "RegisterTaskDefinition CreateService", "ecs-tasks"],
  ["ecs-004", "ecs", "RegisterTaskDefinition RunTask", "ecs-tasks"],
  ["ecs-005", "ecs", "RegisterTaskDefinition StartTask", "ecs-tasks"],
  ["ecs", "ecs", "RegisterTaskDefinition UpdateService", "ecs-tasks"],
  ["ecs-007", "ecs", "StartTask RegisterContainerInstance", "ecs-tasks"],
  // Their overrides change role and command of any task definition. One that is named belongs to its own scheduler.
  ["ecs-008", "ecs", "RunTask", "ecs-tasks", "task definition"],
  ["ecs-009", "ecs", "StartTask", "ecs-tasks", "task definition"],
  ["emr-001", "elasticmapreduce", "RunJobFlow", "elasticmapreduce ec2"],
  ["emrserverless-001", "emr-serverless", "CreateApplication StartJobRun"],
  ["gamelift-001", "gamelift", "CreateBuild CreateFleet"],
  ["glue-001", "glue", "CreateDevEndpoint"],
  ["glue-003", "glue", "CreateJob StartJobRun"],
  ["glue-004", "glue", "CreateJob CreateTrigger"],
  ["glue-005", "glue", "UpdateJob StartJobRun"],
  ["glue-006", "glue", "UpdateJob CreateTrigger"],
  ["glue-007", "glue", "CreateSession RunStatement"],
  [
    "imagebuilder-001",
    "imagebuilder",
    "CreateComponent CreateImageRecipe CreateInfrastructureConfiguration CreateImage",
    "ec2",
  ],
  ["kinesisanalytics-001", "kinesisanalytics", "CreateApplication StartApplication"],
  ["lambda-001", "lambda", "CreateFunction InvokeFunction"],
  ["lambda-002", "lambda", "CreateFunction CreateEventSourceMapping"],
  ["lambda-006", "lambda", "CreateFunction AddPermission"],
  ["lambda", "lambda", "CreateFunction CreateFunctionUrlConfig"],
  ["lambda", "lambda", "UpdateFunctionConfiguration UpdateFunctionCode"],
  ["omics-001", "omics", "CreateWorkflow StartRun"],
  ["sagemaker-001", "sagemaker", "CreateNotebookInstance"],
  ["sagemaker-002", "sagemaker", "CreateTrainingJob"],
  ["sagemaker-003", "sagemaker", "CreateProcessingJob"],
  ["scheduler", "scheduler", "CreateSchedule"],
  ["scheduler", "scheduler", "UpdateSchedule"],
  ["ssm", "ssm", "StartAutomationExecution"],
  ["states", "states", "CreateStateMachine StartExecution"],
  ["states", "states", "CreateStateMachine StartSyncExecution"],
  ["states", "states", "UpdateStateMachine StartExecution"],
  ["states", "states", "UpdateStateMachine StartSyncExecution"],
];

// One request for whatever several ways need, so that nothing is asked twice of a document.
const passRoleTo = memoize((services: string): Request => {
  const context: Request["context"] = (partition, undone, on) => ({
    ...plainRequest(partition, undone, on),
    "iam:passedtoservice": principalsOf(services.split(" "), partition),
  });
  return { action: "iam:passrole", target: "role", context };
});
const requestOn = memoize((target: Target) =>
  memoize((action: string): Request => ({ action: action.toLowerCase(), target })),
);

/**
 * The ways to any role's permissions through a service to which the role is passed. Not those that need a function,
 * stack, project or instance that has such a role already. As pathfinding.cloud (its category new-passrole) and Prowler
 * had them on 29 November 2026, and HackTricks.
 *
 * @see https://github.com/DataDog/pathfinding.cloud
 * @see https://github.com/prowler-cloud/prowler/blob/master/prowler/providers/aws/services/iam/lib/privilege_escalation.py
 * @see https://cloud.hacktricks.wiki
 */
export const ESCALATIONS_BY_PASSING_ROLES: readonly Escalation[] = WAYS.map(
  ([id, prefix, actions, services = prefix, target = "anything"]) => {
    const companions = actions.split(" ").map((action) => `${prefix}:${action}`);
    return {
      id,
      by: `iam:PassRole of every role and ${companions.join(", ")}`,
      services: services.split(" "),
      needs: [passRoleTo(services), ...companions.map(requestOn(target))],
      gives: "what the target may do",
      advice: "name the roles in iam:PassRole, or pass them to other services only (iam:PassedToService)",
    };
  },
);

/** The principals of services in a partition, as `iam:PassedToService` and trust policies have them. */
export function principalsOf(services: readonly string[], partition: string): string[] {
  const suffixes = partition === "aws-cn" ? ["amazonaws.com", "amazonaws.com.cn"] : ["amazonaws.com"];
  return services.flatMap((name) => suffixes.map((suffix) => `${name}.${suffix}`));
}
