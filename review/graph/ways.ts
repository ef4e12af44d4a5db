import type { Context } from "../../policy/iam/conditions.ts";
import { allowedRequests, type Request } from "../../policy/iam/access.ts";
import type { Escalation } from "../../policy/iam/escalations.ts";
import { ESCALATIONS_BY_PASSING_ROLES, principalsOf } from "../../policy/iam/escalationsByPassingRoles.ts";
import { ESCALATIONS_WITH_IAM } from "../../policy/iam/escalationsWithIam.ts";
import { may, mentions, tagsOf, type Holder, type World } from "./holders.ts";
import { assumption, isRefused, servicesOf } from "./trusted.ts";

/** One step of a path. */
export interface Step {
  /** What is done: an action, or several of which the last ones make use of the first. */
  readonly action: string;
  /** What it is done to, and whose permissions it gives. */
  readonly target: string;
  /** Which way it is: an id of pathfinding.cloud, or what lets it happen. */
  readonly way: string;
}

/** The actions that turn into somebody else, by the kind of whom, with the id of the published way. */
export const BECOMING = {
  user: {
    "iam:CreateAccessKey": "iam-002",
    "iam:CreateLoginProfile": "iam-004",
    "iam:UpdateLoginProfile": "iam-006",
  },
  group: { "iam:AddUserToGroup": "iam-013" },
  role: { "iam:UpdateAssumeRolePolicy": "iam-012" },
} as const;

/** What it takes besides to use a role: its trust has to agree. */
export const [ASSUMING, PASSING] = ["sts:AssumeRole", "iam:PassRole"];

/** The actions that change or remove a permissions boundary. */
export const UNBINDING = [
  "iam:DeleteUserPermissionsBoundary",
  "iam:DeleteRolePermissionsBoundary",
  "iam:PutUserPermissionsBoundary",
  "iam:PutRolePermissionsBoundary",
];

/** The steps by which a holder turns into another one; undefined where there is no way. */
export function stepsTo(target: Holder, holder: Holder, world: World): readonly Step[] | undefined {
  if (isSame(target, holder)) return undefined;
  const bounded = target.identity.boundary !== undefined && target.unbound === undefined;
  if (!bounded) return stepTo(target, holder, world);
  // To use somebody without a boundary takes the boundary away first.
  const removal = unbinding(target, holder);
  if (!removal) return undefined;
  if (target.identity === holder.identity) return [removal];
  const use = stepTo(target, holder, world);
  return use && [removal, ...use];
}

function isSame(target: Holder, holder: Holder): boolean {
  return (
    target.identity === holder.identity && (target.unbound !== undefined) === (holder.unbound !== undefined)
  );
}

function stepTo(target: Holder, holder: Holder, world: World): readonly Step[] | undefined {
  const { kind, identity } = target;
  const label = `${kind} ${identity.name}`;
  const context = tagsOf(target);
  if (kind === "role") {
    const trusted = assumption(target, holder, world.account);
    if (trusted) return [{ action: ASSUMING, target: label, way: trusted }];
  }
  if (kind !== "role" || !(isProtected(target) || isRefused(target, holder))) {
    for (const [action, way] of Object.entries(BECOMING[kind])) {
      if (may(holder, { action, resource: identity.arn, context })) return [{ action, target: label, way }];
    }
  }
  return kind === "role" ? passing(target, holder, world) : undefined;
}

/** AWS refuses changes to the roles of IAM Identity Center. */
export function isProtected({ identity }: Holder): boolean {
  return identity.path.startsWith("/aws-reserved/");
}

function passing(role: Holder, holder: Holder, { partition }: World): readonly Step[] | undefined {
  if (!mentions(holder.statements, "iam:passrole")) return undefined;
  const trusted = servicesOf(role);
  if (trusted.length === 0) return undefined;
  const possible = companionsOf(holder);
  for (const { escalation, principals } of passingWays(partition)) {
    if (!possible.has(escalation)) continue;
    const services = principals.filter((name) => trusted.includes(name));
    if (services.length === 0) continue;
    const context: Context = { ...tagsOf(role), "iam:passedtoservice": services };
    if (!may(holder, { action: PASSING, resource: role.identity.arn, context })) continue;
    const companions = escalation.by.replace(/^.* and /, "");
    return [{ action: `${PASSING}, ${companions}`, target: role.label, way: escalation.id }];
  }
  return undefined;
}

