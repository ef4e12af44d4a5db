import type { Credentials } from "../account/credentials.ts";
import type { Identity } from "../account/identities.ts";
import type { Account } from "../account/readAccount.ts";
import { administratorSchema } from "../config/schema.ts";
import type { LeftOut } from "./settings.ts";

/** An entry of `administrators`, and what a reader must know beside it. */
export interface Member {
  readonly entry: { readonly name: string; readonly backup?: true; readonly import: true };
  /** In a few words, each of one fact; empty for somebody of whom there is nothing to say. */
  readonly remarks: readonly string[];
}

/**
 * The members of the group as entries of the config, in the order of their names. Its own schema decides who can be one.
 *
 * @returns the entries, and the members whom the config cannot name
 */
export async function entriesOf(members: readonly Identity[], group: Identity, account: Account) {
  const entries: Member[] = [];
  const leftOut: LeftOut[] = [];
  for (const member of members.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const isBackup = Object.entries(member.tags).some(
      ([key, value]) => key.toLowerCase() === "backup" && value.toLowerCase() === "true",
    );
    const entry = {
      name: member.name,
      ...(isBackup ? { backup: true as const } : {}),
      import: true as const,
    };
    const { error } = await administratorSchema.safeParseAsync(entry);
    if (error === undefined) entries.push({ entry, remarks: remarksOn(member, group, account) });
    else {
      const rule = error.issues.map(({ message }) => message).join(", ");
      leftOut.push({ what: `user ${member.name}`, why: `${rule}. The user stays a member of the group.` });
    }
  }
  return { entries, leftOut };
}

function remarksOn(member: Identity, group: Identity, { credentials, signIns }: Account): string[] {
  const { name, groups, policies, boundary } = member;
  const others = groups.filter((other) => other !== group.name);
  const found = credentials.get(name);
  return [
    ...(found === undefined ? [] : remarksOnCredentials(found)),
    ...(boundary === undefined ? [] : [`boundary ${boundary.name}`]),
    ...(policies.length === 0 ? [] : [`own policies ${policies.map((policy) => policy.name).join(" ")}`]),
    ...(others.length === 0 ? [] : [`other groups ${others.join(" ")}`]),
    ...(signIns?.get(name) === null && found?.password != null ? ["never signed in"] : []),
  ];
}

function remarksOnCredentials({
  password,
  mfaDevices,
  accessKeys = [],
  longLived = [],
}: Credentials): string[] {
  const keys = accessKeys.map(({ CreateDate, Status }) => {
    const since = CreateDate === undefined ? "" : ` since ${CreateDate.toISOString().slice(0, 10)}`;
    return `${Status === "Inactive" ? "inactive " : ""}access key${since}`;
  });
  const others = longLived.filter((word) => word !== "access key");
  return [
    ...keys,
    ...others,
    ...(mfaDevices === 0 ? ["no MFA device"] : []),
    ...(password === null ? ["no password"] : []),
    ...(password === "initial" ? ["initial password not changed"] : []),
  ];
}
