import { allowedRequests, covers, type Request } from "./access.ts";
import type { Statement } from "./policyDocument.ts";

// The actions that give and take permissions and credentials, by the kind of resource that they act on. Who has all of
// them everywhere has all of IAM, and through it the account; that the reading actions are left out is no excuse.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
const POWERS = {
  user: [
    "AttachUserPolicy DetachUserPolicy PutUserPolicy DeleteUserPolicy CreateUser DeleteUser",
    "PutUserPermissionsBoundary DeleteUserPermissionsBoundary CreateAccessKey UpdateAccessKey",
    "CreateLoginProfile UpdateLoginProfile DeactivateMFADevice",
  ],
  group: [
    "AttachGroupPolicy DetachGroupPolicy PutGroupPolicy DeleteGroupPolicy CreateGroup DeleteGroup",
    "AddUserToGroup RemoveUserFromGroup",
  ],
  role: [
    "AttachRolePolicy DetachRolePolicy PutRolePolicy DeleteRolePolicy CreateRole DeleteRole UpdateRole",
    "UpdateAssumeRolePolicy PutRolePermissionsBoundary DeleteRolePermissionsBoundary PassRole",
  ],
  policy: ["CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion SetDefaultPolicyVersion"],
} as const;

const REQUESTS: readonly Request[] = Object.entries(POWERS).flatMap(([kind, lines]) =>
  lines
    .flatMap((line) => line.split(" "))
    .map((action) => ({ target: kind as keyof typeof POWERS, action: `iam:${action}`.toLowerCase() })),
);

/**
 * Whether the statements together allow all of IAM on every resource, and so also whether they allow everything. A
 * Condition or a Deny does not excuse them, and neither does an exclusion that leaves a part of IAM in.
 */
export function allowsFullPower(statements: readonly Statement[]): boolean {
  const allows = statements.filter(({ effect }) => effect === "Allow").map(withoutExcuses);
  // Nearly every document ends here, before any resource is looked at.
  if (!REQUESTS.every(({ action }) => allows.some(({ actions }) => covers(actions, action)))) return false;
  for (const allowed of allowedRequests(allows, REQUESTS, { exclusions: "all" })) {
    if (allowed.size === REQUESTS.length) return true;
  }
  return false;
}

function withoutExcuses(statement: Statement): Statement {
  const { actions } = statement;
  const leavesSome = actions.excluded && REQUESTS.some(({ action }) => covers(actions, action));
  return {
    ...statement,
    condition: [],
    actions: leavesSome ? { excluded: false, patterns: ["*"] } : actions,
  };
}
