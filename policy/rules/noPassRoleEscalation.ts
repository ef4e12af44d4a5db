import { ESCALATIONS_BY_PASSING_ROLES } from "../iam/escalationsByPassingRoles.ts";
import { exemptHolders, reportEscalations } from "../lib/escalationCheck.ts";
import { DOCUMENT_TYPES } from "../lib/policyDocuments.ts";
import { rule } from "../lib/rule.ts";

/**
 * Whoever may give any role to code of their own has that role's permissions, and the most powerful role's too.
 */
export const noPassRoleEscalation = rule({
  name: "no-pass-role-escalation",
  title: "No code under roles of one's choice",
  description: "No customer-managed or inline policy lets its holder run code under every role.",
  enforcementLevel: "advisory",
  severity: "high",
  cis: "2.14",
  remediationSteps:
    "Name the roles that may be passed in the Resource of iam:PassRole, or give the services in a Condition on " +
    "iam:PassedToService.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
  settings: { exempt: exemptHolders },
  types: DOCUMENT_TYPES,
  check(subject, config, report) {
    reportEscalations(subject, ESCALATIONS_BY_PASSING_ROLES, config, report);
  },
});
