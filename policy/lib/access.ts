import { mayHold, mustHold, type Context } from "./conditions.ts";
import { matches } from "./glob.ts";
import { UNKNOWN } from "./inputs.ts";
import { ANY_ACCOUNT, OWN_NAME, partitionsOf } from "./places.ts";
import type { Patterns, Statement } from "./policyDocument.ts";

/** What a request acts on: every one of a kind of IAM's, the caller's own user, or anything of the action's service. */
export type Target = "user" | "group" | "role" | "policy" | "own user" | "anything";

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

// A pattern for every name matches all of these, and so does a list of patterns for every first letter. One family of
// names may be left out or denied: nearly all is as dangerous.
const NAMES = ["Administrator", "deploy-1b2c3d4", "team/x/Zzoi-9", "qwe.rty@u9"];
const NEARLY_ALL = NAMES.length - 1;
const KINDS = ["user", "group", "role", "policy"] as const;

/** The resources that stand for all there are, in a partition; a set of them is a number, a bit for each. */
function samples(partition: string): string[] {
  const place = `arn:${partition}:iam::${ANY_ACCOUNT}`;
  return [
    ...KINDS.flatMap((kind) => NAMES.map((name) => `${place}:${kind}/${name}`)),
    `${place}:user/${OWN_NAME}`,
  ];
}

/** Finds the samples that match a pattern; patterns that differ in the account only are one. */
function matchingSamples(partition: string): (pattern: string) => number {
  const texts = samples(partition);
  const known = new Map<string, number>();
  return (pattern) => {
    const bits =
      known.get(pattern) ??
      texts.reduce((sum, text, bit) => (matches(pattern, text) ? sum | (1 << bit) : sum), 0);
    known.set(pattern, bits);
    return bits;
  };
}

const ALL_NAMES = (1 << NAMES.length) - 1;
const OWN_USER = 1 << (KINDS.length * NAMES.length);
const ANYTHING = 2 << (KINDS.length * NAMES.length);
const OF_IAM = ANYTHING - 1;

const BITS: Readonly<Record<Target, number>> = {
  user: ALL_NAMES,
  group: ALL_NAMES << NAMES.length,
  role: ALL_NAMES << (2 * NAMES.length),
  policy: ALL_NAMES << (3 * NAMES.length),
  "own user": OWN_USER,
  anything: ANYTHING,
};

/**
 * How NotResource is read: `exact`, or as everything unless it excludes the `whole` of IAM.
 */
export type Exclusions = "exact" | "whole";

/** For each request the samples that it may act on, in one account. */
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
  exclusions: Exclusions = "exact",
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
          const left = at(allows, index) & ~at(denies, index) & BITS[target];
          return target === "own user" || target === "anything" ? left !== 0 : size(left) >= NEARLY_ALL;
        }),
      );
    }
  }
}

/** How many bits are set. */
function size(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
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
  const samplesOf = matchingSamples(partition);
  for (const statement of statements) {
    const hits = statement.hits.filter(({ request }) => applies(statement, request, partition));
    if (hits.length === 0) continue;
    for (const [account, bits] of reach(statement, partition, exclusions, samplesOf)) {
      const covered = result.get(account) ?? new Uint32Array(requests.length);
      result.set(account, covered);
      for (const { index } of hits) covered[index] = (covered[index] ?? 0) | bits;
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

/** The samples that the statement's resources include, by account. */
function reach(
  { effect, resources }: Effective,
  partition: string,
  exclusions: Exclusions,
  samplesOf: (pattern: string) => number,
): Map<string, number> {
  const { excluded, patterns } = resources;
  const listed = new Map<string, number>([["", 0]]);
  for (const { pattern, partition: only, account = "" } of patterns) {
    if (only !== undefined && only !== partition) continue;
    // An exclusion of one account's resources leaves the others' in, and who knows which account it will be.
    if (excluded && account !== "" && effect === "Allow") continue;
    const key = excluded ? "" : account;
    listed.set(key, (listed.get(key) ?? 0) | samplesOf(pattern));
  }
  const common = listed.get("") ?? 0;
  if (!excluded) return listed.set("", common | ANYTHING);
  const left = ANYTHING | (OF_IAM & ~common);
  return new Map([["", exclusions === "whole" && left !== ANYTHING ? ANYTHING | OF_IAM : left]]);
}
