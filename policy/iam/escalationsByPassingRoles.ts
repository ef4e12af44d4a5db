import type { Request } from "./access.ts";
import type { Escalation } from "./escalations.ts";
import { plainRequest } from "./requestContexts.ts";

const passedTo = new Map<string, Request>();
const runBy = new Map<string, Request>();

/** The one request that the map has for a key, so that nothing is asked twice of a document. */
function once(known: Map<string, Request>, key: string, request: Request): Request {
  const one = known.get(key) ?? request;
  known.set(key, one);
  return one;
}

/** A way through services, each of which runs code or calls AWS under a role that is passed to it. */
function passing(
  id: string,
  service: string,
  actions: string,
  target: Request["target"] = "anything",
): Escalation {
  const services = service.split(" ");
  const companions = actions.split(" ");
  const context: Request["context"] = (partition, undone) => ({
    ...plainRequest("role")(partition, undone),
    "iam:passedtoservice": principalsOf(services, partition),
  });
  return {
    id,
    by: `iam:PassRole of every role and ${companions.join(", ")}`,
    services,
    needs: [
      once(passedTo, service, { action: "iam:passrole", target: "role", context }),
      ...companions.map((action) =>
        once(runBy, `${action} ${target}`, { action: action.toLowerCase(), target }),
      ),
    ],
    gives: "what the target may do",
    advice: "name the roles in iam:PassRole, or pass them to other services only (iam:PassedToService)",
  };
}

/** The principals of services in a partition, as `iam:PassedToService` and trust policies have them. */
export function principalsOf(services: readonly string[], partition: string): string[] {
  const suffixes = partition === "aws-cn" ? ["amazonaws.com", "amazonaws.com.cn"] : ["amazonaws.com"];
  return services.flatMap((name) => suffixes.map((suffix) => `${name}.${suffix}`));
}

/**
 * The ways to any role's permissions through a service to which the role is passed. Not those that need a function,
 * stack, project or instance that has such a role already. As pathfinding.cloud (its category new-passrole) and Prowler
 * had them on 29 November 2026, and HackTricks.
 *
 * @see https://github.com/DataDog/pathfinding.cloud
 * @see https://github.com/prowler-cloud/prowler/blob/master/prowler/providers/aws/services/iam/lib/privilege_escalation.py
 * @see https://cloud.hacktricks.wiki
 */
