import { giveFullPower } from "../account/fullPower.ts";
import { isSameGroup, membersOf, type Policy } from "../account/identities.ts";
import type { Account } from "../account/readAccount.ts";
import { administratorAccessArn } from "../components/partitions.ts";
import { isRequireMfaPolicy, MFA_RULE } from "../components/policyDocuments.ts";
import { listed, type Find } from "./findings.ts";
import type { Intent } from "./intent.ts";

/** The group beside what the config makes of it. */
export function judgeGroup(config: Intent["config"], { identities, partition }: Account, find: Find) {
  if (!identities) return undefined;
  const { name, path, existing } = config.group;
  const group = identities.find((identity) => identity.kind === "group" && isSameGroup(identity.name, name));
  const policies = group?.policies ?? [];
  const isRule = (policy: Policy) => config.requireMfa && !policy.arn && policy.name === MFA_RULE;
  const written = policies.find(isRule)?.document ?? "null";
  const isIntact = isRequireMfaPolicy(written, partition);
  const isAccess = ({ arn }: Policy) => arn === administratorAccessArn(partition);
  // An adopted group may have its power from other policies.
  const administratorAccess = existing ? giveFullPower(policies) : policies.some(isAccess);
  const otherPolicies = policies
    .filter((policy) => !isAccess(policy) && !isRule(policy))
    .map((policy) => policy.name);
  const unlisted = membersOf(name, identities)
    .map((member) => member.name)
    .filter((member) => !config.administrators.some((entry) => entry.name === member));

  const isThere = group !== undefined;
  const lacksRule = isThere && config.requireMfa && !isIntact;
  find("group-changed", name, !isThere && "is not in the account", existing ? ADOPTED : undefined);
  find("group-changed", name, isThere && !administratorAccess && "does not have AdministratorAccess");
  find("group-changed", name, isThere && !existing && group.path !== path && `has the path ${group.path}`);
  find("group-changed", name, !existing && listed("also has", otherPolicies));
  find("mfa-rule-changed", name, lacksRule && "lacks the MFA rule as it was written");
  const own = existing ? ({ severity: "low" } as const) : undefined;
  for (const member of unlisted) find("unlisted-member", member, `is in ${name}`, own);
  const mfaRule = config.requireMfa ? isIntact : null;
  return { name, inAccount: isThere, administratorAccess, mfaRule, otherPolicies, unlisted };
}

/** The program does not make a group that it adopts. */
const ADOPTED = { advice: "set group.name to a group that exists, or group.existing to false" };
