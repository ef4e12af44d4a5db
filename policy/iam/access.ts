import { mayHold, mustHold, type Context } from "./conditions.ts";
import { matches } from "./glob.ts";
import { memoize } from "./memoize.ts";
import type { Patterns, Statement } from "./policyDocument.ts";
import {
  EVERYTHING,
  isNearlyAll,
  kindOf,
  matcher,
  type Kind,
  type Matched,
  type Matcher,
  type Target,
} from "./targets.ts";
import { UNKNOWN } from "./values.ts";

/** Something that a document may allow. */
export interface Request {
  /** The action in small letters. */
  readonly action: string;
  readonly target: Target;
  /** What such requests carry. @default whatever a condition asks for */
  readonly context?: RequestContext;
  /** An action that only counts where a statement names it, and not where NotAction leaves it over. @default false */
  readonly named?: boolean;
}

/**
 * What requests carry in a partition, when they act on one of a kind, by what the holder of the document can undo of its
 * conditions.
 */
export type RequestContext = (partition: string, undone: Undone, on: Kind) => Context;

/** What the holder of a document can do about what its own conditions ask for. */
export interface Undone {
  /** The principals whose permissions boundaries the holder can change or remove. */
  readonly boundariesOf: ReadonlySet<Kind>;
  /** The resources whose tags the holder can change. */
  readonly tagsOf: ReadonlySet<Kind>;
  /** ARNs of policies that a condition on `iam:PolicyARN` lists, and whose text is the holder's. */
  readonly writablePolicies: readonly string[];
  /** The same for `iam:PermissionsBoundary`. */
  readonly writableBoundaries: readonly string[];
}

const NOTHING_UNDONE: Undone = {
  boundariesOf: new Set(),
  tagsOf: new Set(),
  writablePolicies: [],
  writableBoundaries: [],
};

/** How {@link allowedRequests} reads a document. */
export interface AccessOptions {
  /** What an exclusion has to take out as a whole to count: a `kind` of resources, or `all` of IAM. @default "kind" */
  readonly exclusions?: "kind" | "all";
  /** The names behind the target `administrators group`. @default none */
  readonly administratorGroups?: readonly string[];
  /** Conditions that the holder of the document can undo. @default none */
  readonly undone?: Undone | undefined;
}

/** For each request what it may act on, in one account. */
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
  options: AccessOptions = {},
): Generator<ReadonlySet<Request>> {
  const effective = statements
    .map((statement) => withRequests(statement, requests))
    .filter(({ concerned }) => concerned.length > 0);
  if (!effective.some(({ effect }) => effect === "Allow")) return;
  for (const partition of partitionsOf(statements)) {
    const document = new DocumentInPartition(partition, requests, options);
    const allows = document.coverage(effective.filter(({ effect }) => effect === "Allow"));
    const denies = document.coverage(effective.filter(({ effect }) => effect === "Deny"));
    for (const account of new Set(["", ...allows.keys()])) {
      const at = (of: Map<string, Coverage>, index: number): number =>
        (of.get("")?.[index] ?? 0) | (of.get(account)?.[index] ?? 0);
      yield new Set(
        requests.filter(({ target }, index) => isNearlyAll(target, at(allows, index) & ~at(denies, index))),
      );
    }
  }
}

/** The requests that the statements allow in any partition and account. */
export function allowedSomewhere(
  statements: readonly Statement[],
  requests: readonly Request[],
): ReadonlySet<Request> {
  return new Set(Array.from(allowedRequests(statements, requests), (allowed) => [...allowed]).flat());
}

/** Whether the patterns include the text. */
export function covers({ excluded, patterns }: Patterns, text: string): boolean {
  return patterns.some((pattern) => matches(pattern, text)) !== excluded;
}

/** Whether the statement says something about the request, wherever and under whatever condition. */
export function concerns({ actions }: Statement, { action, named = false }: Request): boolean {
  return !(named && actions.excluded) && covers(actions, action);
}

/** The statement, with the requests that it says something about and their positions among all. */
function withRequests(statement: Statement, requests: readonly Request[]) {
  const { excluded, patterns } = statement.actions;
  // A document lists many actions, nearly all of them without a wildcard.
  const exact = new Set(patterns);
  const withWildcard = patterns.filter((pattern) => /[*?]/.test(pattern));
  const isListed = (action: string): boolean =>
    exact.has(action) || withWildcard.some((pattern) => matches(pattern, action));
  const concerned = requests.flatMap((request, index) =>
    !(excluded && request.named) && isListed(request.action) !== excluded ? [{ request, index }] : [],
  );
  return { ...statement, concerned };
}

type StatementWithRequests = ReturnType<typeof withRequests>;