export const ESCALATIONS_BY_PASSING_ROLES: readonly Escalation[] = [
  passing("amplify-001", "amplify", "amplify:CreateApp amplify:CreateBranch amplify:StartJob"),
  passing("apprunner-001", "tasks.apprunner build.apprunner", "apprunner:CreateService"),
  passing("autoscaling", "ec2", "autoscaling:CreateAutoScalingGroup autoscaling:CreateLaunchConfiguration"),
  passing("autoscaling", "ec2", "autoscaling:UpdateAutoScalingGroup autoscaling:CreateLaunchConfiguration"),
  passing("batch-001", "ecs-tasks", "batch:RegisterJobDefinition batch:SubmitJob"),
  passing(
    "bedrock-001",
    "bedrock-agentcore",
    "bedrock-agentcore:CreateCodeInterpreter bedrock-agentcore:InvokeCodeInterpreter",
  ),
  passing(
    "bedrock-003",
    "bedrock-agentcore",
    "bedrock-agentcore:CreateAgentRuntime bedrock-agentcore:InvokeAgentRuntimeCommand",
  ),
  passing(
    "bedrock-003",
    "bedrock-agentcore",
    "bedrock-agentcore:CreateAgentRuntime bedrock-agentcore:InvokeAgentRuntime",
  ),
  passing(
    "bedrock-005",
    "bedrock-agentcore",
    "bedrock-agentcore:CreateHarness bedrock-agentcore:InvokeAgentRuntimeCommand",
  ),
  passing(
    "bedrock-006",
    "bedrock-agentcore",
    "bedrock-agentcore:CreateBrowser bedrock-agentcore:StartBrowserSession " +
      "bedrock-agentcore:ConnectBrowserAutomationStream",
  ),
  passing("braket-001", "braket", "braket:CreateJob"),
  passing("cloudformation-001", "cloudformation", "cloudformation:CreateStack"),
  passing("cloudformation-002", "cloudformation", "cloudformation:UpdateStack"),
  passing(
    "cloudformation-003",
    "cloudformation",
    "cloudformation:CreateStackSet cloudformation:CreateStackInstances",
  ),
  passing("cloudformation-004", "cloudformation", "cloudformation:UpdateStackSet"),
  passing(
    "cloudformation-005",
    "cloudformation",
    "cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet",
  ),
  passing("codebuild-001", "codebuild", "codebuild:CreateProject codebuild:StartBuild"),
  passing("codebuild-004", "codebuild", "codebuild:CreateProject codebuild:StartBuildBatch"),
  passing("codebuild", "codebuild", "codebuild:UpdateProject codebuild:StartBuild"),
  passing("codestar", "codestar", "codestar:CreateProject"),
  passing("cognitoidentity-001", "cognito-identity", "cognito-identity:SetIdentityPoolRoles"),
  passing(
    "datapipeline-001",
    "datapipeline elasticmapreduce ec2",
    "datapipeline:CreatePipeline datapipeline:PutPipelineDefinition datapipeline:ActivatePipeline",
  ),
  passing("ec2-001", "ec2", "ec2:RunInstances"),
  passing("ec2-003", "ec2", "ec2:RequestSpotInstances"),
  passing("ec2", "ec2", "ec2:AssociateIamInstanceProfile"),
  passing("ec2", "ec2", "ec2:ReplaceIamInstanceProfileAssociation"),
  passing("ecs-003", "ecs-tasks", "ecs:RegisterTaskDefinition ecs:CreateService"),
  passing("ecs-004", "ecs-tasks", "ecs:RegisterTaskDefinition ecs:RunTask"),
  passing("ecs-005", "ecs-tasks", "ecs:RegisterTaskDefinition ecs:StartTask"),
  passing("ecs", "ecs-tasks", "ecs:RegisterTaskDefinition ecs:UpdateService"),
  passing("ecs-007", "ecs-tasks", "ecs:StartTask ecs:RegisterContainerInstance"),
  // Their overrides change role and command of any task definition. One that is named belongs to its own scheduler.
  passing("ecs-008", "ecs-tasks", "ecs:RunTask", "task definition"),
  passing("ecs-009", "ecs-tasks", "ecs:StartTask", "task definition"),
  passing("emr-001", "elasticmapreduce ec2", "elasticmapreduce:RunJobFlow"),
  passing(
    "emrserverless-001",
    "emr-serverless",
    "emr-serverless:CreateApplication emr-serverless:StartJobRun",
  ),
  passing("gamelift-001", "gamelift", "gamelift:CreateBuild gamelift:CreateFleet"),
  passing("glue-001", "glue", "glue:CreateDevEndpoint"),
  passing("glue-003", "glue", "glue:CreateJob glue:StartJobRun"),
  passing("glue-004", "glue", "glue:CreateJob glue:CreateTrigger"),
  passing("glue-005", "glue", "glue:UpdateJob glue:StartJobRun"),
  passing("glue-006", "glue", "glue:UpdateJob glue:CreateTrigger"),
  passing("glue-007", "glue", "glue:CreateSession glue:RunStatement"),
  passing(
    "imagebuilder-001",
    "ec2",
    "imagebuilder:CreateComponent imagebuilder:CreateImageRecipe " +
      "imagebuilder:CreateInfrastructureConfiguration imagebuilder:CreateImage",
  ),
  passing(
    "kinesisanalytics-001",
    "kinesisanalytics",
    "kinesisanalytics:CreateApplication kinesisanalytics:StartApplication",
  ),
  passing("lambda-001", "lambda", "lambda:CreateFunction lambda:InvokeFunction"),
  passing("lambda-002", "lambda", "lambda:CreateFunction lambda:CreateEventSourceMapping"),
  passing("lambda-006", "lambda", "lambda:CreateFunction lambda:AddPermission"),
  passing("lambda", "lambda", "lambda:CreateFunction lambda:CreateFunctionUrlConfig"),
  passing("lambda", "lambda", "lambda:UpdateFunctionConfiguration lambda:UpdateFunctionCode"),
  passing("omics-001", "omics", "omics:CreateWorkflow omics:StartRun"),
  passing("sagemaker-001", "sagemaker", "sagemaker:CreateNotebookInstance"),
  passing("sagemaker-002", "sagemaker", "sagemaker:CreateTrainingJob"),
  passing("sagemaker-003", "sagemaker", "sagemaker:CreateProcessingJob"),
  passing("scheduler", "scheduler", "scheduler:CreateSchedule"),
  passing("scheduler", "scheduler", "scheduler:UpdateSchedule"),
  passing("ssm", "ssm", "ssm:StartAutomationExecution"),
  ...["CreateStateMachine", "UpdateStateMachine"].flatMap((write) =>
    ["StartExecution", "StartSyncExecution"].map((start) =>
      passing("states", "states", `states:${write} states:${start}`),
    ),
  ),
];
