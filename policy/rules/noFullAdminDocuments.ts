import { allowsFullPower } from "../iam/fullPower.ts";
import { DOCUMENT_TYPES, findIn, readPolicyDocuments } from "../lib/policyDocuments.ts";
import { iam } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";
import { matchesNoneOf, names } from "../lib/settings.ts";

/**
 * Whoever holds all of IAM can give themselves everything else. Full power comes from the AWS managed policy on the
 * administrators group, where everybody looks for it, and not from a copy under another name.
 */
export const noFullAdminDocuments = rule({
  name: "no-full-admin-documents",
  title: "No home-made full-power policies",
  description: "No customer-managed or inline policy allows every action, or all of iam, on every resource.",
  enforcementLevel: "mandatory",
  severity: "critical",
  cis: "2.14",
  remediationSteps:
    "List the actions that are needed and the resources that they are needed on. For administrators attach the AWS " +
    "managed policy AdministratorAccess to the administrators group.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
  settings: {
    boundaries: names(
      [],
      "Names or patterns of managed policies that are permissions boundaries, and give nothing.",
    ),
  },
  types: DOCUMENT_TYPES,
  check(subject, { boundaries }, report) {
    const { holder, malformed, documents } = readPolicyDocuments(subject);
    for (const { where, reason } of malformed) {
      report(`${where} cannot be judged because ${reason}; write it as a JSON policy document`);
    }
    if (subject.type === iam("Policy") && !matchesNoneOf(holder, boundaries)) return;
    for (const { where } of findIn(documents, (statements) => (allowsFullPower(statements) ? [true] : []))) {
      report(
        `${where} allows every action, or all of iam, on every resource; list the actions and resources needed, ` +
          "a Condition or a Deny does not make up for it" +
          (subject.type === iam("Policy")
            ? "; if it is a permissions boundary, name it in this rule's boundaries"
            : ""),
      );
    }
  },
});
