import type { Account } from "../account/readAccount.ts";
import { matches } from "../policy/iam/glob.ts";
import { findOpenTrust } from "../policy/iam/openTrust.ts";
import type { Find } from "./findings.ts";
import { Graph, isHolder, type Node } from "./graph/graph.ts";
import { readHolders } from "./graph/readHolders.ts";
import { findWays, pathOf } from "./graph/search.ts";
import type { Step } from "./graph/ways.ts";
import type { Intent } from "./intent.ts";
import type { Limits } from "./limits.ts";

/** How somebody becomes administrator. */
export interface Path {
  /** Who: `user ci`, `account 111122223333`. */
  readonly subject: string;
  readonly steps: readonly Step[];
}

/** Who can become administrator, beside those who are; undefined where nobody may look. */
export function judgePaths(
  config: Intent["config"],
  { identities, account, partition }: Account,
  { roles }: Limits,
  find: Find,
): Path[] | undefined {
  if (!identities) return undefined;
  const isAccepted = (role: string) => roles.some((pattern) => matches(pattern, role));
  const graph = new Graph(readHolders(identities, account, partition), isAccepted);
  const ways = findWays(graph);
  for (const { kind, label, identity, trust, isFullPower } of graph.account.holders) {
    if (kind !== "role" || !isFullPower) continue;
    for (const { who, advice } of findOpenTrust(trust))
      find("trust-too-wide", label, `${identity.name} can be assumed by ${who}`, { advice });
  }
  const isSubject = (node: Node) =>
    !isHolder(node) ||
    (!node.isFullPower &&
      node.kind !== "group" &&
      graph.account.holders.includes(node) &&
      !isJudged(node.kind, node.identity.name));
  const isJudged = (kind: string, name: string) =>
    kind === "role" ? isAccepted(name) : config.administrators.some((entry) => entry.name === name);
  const paths = [...ways.values()]
    .filter(({ node }) => isSubject(node))
    .map(({ node: { label } }) => ({ subject: label, steps: pathOf(ways, label) }));
  for (const path of paths) find("can-become-administrator", path.subject, lineOf(path));
  return paths;
}

/** A path in one line. */
export function lineOf({ subject, steps }: Path): string {
  return [subject, ...steps.flatMap(({ action, target }) => [action, target])].join(" -> ");
}
