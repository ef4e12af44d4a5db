import { findEscalations, labelsOfStatements, type Escalation } from "../iam/escalations.ts";
import { allowsFullPower } from "../iam/fullPower.ts";
import type { Statement } from "../iam/policyDocument.ts";
import { mayDeleteInlinePolicies } from "../iam/undone.ts";
import { findIn, readPolicyDocuments } from "./policyDocuments.ts";
import { matchesNoneOf, names } from "./settings.ts";
import type { Subject } from "./subject.ts";

/** Who may have documents that lead to full power; the rules on them have this same key. */
export const exemptHolders = names(
  [],
  "Names or patterns of the roles, groups, users and policies that may have such documents.",
);

/** Reports each document of a resource that allows one of the escalations. One of full power is another rule's business. */
export function reportEscalations(
  subject: Subject,
  escalations: readonly Escalation[],
  { exempt, groups = [] }: { readonly exempt: readonly string[]; readonly groups?: readonly string[] },
  report: (message: string) => void,
): void {
  const { holder, documents } = readPolicyDocuments(subject);
  if (!matchesNoneOf(holder, exempt)) return;
  const everyStatement = documents.flatMap(({ statements }) => statements);
  // What one inline policy denies is no hindrance to who may delete it.
  const denialsStay = documents.length < 2 || !mayDeleteInlinePolicies(everyStatement);
  const find = (statements: readonly Statement[]): readonly Escalation[] => {
    const found = findEscalations(statements, escalations, groups);
    return found.length > 0 && allowsFullPower(statements) ? [] : found;
  };
  const findings = findIn(documents, find, denialsStay);
  for (const { where, statements, found } of findings) {
    const ways = found.map((escalation) => {
      const where = firstFive(labelsOfStatements(escalation, statements), ", ");
      return `${escalation.by} (${escalation.id}, ${where}): ${escalation.advice}`;
    });
    report(`${where} leads to full power; ${firstFive(ways, "; ")}`);
  }
}

/** The first of many: a message that is read. */
function firstFive(items: readonly string[], separator: string): string {
  const rest = items.length - 5;
  return items.slice(0, 5).join(separator) + (rest > 0 ? `${separator}and ${rest} more` : "");
}
