import type { AdministratorConfig } from "../config/schema.ts";
import type { AccountFacts } from "./account.ts";
import { openCase, type Case, type Limits } from "./findings.ts";
import { isNamed, judgeGroup, judgeOthers, namesOf } from "./judgePower.ts";
import { judgeSettings } from "./judgeSettings.ts";
import type { Intent } from "./intent.ts";

/** An account beside its config, and what is wrong with it; undefined is what nobody could look at. */
export type Review = ReturnType<typeof judge>;

/** Puts what an account has beside what the config says. */
export function judge({ config, stack }: Intent, facts: AccountFacts, limits: Limits) {
  const { account, at, denied } = facts;
  const open = openCase(config, facts, limits);
  const root = judgeRoot(open);
  const administrators = config.administrators.map((entry) => judgeAdministrator(open, entry));
  const group = judgeGroup(open);
  const others = judgeOthers(open);
  const settings = judgeSettings(open);
  return {
    account,
    at,
    stack,
    root,
    administrators,
    group,
    others,
    settings,
    findings: open.findings,
    denied,
  };
}

function judgeRoot({ facts: { root, at }, limits: { rootDays }, find }: Case) {
  const { lastUsed, mfa, password, accessKey } = root;
  find(
    "root-used",
    "root",
    lastUsed != null && days(lastUsed, at) < rootDays && `last used ${lastUsed.toISOString()}`,
  );
  find("root-mfa-missing", "root", mfa === false && password !== false && "has no MFA device");
  find("root-access-key", "root", accessKey === true && "has an access key");
  return root;
}

function judgeAdministrator(
  { config, facts, limits: { staleDays }, find }: Case,
  entry: AdministratorConfig,
) {
  const { name, backup, consoleAccess } = entry;
  const { at, identities, signIns, credentials } = facts;
  const { password, mfaDevices, longLived } = credentials.get(name) ?? {};
  const user = identities?.find((identity) => identity.kind === "user" && identity.name === name);
  const inAccount = signIns?.has(name) ?? (identities && user !== undefined);
  const inGroup = user?.groups.some((group) => isNamed(group, config.group.name));
  const lastSignIn = signIns?.get(name);
  const ownPolicies = user && namesOf(user.policies);
  const isStale = lastSignIn === null || (lastSignIn !== undefined && days(lastSignIn, at) >= staleDays);

  find("administrator-missing", name, inAccount === false && "is not in the account");
  find("not-in-group", name, inGroup === false && `is not in the group ${config.group.name}`);
  find("initial-password-unchanged", name, password === "initial" && "still has the initial password");
  find("mfa-missing", name, mfaDevices === 0 && (consoleAccess || password != null) && "has no MFA device");
  find("never-signed-in", name, consoleAccess && lastSignIn === null && "has never signed in");
  find(
    "long-lived-credential",
    name,
    longLived !== undefined && longLived.length > 0 && `has ${longLived.join(", ")}`,
  );
  find(
    "own-policy",
    name,
    ownPolicies !== undefined && ownPolicies.length > 0 && `has ${ownPolicies.join(", ")}`,
  );
  find(
    "backup-untested",
    name,
    backup && consoleAccess && isStale && `has not signed in for ${staleDays} days`,
  );
  return { name, backup, inAccount, inGroup, password, mfaDevices, lastSignIn, longLived, ownPolicies };
}

function days(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 86_400_000;
}
