import { paginateGetGroup, paginateListUsers, type User } from "@aws-sdk/client-iam";
import type { GetCallerIdentityResult } from "@pulumi/aws/getCallerIdentity.js";
import type { GetPartitionResult } from "@pulumi/aws/getPartition.js";
import type { GetAccountAliasResult } from "@pulumi/aws/iam/getAccountAlias.js";
import type { GetGroupArgs, GetGroupResult } from "@pulumi/aws/iam/getGroup.js";
import type { GetUserArgs, GetUserResult } from "@pulumi/aws/iam/getUser.js";
import type { GetUsersResult } from "@pulumi/aws/iam/getUsers.js";
import { doing, orAbsent } from "../errors.ts";
import type { Account } from "./account.ts";
import { tagMap } from "./shapes.ts";

/**
 * The emulator's account, and the caller that the sandbox names. The emulator itself knows no sign-in; it would answer the
 * ARN of a user that does not exist.
 */
export async function getCallerIdentity(account: Account): Promise<GetCallerIdentityResult> {
  const accountId = await account.accountId();
  const role = `arn:${account.partition}:sts::${accountId}:assumed-role/Sandbox/rehearsal`;
  return { id: accountId, accountId, arn: account.callerArn ?? role, userId: "AROASANDBOX:rehearsal" };
}

const dnsSuffixes: Readonly<Record<string, string>> = {
  "aws-cn": "amazonaws.com.cn",
  "aws-eusc": "amazonaws.eu",
  "aws-iso": "c2s.ic.gov",
  "aws-iso-b": "sc2s.sgov.gov",
  "aws-iso-e": "cloud.adc-e.uk",
  "aws-iso-f": "csp.hci.ic.gov",
};

/** The partition of the provider's region (internal/service/meta/partition_data_source.go). */
export function getPartition({ partition }: Account): Promise<GetPartitionResult> {
  const dnsSuffix = dnsSuffixes[partition] ?? "amazonaws.com";
  const reverseDnsPrefix = dnsSuffix.split(".").reverse().join(".");
  return Promise.resolve({ id: partition, partition, dnsSuffix, reverseDnsPrefix });
}

/** A group with every page of its members (internal/service/iam/group_data_source.go). */
export async function getGroup({ iam }: Account, { groupName }: GetGroupArgs): Promise<GetGroupResult> {
  const pages = await doing(
    "getting group",
    collect(paginateGetGroup({ client: iam }, { GroupName: groupName })),
  );
  const { GroupId = "", Arn = "", Path = "" } = pages[0]?.Group ?? {};
  const users = pages.flatMap(({ Users = [] }) => Users).map(member);
  return { id: GroupId, groupId: GroupId, groupName, arn: Arn, path: Path, users };
}

function member({ Arn = "", Path = "", UserId = "", UserName = "" }: User) {
  return { arn: Arn, path: Path, userId: UserId, userName: UserName };
}

/** A user, with `""` for no boundary (user_data_source.go). */
export async function getUser({ iam }: Account, { userName }: GetUserArgs): Promise<GetUserResult> {
  const what = `reading IAM User (${userName})`;
  const found = (await doing(what, orAbsent(iam.getUser({ UserName: userName }))))?.User;
  if (found === undefined) throw new Error(`${what}: couldn't find resource`);
  const { UserId = "", Arn = "", Path = "", PermissionsBoundary, Tags } = found;
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
}

/** Every page of users (users_data_source.go). */
export async function getUsers({ iam, region }: Account): Promise<GetUsersResult> {
  const pages = await doing("reading IAM users", collect(paginateListUsers({ client: iam }, {})));
  const users = pages.flatMap(({ Users = [] }) => Users).map(member);
  return { id: region, arns: users.map(({ arn }) => arn), names: users.map(({ userName }) => userName) };
}

/** The account's alias; an error where there is none (account_alias_data_source.go). */
export async function getAccountAlias({ iam }: Account): Promise<GetAccountAliasResult> {
  const listed = await doing("reading IAM Account Alias", iam.listAccountAliases({}));
  const [alias] = listed.AccountAliases ?? [];
  if (alias === undefined) throw new Error("reading IAM Account Alias: empty result");
  return { id: alias, accountAlias: alias };
}

async function collect<Page>(pages: AsyncIterable<Page>): Promise<Page[]> {
  const found: Page[] = [];
  for await (const page of pages) found.push(page);
  return found;
}
