import { giveFullPower } from "../../account/fullPower.ts";
import type { Identity, Policy } from "../../account/identities.ts";
import { covers } from "../../policy/iam/access.ts";
import type { Context } from "../../policy/iam/conditions.ts";
import { evaluate, type ConcreteRequest } from "../../policy/iam/evaluate.ts";
import { dangerousPolicyArns } from "../../policy/iam/managedPolicies.ts";
import { memoize } from "../../policy/iam/memoize.ts";
import { statementsIn, type Statement } from "../../policy/iam/policyDocument.ts";
import { readTrust, type TrustEntry } from "../../policy/iam/trust.ts";

/** Somebody with permissions: a user with those of its groups, a role, or a group as each of its members has it. */
export interface Holder {
  readonly kind: "user" | "role" | "group";
  /** What a path calls it: `role build`. */
  readonly label: string;
  readonly identity: Identity;
  /** All policies: its own, and those of its groups. */
  readonly policies: readonly Policy[];
  readonly groups: readonly Holder[];
  readonly statements: readonly Statement[];
  /** The statements of the permissions boundary; undefined for none, and for one whose text is not known. */
  readonly boundary: readonly Statement[] | undefined;
  /** A role's trust policy. */
  readonly trust: readonly TrustEntry[];
  /** What each of its requests carries. */
  readonly context: Context;
  readonly isFullPower: boolean;
  /** The same holder once its boundary is gone. */
  readonly unbound?: Holder;
}

/** An account, as far as it decides who can do what. */
export interface IamAccount {
  readonly id: string;
  readonly partition: string;
  readonly holders: readonly Holder[];
  /** The ARNs of policies that give full power when they are attached. */
  readonly dangerousPolicies: readonly string[];
}

/** Reads everybody in an account who holds permissions, apart from the roles that only a service of AWS can use. */
export function readHolders(identities: readonly Identity[], id: string, partition: string): IamAccount {
  const statementsOf = memoize((document: string) => statementsIn(document));
  const tagKeys = principalTagsIn(identities);
  const groups = new Map<string, Holder>();
  const make = (identity: Identity): Holder => {
    const { kind, name, boundary } = identity;
    const own = identity.groups.flatMap((group) => groups.get(group.toLowerCase()) ?? []);
    const policies = [...identity.policies, ...own.flatMap((group) => group.identity.policies)];
    const isWhole = boundary === undefined || (boundary.document !== undefined && giveFullPower([boundary]));
    const isFullPower = giveFullPower(policies);
    const unlimited: Holder = {
      ...{ kind, identity, policies, groups: own, isFullPower },
      label: `${kind} ${name}${boundary ? " without its boundary" : ""}`,
      statements: policies.flatMap(({ document }) => (document === undefined ? [] : statementsOf(document))),
      boundary: undefined,
      trust: trustOf(identity),
      context: contextOf(identity, id, tagKeys),
    };
    if (boundary === undefined) return unlimited;
    return {
      ...unlimited,
      label: `${kind} ${name}`,
      boundary: boundary.document === undefined ? undefined : statementsOf(boundary.document),
      isFullPower: isFullPower && isWhole,
      unbound: unlimited,
    };
  };
  const usable = identities.filter(({ path }) => !path.startsWith("/aws-service-role/"));
  for (const identity of usable.filter(({ kind }) => kind === "group"))
    groups.set(identity.name.toLowerCase(), make(identity));
  const others = usable.filter(({ kind }) => kind !== "group").map(make);
  return {
    ...{ id, partition, holders: [...others, ...groups.values()] },
    dangerousPolicies: [...dangerousPolicyArns(partition), ...fullPowerPoliciesOf(usable)],
  };
}

/** Whether a holder may do something, as far as its policies and its boundary tell. */
export function may({ statements, boundary, context }: Holder, request: ConcreteRequest): boolean {
  const relevant = about(statements)(request.action);
  if (!relevant.isAllowed) return false;
  const limits = boundary && about(boundary)(request.action);
  if (limits?.isAllowed === false) return false;
  const whole = { ...request, context: request.context ? { ...context, ...request.context } : context };
  if (evaluate(relevant.statements, whole) === "no") return false;
  return limits === undefined || evaluate(limits.statements, whole) !== "no";
}

/** Whether any Allow of the statements is about the action. */
export function mentions(statements: readonly Statement[], action: string): boolean {
  return about(statements)(action).isAllowed;
}

/** The statements about an action, and whether any allows it, somewhere and under some condition. */
interface About {
  readonly statements: readonly Statement[];
  readonly isAllowed: boolean;
}

/** The same few actions are asked of everybody, on thousands of resources. */
const about = memoize(
  (all: readonly Statement[]) =>
    memoize((action: string): About => {
      const statements = all.filter(({ actions }) => covers(actions, action.toLowerCase()));
      return { statements, isAllowed: statements.some(({ effect }) => effect === "Allow") };
    }),
  new WeakMap(),
);

function trustOf({ trust }: Identity): readonly TrustEntry[] {
  const read = trust === undefined ? undefined : readTrust(trust);
  return !read || "malformed" in read ? [] : read.entries;
}

/** The keys of tags that any document asks a principal for, in small letters. */
function principalTagsIn(identities: readonly Identity[]): readonly string[] {
  const texts = identities.flatMap(({ policies, boundary, trust }) => [
    ...[...policies, boundary].map((policy) => policy?.document),
    trust,
  ]);
  const found = [...new Set(texts)].flatMap((text = "") =>
    Array.from(text.matchAll(/aws:PrincipalTag\/([^"}\s]+)/gi), ([, key = ""]) => key.toLowerCase()),
  );
  return [...new Set(found)];
}

function contextOf(
  { kind, name, arn, tags }: Identity,
  account: string,
  tagKeys: readonly string[],
): Context {
  const everybody: Context = { "aws:principalaccount": [account], "aws:resourceaccount": [account] };
  // Which of its members a group acts as is not known.
  if (kind === "group") return everybody;
  const own = new Map(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), value]));
  // A role's session can bring tags along.
  const keys = kind === "user" ? tagKeys : tagKeys.filter((key) => own.has(key));
  const tagged: Context = Object.fromEntries(keys.map((key) => [`aws:principaltag/${key}`, [own.get(key)]]));
  return {
    ...everybody,
    ...tagged,
    "aws:principalarn": [arn],
    "aws:principaltype": [kind === "user" ? "User" : "AssumedRole"],
    "aws:username": [kind === "user" ? name : undefined],
  };
}

/** The ARNs of the managed policies in use that give full power. */
function fullPowerPoliciesOf(identities: readonly Identity[]): string[] {
  const managed = new Map(
    identities.flatMap(({ policies }) =>
      policies.flatMap((policy) => (policy.arn ? [[policy.arn, policy]] : [])),
    ),
  );
  return [...managed].filter(([, policy]) => giveFullPower([policy])).map(([arn]) => arn);
}

/** What a request on a user or a role says of it. */
export const tagsOf = memoize(
  ({ tags }: Identity): Context =>
    Object.fromEntries(
      Object.entries(tags).flatMap(([key, value]) => [
        [`aws:resourcetag/${key.toLowerCase()}`, [value]],
        [`iam:resourcetag/${key.toLowerCase()}`, [value]],
      ]),
    ),
  new WeakMap(),
);
