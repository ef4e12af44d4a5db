import type { RequestContext } from "./access.ts";
import type { Escalation } from "./escalations.ts";
import {
  attachingRequest,
  boundedRequest,
  plainRequest,
  reboundingRequest,
  unboundingRequest,
} from "./requestContexts.ts";

const IDENTITY_CENTER =
  "leave it to the project that decides on IAM Identity Center, or name permission sets and groups";

/** What messages call a target, and their advice on an action that a document allows on it. */
const TARGETS = {
  user: ["every user", "name the users"],
  group: ["every group", "name the groups"],
  role: ["every role", "name the roles"],
  policy: ["every policy", "name the policies"],
  "own user": ["one's own user", "name other users"],
  "administrators group": ["the administrators group", "name other groups"],
  "SAML provider": ["every SAML provider", "name the providers"],
  "permission set": ["every permission set", IDENTITY_CENTER],
  "identity store group": ["every identity store group", IDENTITY_CENTER],
  anything: ["any resource", IDENTITY_CENTER],
} as const;

/** A way by one action on a target; the requests are by default plain, and there is no advice but the target's. */
type Way = readonly [
  id: string,
  action: string,
  target: keyof typeof TARGETS,
  gives: Escalation["gives"],
  requests?: RequestContext,
  otherAdvice?: string,
];

const BOUNDARY = "require iam:PermissionsBoundary";
const POLICY = "list harmless policies in a condition on iam:PolicyARN";
const OWN_ONLY = "allow one's own only";
const ANOTHER = "what the target may do";
const ANYTHING = "anything to the target";

const WAYS: readonly Way[] = [
  ["iam-001", "iam:CreatePolicyVersion", "policy", ANYTHING],
  ["SetDefaultPolicyVersion", "iam:SetDefaultPolicyVersion", "policy", ANYTHING],
  ["iam-002", "iam:CreateAccessKey", "user", ANOTHER, plainRequest, OWN_ONLY],
  ["iam-004", "iam:CreateLoginProfile", "user", ANOTHER],
  ["iam-005", "iam:PutRolePolicy", "role", ANYTHING, boundedRequest, BOUNDARY],
  ["iam-006", "iam:UpdateLoginProfile", "user", ANOTHER, plainRequest, OWN_ONLY],
  ["iam-007", "iam:PutUserPolicy", "own user", ANYTHING, boundedRequest, BOUNDARY],
  ["iam-008", "iam:AttachUserPolicy", "own user", ANYTHING, attachingRequest, POLICY],
  ["iam-009", "iam:AttachRolePolicy", "role", ANYTHING, attachingRequest, POLICY],
  ["iam-010", "iam:AttachGroupPolicy", "group", ANYTHING, attachingRequest, POLICY],
  ["iam-011", "iam:PutGroupPolicy", "group", ANYTHING],
  ["iam-012", "iam:UpdateAssumeRolePolicy", "role", ANOTHER],
  ["iam-013", "iam:AddUserToGroup", "group", ANOTHER],
  ["iam-013", "iam:AddUserToGroup", "administrators group", ANOTHER],
  ["sts-001", "sts:AssumeRole", "role", ANOTHER],
  ["saml-provider", "iam:UpdateSAMLProvider", "SAML provider", ANOTHER],
  ["boundary", "iam:DeleteUserPermissionsBoundary", "own user", ANYTHING, unboundingRequest],
  ["boundary", "iam:DeleteRolePermissionsBoundary", "role", ANYTHING, unboundingRequest],
  ["boundary", "iam:PutUserPermissionsBoundary", "own user", ANYTHING, reboundingRequest, BOUNDARY],
  ["boundary", "iam:PutRolePermissionsBoundary", "role", ANYTHING, reboundingRequest, BOUNDARY],
  ["identity-center", "sso:CreateAccountAssignment", "permission set", ANOTHER],
  ["identity-center", "identitystore:CreateGroupMembership", "identity store group", ANOTHER],
  ["identity-center", "account-access:CreateEntitlement", "anything", ANOTHER],
];

/** Identity Center makes roles in the organization's accounts of what is written into a permission set. */
const PERMISSION_SET_CHANGES = [
  "sso:AttachManagedPolicyToPermissionSet",
  "sso:AttachCustomerManagedPolicyReferenceToPermissionSet",
  "sso:PutInlinePolicyToPermissionSet",
];

/**
 * The ways to full power with IAM alone, and with IAM Identity Center. A path that needs one of these and something
 * more is found by the one. As pathfinding.cloud and Prowler had them on 29 November 2026, and from AWS's own pages.
 *
 * @see https://pathfinding.cloud
 * @see https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/
 * @see https://github.com/prowler-cloud/prowler/blob/master/prowler/providers/aws/services/iam/lib/privilege_escalation.py
 */
export const ESCALATIONS_WITH_IAM: readonly Escalation[] = [
  ...WAYS.map(throughOneAction),
  ...PERMISSION_SET_CHANGES.map(throughPermissionSets),
];

function throughOneAction([id, action, target, gives, context = plainRequest, otherAdvice]: Way): Escalation {
  const [called, advice] = TARGETS[target];
  // What is not of IAM itself does not count where NotAction leaves it over, as in PowerUserAccess.
  const named = !action.startsWith("iam:");
  return {
    id,
    by: `${action} on ${called}`,
    gives,
    advice: otherAdvice === undefined ? advice : `${advice}, or ${otherAdvice}`,
    needs: [{ action: action.toLowerCase(), target, context, named }],
  };
}

function throughPermissionSets(change: string): Escalation {
  const actions = [change, "sso:ProvisionPermissionSet"];
  return {
    id: "identity-center",
    by: actions.join(" and "),
    gives: ANYTHING,
    advice: IDENTITY_CENTER,
    needs: actions.map((name) => ({ action: name.toLowerCase(), target: "permission set", named: true })),
  };
}
