import type { Policy } from "../account/identities.ts";
import type { Account } from "../account/readAccount.ts";
import { administratorAccessArn } from "../components/partitions.ts";
import { isRequireMfaPolicy, MFA_RULE } from "../components/policyDocuments.ts";
import { matches } from "../policy/iam/glob.ts";
import { collector, type Find } from "./findings.ts";
import { giveFullPower } from "../account/fullPower.ts";
import type { Intent } from "./intent.ts";
import { judgeSettings } from "./judgeSettings.ts";

type Config = Intent["config"];
type Entry = Config["administrators"][number];

/** From when on something is a finding. */
export interface Limits {
  /** How many days a use of root is one. */
  readonly rootDays: number;
  /** How many days after a sign-in a backup administrator counts as tested. */
  readonly staleDays: number;
  /** Roles that may have full power: names, or patterns with `*` and `?`. */
  readonly roles: readonly string[];
}

/** An account beside its config, and what is wrong with it; undefined is what nobody could look at. */
export type Review = ReturnType<typeof judge>;

const days = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 86_400_000;
const namesOf = (things: readonly { readonly name: string }[]) => things.map(({ name }) => name);
const isListed = (config: Config, user: string) => config.administrators.some(({ name }) => name === user);
/** IAM does not tell groups by letter case. */
const isNamed = (name: string, other: string) => name.toLowerCase() === other.toLowerCase();

/** Puts what an account has beside what the config says. */
export function judge({ config, stack }: Intent, facts: Account, limits: Limits) {
  const { account, at, root, denied } = facts;
  const { findings, find } = collector();
  judgeRoot(root, at, limits, find);
  const administrators = config.administrators.map((entry) => judgeUser(entry, config, facts, limits, find));
  const group = judgeGroup(config, facts, find);
  const others = judgeOthers(config, facts, limits, find);
  const settings = judgeSettings(config, facts, find);
  return { ...{ account, at, stack, root, administrators, group, others, settings }, findings, denied };
}

function judgeRoot(root: Account["root"], at: Date, { rootDays }: Limits, find: Find): void {
  const { lastUsed, mfa, password, accessKey } = root;
  const isUsed = lastUsed != null && days(lastUsed, at) < rootDays;
  find("root-used", "root", isUsed && `last used ${lastUsed.toISOString()}`);
  find("root-mfa-missing", "root", mfa === false && password !== false && "has no MFA device");
  find("root-access-key", "root", accessKey === true && "has an access key");
}

function judgeUser(entry: Entry, { group }: Config, facts: Account, limits: Limits, find: Find) {
  const { name, backup, consoleAccess } = entry;
  const { at, identities, signIns, credentials } = facts;
  const { password, mfaDevices, longLived } = credentials.get(name) ?? {};
  const user = identities?.find((identity) => identity.kind === "user" && identity.name === name);
  const inAccount = signIns?.has(name) ?? (identities && user !== undefined);
  const inGroup = user?.groups.some((candidate) => isNamed(candidate, group.name));
  const lastSignIn = signIns?.get(name);
  const ownPolicies = user && namesOf(user.policies);
  const needsMfa = consoleAccess || password != null;
  const isStale = lastSignIn !== undefined && days(lastSignIn ?? new Date(0), at) >= limits.staleDays;

  find("administrator-missing", name, inAccount === false && "is not in the account");
  find("not-in-group", name, inGroup === false && `is not in the group ${group.name}`);
  find("initial-password-unchanged", name, password === "initial" && "still has the initial password");
  find("mfa-missing", name, mfaDevices === 0 && needsMfa && "has no MFA device");
  find("never-signed-in", name, consoleAccess && lastSignIn === null && "has never signed in");
  find("long-lived-credential", name, listed("has", longLived));
  find("own-policy", name, listed("has", ownPolicies));
  find("backup-untested", name, backup && consoleAccess && isStale && "has not signed in for long");
  return { name, backup, inAccount, inGroup, password, mfaDevices, lastSignIn, longLived, ownPolicies };
}

function judgeGroup(config: Config, { identities, partition }: Account, find: Find) {
  if (!identities) return undefined;
  const { name, path, existing } = config.group;
  const group = identities.find((identity) => identity.kind === "group" && isNamed(identity.name, name));
  const policies = group?.policies ?? [];
  const isRule = (policy: Policy) => config.requireMfa && !policy.arn && policy.name === MFA_RULE;
  const written = policies.find(isRule)?.document ?? "null";
  const isIntact = isRequireMfaPolicy(written, partition);
  const isAccess = ({ arn }: Policy) => arn === administratorAccessArn(partition);
  // An adopted group may have its power from other policies.
  const administratorAccess = existing ? giveFullPower(policies) : policies.some(isAccess);
  const otherPolicies = namesOf(policies.filter((policy) => !isAccess(policy) && !isRule(policy)));
  const members = identities.filter(({ groups }) => groups.some((candidate) => isNamed(candidate, name)));
  const unlisted = namesOf(members).filter((member) => !isListed(config, member));

  const isThere = group !== undefined;
  const lacksRule = isThere && config.requireMfa && !isIntact;
  find("group-changed", name, !isThere && "is not in the account");
  find("group-changed", name, isThere && !administratorAccess && "does not have AdministratorAccess");
  find("group-changed", name, isThere && !existing && group.path !== path && `has the path ${group.path}`);
  find("group-changed", name, !existing && listed("also has", otherPolicies));
  find("mfa-rule-changed", name, lacksRule && "lacks the MFA rule as it was written");
  const severity = existing ? "low" : undefined;
  for (const member of unlisted) find("unlisted-member", member, `is in ${name}`, severity);
  const mfaRule = config.requireMfa ? isIntact : null;
  return { name, inAccount: isThere, administratorAccess, mfaRule, otherPolicies, unlisted };
}

/** Who else has full power; what administrators have of their own is judged with them. */
function judgeOthers(config: Config, { identities }: Account, { roles }: Limits, find: Find) {
  const others = identities?.filter(({ kind, name, policies }) => {
    const isTheGroup = kind === "group" && isNamed(name, config.group.name);
    return !isTheGroup && !(kind === "user" && isListed(config, name)) && giveFullPower(policies);
  });
  return others?.map(({ kind, name, policies }) => {
    const accepted = kind === "role" && roles.some((pattern) => matches(pattern, name));
    find("full-power-elsewhere", `${kind} ${name}`, !accepted && listed("has", namesOf(policies)));
    return { kind, name, policies: namesOf(policies), accepted };
  });
}

function listed(verb: string, things: readonly string[] = []): string | false {
  return things.length > 0 && `${verb} ${things.join(", ")}`;
}
