import { isDeepStrictEqual } from "node:util";
import { requireMfaPolicy } from "../components/policyDocuments.ts";
import { matches } from "../policy/lib/glob.ts";
import type { Case } from "./findings.ts";
import { giveFullPower, type Policy } from "./fullPower.ts";

/** The group beside the config; undefined if nobody could look at it. */
export function judgeGroup({ config, facts: { identities, partition }, find }: Case) {
  if (!identities) return undefined;
  const { name, path, existing } = config.group;
  const group = identities.find((identity) => identity.kind === "group" && isNamed(identity.name, name));
  const policies = group?.policies ?? [];
  const isRule = (policy: Policy) =>
    config.requireMfa && policy.arn === undefined && policy.name === "RequireMfa";
  const written = policies.find(isRule)?.document;
  const isIntact =
    written !== undefined && isDeepStrictEqual(JSON.parse(written), requireMfaPolicy(partition));
  const mfaRule = !config.requireMfa
    ? "not asked for"
    : !written
      ? "missing"
      : isIntact
        ? "as written"
        : "changed";
  const isAccess = ({ arn }: Policy) => arn === `arn:${partition}:iam::aws:policy/AdministratorAccess`;
  // An adopted group may have its power from other policies.
  const administratorAccess = existing ? giveFullPower(policies) : policies.some(isAccess);
  const otherPolicies = namesOf(policies.filter((policy) => !isAccess(policy) && !isRule(policy)));
  const members = identities.filter(({ groups }) => groups.some((candidate) => isNamed(candidate, name)));
  const unlisted = namesOf(members).filter((member) => !isListed(config, member));

  const isThere = group !== undefined;
  find("group-changed", name, !isThere && "is not in the account");
  find("group-changed", name, isThere && !administratorAccess && "does not have AdministratorAccess");
  find("group-changed", name, isThere && !existing && group.path !== path && `has the path ${group.path}`);
  find(
    "group-changed",
    name,
    !existing && otherPolicies.length > 0 && `also has ${otherPolicies.join(", ")}`,
  );
  const isOff = isThere && (mfaRule === "missing" || mfaRule === "changed");
  find("mfa-rule-changed", name, isOff && `its MFA rule is ${mfaRule}`);
  for (const member of unlisted)
    find("unlisted-member", member, `is in the group ${name}`, existing ? "low" : undefined);
  return { name, inAccount: isThere, administratorAccess, mfaRule, otherPolicies, unlisted };
}

/** Who else has full power; an administrator's own policies are judged with the administrator. */
export function judgeOthers({ config, facts: { identities }, limits, find }: Case) {
  const others = identities?.filter(
    ({ kind, name, policies }) =>
      !(kind === "group" && isNamed(name, config.group.name)) &&
      !(kind === "user" && isListed(config, name)) &&
      giveFullPower(policies),
  );
  return others?.map(({ kind, name, policies }) => {
    const accepted = kind === "role" && limits.roles.some((pattern) => matches(pattern, name));
    find("full-power-elsewhere", `${kind} ${name}`, !accepted && `has ${namesOf(policies).join(", ")}`);
    return { kind, name, policies: namesOf(policies), accepted };
  });
}

/** IAM does not tell groups by letter case. */
export function isNamed(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}

/** The names of policies or identities. */
export function namesOf(things: readonly { readonly name: string }[]): string[] {
  return things.map(({ name }) => name);
}

function isListed({ administrators }: Case["config"], user: string): boolean {
  return administrators.some(({ name }) => name === user);
}
