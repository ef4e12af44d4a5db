import { matches } from "./glob.ts";
import { ANY_ACCOUNT, OWN_NAME } from "./resourcePatterns.ts";

/** What a request acts on: every one of a kind of IAM's, the caller's own user, or anything of the action's service. */
export type Target = "user" | "group" | "role" | "policy" | "own user" | "anything";

const KINDS = ["user", "group", "role", "policy"] as const;

// Names of many letters and forms: who may act on half of them may act on nearly all there are.
const NAMES = [
  ...["Administrator", "Billing.reader", "cloudops", "deploy-1b2c3d4", "eks/nodes", "Grafana"],
  ...["jenkins@ci", "OpsGenie_9", "q7-x", "team/x/Zzoi", "web", "zabbix"],
];
const ALL_NAMES = (1 << NAMES.length) - 1;

/** For each target the names that a pattern matches, a bit for each. */
export type Matched = Readonly<Record<Target, number>>;

/** What `*` matches. */
export const EVERYTHING: Matched = {
  user: ALL_NAMES,
  group: ALL_NAMES,
  role: ALL_NAMES,
  policy: ALL_NAMES,
  "own user": 1,
  anything: 1,
};
const TARGETS = Object.keys(EVERYTHING) as Target[];

/** Combines what two patterns, or a pattern and everything, match. */
export function combine(
  one: Matched,
  other: Matched,
  operation: (one: number, other: number) => number,
): Matched {
  const entries = TARGETS.map((target) => [target, operation(one[target], other[target])] as const);
  return Object.fromEntries(entries) as Record<Target, number>;
}

/** Finds the names that match a pattern; patterns that differ in the account only are one. */
export function matcher(partition: string): (pattern: string) => Matched {
  const prefix = `arn:${partition}:iam::${ANY_ACCOUNT}`;
  const known = new Map<string, Matched>();
  return (pattern) => {
    const before = known.get(pattern);
    if (before !== undefined) return before;
    const bits = (kind: string): number =>
      NAMES.reduce(
        (sum, name, bit) => (matches(pattern, `${prefix}:${kind}/${name}`) ? sum | (1 << bit) : sum),
        0,
      );
    const [user = 0, group = 0, role = 0, policy = 0] = KINDS.map(bits);
    const ownUser = matches(pattern, `${prefix}:user/${OWN_NAME}`) ? 1 : 0;
    const matched = { user, group, role, policy, "own user": ownUser, anything: 1 };
    known.set(pattern, matched);
    return matched;
  };
}

/** Whether so many names of a target are matched that it is no family of names any more. */
export function isNearlyAll(target: Target, matched: number): boolean {
  return size(matched) >= size(EVERYTHING[target]) / 2;
}

/** Whether any resource of IAM is matched. */
export function leavesIam(matched: Matched): boolean {
  return KINDS.some((kind) => matched[kind] !== 0);
}

/** How many bits are set. */
function size(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
