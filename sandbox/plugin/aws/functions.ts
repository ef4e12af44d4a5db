import { paginateGetGroup, paginateListUsers, type User } from "@aws-sdk/client-iam";
import type { GetCallerIdentityResult } from "@pulumi/aws/getCallerIdentity.js";
import type { GetPartitionResult } from "@pulumi/aws/getPartition.js";
import type { GetAccountAliasResult } from "@pulumi/aws/iam/getAccountAlias.js";
import type { GetGroupArgs, GetGroupResult } from "@pulumi/aws/iam/getGroup.js";
import type { GetUserArgs, GetUserResult } from "@pulumi/aws/iam/getUser.js";
import type { GetUsersResult } from "@pulumi/aws/iam/getUsers.js";
import { doing } from "../errors.ts";
import { functionEntry } from "../resourceType.ts";
import type { Account } from "./account.ts";
import { tagMap } from "./shapes.ts";

/**
 * `aws:index/getCallerIdentity`: the emulator's account, and the caller that the sandbox names. The emulator itself knows no
 * sign-in; it would answer the ARN of a user that does not exist.
 */
export const getCallerIdentity = functionEntry<Account, object, GetCallerIdentityResult>(async (account) => {
  const accountId = await account.accountId();
  const role = `arn:${account.partition}:sts::${accountId}:assumed-role/Sandbox/rehearsal`;
  return { id: accountId, accountId, arn: account.callerArn ?? role, userId: "AROASANDBOX:rehearsal" };
});

const dnsSuffixes: Readonly<Record<string, string>> = {
  "aws-cn": "amazonaws.com.cn",
  "aws-eusc": "amazonaws.eu",
  "aws-iso": "c2s.ic.gov",
  "aws-iso-b": "sc2s.sgov.gov",
  "aws-iso-e": "cloud.adc-e.uk",
  "aws-iso-f": "csp.hci.ic.gov",
};

/** `aws:index/getPartition` (internal/service/meta/partition_data_source.go): that of the provider's region. */
export const getPartition = functionEntry<Account, object, GetPartitionResult>(({ partition }) => {
  const dnsSuffix = dnsSuffixes[partition] ?? "amazonaws.com";
  const reverseDnsPrefix = dnsSuffix.split(".").reverse().join(".");
  return Promise.resolve({ id: partition, partition, dnsSuffix, reverseDnsPrefix });
});

/** `aws:iam/getGroup` (internal/service/iam/group_data_source.go): every page of members. */
export const getGroup = functionEntry<Account, GetGroupArgs, GetGroupResult>(
  async ({ iam }, { groupName }) => {
    const pages = paginateGetGroup({ client: iam }, { GroupName: groupName });
    const [first, ...others] = await doing("getting group", all(pages));
    const { GroupId = "", Arn = "", Path = "" } = first?.Group ?? {};
    const users = [first, ...others].flatMap((page) => page?.Users ?? []);
    return { id: GroupId, groupId: GroupId, groupName, arn: Arn, path: Path, users: users.map(member) };
  },
);

function member({ Arn = "", Path = "", UserId = "", UserName = "" }: User) {
  return { arn: Arn, path: Path, userId: UserId, userName: UserName };
}

/** `aws:iam/getUser` (user_data_source.go): `""` where the user has no boundary. */
export const getUser = functionEntry<Account, GetUserArgs, GetUserResult>(async ({ iam }, { userName }) => {
  const { User: found } = await doing("getting user", iam.getUser({ UserName: userName }));
  const { UserId = "", Arn = "", Path = "", PermissionsBoundary, Tags } = found ?? {};
  const permissionsBoundary = PermissionsBoundary?.PermissionsBoundaryArn ?? "";
  return {
    id: UserId,
    userId: UserId,
    userName,
    arn: Arn,
    path: Path,
    permissionsBoundary,
    tags: tagMap(Tags),
  };
});

/** `aws:iam/getUsers` (users_data_source.go): every page. */
export const getUsers = functionEntry<Account, object, GetUsersResult>(async ({ iam, region }) => {
  const pages = await doing("reading IAM users", all(paginateListUsers({ client: iam }, {})));
  const users = pages.flatMap(({ Users = [] }) => Users);
  return {
    id: region,
    arns: users.map(({ Arn = "" }) => Arn),
    names: users.map(({ UserName = "" }) => UserName),
  };
});

/** `aws:iam/getAccountAlias` (account_alias_data_source.go): an error where there is none. */
export const getAccountAlias = functionEntry<Account, object, GetAccountAliasResult>(async ({ iam }) => {
  const { AccountAliases: [alias] = [] } = await doing(
    "reading IAM Account Alias",
    iam.listAccountAliases({}),
  );
  if (alias === undefined) throw new Error("reading IAM Account Alias: empty result");
  return { id: alias, accountAlias: alias };
});

async function all<Page>(pages: AsyncIterable<Page>): Promise<Page[]> {
  const found: Page[] = [];
  for await (const page of pages) found.push(page);
  return found;
}
