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
    const ways = found.map(
      (escalation) =>
        `${escalation.by} (${escalation.id}, ${statementsOf(escalation, statements)}): ${escalation.advice}`,
    );
    report(`${where} leads to full power; ${ways.join("; ")}`);
  }
}
