import type { AccessKeyMetadata, IAM } from "@aws-sdk/client-iam";
import type { Ask } from "./ask.ts";

/** What a user signs in with: null is what does not exist, undefined what was denied. */
export interface Credentials {
  /** An initial password must be changed at the next sign-in. */
  readonly password: "initial" | "changed" | null | undefined;
  readonly mfaDevices: number | undefined;
  /** Active or not, each with the date of its creation. */
  readonly accessKeys: readonly Pick<AccessKeyMetadata, "CreateDate" | "Status">[] | undefined;
  /** A word for each credential that stays good until somebody deletes it; access keys are among them. */
  readonly longLived: readonly string[] | undefined;
}

/** Reads what a user signs in with, by five calls. */
export async function readCredentials(
  iam: IAM,
  ask: Ask,
  UserName: string,
  serviceUsers: readonly string[] | null | undefined,
): Promise<Credentials> {
  const user = { UserName };
  const [profile, devices, keys, ...lists] = await Promise.all([
    ask("iam:GetLoginProfile", async () => (await iam.getLoginProfile(user)).LoginProfile),
    ask("iam:ListMFADevices", async () => (await iam.listMFADevices(user)).MFADevices),
    ask("iam:ListAccessKeys", async () => (await iam.listAccessKeys(user)).AccessKeyMetadata),
    ask("iam:ListSSHPublicKeys", async () => (await iam.listSSHPublicKeys(user)).SSHPublicKeys),
    ask("iam:ListSigningCertificates", async () => (await iam.listSigningCertificates(user)).Certificates),
  ]);
  const words = ["access key", "SSH key", "signing certificate", "service-specific credential"];
  const all = [keys, ...lists, serviceUsers?.filter((name) => name === UserName)];
  const longLived = all.flatMap((list, kind) => (list ?? []).map(() => words[kind] ?? ""));
  return {
    password: profile && (profile.PasswordResetRequired ? "initial" : "changed"),
    mfaDevices: devices?.length,
    accessKeys: keys?.map(({ CreateDate, Status }) => ({ CreateDate, Status })),
    longLived: longLived.length === 0 && all.includes(undefined) ? undefined : longLived,
  };
}

/** For each credential of a single service, the name of its user. */
export async function readServiceUsers(iam: IAM, Marker?: string): Promise<string[]> {
  const page = await iam.listServiceSpecificCredentials({ AllUsers: true, MaxItems: 1000, Marker });
  const users = (page.ServiceSpecificCredentials ?? []).map(({ UserName = "" }) => UserName);
  return page.IsTruncated ? [...users, ...(await readServiceUsers(iam, page.Marker))] : users;
}
