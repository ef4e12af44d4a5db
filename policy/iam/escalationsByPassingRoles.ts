import type { Request } from "./access.ts";
import type { Context } from "./conditions.ts";
import { withoutPolicyOrBoundary, type Escalation } from "./escalations.ts";

const passedTo = new Map<string, Request>();
const runBy = new Map<string, Request>();

/** The one request that the map has for a key, so that nothing is asked twice of a document. */
function once(known: Map<string, Request>, key: string, request: Request): Request {
  const one = known.get(key) ?? request;
  known.set(key, one);
  return one;
}

/** A way through services, each of which runs code or calls AWS under a role that is passed to it. */
function passing(id: string, service: string, actions: string): Escalation {
  const context = (partition: string): Context => ({
    ...withoutPolicyOrBoundary(),
    "iam:passedtoservice": services(service, partition),
  });
  const companions = actions.split(" ");
  return {
    id,
    by: `iam:PassRole of every role and ${companions.join(", ")}`,
    needs: [
      once(passedTo, service, { action: "iam:passrole", target: "role", context }),
      ...companions.map((action) =>
        once(runBy, action, { action: action.toLowerCase(), target: "anything" }),
      ),
    ],
    advice: "name the roles in iam:PassRole, or pass them to other services only (iam:PassedToService)",
  };
}

function services(names: string, partition: string): string[] {
  const suffixes = partition === "aws-cn" ? ["amazonaws.com", "amazonaws.com.cn"] : ["amazonaws.com"];
  return names.split(" ").flatMap((name) => suffixes.map((suffix) => `${name}.${suffix}`));
}

/**
 * The ways to any role's permissions through a service to which the role is passed. Not those that need a function,
 * stack, project or instance that has such a role already.
 *
 * @see https://pathfinding.cloud
 * @see https://cloud.hacktricks.wiki
 */
export const ESCALATIONS_BY_PASSING_ROLES: readonly Escalation[] = [
  passing("apprunner-001", "tasks.apprunner build.apprunner", "apprunner:CreateService"),
  passing("autoscaling", "ec2", "autoscaling:CreateAutoScalingGroup autoscaling:CreateLaunchConfiguration"),
  passing("autoscaling", "ec2", "autoscaling:UpdateAutoScalingGroup autoscaling:CreateLaunchConfiguration"),
  passing(
    "bedrock-001",
    "bedrock-agentcore",
    "bedrock-agentcore:CreateCodeInterpreter bedrock-agentcore:InvokeCodeInterpreter",
  ),
  passing("batch", "ecs-tasks", "batch:RegisterJobDefinition batch:SubmitJob"),
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
  passing(
    "datapipeline-001",
    "datapipeline elasticmapreduce ec2",
    "datapipeline:CreatePipeline datapipeline:PutPipelineDefinition datapipeline:ActivatePipeline",
  ),
  passing("ec2-001", "ec2", "ec2:RunInstances"),
  passing("ec2-003", "ec2", "ec2:RequestSpotInstances"),
  passing("ec2", "ec2", "ec2:AssociateIamInstanceProfile"),
  passing("ecs-003", "ecs-tasks", "ecs:RegisterTaskDefinition ecs:CreateService"),
  passing("ecs-004", "ecs-tasks", "ecs:RegisterTaskDefinition ecs:RunTask"),
  passing("ecs-005", "ecs-tasks", "ecs:RegisterTaskDefinition ecs:StartTask"),
  passing("ecs", "ecs-tasks", "ecs:RegisterTaskDefinition ecs:UpdateService"),
  passing("ecs", "ecs-tasks", "ecs:StartTask ecs:RegisterContainerInstance"),
  passing("emr", "elasticmapreduce ec2", "elasticmapreduce:RunJobFlow"),
  passing("glue-001", "glue", "glue:CreateDevEndpoint"),
  passing("glue-003", "glue", "glue:CreateJob glue:StartJobRun"),
  passing("glue-004", "glue", "glue:CreateJob glue:CreateTrigger"),
  passing("glue-005", "glue", "glue:UpdateJob glue:StartJobRun"),
  passing("glue-006", "glue", "glue:UpdateJob glue:CreateTrigger"),
  passing("glue", "glue", "glue:CreateSession glue:RunStatement"),
  passing("lambda-001", "lambda", "lambda:CreateFunction lambda:InvokeFunction"),
  passing("lambda-002", "lambda", "lambda:CreateFunction lambda:CreateEventSourceMapping"),
  passing("lambda-006", "lambda", "lambda:CreateFunction lambda:AddPermission"),
  passing("sagemaker-001", "sagemaker", "sagemaker:CreateNotebookInstance"),
  passing("sagemaker-002", "sagemaker", "sagemaker:CreateTrainingJob"),
  passing("sagemaker-003", "sagemaker", "sagemaker:CreateProcessingJob"),
  passing("scheduler", "scheduler", "scheduler:CreateSchedule"),
  passing("ssm", "ssm", "ssm:StartAutomationExecution"),
  passing("states", "states", "states:CreateStateMachine states:StartExecution"),
];
