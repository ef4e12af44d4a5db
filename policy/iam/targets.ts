import { matches } from "./glob.ts";
import { memoize } from "./memoize.ts";
import { ANY_ACCOUNT, NO_NAME, OWN_NAME } from "./resourcePatterns.ts";

/** Kinds of resources whose names are chosen by whoever makes them, and how an ARN of each begins. */
const KINDS = {
  user: `iam::${ANY_ACCOUNT}:user/`,
  group: `iam::${ANY_ACCOUNT}:group/`,
  role: `iam::${ANY_ACCOUNT}:role/`,
  policy: `iam::${ANY_ACCOUNT}:policy/`,
  "SAML provider": `iam::${ANY_ACCOUNT}:saml-provider/`,
  "permission set": `sso:::permissionSet/`,
  "identity store group": "identitystore:::group/",
  "task definition": `ecs:us-east-1:${ANY_ACCOUNT}:task-definition/`,
} as const;

/** A kind of resources, of which a request means every one. */
export type Kind = keyof typeof KINDS;

/**
 * What a request acts on: every one of a kind, `some` one of a kind (whichever the document allows), the caller's own
 * user, a group of administrators by its name, or anything of the action's service.
 */
export type Target =
  Kind | `some ${"user" | "role" | "policy"}` | "own user" | "administrators group" | "anything";

/** What a pattern matches of a target: a bit for each part of it. */
export type Matched = number;

/** What `*` matches of any target. */
export const EVERYTHING: Matched = 0x7fffffff;

// The letters, one bit each, and one for every other character.
const LETTERS = 26;

/** Says what patterns match in a partition. Each pattern is looked at once for a target. */
export interface Matcher {
  /** All that there is of a target. */
  readonly all: (target: Target) => Matched;
  /** What a pattern may match at most, as an Allow counts it. */
  readonly atMost: (pattern: string, target: Target) => Matched;
  /** What a pattern matches in any case, as a Deny and an exclusion count it: everything, nothing, or named groups. */
  readonly atLeast: (pattern: string, target: Target) => Matched;
}

/** A matcher for one document. The groups of administrators are those that the configuration names. */
export function matcher(partition: string, administratorGroups: readonly string[]): Matcher {
  const beginning = (kind: Kind): string => `arn:${partition}:${KINDS[kind]}`;
  const groups = administratorGroups.slice(0, 31).map((name) => beginning("group") + name);
  const all = (target: Target): Matched =>
    target === "administrators group" ? EVERYTHING >> (31 - groups.length) : EVERYTHING;

  const remember = (find: (pattern: string, kind: Kind, target: Target) => Matched): Matcher["atMost"] => {
    const ofTarget = memoize((target: Target) =>
      memoize((pattern: string) => matchOne(pattern, target) ?? find(pattern, kindOf(target), target)),
    );
    return (pattern, target) =>
      pattern === "*" || target === "anything" ? all(target) : ofTarget(target)(pattern);
  };
  const matchOne = (pattern: string, target: Target): Matched | undefined => {
    if (target === "own user") return matches(pattern, `${beginning("user")}${OWN_NAME}`) ? EVERYTHING : 0;
    if (target !== "administrators group") return undefined;
    return groups.reduce((bits, arn, index) => (namesGroup(pattern, arn) ? bits | (1 << index) : bits), 0);
  };
  return {
    all,
    atMost: remember((pattern, kind, target) => {
      const rests = restsAfter(anyInstance(pattern, kind), beginning(kind));
      if (target !== kind) return rests.some((rest) => !rest.includes(":")) ? EVERYTHING : 0;
      return rests.reduce((bits, rest) => bits | breadth(rest), 0);
    }),
    atLeast: remember((pattern, kind) =>
      restsAfter(pattern, beginning(kind)).some(matchesEveryName) ? EVERYTHING : 0,
    ),
  };
}

