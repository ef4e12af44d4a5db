import type { Context } from "../../policy/iam/conditions.ts";
import { allowedSomewhere, type Request } from "../../policy/iam/access.ts";
import type { Escalation } from "../../policy/iam/escalations.ts";
import { ESCALATIONS_BY_PASSING_ROLES, principalsOf } from "../../policy/iam/escalationsByPassingRoles.ts";
import { ESCALATIONS_WITH_IAM } from "../../policy/iam/escalationsWithIam.ts";
import { memoize } from "../../policy/iam/memoize.ts";
import { evenIfDenied } from "./denials.ts";
import { may, mentions, tagsOf, type Holder, type IamAccount } from "./holders.ts";
import { ASSUME_ROLE, assumption, isRefused, samlProvidersOf, servicesOf, shortNameOf } from "./trusted.ts";

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

/** The action that gives a role to a service, if the role's trust names the service. */
export const PASS_ROLE = "iam:PassRole";

/** Whoever writes the metadata of a SAML provider makes assertions for every role that trusts it. */
export const UPDATE_SAML = "iam:UpdateSAMLProvider";

/** The actions that change or remove a permissions boundary. */
export const UNBINDING = [
  "iam:DeleteUserPermissionsBoundary",
  "iam:DeleteRolePermissionsBoundary",
  "iam:PutUserPermissionsBoundary",
  "iam:PutRolePermissionsBoundary",
];

/** What makes another policy of the one that is a boundary. */
export const REWRITE_POLICY = "iam:CreatePolicyVersion";

/** The steps by which a holder turns into another one; undefined where there is no way. */
export function stepsTo(target: Holder, holder: Holder, account: IamAccount): readonly Step[] | undefined {
  return evenIfDenied(holder, (one) => stepsFrom(one, target, account));
}

function stepsFrom(holder: Holder, target: Holder, account: IamAccount): readonly Step[] | undefined {
  if (isSame(target, holder)) return undefined;
  const bounded = target.identity.boundary !== undefined && target.unbound === undefined;
  if (!bounded) return stepTo(target, holder, account);
  // To use somebody without a boundary takes the boundary away first.
  const removal = unbinding(target, holder);
  if (!removal) return undefined;
  if (target.identity === holder.identity) return [removal];
  const use = stepTo(target, holder, account);
  return use && [removal, ...use];
}

function isSame(target: Holder, holder: Holder): boolean {
  return (
    target.identity === holder.identity && (target.unbound !== undefined) === (holder.unbound !== undefined)
  );
}

function stepTo(target: Holder, holder: Holder, account: IamAccount): readonly Step[] | undefined {
  const { kind, identity } = target;
  const label = `${kind} ${identity.name}`;
  const context = tagsOf(identity);
  if (kind === "role") {
    const trusted = assumption(target, holder, account.id);
    if (trusted) return [{ action: ASSUME_ROLE, target: label, way: trusted }];
  }
  if (kind !== "role" || !(isProtected(target) || isRefused(target, holder))) {
    for (const [action, way] of Object.entries(BECOMING[kind])) {
      if (may(holder, { action, resource: identity.arn, context })) return [{ action, target: label, way }];
    }
  }
  return kind === "role" ? (passing(target, holder, account) ?? updatingSaml(target, holder)) : undefined;
}

function updatingSaml(role: Holder, holder: Holder): readonly Step[] | undefined {
  const provider = samlProvidersOf(role).find((arn) => may(holder, { action: UPDATE_SAML, resource: arn }));
  if (provider === undefined) return undefined;
  const name = shortNameOf(provider);
  return [
    { action: UPDATE_SAML, target: name, way: "saml-provider" },
    { action: ASSUME_ROLE, target: role.label, way: `the trust of ${role.label} names ${name}` },
  ];
}

/** AWS refuses changes to the roles of IAM Identity Center. */
export function isProtected({ identity }: Holder): boolean {
  return identity.path.startsWith("/aws-reserved/");
}

