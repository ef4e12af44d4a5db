import { allowedRequests, concerns, type Request } from "./access.ts";
import type { Context } from "./conditions.ts";
import type { Statement } from "./policyDocument.ts";

/** A published way to full power: what a document has to allow for it, and how to close it. */
export interface Escalation {
  /** The path's id on pathfinding.cloud, or a name where it has none. */
  readonly id: string;
  /** What it needs, for a message. */
  readonly by: string;
  readonly needs: readonly Request[];
  readonly advice: string;
}

/** The escalations of a list that the statements together allow, in one partition and account. */
export function findEscalations(
  statements: readonly Statement[],
  escalations: readonly Escalation[],
): readonly Escalation[] {
  const requests = [...new Set(escalations.flatMap(({ needs }) => needs))];
  const found = new Set<Escalation>();
  for (const allowed of allowedRequests(statements, requests)) {
    for (const escalation of escalations) {
      if (escalation.needs.every((request) => allowed.has(request))) found.add(escalation);
    }
  }
  return [...found];
}

/** The names of the statements that have a part in an escalation. */
export function statementsOf({ needs }: Escalation, statements: readonly Statement[]): string[] {
  return statements
    .filter(({ effect }) => effect === "Allow")
    .filter((statement) => needs.some((need) => concerns(statement, need)))
    .map(({ label }) => label);
}

const WITHOUT = [undefined];

/** Requests without a policy and a boundary: a condition that asks for one never holds for them. */
export const withoutPolicyOrBoundary = (): Context => ({
  "iam:policyarn": WITHOUT,
  "iam:permissionsboundary": WITHOUT,
  "iam:awsservicename": WITHOUT,
});
