import { NoSuchEntityException, type IAM } from "@aws-sdk/client-iam";
import { cert } from "./certificate.ts";

/** What an account's IAM holds of interest to this project, by names in their order. */
export interface AccountContents {
  readonly users: Readonly<Record<string, UserContents>>;
  readonly groups: Readonly<Record<string, GroupContents>>;
}

/** A user of {@link AccountContents}. */
export interface UserContents {
  readonly path: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  /** Whether there is a password, and whether it has to be changed at the next sign-in. */
  readonly password: "none" | "to be changed" | "kept";
  /** ARN of the permissions boundary. */
  readonly boundary?: string;
}

/** A group of {@link AccountContents}. */
export interface GroupContents {
  readonly path: string;
  /** ARNs. */
  readonly attached: readonly string[];
  /** Names. */
  readonly inline: readonly string[];
}

/** An account that nobody has touched. */
export const emptyAccount: AccountContents = { users: {}, groups: {} };

/** The group as the program makes it. */
export const administratorsGroup: GroupContents = {
  path: "/",
  attached: ["arn:aws:iam::aws:policy/AdministratorAccess"],
  inline: ["RequireMfa"],
};

/** An administrator as the program makes it. */
export function administratorUser(contents: Partial<UserContents> = {}): UserContents {
  return { path: "/", tags: {}, groups: ["Administrators"], password: "to be changed", ...contents };
}

/** Looks at an account through the AWS SDK. */
export async function contentsOf(iam: IAM): Promise<AccountContents> {
  const { Users = [] } = await iam.listUsers();
  const { Groups = [] } = await iam.listGroups();
  const users: Record<string, UserContents> = {};
  for (const UserName of Users.map((user) => user.UserName ?? "").sort()) {
    const { User } = await iam.getUser({ UserName });
    const { Groups: memberships = [] } = await iam.listGroupsForUser({ UserName });
    const boundary = User?.PermissionsBoundary?.PermissionsBoundaryArn;
    users[UserName] = {
      path: User?.Path ?? "",
      tags: Object.fromEntries((User?.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
      groups: memberships.map(({ GroupName = "" }) => GroupName).sort(),
      password: await passwordOf(iam, UserName),
      ...(boundary !== undefined && { boundary }),
    };
  }
  const groups: Record<string, GroupContents> = {};
  for (const { GroupName = "", Path = "" } of Groups) {
    const { AttachedPolicies = [] } = await iam.listAttachedGroupPolicies({ GroupName });
    const { PolicyNames = [] } = await iam.listGroupPolicies({ GroupName });
    const attached = AttachedPolicies.map(({ PolicyArn = "" }) => PolicyArn).sort();
    groups[GroupName] = { path: Path, attached, inline: PolicyNames.sort() };
  }
  return { users, groups };
}

async function passwordOf(iam: IAM, UserName: string): Promise<UserContents["password"]> {
  try {
    const { LoginProfile } = await iam.getLoginProfile({ UserName });
    return LoginProfile?.PasswordResetRequired === true ? "to be changed" : "kept";
  } catch (error) {
    if (error instanceof NoSuchEntityException) return "none";
    throw error;
  }
}

/** The password that the emulator, unlike AWS, tells; it remembers former users of the name, too. */
export async function currentPassword(endpoint: string, userName: string): Promise<string | undefined> {
  const data = (await (await fetch(`${endpoint}/moto-api/data.json`)).json()) as {
    readonly iam: { readonly User?: readonly { readonly name: string; readonly password: string | null }[] };
  };
  return data.iam.User?.findLast(({ name }) => name === userName)?.password ?? undefined;
}

/** Assigns a virtual MFA device of the user's name. */
export async function enrolMfaDevice(iam: IAM, UserName: string): Promise<void> {
  const { VirtualMFADevice } = await iam.createVirtualMFADevice({ VirtualMFADeviceName: UserName });
  const codes = { AuthenticationCode1: "234567", AuthenticationCode2: "987654" };
  await iam.enableMFADevice({ UserName, SerialNumber: VirtualMFADevice?.SerialNumber, ...codes });
}

/** Makes a policy to bound users by; its ARN. */
export async function createBoundary(iam: IAM): Promise<string> {
  const { Policy } = await iam.createPolicy({ PolicyName: "Boundary", PolicyDocument: everything });
  return Policy?.Arn ?? "";
}

/** All that AWS asks to be deleted before a user, of what the emulator can make. */
export async function collectCredentials(iam: IAM, UserName: string): Promise<void> {
  await enrolMfaDevice(iam, UserName);
  await iam.createAccessKey({ UserName });
  await iam.createAccessKey({ UserName });
  await iam.uploadSSHPublicKey({ UserName, SSHPublicKeyBody: "ssh-rsa AAAAB3NzaC1yc2E= test" });
  await iam.uploadSigningCertificate({ UserName, CertificateBody: cert });
  await iam.putUserPolicy({ UserName, PolicyName: "own", PolicyDocument: everything });
  await iam.attachUserPolicy({ UserName, PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" });
}

const everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
