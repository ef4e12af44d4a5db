import { allowedSomewhere, covers, type Request, type Undone } from "./access.ts";
import { evaluate } from "./evaluate.ts";
import { matches } from "./glob.ts";
import type { Statement } from "./policyDocument.ts";
import { plainRequest, reboundingRequest, unboundingRequest } from "./requestContexts.ts";
import { kindOf, type Kind } from "./targets.ts";
import { UNKNOWN } from "./values.ts";
import { VARIABLES } from "./variables.ts";

const BOUNDARY_CHANGES = (["user", "role"] as const).flatMap((kind): Request[] => [
  { action: `iam:delete${kind}permissionsboundary`, target: `some ${kind}`, context: unboundingRequest },
  { action: `iam:put${kind}permissionsboundary`, target: `some ${kind}`, context: reboundingRequest },
]);
const TAG_CHANGES = (["user", "role", "policy"] as const).flatMap((kind): Request[] => [
  { action: `iam:tag${kind}`, target: `some ${kind}`, context: plainRequest },
  { action: `iam:untag${kind}`, target: `some ${kind}`, context: plainRequest },
]);

const NEW_VERSIONS = ["iam:createpolicyversion", "iam:setdefaultpolicyversion"];
const WRITES = ["iam:createpolicy", ...NEW_VERSIONS];

/**
 * What the holder of the statements can undo of what their conditions ask for: a boundary that the holder may remove, a
 * tag that the holder may set and a policy that the holder may write bind nobody.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
 */
export function findUndone(statements: readonly Statement[]): Undone | undefined {
  const clauses = statements.flatMap(({ condition }) => (condition === UNKNOWN ? [] : condition));
  const asksFor = (key: RegExp) => clauses.filter((clause) => key.test(clause.key));
  const policies = asksFor(/^iam:policyarn$/);
  const boundaries = asksFor(/^iam:permissionsboundary$/);
  if (policies.length + boundaries.length + asksFor(/:resourcetag\//).length === 0) return undefined;

  const allowed = allowedSomewhere(statements, [...BOUNDARY_CHANGES, ...TAG_CHANGES]);
  const kindsOf = (changes: readonly Request[]): Set<Kind> =>
    new Set(changes.filter((request) => allowed.has(request)).map(({ target }) => kindOf(target)));

  const isWritable = policyWriter(statements);
  const writable = (listed: typeof clauses, isBoundary: boolean): string[] =>
    [...new Set(listed.flatMap(({ values }) => values))].flatMap(
      (value) => isWritable(value, isBoundary) ?? [],
    );
  return {
    boundariesOf: kindsOf(BOUNDARY_CHANGES),
    tagsOf: kindsOf(TAG_CHANGES),
    writablePolicies: writable(policies, false),
    writableBoundaries: writable(boundaries, true),
  };
}

/** Whether the statements let their holder delete an inline policy of a role, and with it what that one denies. */
export function mayDeleteInlinePolicies(statements: readonly Statement[]): boolean {
  const deletes: Request = { action: "iam:deleterolepolicy", target: "some role" };
  return allowedSomewhere(statements, [deletes]).has(deletes);
}

/**
 * Finds, for a value that a condition lists, the ARN of a customer managed policy that it means and whose text the
 * statements let be written; undefined where there is none.
 */
function policyWriter(statements: readonly Statement[]) {
  const writers = statements.filter(({ actions }) => WRITES.some((action) => covers(actions, action)));
  const written = writers.flatMap(({ effect, resources }) =>
    effect === "Allow" ? resources.patterns.map((pattern) => pattern.written) : [],
  );
  const instances = written.flatMap(instanceOf);
  const verdicts = new Map<string, boolean>();
  const mayWrite = (arn: string, account: string, actions: readonly string[]): boolean => {
    const key = `${account} ${actions.length} ${arn}`;
    const context = { "aws:principalaccount": [account] };
    const verdict =
      verdicts.get(key) ??
      actions.some((action) => evaluate(writers, { action, resource: arn, context }) !== "no");
    verdicts.set(key, verdict);
    return verdict;
  };
  return (value: string, isBoundary: boolean): string | undefined => {
    if (writers.length === 0 || /^arn:[^:]*:iam::aws:/i.test(value)) return undefined;
    const isPattern = /[*?]/.test(value);
    // A boundary that a condition names is there already; a pattern may mean one that is not.
    const actions = isBoundary && !isPattern ? NEW_VERSIONS : WRITES;
    const meant = value.replace(VARIABLES, "*");
    // What a statement lets be written is the likelier find.
    const candidates = [...(isPattern ? instances : []), ...instanceOf(value)];
    for (const account of accountsOf([value, ...written])) {
      for (const instanceIn of candidates) {
        const arn = instanceIn(account);
        if (matches(meant, arn) && mayWrite(arn, account, actions)) return arn;
      }
    }
    return undefined;
  };
}

/** The accounts that the texts name, or one where they name none. More than a few are nobody's document. */
function accountsOf(texts: readonly string[]): string[] {
  const named = new Set<string>();
  for (const text of texts) {
    const account = /:(\d{12}):/.exec(text)?.[1];
    if (account !== undefined) named.add(account);
    if (named.size === 4) break;
  }
  return named.size > 0 ? [...named] : ["999999999999"];
}

/** A policy's ARN that a pattern matches, in an account; nothing for a pattern of which none can be made. */
function instanceOf(pattern: string): ((account: string) => string)[] {
  const [arn, partition = "", service, region, owner = "", ...rest] = pattern
    .replace(VARIABLES, "*")
    .split(":");
  const name = rest.join(":").replace(/[*?]/g, "x");
  if (arn !== "arn" || service !== "iam" || region !== "" || !name.startsWith("policy/")) return [];
  const beginning = `arn:${/[*?$]/.test(partition) ? "aws" : partition}:iam`;
  return [(account) => `${beginning}::${/^\d{12}$/.test(owner) ? owner : account}:${name}`];
}
