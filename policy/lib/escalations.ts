import { allowedRequests, concerns, type Request } from "./access.ts";
import type { Context } from "./conditions.ts";
import { DANGEROUS_POLICIES } from "./managedPolicies.ts";
import { ANY_ACCOUNT } from "./places.ts";
import type { Statement } from "./policyDocument.ts";
import type { Target } from "./targets.ts";

/** A published way to full power: what a document has to allow for it, and how to close it. */
export interface Escalation {
  /** The path's id on pathfinding.cloud, or a name where it has none. */
  readonly id: string;
  /** What it needs, for a message. */
  readonly by: string;
  readonly needs: readonly Request[];
  readonly advice: string;
}

/** The escalations of a list that the statements together allow, in one partition and account. */
export function findEscalations(
  statements: readonly Statement[],
  escalations: readonly Escalation[],
): readonly Escalation[] {
  const requests = [...new Set(escalations.flatMap(({ needs }) => needs))];
  const found = new Set<Escalation>();
  for (const allowed of allowedRequests(statements, requests)) {
    for (const escalation of escalations) {
      if (escalation.needs.every((request) => allowed.has(request))) found.add(escalation);
    }
  }
  return [...found];
}

/** The names of the statements that have a part in an escalation. */
export function statementsOf({ needs }: Escalation, statements: readonly Statement[]): string {
  return statements
    .filter(({ effect }) => effect === "Allow")
    .filter((statement) => needs.some((need) => concerns(statement, need)))
    .map(({ label }) => label)
    .join(", ");
}

// What any customer managed policy may be called.
const SOME_POLICY = "qwe.rty@u9";

/** The policies with which a request is dangerous: any of full power, and any that nobody has judged. */
function dangerousPolicies(partition: string): string[] {
  return [
    ...DANGEROUS_POLICIES.map((name) => `arn:${partition}:iam::aws:policy/${name}`),
    `arn:${partition}:iam::${ANY_ACCOUNT}:policy/${SOME_POLICY}`,
  ];
}

const WITHOUT = [undefined];

/** Requests without a policy and a boundary: a condition that asks for one never holds for them. */
const plain = (): Context => ({
  "iam:policyarn": WITHOUT,
  "iam:permissionsboundary": WITHOUT,
  "iam:awsservicename": WITHOUT,
});
/** Requests that act on a principal who may have a boundary. */
const bounded = (partition: string): Context => ({
  ...plain(),
  "iam:permissionsboundary": [undefined, ...dangerousPolicies(partition)],
});
/** Requests that attach a managed policy to such a principal, and to a group, which has no boundary. */
const attaching = (partition: string): Context => ({
  ...bounded(partition),
  "iam:policyarn": dangerousPolicies(partition),
});
const attachingToGroup = (partition: string): Context => ({
  ...plain(),
  "iam:policyarn": dangerousPolicies(partition),
});

function alone(
  id: string,
  action: string,
  target: Target,
  advice: string,
  context: Request["context"] = plain,
): Escalation {
  const by = `${action} on ${target === "own user" ? "one's own user" : `every ${target}`}`;
  return {
    id,
    by,
    advice,
    needs: [{ action: action.toLowerCase(), target, context, named: id === "sts-001" }],
  };
}

/** Identity Center makes roles in the organization's accounts of what is written into a permission set. */
function throughPermissionSets(action: string): Escalation {
  const actions = [action, "sso:CreateAccountAssignment"];
  return {
    id: "identity-center",
    by: actions.join(" and "),
    needs: actions.map((name) => ({ action: name.toLowerCase(), target: "anything", named: true })),
    advice: "leave permission sets to the project that makes administrators",
  };
}

const BOUNDARY = "require iam:PermissionsBoundary";
const POLICY = "list harmless policies in a condition on iam:PolicyARN";

/**
 * The ways to full power with IAM alone. A path that needs one of these and something more is found by the one.
 * What is not of IAM itself does not count where NotAction leaves it over, as in PowerUserAccess.
 *
 * @see https://pathfinding.cloud
 * @see https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/
 * @see https://github.com/prowler-cloud/prowler/blob/master/prowler/providers/aws/services/iam/lib/privilege_escalation.py
 */
export const ESCALATIONS_WITH_IAM: readonly Escalation[] = [
  alone("iam-001", "iam:CreatePolicyVersion", "policy", "name the policies"),
  alone("SetDefaultPolicyVersion", "iam:SetDefaultPolicyVersion", "policy", "name the policies"),
  alone("iam-002", "iam:CreateAccessKey", "user", "name the users, or allow one's own only"),
  alone("iam-004", "iam:CreateLoginProfile", "user", "name the users"),
  alone("iam-005", "iam:PutRolePolicy", "role", `name the roles, or ${BOUNDARY}`, bounded),
  alone("iam-006", "iam:UpdateLoginProfile", "user", "name the users, or allow one's own only"),
  alone("iam-007", "iam:PutUserPolicy", "own user", `name other users, or ${BOUNDARY}`, bounded),
  alone("iam-008", "iam:AttachUserPolicy", "own user", `name other users, or ${POLICY}`, attaching),
  alone("iam-009", "iam:AttachRolePolicy", "role", `name the roles, or ${POLICY}`, attaching),
  alone("iam-010", "iam:AttachGroupPolicy", "group", `name the groups, or ${POLICY}`, attachingToGroup),
  alone("iam-011", "iam:PutGroupPolicy", "group", "name the groups"),
  alone("iam-012", "iam:UpdateAssumeRolePolicy", "role", "name the roles"),
  alone("iam-013", "iam:AddUserToGroup", "group", "name the groups"),
  alone("sts-001", "sts:AssumeRole", "role", "name the roles"),
  throughPermissionSets("sso:AttachManagedPolicyToPermissionSet"),
  throughPermissionSets("sso:PutInlinePolicyToPermissionSet"),
];

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
  const context = (): Context => ({ ...plain(), "iam:passedtoservice": services(service) });
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

function services(service: string): string[] {
  return service.split(" ").flatMap((name) => [`${name}.amazonaws.com`, `${name}.amazonaws.com.cn`]);
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
