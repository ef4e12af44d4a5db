import type { PolicyDocument, PolicyStatement } from "../../components/policyDocuments.ts";

/** One call to AWS, as IAM sees it. */
export interface AwsCall {
  readonly action: string;
  readonly resource: string;
  /** The request's context; a key that is absent here is absent from the request. */
  readonly context: Readonly<Record<string, string>>;
}

/** What IAM answers, and why: the Sid of the statement that decided, or that there was none. */
export interface Verdict {
  readonly allowed: boolean;
  readonly by: string;
}

/** What the simulator reads of a statement: one without a Sid has no name in the verdict. */
export type SimulatedDocument = Pick<PolicyDocument, "Statement">;

/**
 * Decides a call as IAM does with the identity-based policies of one user: an explicit Deny beats every Allow, and
 * what nothing allows is denied. It knows Action, NotAction, Resource, NotResource, `*` and `?`, policy variables and
 * the conditions Bool and BoolIfExists, and throws for anything else instead of passing over it.
 *
 * It knows no resource policies, boundaries, SCPs and session policies.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function simulate(documents: readonly SimulatedDocument[], call: AwsCall): Verdict {
  const matching = documents
    .flatMap(({ Statement }) => Statement)
    .filter((statement) => applies(statement, call));
  const deny = matching.find(({ Effect }) => Effect === "Deny");
  if (deny !== undefined) return { allowed: false, by: deny.Sid };
  const allow = matching.find(({ Effect }) => Effect === "Allow");
  if (allow !== undefined) return { allowed: true, by: allow.Sid };
  return { allowed: false, by: "no statement allows it" };
}

const understood = new Set(["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"]);

function applies(statement: PolicyStatement, call: AwsCall): boolean {
  const foreign = Object.keys(statement).find((key) => !understood.has(key));
  if (foreign !== undefined) throw new Error(`the simulator does not know the element ${foreign}`);
  return (
    includes(statement.Action, statement.NotAction, (pattern) => matches(pattern, call.action, {}, "i")) &&
    includes(statement.Resource, statement.NotResource, (pattern) =>
      matches(pattern, call.resource, call.context, ""),
    ) &&
    conditionsHold(statement.Condition ?? {}, call.context)
  );
}

type Patterns = string | readonly string[] | undefined;

function includes(positive: Patterns, negative: Patterns, matching: (pattern: string) => boolean): boolean {
  if ((positive === undefined) === (negative === undefined)) {
    throw new Error("a statement needs either an element or its Not form");
  }
  const found = [positive ?? negative ?? []].flat().some((pattern) => matching(pattern));
  return positive === undefined ? !found : found;
}

/** `*` is any text and `?` any character, in the pattern only: not in what a variable stands for. */
function matches(pattern: string, text: string, context: AwsCall["context"], flags: string): boolean {
  let expression = "";
  for (const [part = "", variable] of pattern.matchAll(/\$\{([^}]*)\}|\*|\?|[^*?$]+|\$/g)) {
    if (variable !== undefined) {
      const replacement = lookUp(context, variable);
      // A variable that the request does not carry matches nothing.
      if (replacement === undefined) return false;
      expression += escape(replacement);
    } else if (part === "*") expression += ".*";
    else if (part === "?") expression += ".";
    else expression += escape(part);
  }
  return new RegExp(`^${expression}$`, `s${flags}`).test(text);
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Keys of the context have no letter case. */
function lookUp(context: AwsCall["context"], key: string): string | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

/** Every operator and every key has to hold; of the values of a key, one. */
function conditionsHold(
  conditions: Readonly<Record<string, Readonly<Record<string, Patterns>>>>,
  context: AwsCall["context"],
): boolean {
  return Object.entries(conditions).every(([operator, keys]) => {
    if (!/^Bool(?:IfExists)?$/.test(operator)) {
      throw new Error(`the simulator does not know the condition ${operator}`);
    }
    return Object.entries(keys).every(([key, values]) => {
      const actual = lookUp(context, key)?.toLowerCase();
      if (actual === undefined) return operator === "BoolIfExists";
      return [values ?? []].flat().some((value) => value.toLowerCase() === actual);
    });
  });
}
