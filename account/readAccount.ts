import type { IAM } from "@aws-sdk/client-iam";
import type { Rule } from "@aws-sdk/client-eventbridge";
import type { STS } from "@aws-sdk/client-sts";
import { globalRegion } from "../components/partitions.ts";
import { fromAws } from "../components/passwordPolicy.ts";
import { readAlarm, type AlarmClients } from "./alarm.ts";
import { asker, named, type Ask } from "./ask.ts";
import { readCredentials, readServiceUsers, type Credentials } from "./credentials.ts";
import { readIdentities, type Identity } from "./identities.ts";
import { inParallel } from "./inParallel.ts";
import { readRoot } from "./root.ts";

/** How the reading talks to the world. */
export interface Reading {
  readonly iam: IAM;
  readonly sts: STS;
  /** Makes the clients for an alarm, if one is wanted. */
  readonly alarmClients: (region: string) => Promise<AlarmClients>;
  /** Waits while AWS makes its credential report. */
  readonly pause: () => Promise<unknown>;
  /** Told of how many users the credentials have been read. */
  readonly progress: (done: number, total: number) => void;
}

/** What is wanted of an account. */
export interface Wanted {
  /** The only accounts that may be read; none for any. */
  readonly allowedAccounts: readonly string[];
  /**
   * The users whose credentials are read, by five calls each.
   *
   * @param identities - everybody in the account, nullish where that was denied
   */
  readonly credentialsOf: (identities: readonly Identity[] | null | undefined) => readonly string[];
  /** Which rules may be an alarm on root, and the log group of its filters. @default no alarm is looked for */
  readonly alarm?: { readonly mayBeIt: (rule: Rule) => boolean; readonly logGroupName?: string | undefined };
  /** Whether to ask for the organization's central root access. @default false */
  readonly rootFeatures?: boolean;
}

/** An account as it is: null is what does not exist, undefined what was denied. */
export type Account = Awaited<ReturnType<typeof readAccount>>;

/** Few enough for IAM to throttle little; what it throttles, the SDK asks again. */
const usersAtATime = 10;

/**
 * Reads an account once. It changes nothing, apart from having AWS make its credential report.
 *
 * @throws {Error} when it is not one of the allowed accounts, or AWS cannot be asked
 */
export async function readAccount(wanted: Wanted, { iam, sts, alarmClients, pause, progress }: Reading) {
  const { Account: account = "", Arn = "" } = await callerOf(sts);
  const { allowedAccounts } = wanted;
  if (allowedAccounts.length > 0 && !allowedAccounts.includes(account)) {
    const names = allowedAccounts.join(", ");
    throw new Error(`the credentials are of account ${account}, and aws:allowedAccountIds names ${names}`);
  }
  const { ask, denied } = asker();
  const partition = Arn.split(":")[1] ?? "aws";
  const region = globalRegion(partition);
  const [root, identities, signIns, serviceUsers, passwordPolicy, aliases, ...rest] = await Promise.all([
    readRoot(iam, ask, pause),
    ask("iam:GetAccountAuthorizationDetails", () => readIdentities(iam)),
    ask("iam:ListUsers", () => readSignIns(iam)),
    ask("iam:ListServiceSpecificCredentials", () => readServiceUsers(iam)),
    ask("iam:GetAccountPasswordPolicy", async () => {
      const { PasswordPolicy = {} } = await iam.getAccountPasswordPolicy({});
      return fromAws(PasswordPolicy);
    }),
    ask("iam:ListAccountAliases", async () => (await iam.listAccountAliases({})).AccountAliases ?? []),
    wanted.rootFeatures ? readRootFeatures(iam, ask) : undefined,
    wanted.alarm && region
      ? readAlarm(await alarmClients(region), ask, wanted.alarm.mayBeIt, wanted.alarm.logGroupName)
      : undefined,
  ]);
  const [rootFeatures, alarm] = rest;
  const credentials = new Map<string, Credentials>();
  const present = wanted.credentialsOf(identities).filter((name) => signIns?.has(name) ?? true);
  await inParallel(present, usersAtATime, async (name) => {
    credentials.set(name, await readCredentials(iam, ask, name, serviceUsers));
    progress(credentials.size, present.length);
  });
  const alias = aliases && (aliases[0] ?? null);
  const found = { root, identities, signIns, credentials, passwordPolicy, alias, rootFeatures, alarm };
  return { account, partition, at: new Date(), ...found, denied: [...denied].sort() };
}

async function callerOf(sts: STS) {
  try {
    return await sts.getCallerIdentity({});
  } catch (error) {
    throw named("sts:GetCallerIdentity", error);
  }
}

/** What central root access is switched on for; null outside of the account that may have it. */
function readRootFeatures(iam: IAM, ask: Ask) {
  const absent = /ServiceAccessNotEnabled|OrganizationNot|AccountNotManagement/;
  const question = async () => (await iam.listOrganizationsFeatures({})).EnabledFeatures ?? [];
  return ask("iam:ListOrganizationsFeatures", question, absent);
}

/** Every user's last sign-in to the console. */
async function readSignIns(iam: IAM) {
  const pages = await Array.fromAsync(iam.paginateListUsers({ MaxItems: 1000 }));
  const users = pages.flatMap(({ Users = [] }) => Users);
  return new Map(users.map(({ UserName = "", PasswordLastUsed = null }) => [UserName, PasswordLastUsed]));
}
