import { covers } from "./access.ts";
import { mayHold, mustHold, type Context } from "./conditions.ts";
import { matches } from "./glob.ts";
import type { Statement } from "./policyDocument.ts";
import { UNKNOWN } from "./values.ts";
import { substitute, VARIABLES } from "./variables.ts";

/** Whether something is so: in any case, in some case that is not ruled out, or never. */
export type Verdict = "surely" | "perhaps" | "no";

/** One action on one resource. */
export interface ConcreteRequest {
  /** In any letter case, such as `iam:CreateAccessKey`. */
  readonly action: string;
  /** The resource's ARN, or `*` for an action that knows no resources. */
  readonly resource: string;
  /** What the request carries; what is not listed may have any value. @default nothing is known */
  readonly context?: Context;
}

/**
 * Whether the statements together allow the request. An explicit Deny wins; a Deny that only perhaps applies leaves
 * "perhaps". What a program does not know yet allows nothing and denies everything, as everywhere in the pack.
 *
 * A permissions boundary is a second set of statements that has to allow the request too: take {@link least} of both.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function evaluate(statements: readonly Statement[], request: ConcreteRequest): Verdict {
  const action = request.action.toLowerCase();
  let allowed: Verdict = "no";
  let denied: Verdict = "no";
  for (const statement of statements) {
    if (!covers(statement.actions, action)) continue;
    const verdict = appliesTo(statement, request);
    if (statement.effect === "Allow") allowed = most(allowed, verdict);
    else denied = most(denied, verdict);
  }
  if (denied === "surely") return "no";
  return denied === "perhaps" ? least(allowed, "perhaps") : allowed;
}

/** The less certain of verdicts that all have to be so. */
export function least(...verdicts: readonly Verdict[]): Verdict {
  return (["no", "perhaps"] as const).find((verdict) => verdicts.includes(verdict)) ?? "surely";
}

/** The more certain of verdicts of which one is enough. */
export function most(...verdicts: readonly Verdict[]): Verdict {
  return (["surely", "perhaps"] as const).find((verdict) => verdicts.includes(verdict)) ?? "no";
}

/** Whether the statement's resources and condition fit the request. */
function appliesTo(statement: Statement, { resource, context = {} }: ConcreteRequest): Verdict {
  const { effect, condition, resources } = statement;
  const listed = most(
    ...resources.patterns.map(({ written }) => includes(statement, written, resource, context)),
  );
  const onResource = resources.excluded ? opposite(listed) : listed;
  if (onResource === "no") return "no";
  if (condition === UNKNOWN) return effect === "Deny" ? onResource : "no";
  if (!mayHold(condition, context)) return "no";
  return mustHold(condition, context) ? onResource : "perhaps";
}

function includes({ readsVariables }: Statement, written: string, arn: string, context: Context): Verdict {
  if (!readsVariables || !written.includes("${")) return matches(written, arn) ? "surely" : "no";
  const text = substitute(written, context);
  if (text === undefined) return "no";
  if (!text.includes("${")) return matches(text, arn) ? "surely" : "no";
  return matches(text.replace(VARIABLES, "*"), arn) ? "perhaps" : "no";
}

function opposite(verdict: Verdict): Verdict {
  if (verdict === "perhaps") return "perhaps";
  return verdict === "no" ? "surely" : "no";
}
