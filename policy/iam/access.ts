import { mayHold, mustHold, type Context } from "./conditions.ts";
import { matches } from "./glob.ts";
import type { Patterns, Statement } from "./policyDocument.ts";
import { EVERYTHING, isNearlyAll, matcher, type Matched, type Matcher, type Target } from "./targets.ts";
import { UNKNOWN } from "./values.ts";

/** Something that a document may allow. */
export interface Request {
  /** The action in small letters. */
  readonly action: string;
  readonly target: Target;
  /** What such requests carry, in a partition. @default whatever a condition asks for */
  readonly context?: (partition: string, undone: Undone) => Context;
  /** An action that only counts where a statement names it, and not where NotAction leaves it over. @default false */
  readonly named?: boolean;
}

/** What the holder of a document can do about what its own conditions ask for. */
export interface Undone {
  /** The principals whose permissions boundaries the holder can change or remove. */
  readonly boundariesOf: ReadonlySet<"user" | "role">;
  /** The resources whose tags the holder can change. */
  readonly tagsOf: ReadonlySet<"user" | "role" | "policy">;
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
export interface Reading {
  /** What an exclusion has to take out as a whole to count: a `kind` of resources, or `all` of IAM. @default "kind" */
  readonly exclusions?: "kind" | "all";
  /** The names behind the target `administrators group`. @default none */
  readonly administratorGroups?: readonly string[];
  /** Conditions that the holder of the document can undo. @default none */
  readonly undone?: Undone;
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
  reading: Reading = {},
): Generator<ReadonlySet<Request>> {
  const effective = statements
    .map((statement) => read(statement, requests))
    .filter(({ hits }) => hits.length > 0);
  if (!effective.some(({ effect }) => effect === "Allow")) return;
  for (const partition of partitionsOf(statements)) {
    const document = new PartitionReading(partition, requests, reading);
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

/** Whether the patterns include the text. */
export function covers({ excluded, patterns }: Patterns, text: string): boolean {
  return patterns.some((pattern) => matches(pattern, text)) !== excluded;
}

/** Whether the statement says something about the request, wherever and under whatever condition. */
export function concerns({ actions }: Statement, { action, named = false }: Request): boolean {
  return !(named && actions.excluded) && covers(actions, action);
}

function read(statement: Statement, requests: readonly Request[]) {
  const { excluded, patterns } = statement.actions;
  // A document lists many actions, nearly all of them without a wildcard.
  const plain = new Set(patterns);
  const wild = patterns.filter((pattern) => /[*?]/.test(pattern));
  const isListed = (action: string): boolean =>
    plain.has(action) || wild.some((pattern) => matches(pattern, action));
  const hits = requests.flatMap((request, index) =>
    !(excluded && request.named) && isListed(request.action) !== excluded ? [{ request, index }] : [],
  );
  return { ...statement, hits };
}

type Effective = ReturnType<typeof read>;

/** A document as it reads in one partition. */
class PartitionReading {
  private readonly partition: string;
  private readonly requests: readonly Request[];
  private readonly reading: Reading;
  private readonly match: Matcher;
  private readonly contexts = new Map<Request, Context>();

  constructor(partition: string, requests: readonly Request[], reading: Reading) {
    this.partition = partition;
    this.requests = requests;
    this.reading = reading;
    this.match = matcher(partition, reading.administratorGroups ?? []);
  }

  /** What statements of one effect cover, by account, with "" for any account. */
  coverage(statements: readonly Effective[]): Map<string, Coverage> {
    const result = new Map<string, Coverage>();
    for (const statement of statements) {
      const hits = statement.hits.filter(({ request }) => this.applies(statement, request));
      for (const target of new Set(hits.map(({ request }) => request.target))) {
        for (const [account, matched] of this.reach(statement, target)) {
          if (matched === 0) continue;
          const covered = result.get(account) ?? new Uint32Array(this.requests.length);
          result.set(account, covered);
          for (const { request, index } of hits)
            if (request.target === target) covered[index] = (covered[index] ?? 0) | matched;
        }
      }
    }
    return result;
  }

  /** Allow as soon as its condition can hold, Deny only where it must. */
  private applies(statement: Effective, request: Request): boolean {
    const { effect, condition } = statement;
    if (request.target === "anything" && !isAbout(statement, request.action)) return false;
    // An unknown condition may spare everything, and may deny everything.
    if (condition === UNKNOWN) return effect === "Deny";
    if (condition.length === 0) return true;
    const context = this.contextOf(request);
    return effect === "Allow" ? mayHold(condition, context) : mustHold(condition, context);
  }

  private contextOf(request: Request): Context {
    const known = this.contexts.get(request);
    if (known !== undefined) return known;
    const context = request.context?.(this.partition, this.reading.undone ?? NOTHING_UNDONE) ?? {};
    this.contexts.set(request, context);
    return context;
  }

  /** What the statement's resources include of a target, by account. */
  private reach({ effect, resources }: Effective, target: Target): Map<string, Matched> {
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
  private excludes(matched: Matched, target: Target, patterns: Effective["resources"]["patterns"]): Matched {
    if (target === "anything") return 0;
    // A Deny that spares a family of names denies all others.
    const excluded = target === "administrators group" || isNearlyAll(target, matched) ? matched : 0;
    if (this.reading.exclusions !== "all" || excluded === 0) return excluded;
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