/** The kind of what a target is, or of what it is one of. */
export function kindOf(target: Target): Kind {
  return target.replace(/^(some|own|administrators) /, "") as Kind;
}

/** Whether so much of a target is matched that it is no family of names any more. */
export function isNearlyAll(target: Target, matched: Matched): boolean {
  if (target === "administrators group") return matched !== 0;
  return size(matched) >= LETTERS / 2;
}

/** Whether a pattern means a group by its name, whatever path or letter case it has there. */
function namesGroup(pattern: string, arn: string): boolean {
  const [text, name] = [pattern.toLowerCase(), arn.toLowerCase()];
  return matches(text, name) || matches(text.replace(/(:group\/)[^:]*\/(?=[^/*?:]*$)/, "$1"), name);
}

/** Only of an organization's one instance of Identity Center, and of a region, may a pattern say which. */
function anyInstance(pattern: string, kind: Kind): string {
  if (kind === "permission set") return pattern.replace(/\/ssoins-[0-9a-f]+\//, "/*/");
  if (kind !== "task definition") return pattern;
  const fields = pattern.split(":");
  return fields.length > 5 ? fields.with(3, "*").join(":") : pattern;
}

/**
 * What is left of a pattern for the name when the ARN's beginning is matched, once for each way to match it. Of two
 * stars that may have taken the beginning the later one matches more: the earlier is left out.
 */
function restsAfter(pattern: string, beginning: string): string[] {
  const wildcard = pattern.search(/[*?]/);
  const fixed = wildcard < 0 ? pattern.length : wildcard;
  if (fixed >= beginning.length)
    return pattern.startsWith(beginning) ? [pattern.slice(beginning.length)] : [];
  if (!beginning.startsWith(pattern.slice(0, fixed))) return [];
  let reached = closure(pattern, new Set([fixed]));
  for (const character of beginning.slice(fixed)) {
    const next = new Set<number>();
    for (const at of reached) {
      if (pattern[at] === "*") next.add(at);
      else if (pattern[at] === character || pattern[at] === "?") next.add(at + 1);
    }
    reached = closure(pattern, next);
    if (reached.size === 0) return [];
  }
  return [...reached].map((at) => pattern.slice(at));
}

function closure(pattern: string, positions: Set<number>): Set<number> {
  let lastStar = -1;
  for (const at of positions) {
    if (pattern[at] !== "*") continue;
    if (at > lastStar) lastStar = at;
    positions.add(at + 1);
  }
  if (lastStar < 0) return positions;
  return new Set([...positions].filter((at) => at >= lastStar));
}

/**
 * How much of all names a name's pattern matches. A pattern names a family if it fixes two characters or more before
 * the first star or after the last one, or three between two stars (`app-*`, `team/*`, `*-deploy`, `*-app-*`): nothing.
 * One that fixes one character there counts for that letter only, and half of the letters are all names. Any other
 * matches names of any form (`*a*`, `*-*`, `??*`): everything.
 */
function breadth(pattern: string): Matched {
  if (pattern.includes(NO_NAME) || pattern.includes(OWN_NAME) || !/[*?]/.test(pattern)) return 0;
  if (!pattern.includes("*")) return 1 << Math.min(pattern.length, LETTERS);
  const [first = "", ...others] = pattern.replaceAll("?", "").split("*");
  const last = others.pop() ?? "";
  if (first.length > 1 || last.length > 1 || others.some(({ length }) => length > 2)) return 0;
  const letter = first || last;
  return letter === "" ? EVERYTHING : 1 << bitOf(letter);
}

function bitOf(letter: string): number {
  const index = letter.toLowerCase().charCodeAt(0) - "a".charCodeAt(0);
  return index >= 0 && index < LETTERS ? index : LETTERS;
}

function matchesEveryName(pattern: string): boolean {
  return /^[*?]*$/.test(pattern) && pattern.includes("*") && pattern.split("?").length <= 2;
}

/** How many bits are set. */
function size(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
