import { giveFullPower } from "../../account/fullPower.ts";
import type { Identity, Policy } from "../../account/identities.ts";
import type { Context } from "../../policy/iam/conditions.ts";
import { dangerousPolicyArns } from "../../policy/iam/managedPolicies.ts";
import { memoize } from "../../policy/iam/memoize.ts";
import { statementsIn } from "../../policy/iam/policyDocument.ts";
import { readTrust, type TrustEntry } from "../../policy/iam/trust.ts";
import { withoutDenials } from "./denials.ts";
import type { Holder, IamAccount } from "./holders.ts";

/** Reads everybody in an account who holds permissions, apart from the roles that only a service of AWS can use. */
export function readHolders(identities: readonly Identity[], id: string, partition: string): IamAccount {
  const parsed = memoize((document: string) => statementsIn(document));
  const statementsOf = ({ document }: Policy) => (document === undefined ? [] : parsed(document));
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
      statements: policies.flatMap(statementsOf),
      boundary: undefined,
      trust: trustOf(identity),
      context: contextOf(identity, id, tagKeys),
    };
    if (boundary === undefined) return withUndenied(unlimited);
    return withUndenied({
      ...unlimited,
      label: `${kind} ${name}`,
      boundary: boundary.document === undefined ? undefined : statementsOf(boundary),
      isFullPower: isFullPower && isWhole,
      unbound: withUndenied(unlimited),
    });
  };
  const withUndenied = (holder: Holder): Holder => {
    const undenied = withoutDenials(holder, statementsOf);
    return undenied ? { ...holder, undenied } : holder;
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
