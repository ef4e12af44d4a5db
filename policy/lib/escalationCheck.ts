import { culprits, readCarrier } from "./carriers.ts";
import { findEscalations, statementsOf, type Escalation } from "./escalations.ts";
import { allowsFullPower } from "./fullPower.ts";
import type { Subject } from "./rule.ts";
import { isOutsidePatterns } from "./settings.ts";

/** Reports each document of a resource that allows one of the escalations. One of full power is another rule's business. */
export function reportEscalations(
  subject: Subject,
  escalations: readonly Escalation[],
  exempt: readonly string[],
  report: (message: string) => void,
): void {
  const { holder, documents } = readCarrier(subject);
  if (!isOutsidePatterns(holder, exempt)) return;
  const guilty = culprits(documents, (statements) => {
    const found = findEscalations(statements, escalations);
    return found.length > 0 && allowsFullPower(statements) ? [] : found;
  });
  for (const { where, statements, found } of guilty) {
    const ways = found.map((escalation) => {
      const where = enough(statementsOf(escalation, statements), ", ");
      return `${escalation.by} (${escalation.id}, ${where}): ${escalation.advice}`;
    });
    report(`${where} leads to full power; ${enough(ways, "; ")}`);
  }
}

/** The first of many: a message that is read. */
function enough(items: readonly string[], separator: string): string {
  const rest = items.length - 5;
  return items.slice(0, 5).join(separator) + (rest > 0 ? `${separator}and ${rest} more` : "");
}
