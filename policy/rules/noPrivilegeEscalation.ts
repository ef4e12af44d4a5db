import { ESCALATIONS_WITH_IAM } from "../iam/escalationsWithIam.ts";
import { exemptHolders, reportEscalations } from "../lib/escalationCheck.ts";
import { DOCUMENT_TYPES } from "../lib/policyDocuments.ts";
import { rule } from "../lib/rule.ts";
import { administratorGroups } from "../lib/settings.ts";

/**
 * Whoever may change the permissions, the trust or the credentials of anybody has full power, in one step more. A
 * document of full power is another rule's business.
 *
 * @see https://pathfinding.cloud
 */
export const noPrivilegeEscalation = rule({
  name: "no-privilege-escalation",
  title: "No way from some permissions to all",
  description: "No customer-managed or inline policy lets its holder take full power with IAM alone.",
  enforcementLevel: "mandatory",
  severity: "critical",
  cis: "2.14",
  remediationSteps:
    "Name the users, groups, roles or policies that may be changed. Where that cannot be, require a permissions boundary " +
    "(iam:PermissionsBoundary) or list the policies that may be attached (iam:PolicyARN) in a Condition, and deny what " +
    "would undo it.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
  settings: { groups: administratorGroups, exempt: exemptHolders },
  types: DOCUMENT_TYPES,
  check(subject, config, report) {
    reportEscalations(subject, ESCALATIONS_WITH_IAM, config, report);
  },
});
