import { mayHold, mustHold, type Context } from "./conditions.ts";
import { matches } from "./glob.ts";
import type { Patterns, Statement } from "./policyDocument.ts";
import {
  combine,
  EVERYTHING,
  isNearlyAll,
  leavesIam,
  matcher,
  type Matched,
  type Target,
} from "./targets.ts";
import { UNKNOWN } from "./values.ts";

/** Something that a document may allow. */
export interface Request {
  /** The action in small letters. */
  readonly action: string;
  readonly target: Target;
  /** What such requests carry, in a partition. @default whatever a condition asks for */
  readonly context?: (partition: string) => Context;
  /** An action that only counts where a statement names it, and not where NotAction leaves it over. @default false */
  readonly named?: boolean;
}

/** What an exclusion has to take out as a whole to count: a `kind` of resources, or `all` of IAM. */
export type Exclusions = "kind" | "all";

/** For each request the names that it may act on, in one account. */
type Coverage = Uint32Array;

/**
 * Which of the requests the statements together allow, once for each partition and account that they name: a document
 * is dangerous if it is so in any one of them. The time is proportional to the document's length.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function* allowedRequests(
  statements: readonly Statement[],
  requests: readonly Request[],
  exclusions: Exclusions = "kind",
): Generator<ReadonlySet<Request>> {
  const effective = statements
    .map((statement) => read(statement, requests))
    .filter(({ hits }) => hits.length > 0);
  if (!effective.some(({ effect }) => effect === "Allow")) return;
  for (const partition of partitionsOf(statements)) {
    const [allows, denies] = (["Allow", "Deny"] as const).map((effect) =>
      coverage(
        effective.filter((statement) => statement.effect === effect),
        requests,
        partition,
        exclusions,
      ),
    ) as [Map<string, Coverage>, Map<string, Coverage>];
    for (const account of new Set(["", ...allows.keys()])) {
      const at = (of: Map<string, Coverage>, index: number): number =>
        (of.get("")?.[index] ?? 0) | (of.get(account)?.[index] ?? 0);
      yield new Set(
        requests.filter(({ target }, index) => {
          const left = at(allows, index) & ~at(denies, index);
          return isNearlyAll(target, left);
        }),
      );
    }
  }
}

/** Whether the patterns include the text. */
export function covers({ excluded, patterns }: Patterns, text: string): boolean {
  return patterns.some((pattern) => matches(pattern, text)) !== excluded;
}

/** Whether the statement says something about the request, wherever and under whatever condition. */
export function concerns({ actions }: Statement, { action, named = false }: Request): boolean {
  return !(named && actions.excluded) && covers(actions, action);
}

function read(statement: Statement, requests: readonly Request[]) {
  const hits = requests.flatMap((request, index) =>
    concerns(statement, request) ? [{ request, index }] : [],
  );
  return { ...statement, hits };
}

type Effective = ReturnType<typeof read>;

/** What statements of one effect cover, by account, with "" for any account. */
function coverage(
  statements: readonly Effective[],
  requests: readonly Request[],
  partition: string,
  exclusions: Exclusions,
): Map<string, Coverage> {
  const result = new Map<string, Coverage>();
  const match = matcher(partition);
  for (const statement of statements) {
    const hits = statement.hits.filter(({ request }) => applies(statement, request, partition));
    if (hits.length === 0) continue;
    for (const [account, matched] of reach(statement, partition, exclusions, match)) {
      const covered = result.get(account) ?? new Uint32Array(requests.length);
      result.set(account, covered);
      for (const { request, index } of hits) covered[index] = (covered[index] ?? 0) | matched[request.target];
    }
  }
  return result;
}

/** Allow as soon as its condition can hold, Deny only where it must. */
function applies(statement: Effective, request: Request, partition: string): boolean {
  const { effect, condition } = statement;
  if (request.target === "anything" && !isAbout(statement, request.action)) return false;
  // An unknown condition may spare everything, and may deny everything.
  if (condition === UNKNOWN) return effect === "Deny";
  const context = request.context?.(partition) ?? {};
  return effect === "Allow" ? mayHold(condition, context) : mustHold(condition, context);
}

/** Whether resources of the action's service can be among the statement's: some for Allow, and all for Deny. */
function isAbout({ effect, resources: { excluded, patterns } }: Effective, action: string): boolean {
  if (effect === "Deny")
    return excluded ? patterns.length === 0 : patterns.some(({ pattern }) => pattern === "*");
  const service = action.slice(0, action.indexOf(":"));
  return (
    excluded ||
    patterns.some(({ pattern }) => {
      const field = pattern.split(":")[2];
      return field === undefined ? pattern.includes("*") : matches(field, service);
    })
  );
}

/** The names that the statement's resources include, by account. */
function reach(
  { effect, resources }: Effective,
  partition: string,
  exclusions: Exclusions,
  match: (pattern: string) => Matched,
): Map<string, Matched> {
  const { excluded, patterns } = resources;
  const listed = new Map<string, Matched>();
  for (const { pattern, partition: only, account = "" } of patterns) {
    if (only !== undefined && only !== partition) continue;
    // An exclusion of one account's resources leaves the others' in, and who knows which account it will be.
    if (excluded && account !== "" && effect === "Allow") continue;
    const key = excluded ? "" : account;
    const before = listed.get(key);
    const matched = match(pattern);
    listed.set(key, before ? combine(before, matched, (one, other) => one | other) : matched);
  }
  const result = excluded ? new Map([["", excluding(listed.get(""), exclusions)]]) : listed;
  if (effect === "Allow") return result;
  // Whoever is denied some names takes others.
  const whole = (matched: Matched): Matched =>
    combine(matched, EVERYTHING, (one, all) => (one === all ? all : 0));
  return new Map([...result].map(([account, matched]) => [account, whole(matched)]));
}

/** What an exclusion leaves over; a part of something is all of it. */
function excluding(listed: Matched | undefined, exclusions: Exclusions): Matched {
  if (listed === undefined) return EVERYTHING;
  const left = combine(listed, EVERYTHING, (one, all) => (one === all ? 0 : all));
  return { ...(exclusions === "all" && leavesIam(left) ? EVERYTHING : left), anything: 1 };
}

// AWS takes ARNs of one partition in a document, its own. More than it has are nobody's documents.
const PARTITIONS_AT_MOST = 8;

/** The partitions in which a document can hold: those that its ARNs name, else `aws`. */
function partitionsOf(statements: readonly Statement[]): string[] {
  const named = new Set(
    statements.flatMap(({ resources, condition }) => [
      ...resources.patterns.flatMap(({ partition }) => partition ?? []),
      ...(condition === UNKNOWN ? [] : condition)
        .flatMap(({ values }) => values)
        .flatMap((value) => /^arn:([^:*?$]+):/.exec(value)?.[1] ?? []),
    ]),
  );
  return named.size > 0 ? [...named].slice(0, PARTITIONS_AT_MOST) : ["aws"];
}
