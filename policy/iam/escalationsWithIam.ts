import type { Request } from "./access.ts";
import type { Context } from "./conditions.ts";
import { withoutPolicyOrBoundary, type Escalation } from "./escalations.ts";
import { DANGEROUS_POLICIES } from "./managedPolicies.ts";
import { ANY_ACCOUNT } from "./resourcePatterns.ts";
import type { Target } from "./targets.ts";

// What any customer managed policy may be called.
const SOME_POLICY = "qwe.rty@u9";

/** The policies with which a request is dangerous: any of full power, and any that nobody has judged. */
function dangerousPolicies(partition: string): string[] {
  return [
    ...DANGEROUS_POLICIES.map((name) => `arn:${partition}:iam::aws:policy/${name}`),
    `arn:${partition}:iam::${ANY_ACCOUNT}:policy/${SOME_POLICY}`,
  ];
}

/** Requests that act on a principal who may have a boundary. */
const bounded = (partition: string): Context => ({
  ...withoutPolicyOrBoundary(),
  "iam:permissionsboundary": [undefined, ...dangerousPolicies(partition)],
});
/** Requests that attach a managed policy to such a principal, and to a group, which has no boundary. */
const attaching = (partition: string): Context => ({
  ...bounded(partition),
  "iam:policyarn": dangerousPolicies(partition),
});
const attachingToGroup = (partition: string): Context => ({
  ...withoutPolicyOrBoundary(),
  "iam:policyarn": dangerousPolicies(partition),
});

function throughOneAction(
  id: string,
  action: string,
  target: Target,
  advice: string,
  context: Request["context"] = withoutPolicyOrBoundary,
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
  throughOneAction("iam-001", "iam:CreatePolicyVersion", "policy", "name the policies"),
  throughOneAction("SetDefaultPolicyVersion", "iam:SetDefaultPolicyVersion", "policy", "name the policies"),
  throughOneAction("iam-002", "iam:CreateAccessKey", "user", "name the users, or allow one's own only"),
  throughOneAction("iam-004", "iam:CreateLoginProfile", "user", "name the users"),
  throughOneAction("iam-005", "iam:PutRolePolicy", "role", `name the roles, or ${BOUNDARY}`, bounded),
  throughOneAction("iam-006", "iam:UpdateLoginProfile", "user", "name the users, or allow one's own only"),
  throughOneAction("iam-007", "iam:PutUserPolicy", "own user", `name other users, or ${BOUNDARY}`, bounded),
  throughOneAction(
    "iam-008",
    "iam:AttachUserPolicy",
    "own user",
    `name other users, or ${POLICY}`,
    attaching,
  ),
  throughOneAction("iam-009", "iam:AttachRolePolicy", "role", `name the roles, or ${POLICY}`, attaching),
  throughOneAction(
    "iam-010",
    "iam:AttachGroupPolicy",
    "group",
    `name the groups, or ${POLICY}`,
    attachingToGroup,
  ),
  throughOneAction("iam-011", "iam:PutGroupPolicy", "group", "name the groups"),
  throughOneAction("iam-012", "iam:UpdateAssumeRolePolicy", "role", "name the roles"),
  throughOneAction("iam-013", "iam:AddUserToGroup", "group", "name the groups"),
  throughOneAction("sts-001", "sts:AssumeRole", "role", "name the roles"),
  throughPermissionSets("sso:AttachManagedPolicyToPermissionSet"),
  throughPermissionSets("sso:PutInlinePolicyToPermissionSet"),
];
