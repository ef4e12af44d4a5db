import { allowedRequests, concerns, type Request } from "./access.ts";
import type { Statement } from "./policyDocument.ts";
import { findUndone } from "./undone.ts";

/** A published way to full power: what a document has to allow for it, and how to close it. */
export interface Escalation {
  /** The path's id on pathfinding.cloud, or a name where it has none. */
  readonly id: string;
  /** What it needs, for a message. */
  readonly by: string;
  /** The requests that have to be allowed, the first one on what the way leads through. */
  readonly needs: readonly Request[];
  /**
   * What the holder has in the end: all that the first request's target may do, as with another's password, or any
   * permission for that target, as with a policy of one's own.
   */
  readonly gives: "what the target may do" | "anything to the target";
  /** The services to which a role is passed, such as `lambda`, and which then run the holder's code. @default none */
  readonly services?: readonly string[];
  readonly advice: string;
}

/**
 * The escalations of a list that the statements together allow, in one partition and account.
 *
 * @param administratorGroups Names of groups whose members have full power.
 */
export function findEscalations(
  statements: readonly Statement[],
  escalations: readonly Escalation[],
  administratorGroups: readonly string[] = [],
): readonly Escalation[] {
  const requests = [...new Set(escalations.flatMap(({ needs }) => needs))];
  const undone = findUndone(statements);
  const found = new Set<Escalation>();
  for (const allowed of allowedRequests(statements, requests, { administratorGroups, undone })) {
    for (const escalation of escalations) {
      if (escalation.needs.every((request) => allowed.has(request))) found.add(escalation);
    }
  }
  // Whoever reaches every group reaches the administrators' too.
  const everyGroup = [...found].filter(({ needs }) => needs[0]?.target === "group");
  return [...found].filter(
    ({ id, needs }) =>
      needs[0]?.target !== "administrators group" || !everyGroup.some((other) => other.id === id),
  );
}

/** How messages name the statements that have a part in an escalation. */
export function labelsOfStatements({ needs }: Escalation, statements: readonly Statement[]): string[] {
  return statements
    .filter(({ effect }) => effect === "Allow")
    .filter((statement) => needs.some((need) => concerns(statement, need)))
    .map(({ label }) => label);
}
