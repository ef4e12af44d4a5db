import * as sdk from "@aws-sdk/client-iam";
import type { STS } from "@aws-sdk/client-sts";
import type { Policy } from "./fullPower.ts";
import type { Intent } from "./intent.ts";
import { all, inParallel, reader, type Read } from "./read.ts";
import { readRoot } from "./root.ts";

/** How the reading talks to the world. */
export interface Reading {
  readonly iam: sdk.IAM;
  readonly sts: STS;
  /** Waits while AWS makes its credential report. */
  readonly pause: () => Promise<unknown>;
  /** Told how many of the administrators have been looked at. */
  readonly progress: (done: number, total: number) => void;
}

/** An account as it is. */
export type AccountFacts = Awaited<ReturnType<typeof readAccount>>;

type Credentials = Awaited<ReturnType<typeof readCredentials>>;

/** Few enough for IAM to throttle little; what it throttles, the SDK asks again. */
const administratorsAtATime = 10;

/**
 * Reads what a review needs: null is what does not exist, undefined what was denied. It changes nothing, apart from
 * asking AWS for its credential report.
 *
 * @throws {Error} when it is not an account of the config, or AWS cannot be asked
 */
export async function readAccount(intent: Intent, { iam, sts, pause, progress }: Reading) {
  const { Account: account = "", Arn = "" } = await sts.getCallerIdentity({});
  const { allowedAccounts, config } = intent;
  if (allowedAccounts.length > 0 && !allowedAccounts.includes(account)) {
    const names = allowedAccounts.join(", ");
    throw new Error(`the credentials are of account ${account}, and aws:allowedAccountIds names ${names}`);
  }
  const { read, denied } = reader();
  const [root, identities, signIns, serviceUsers, passwordPolicy, alias] = await Promise.all([
    readRoot(iam, read, pause),
    read("iam:GetAccountAuthorizationDetails", () => readIdentities(iam)),
    read("iam:ListUsers", () => readSignIns(iam)),
    read("iam:ListServiceSpecificCredentials", () => readServiceUsers(iam)),
    read("iam:GetAccountPasswordPolicy", async () => (await iam.getAccountPasswordPolicy({})).PasswordPolicy),
    read(
      "iam:ListAccountAliases",
      async () => (await iam.listAccountAliases({})).AccountAliases?.[0] ?? null,
    ),
  ]);
  const credentials = new Map<string, Credentials>();
  const present = config.administrators.filter(({ name }) => signIns?.has(name) ?? true);
  await inParallel(present, administratorsAtATime, async ({ name }) => {
    const ofServices = serviceUsers?.filter((user) => user === name);
    credentials.set(name, await readCredentials(iam, read, name, ofServices));
    progress(credentials.size, present.length);
  });
  const partition = Arn.split(":")[1] ?? "aws";
  const found = { root, identities, signIns, credentials, passwordPolicy, alias };
  return { account, partition, at: new Date(), ...found, denied: [...denied].sort() };
}

interface Details {
  readonly Path?: string | undefined;
  readonly GroupList?: string[] | undefined;
  readonly AttachedManagedPolicies?: sdk.AttachedPolicy[] | undefined;
}

/** Everybody who may hold permissions, with their policies. */
async function readIdentities(iam: sdk.IAM) {
  const Filter: sdk.EntityType[] = ["User", "Group", "Role", "LocalManagedPolicy"];
  const listing = sdk.paginateGetAccountAuthorizationDetails({ client: iam }, { Filter, MaxItems: 1000 });
  const pages = await all(listing);
  const documents = new Map<string | undefined, string>();
  for (const { Arn, PolicyVersionList = [] } of pages.flatMap(({ Policies = [] }) => Policies)) {
    const version = PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion);
    documents.set(Arn, decodeURIComponent(version?.Document ?? ""));
  }
  const identity = (kind: string, name = "", details: Details, inline: sdk.PolicyDetail[] = []) => {
    const { Path: path = "/", GroupList: groups = [], AttachedManagedPolicies: attached = [] } = details;
    const policies: Policy[] = [
      ...attached.map(({ PolicyName: name = "", PolicyArn: arn }) => ({
        name,
        arn,
        document: documents.get(arn),
      })),
      ...inline.map(({ PolicyName: name = "", PolicyDocument: document = "" }) => ({
        name,
        document: decodeURIComponent(document),
      })),
    ];
    return { kind, name, path, groups, policies };
  };
  return pages.flatMap(({ UserDetailList = [], GroupDetailList = [], RoleDetailList = [] }) => [
    ...UserDetailList.map((user) => identity("user", user.UserName, user, user.UserPolicyList)),
    ...GroupDetailList.map((group) => identity("group", group.GroupName, group, group.GroupPolicyList)),
    ...RoleDetailList.map((role) => identity("role", role.RoleName, role, role.RolePolicyList)),
  ]);
}

/** Every user's last sign-in to the console. */
async function readSignIns(iam: sdk.IAM) {
  const pages = await all(sdk.paginateListUsers({ client: iam }, { MaxItems: 1000 }));
  const users = pages.flatMap(({ Users = [] }) => Users);
  return new Map(users.map(({ UserName = "", PasswordLastUsed = null }) => [UserName, PasswordLastUsed]));
}

/** For each credential of a single service, the name of its user. */
async function readServiceUsers(iam: sdk.IAM, Marker?: string): Promise<string[]> {
  const page = await iam.listServiceSpecificCredentials({ AllUsers: true, MaxItems: 1000, Marker });
  const users = (page.ServiceSpecificCredentials ?? []).map(({ UserName = "" }) => UserName);
  return page.IsTruncated ? [...users, ...(await readServiceUsers(iam, page.Marker))] : users;
}

/** What a user signs in with. */
async function readCredentials(iam: sdk.IAM, read: Read, UserName: string, ofServices: string[] | undefined) {
  const user = { UserName };
  const [profile, devices, keys, sshKeys, certificates] = await Promise.all([
    read("iam:GetLoginProfile", async () => (await iam.getLoginProfile(user)).LoginProfile),
    read("iam:ListMFADevices", async () => (await iam.listMFADevices(user)).MFADevices),
    read("iam:ListAccessKeys", async () => (await iam.listAccessKeys(user)).AccessKeyMetadata),
    read("iam:ListSSHPublicKeys", async () => (await iam.listSSHPublicKeys(user)).SSHPublicKeys),
    read("iam:ListSigningCertificates", async () => (await iam.listSigningCertificates(user)).Certificates),
  ]);
  const kinds = {
    "access key": keys,
    "SSH key": sshKeys,
    "signing certificate": certificates,
    "service-specific credential": ofServices,
  };
  const longLived = Object.entries(kinds).flatMap(([word, things]) => (things ?? []).map(() => word));
  const isKnown = longLived.length > 0 || !Object.values(kinds).includes(undefined);
  return {
    // An initial password must be changed at the next sign-in.
    password: profile && (profile.PasswordResetRequired ? ("initial" as const) : ("changed" as const)),
    mfaDevices: devices?.length,
    longLived: isKnown ? longLived : undefined,
  };
}
