import {
  GetLoginProfileCommand,
  GetUserCommand,
  ListAttachedGroupPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  ListUsersCommand,
  NoSuchEntityException,
} from "@aws-sdk/client-iam";
import type { IAMClient } from "@aws-sdk/client-iam";

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

/** Looks at an account through the AWS SDK. */
export async function contentsOf(iam: IAMClient): Promise<AccountContents> {
  const { Users = [] } = await iam.send(new ListUsersCommand());
  const { Groups = [] } = await iam.send(new ListGroupsCommand());
  const users: Record<string, UserContents> = {};
  for (const { UserName = "", Path = "" } of sorted(Users, "UserName")) {
    const { User } = await iam.send(new GetUserCommand({ UserName }));
    const memberships = await iam.send(new ListGroupsForUserCommand({ UserName }));
    users[UserName] = {
      path: Path,
      tags: Object.fromEntries((User?.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
      groups: (memberships.Groups ?? []).map(({ GroupName = "" }) => GroupName).sort(),
      password: await passwordOf(iam, UserName),
    };
  }
  const groups: Record<string, GroupContents> = {};
  for (const { GroupName = "", Path = "" } of sorted(Groups, "GroupName")) {
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedGroupPoliciesCommand({ GroupName }));
    const { PolicyNames = [] } = await iam.send(new ListGroupPoliciesCommand({ GroupName }));
    groups[GroupName] = {
      path: Path,
      attached: AttachedPolicies.map(({ PolicyArn = "" }) => PolicyArn).sort(),
      inline: [...PolicyNames].sort(),
    };
  }
  return { users, groups };
}

function sorted<Key extends string, Item extends Partial<Record<Key, string>>>(
  items: Item[],
  key: Key,
): Item[] {
  return [...items].sort((a, b) => ((a[key] ?? "") < (b[key] ?? "") ? -1 : 1));
}

async function passwordOf(iam: IAMClient, UserName: string): Promise<UserContents["password"]> {
  try {
    const { LoginProfile } = await iam.send(new GetLoginProfileCommand({ UserName }));
    return LoginProfile?.PasswordResetRequired === true ? "to be changed" : "kept";
  } catch (error) {
    if (error instanceof NoSuchEntityException) return "none";
    throw error;
  }
}

/** The password that the emulator, unlike AWS, tells. */
export async function currentPassword(endpoint: string, userName: string): Promise<string | undefined> {
  const data = (await (await fetch(`${endpoint}/moto-api/data.json`)).json()) as {
    readonly iam: { readonly User?: readonly { readonly name: string; readonly password: string | null }[] };
  };
  return data.iam.User?.find(({ name }) => name === userName)?.password ?? undefined;
}
