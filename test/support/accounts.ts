import type { Identity, Policy } from "../../account/identities.ts";
import { Graph } from "../../review/graph/graph.ts";
import { readHolders } from "../../review/graph/readHolders.ts";
import { findWays, pathOf } from "../../review/graph/search.ts";
import { lineOf } from "../../review/judgePaths.ts";

/** The account that all of these are in. */
export const ACCOUNT = "123456789012";

/** A statement of a policy document. */
export type Statement = Readonly<Record<string, unknown>>;

/** The ARN of something in the account. */
export const arn = (kind: string, name: string) => `arn:aws:iam::${ACCOUNT}:${kind}/${name}`;

/** A policy document as text. */
export const document = (...Statement: readonly Statement[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement });

/** Allows actions, separated by spaces. */
export const allow = (actions: string, Resource: string | string[] = "*", Condition?: object): Statement => ({
  ...{ Effect: "Allow", Action: actions.split(" "), Resource },
  ...(Condition && { Condition }),
});

/** Denies actions, separated by spaces. */
export const deny = (actions: string, Resource = "*"): Statement => ({
  ...{ Effect: "Deny", Action: actions.split(" "), Resource },
});

/** A customer managed policy. */
export const managed = (name: string, ...statements: readonly Statement[]): Policy => ({
  ...{ name, arn: arn("policy", name), document: document(...statements) },
});

/** A trust policy. */
export const trust = (Principal: unknown, Condition?: object, Action: unknown = "sts:*") =>
  document({ Effect: "Allow", Principal, Action, ...(Condition && { Condition }) });

/** Somebody: statements are an inline policy. */
export function identity(
  kind: Identity["kind"],
  name: string,
  statements: readonly Statement[] = [],
  more: Partial<Identity> = {},
): Identity {
  const inline = statements.length > 0 ? [{ name: "inline", document: document(...statements) }] : [];
  const policies = [...(more.policies ?? []), ...inline];
  return { kind, name, arn: arn(kind, name), path: "/", tags: {}, groups: [], ...more, policies };
}

/** AWS's own policy of full power. */
export const ADMINISTRATOR: Policy = {
  name: "AdministratorAccess",
  arn: "arn:aws:iam::aws:policy/AdministratorAccess",
  document: document(allow("*")),
};

/** Everybody with a way to full power, and the path there in one line. */
export function pathsIn(
  identities: readonly Identity[],
  accepted: readonly string[] = [],
): Record<string, string> {
  const graph = new Graph(readHolders(identities, ACCOUNT, "aws"), (role) => accepted.includes(role));
  const ways = findWays(graph);
  const lines = [...ways.values()]
    .filter(({ node, length }) => length > 0 && !("identity" in node && node.kind === "group"))
    .filter(({ node }) => !("identity" in node) || graph.account.holders.includes(node))
    .map(({ node: { label } }) => [label, lineOf({ subject: label, steps: pathOf(ways, label) })] as const);
  return Object.fromEntries(lines);
}