function passing(role: Holder, holder: Holder, { partition }: IamAccount): readonly Step[] | undefined {
  if (!mentions(holder.statements, "iam:passrole")) return undefined;
  const trusted = servicesOf(role);
  if (trusted.length === 0) return undefined;
  const possible = companionsOf(holder);
  for (const { escalation, principals } of passingWays(partition)) {
    if (!possible.has(escalation)) continue;
    const services = principals.filter((name) => trusted.includes(name));
    if (services.length === 0) continue;
    const context: Context = { ...tagsOf(role.identity), "iam:passedtoservice": services };
    if (!may(holder, { action: PASS_ROLE, resource: role.identity.arn, context })) continue;
    const companions = escalation.by.replace(/^.* and /, "");
    return [{ action: `${PASS_ROLE}, ${companions}`, target: role.label, way: escalation.id }];
  }
  return undefined;
}

/** The ways through services, with the services' names in a partition. */
const passingWays = memoize((partition: string) =>
  ESCALATIONS_BY_PASSING_ROLES.map((escalation) => ({
    escalation,
    principals: principalsOf(escalation.services ?? [], partition),
  })),
);

/** The ways through services of which a holder may do all that comes beside passing the role. */
const companionsOf = memoize(
  (holder: Holder): ReadonlySet<Escalation> =>
    new Set(waysAllowed(holder, ESCALATIONS_BY_PASSING_ROLES, ({ needs }) => needs.slice(1))),
  new WeakMap(),
);

/** Which of some ways a holder may go; on some resource, since there is none to name. */
function waysAllowed(
  { statements, boundary }: Holder,
  ways: readonly Escalation[],
  needsOf: (way: Escalation) => readonly Request[] = ({ needs }) => needs,
): Escalation[] {
  const requests = [...new Set(ways.flatMap(needsOf))].filter(({ action }) => mentions(statements, action));
  const allowed = allowedSomewhere(statements, requests);
  const within = boundary && allowedSomewhere(boundary, requests);
  return ways.filter((way) =>
    needsOf(way).every((need) => allowed.has(need) && (within === undefined || within.has(need))),
  );
}

const IDENTITY_CENTER = ESCALATIONS_WITH_IAM.filter(({ id }) => id === "identity-center");

/** How a holder gives itself a role of IAM Identity Center. */
export function throughIdentityCenter(holder: Holder): Step | undefined {
  const [way] = waysAllowed(holder, IDENTITY_CENTER);
  return way && { action: way.by.replace(/ on .*$/, ""), target: "IAM Identity Center", way: way.id };
}

/** How a holder takes the permissions boundary of a user or a role away, or makes one of it that allows everything. */
function unbinding({ kind, identity }: Holder, holder: Holder): Step | undefined {
  const { boundary, arn, name } = identity;
  if (boundary === undefined || kind === "group") return undefined;
  const [Kind, [, partition = "aws"]] = [kind === "user" ? "User" : "Role", arn.split(":")];
  const changes = [
    [`iam:Delete${Kind}PermissionsBoundary`, boundary.arn],
    [`iam:Put${Kind}PermissionsBoundary`, `arn:${partition}:iam::aws:policy/AdministratorAccess`],
  ] as const;
  const allowed = changes.find(([action, boundaryArn]) => {
    const context = { ...tagsOf(identity), "iam:permissionsboundary": [boundaryArn] };
    return may(holder, { action, resource: arn, context });
  });
  if (allowed) return { action: allowed[0], target: `${kind} ${name}`, way: "boundary" };
  const isOwn = boundary.arn?.split(":")[4] === arn.split(":")[4];
  return isOwn && boundary.arn && may(holder, { action: REWRITE_POLICY, resource: boundary.arn })
    ? { action: REWRITE_POLICY, target: `policy ${boundary.name}`, way: "boundary" }
    : undefined;
}