const passingWaysOf = new Map<string, { escalation: Escalation; principals: string[] }[]>();

/** The ways through services with the services' names in a partition. */
function passingWays(partition: string) {
  const known = passingWaysOf.get(partition);
  if (known) return known;
  const ways = ESCALATIONS_BY_PASSING_ROLES.map((escalation) => ({
    escalation,
    principals: principalsOf(escalation.services ?? [], partition),
  }));
  passingWaysOf.set(partition, ways);
  return ways;
}

const companions = new WeakMap<Holder, ReadonlySet<Escalation>>();

/** The ways through services of which a holder may do all that comes beside passing the role. */
function companionsOf(holder: Holder): ReadonlySet<Escalation> {
  const known = companions.get(holder);
  if (known) return known;
  const found = waysAllowed(
    holder,
    ESCALATIONS_BY_PASSING_ROLES.map((escalation) => ({ ...escalation, needs: escalation.needs.slice(1) })),
  );
  const ids = new Set(found);
  const result = new Set(ESCALATIONS_BY_PASSING_ROLES.filter((_, index) => ids.has(index)));
  companions.set(holder, result);
  return result;
}

/** Which of some ways a holder may go, by their positions; on some resource, since there is none to name. */
function waysAllowed(holder: Holder, ways: readonly Pick<Escalation, "needs">[]): number[] {
  const requests = [...new Set(ways.flatMap(({ needs }) => needs))].filter(({ action }) =>
    mentions(holder.statements, action),
  );
  const allowed = allowedSomewhere(holder.statements, requests);
  const within = holder.boundary && allowedSomewhere(holder.boundary, requests);
  return ways.flatMap(({ needs }, index) =>
    needs.every((need) => allowed.has(need) && (within === undefined || within.has(need))) ? index : [],
  );
}

function allowedSomewhere(
  statements: Holder["statements"],
  requests: readonly Request[],
): ReadonlySet<Request> {
  if (requests.length === 0) return new Set();
  return new Set(Array.from(allowedRequests(statements, requests)).flatMap((found) => [...found]));
}

const IDENTITY_CENTER = ESCALATIONS_WITH_IAM.filter(({ id }) => id === "identity-center");

/** How a holder gives itself a role of IAM Identity Center. */
export function throughIdentityCenter(holder: Holder): Step | undefined {
  const [index] = waysAllowed(holder, IDENTITY_CENTER);
  const escalation = index === undefined ? undefined : IDENTITY_CENTER[index];
  return (
    escalation && {
      action: escalation.by.replace(/ on .*$/, ""),
      target: "IAM Identity Center",
      way: escalation.id,
    }
  );
}

/** How a holder takes the permissions boundary of a user or a role away. */
export function unbinding({ kind, identity }: Holder, holder: Holder): Step | undefined {
  const { boundary, arn, name } = identity;
  if (boundary === undefined || kind === "group") return undefined;
  const [Kind, target] = [kind === "user" ? "User" : "Role", `${kind} ${name}`];
  const before = { ...tagsOf({ identity }), "iam:permissionsboundary": [boundary.arn] };
  const [remove, replace] = [`iam:Delete${Kind}PermissionsBoundary`, `iam:Put${Kind}PermissionsBoundary`];
  if (may(holder, { action: remove, resource: arn, context: before }))
    return { action: remove, target, way: "boundary" };
  const [partition = "aws"] = arn.split(":").slice(1);
  const wide = {
    ...tagsOf({ identity }),
    "iam:permissionsboundary": [`arn:${partition}:iam::aws:policy/AdministratorAccess`],
  };
  if (may(holder, { action: replace, resource: arn, context: wide }))
    return { action: replace, target, way: "boundary" };
  return undefined;
}