/** A document as it reads in one partition. */
class DocumentInPartition {
  private readonly partition: string;
  private readonly requests: readonly Request[];
  private readonly options: AccessOptions;
  private readonly match: Matcher;
  private readonly contextOf = memoize(
    ({ context, target }: Request): Context =>
      context?.(this.partition, this.options.undone ?? NOTHING_UNDONE, kindOf(target)) ?? {},
  );

  constructor(partition: string, requests: readonly Request[], options: AccessOptions) {
    this.partition = partition;
    this.requests = requests;
    this.options = options;
    this.match = matcher(partition, options.administratorGroups ?? []);
  }

  /** What statements of one effect cover, by account, with "" for any account. */
  coverage(statements: readonly StatementWithRequests[]): Map<string, Coverage> {
    const result = new Map<string, Coverage>();
    for (const statement of statements) {
      const concerned = statement.concerned.filter(({ request }) => this.applies(statement, request));
      for (const target of new Set(concerned.map(({ request }) => request.target))) {
        for (const [account, matched] of this.reach(statement, target)) {
          if (matched === 0) continue;
          const covered = result.get(account) ?? new Uint32Array(this.requests.length);
          result.set(account, covered);
          for (const { request, index } of concerned)
            if (request.target === target) covered[index] = (covered[index] ?? 0) | matched;
        }
      }
    }
    return result;
  }

  /** Allow as soon as its condition can hold, Deny only where it must. */
  private applies(statement: StatementWithRequests, request: Request): boolean {
    const { effect, condition } = statement;
    if (request.target === "anything" && !isAbout(statement, request.action)) return false;
    // An unknown condition may spare everything, and may deny everything.
    if (condition === UNKNOWN) return effect === "Deny";
    if (condition.length === 0) return true;
    const context = this.contextOf(request);
    return effect === "Allow" ? mayHold(condition, context) : mustHold(condition, context);
  }

  /** What the statement's resources include of a target, by account. */
  private reach({ effect, resources }: StatementWithRequests, target: Target): Map<string, Matched> {
    const { excluded, patterns } = resources;
    // What counts for less is what spares the document: a Deny, and what an Allow leaves out.
    const match = (effect === "Deny") !== excluded ? this.match.atLeast : this.match.atMost;
    const listed = new Map<string, Matched>();
    for (const { pattern, partition: only, account = "" } of patterns) {
      if (only !== undefined && only !== this.partition) continue;
      // An exclusion of one account's resources leaves the others' in, and who knows which account it will be.
      if (excluded && account !== "" && effect === "Allow") continue;
      const key = excluded ? "" : account;
      listed.set(key, (listed.get(key) ?? 0) | match(pattern, target));
    }
    if (!excluded) return listed;
    const all = this.match.all(target);
    const left = all & ~this.excludes(listed.get("") ?? 0, target, patterns);
    return new Map([["", effect === "Deny" && left !== all ? 0 : left]]);
  }

  /** What an exclusion takes out; where it has to take out all of IAM, a part of it is nothing. */
  private excludes(matched: Matched, target: Target, patterns: Statement["resources"]["patterns"]): Matched {
    if (target === "anything") return 0;
    // A Deny that spares a family of names denies all others.
    const excluded = target === "administrators group" || isNearlyAll(target, matched) ? matched : 0;
    if (this.options.exclusions !== "all" || excluded === 0) return excluded;
    const takesOut = (kind: Target): boolean =>
      patterns.some(
        ({ pattern, partition, account }) =>
          (partition === undefined || partition === this.partition) &&
          account === undefined &&
          this.match.atLeast(pattern, kind) === EVERYTHING,
      );
    return (["user", "group", "role", "policy"] as const).every(takesOut) ? excluded : 0;
  }
}

/** Whether resources of the action's service can be among the statement's: some for Allow, and all for Deny. */
function isAbout({ effect, resources: { excluded, patterns } }: Statement, action: string): boolean {
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

// AWS takes ARNs of one partition in a document, its own. More than it has are nobody's documents.
const PARTITIONS_AT_MOST = 8;

/**
 * The partitions in which a document can hold: those that its ARNs name. Where no Allow names one it is `aws` as well:
 * a Deny in another partition denies nothing there.
 */
function partitionsOf(statements: readonly Statement[]): string[] {
  const named = (effect: Statement["effect"]): string[] =>
    statements
      .filter((statement) => statement.effect === effect)
      .flatMap(({ resources, condition }) => [
        ...resources.patterns.flatMap(({ partition }) => partition ?? []),
        ...(condition === UNKNOWN ? [] : condition)
          .flatMap(({ values }) => values)
          .flatMap((value) => /^arn:([^:*?$]+):/.exec(value)?.[1] ?? []),
      ]);
  const allowed = named("Allow");
  const partitions = new Set([...(allowed.length > 0 ? allowed : ["aws"]), ...named("Deny")]);
  return [...partitions].slice(0, PARTITIONS_AT_MOST);
}
