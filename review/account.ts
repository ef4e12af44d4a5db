import * as sdk from "@aws-sdk/client-iam";
import type { STS } from "@aws-sdk/client-sts";
import type { Policy } from "./fullPower.ts";
import type { Intent } from "./intent.ts";
import { inParallel, reader, type Read } from "./read.ts";
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

/** An account as it is: null is what does not exist, undefined what was denied. */
export type AccountFacts = Awaited<ReturnType<typeof readAccount>>;

/** Few enough for IAM to throttle little; what it throttles, the SDK asks again. */
const administratorsAtATime = 10;

/**
 * Reads what a review needs. It changes nothing, apart from having AWS make its credential report.
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
  const [root, identities, signIns, serviceUsers, passwordPolicy, aliases] = await Promise.all([
    readRoot(iam, read, pause),
    read("iam:GetAccountAuthorizationDetails", () => readIdentities(iam)),
    read("iam:ListUsers", () => readSignIns(iam)),
    read("iam:ListServiceSpecificCredentials", () => readServiceUsers(iam)),
    read("iam:GetAccountPasswordPolicy", async () => (await iam.getAccountPasswordPolicy({})).PasswordPolicy),
    read("iam:ListAccountAliases", async () => (await iam.listAccountAliases({})).AccountAliases ?? []),
  ]);
  const credentials = new Map<string, Awaited<ReturnType<typeof readCredentials>>>();
  const present = config.administrators.filter(({ name }) => signIns?.has(name) ?? true);
  await inParallel(present, administratorsAtATime, async ({ name }) => {
    const services = serviceUsers?.filter((user) => user === name);
    credentials.set(name, await readCredentials(iam, read, { UserName: name }, services));
    progress(credentials.size, present.length);
  });
  const partition = Arn.split(":")[1] ?? "aws";
  const alias = aliases && (aliases[0] ?? null);
  const found = { root, identities, signIns, credentials, passwordPolicy, alias };
  return { account, partition, at: new Date(), ...found, denied: [...denied].sort() };
}

type Details = Pick<sdk.UserDetail, "Path" | "GroupList" | "AttachedManagedPolicies">;

/** Everybody who may hold permissions, with their policies. */
async function readIdentities(iam: sdk.IAM) {
  const Filter: sdk.EntityType[] = ["User", "Group", "Role", "LocalManagedPolicy"];
  const client = { client: iam };
  const pages = await Array.fromAsync(
    sdk.paginateGetAccountAuthorizationDetails(client, { Filter, MaxItems: 1000 }),
  );
  const documents = new Map<string | undefined, string | undefined>();
  for (const { Arn, PolicyVersionList = [] } of pages.flatMap(({ Policies = [] }) => Policies)) {
    const version = PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion);
    documents.set(Arn, version?.Document);
  }
  const identity = (kind: string, name = "", details: Details, inline: sdk.PolicyDetail[] = []) => {
    const { Path: path = "/", GroupList: groups = [], AttachedManagedPolicies: attached = [] } = details;
    const policies: Policy[] = [
      ...attached.map(({ PolicyName = "", PolicyArn }) =>
        policy(PolicyName, documents.get(PolicyArn), PolicyArn),
      ),
      ...inline.map(({ PolicyName = "", PolicyDocument }) => policy(PolicyName, PolicyDocument)),
    ];
    return { kind, name, path, groups, policies };
  };
  return pages.flatMap(({ UserDetailList = [], GroupDetailList = [], RoleDetailList = [] }) => [
    ...UserDetailList.map((user) => identity("user", user.UserName, user, user.UserPolicyList)),
    ...GroupDetailList.map((group) => identity("group", group.GroupName, group, group.GroupPolicyList)),
    ...RoleDetailList.map((role) => identity("role", role.RoleName, role, role.RolePolicyList)),
  ]);
}

function policy(name: string, encoded?: string, arn?: string): Policy {
  return { name, arn, document: encoded && decodeURIComponent(encoded) };
}

/** Every user's last sign-in to the console. */
async function readSignIns(iam: sdk.IAM) {
  const pages = await Array.fromAsync(sdk.paginateListUsers({ client: iam }, { MaxItems: 1000 }));
  const users = pages.flatMap(({ Users = [] }) => Users);
  return new Map(users.map(({ UserName = "", PasswordLastUsed = null }) => [UserName, PasswordLastUsed]));
}

/** For each credential of a single service, the name of its user. */
async function readServiceUsers(iam: sdk.IAM, Marker?: string): Promise<string[]> {
  const page = await iam.listServiceSpecificCredentials({ AllUsers: true, MaxItems: 1000, Marker });
  const users = (page.ServiceSpecificCredentials ?? []).map(({ UserName = "" }) => UserName);
  return page.IsTruncated ? [...users, ...(await readServiceUsers(iam, page.Marker))] : users;
}

/** What a user signs in with: an initial password must be changed at the next sign-in. */
async function readCredentials(iam: sdk.IAM, read: Read, user: { UserName: string }, services?: string[]) {
  const [profile, devices, ...lists] = await Promise.all([
    read("iam:GetLoginProfile", async () => (await iam.getLoginProfile(user)).LoginProfile),
    read("iam:ListMFADevices", async () => (await iam.listMFADevices(user)).MFADevices),
    read("iam:ListAccessKeys", async () => (await iam.listAccessKeys(user)).AccessKeyMetadata),
    read("iam:ListSSHPublicKeys", async () => (await iam.listSSHPublicKeys(user)).SSHPublicKeys),
    read("iam:ListSigningCertificates", async () => (await iam.listSigningCertificates(user)).Certificates),
  ]);
  const words = ["access key", "SSH key", "signing certificate", "service-specific credential"];
  const all = [...lists, services];
  const longLived = all.flatMap((list, kind) => (list ?? []).map(() => words[kind] ?? ""));
  return {
    password: profile && (profile.PasswordResetRequired ? "initial" : "changed"),
    mfaDevices: devices?.length,
    longLived: longLived.length === 0 && all.includes(undefined) ? undefined : longLived,
  };
}
