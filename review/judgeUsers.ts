import { isSameGroup } from "../account/identities.ts";
import type { Account } from "../account/readAccount.ts";
import { listed, type Find } from "./findings.ts";
import type { Intent } from "./intent.ts";
import { days, INACTIVE_DAYS, type Limits } from "./limits.ts";

type Config = Intent["config"];

/** What a first password is called where the program did not make it. */
const IMPORTED = "tell this administrator the sign-in URL; the password is the one from before the import";

/** An administrator of the config beside the user of that name. */
export function judgeUser(
  entry: Config["administrators"][number],
  { group }: Config,
  { at, identities, signIns, credentials }: Account,
  { staleDays }: Limits,
  find: Find,
) {
  const { name, backup, consoleAccess } = entry;
  const { password, mfaDevices, longLived } = credentials.get(name) ?? {};
  const user = identities?.find((identity) => identity.kind === "user" && identity.name === name);
  const inAccount = signIns?.has(name) ?? (identities && user !== undefined);
  const inGroup = user?.groups.some((candidate) => isSameGroup(candidate, group.name));
  const lastSignIn = signIns?.get(name);
  const ownPolicies = user?.policies.map((policy) => policy.name);
  const needsMfa = consoleAccess || password != null;
  // Somebody made a minute ago has had no time to sign in.
  const idle = lastSignIn === undefined ? 0 : days(lastSignIn ?? user?.created ?? new Date(0), at);
  const isInactive = consoleAccess && !backup && lastSignIn != null && idle >= INACTIVE_DAYS;

  find("administrator-missing", name, inAccount === false && "is not in the account");
  find("not-in-group", name, inGroup === false && `is not in the group ${group.name}`);
  find("initial-password-unchanged", name, password === "initial" && "still has the initial password");
  find("mfa-missing", name, mfaDevices === 0 && needsMfa && "has no MFA device");
  find("never-signed-in", name, consoleAccess && lastSignIn === null && "has never signed in", {
    advice: entry.import ? IMPORTED : undefined,
  });
  find("inactive", name, isInactive && `has not signed in for ${Math.floor(idle)} days`);
  find("long-lived-credential", name, listed("has", longLived));
  find("own-policy", name, listed("has", ownPolicies));
  const isUntested = backup && consoleAccess && idle >= staleDays;
  find("backup-untested", name, isUntested && "has not signed in for long");
  return { name, backup, inAccount, inGroup, password, mfaDevices, lastSignIn, longLived, ownPolicies };
}

/** A member of the group that the config does not name: an administrator as well. */
export function judgeMember(name: string, { credentials }: Account, find: Find): void {
  const { password, mfaDevices, longLived } = credentials.get(name) ?? {};
  find("mfa-missing", name, mfaDevices === 0 && password != null && "has no MFA device");
  find("long-lived-credential", name, listed("has", longLived));
}
