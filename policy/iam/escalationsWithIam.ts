import type { Request } from "./access.ts";
import type { Escalation } from "./escalations.ts";
import {
  attachingRequest,
  boundedRequest,
  plainRequest,
  reboundingRequest,
  unboundingRequest,
} from "./requestContexts.ts";
import type { Target } from "./targets.ts";

const NAMES_OF: Partial<Record<Target, string>> = {
  "own user": "one's own user",
  "administrators group": "the administrators group",
  anything: "any resource",
};

/** A way by one action on a target. */
function throughOneAction(
  id: string,
  action: string,
  target: Target,
  gives: Escalation["gives"],
  advice: string,
  context: Request["context"] = plainRequest(taggedKind(target)),
): Escalation {
  const by = `${action} on ${NAMES_OF[target] ?? `every ${target}`}`;
  // What is not of IAM itself does not count where NotAction leaves it over, as in PowerUserAccess.
  const named = !action.startsWith("iam:");
  return { id, by, gives, advice, needs: [{ action: action.toLowerCase(), target, context, named }] };
}

/** The kind of a target that can have tags. */
function taggedKind(target: Target): "user" | "role" | "policy" | undefined {
  if (target === "own user") return "user";
  return target === "user" || target === "role" || target === "policy" ? target : undefined;
}

/** Identity Center makes roles in the organization's accounts of what is written into a permission set. */
function throughPermissionSets(action: string): Escalation {
  const actions = [action, "sso:ProvisionPermissionSet"];
  return {
    id: "identity-center",
    by: actions.join(" and "),
    gives: "anything to the target",
    needs: actions.map((name) => ({ action: name.toLowerCase(), target: "permission set", named: true })),
    advice: IDENTITY_CENTER,
  };
}

const IDENTITY_CENTER =
  "leave it to the project that decides on IAM Identity Center, or name permission sets and groups";
const BOUNDARY = "require iam:PermissionsBoundary";
const POLICY = "list harmless policies in a condition on iam:PolicyARN";
const ANOTHER = "what the target may do";
const ANYTHING = "anything to the target";

/**
 * The ways to full power with IAM alone, and with IAM Identity Center. A path that needs one of these and something
 * more is found by the one. As pathfinding.cloud and Prowler had them on 29 November 2026, and from AWS's own pages.
 *
 * @see https://pathfinding.cloud
 * @see https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/
 * @see https://github.com/prowler-cloud/prowler/blob/master/prowler/providers/aws/services/iam/lib/privilege_escalation.py
 */
export const ESCALATIONS_WITH_IAM: readonly Escalation[] = [
  throughOneAction("iam-001", "iam:CreatePolicyVersion", "policy", ANYTHING, "name the policies"),
  throughOneAction(
    "SetDefaultPolicyVersion",
    "iam:SetDefaultPolicyVersion",
    "policy",
    ANYTHING,
    "name the policies",
  ),
  throughOneAction(
    "iam-002",
    "iam:CreateAccessKey",
    "user",
    ANOTHER,
    "name the users, or allow one's own only",
  ),
  throughOneAction("iam-004", "iam:CreateLoginProfile", "user", ANOTHER, "name the users"),
  throughOneAction(
    "iam-005",
    "iam:PutRolePolicy",
    "role",
    ANYTHING,
    `name the roles, or ${BOUNDARY}`,
    boundedRequest("role"),
  ),
  throughOneAction(
    "iam-006",
    "iam:UpdateLoginProfile",
    "user",
    ANOTHER,
    "name the users, or allow one's own only",
  ),
  throughOneAction(
    "iam-007",
    "iam:PutUserPolicy",
    "own user",
    ANYTHING,
    `name other users, or ${BOUNDARY}`,
    boundedRequest("user"),
  ),
  throughOneAction(
    "iam-008",
    "iam:AttachUserPolicy",
    "own user",
    ANYTHING,
    `name other users, or ${POLICY}`,
    attachingRequest("user"),
  ),
  throughOneAction(
    "iam-009",
    "iam:AttachRolePolicy",
    "role",
    ANYTHING,
    `name the roles, or ${POLICY}`,
    attachingRequest("role"),
  ),
  throughOneAction(
    "iam-010",
    "iam:AttachGroupPolicy",
    "group",
    ANYTHING,
    `name the groups, or ${POLICY}`,
    attachingRequest("group"),
  ),
  throughOneAction("iam-011", "iam:PutGroupPolicy", "group", ANYTHING, "name the groups"),
  throughOneAction("iam-012", "iam:UpdateAssumeRolePolicy", "role", ANOTHER, "name the roles"),
  throughOneAction("iam-013", "iam:AddUserToGroup", "group", ANOTHER, "name the groups"),
  throughOneAction("iam-013", "iam:AddUserToGroup", "administrators group", ANOTHER, "name other groups"),
  throughOneAction("sts-001", "sts:AssumeRole", "role", ANOTHER, "name the roles"),
  throughOneAction("saml-provider", "iam:UpdateSAMLProvider", "SAML provider", ANOTHER, "name the providers"),
  throughOneAction(
    "boundary",
    "iam:DeleteUserPermissionsBoundary",
    "own user",
    ANYTHING,
    "name other users",
    unboundingRequest("user"),
  ),
  throughOneAction(
    "boundary",
    "iam:DeleteRolePermissionsBoundary",
    "role",
    ANYTHING,
    "name the roles",
    unboundingRequest("role"),
  ),
  throughOneAction(
    "boundary",
    "iam:PutUserPermissionsBoundary",
    "own user",
    ANYTHING,
    `name other users, or ${BOUNDARY}`,
    reboundingRequest("user"),
  ),
  throughOneAction(
    "boundary",
    "iam:PutRolePermissionsBoundary",
    "role",
    ANYTHING,
    `name the roles, or ${BOUNDARY}`,
    reboundingRequest("role"),
  ),
  throughOneAction(
    "identity-center",
    "sso:CreateAccountAssignment",
    "permission set",
    ANOTHER,
    IDENTITY_CENTER,
  ),
  throughOneAction(
    "identity-center",
    "identitystore:CreateGroupMembership",
    "identity store group",
    ANOTHER,
    IDENTITY_CENTER,
  ),
  throughOneAction(
    "identity-center",
    "account-access:CreateEntitlement",
    "anything",
    ANOTHER,
    IDENTITY_CENTER,
  ),
  throughPermissionSets("sso:AttachManagedPolicyToPermissionSet"),
  throughPermissionSets("sso:AttachCustomerManagedPolicyReferenceToPermissionSet"),
  throughPermissionSets("sso:PutInlinePolicyToPermissionSet"),
];
