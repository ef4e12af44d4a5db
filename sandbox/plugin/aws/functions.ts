import { paginateGetGroup, paginateListUsers, type User } from "@aws-sdk/client-iam";
import type { GetCallerIdentityResult } from "@pulumi/aws/getCallerIdentity.js";
import type { GetPartitionResult } from "@pulumi/aws/getPartition.js";
import type { GetAccountAliasResult } from "@pulumi/aws/iam/getAccountAlias.js";
import type { GetGroupArgs, GetGroupResult } from "@pulumi/aws/iam/getGroup.js";
import type { GetUsersResult } from "@pulumi/aws/iam/getUsers.js";
import { doing } from "../errors.ts";
import type { Invoke } from "../resourceType.ts";
import type { Account } from "../provider.ts";

/** What programs look up, by token. */
export const functions: Readonly<Record<string, Invoke>> = {
  /** internal/service/iam/account_alias_data_source.go: no alias is an error. */
  async "aws:iam/getAccountAlias:getAccountAlias"({ iam }): Promise<GetAccountAliasResult> {
    const listed = await doing("reading IAM Account Alias", iam.listAccountAliases({}));
    const [alias] = listed.AccountAliases ?? [];
    if (alias === undefined) throw new Error("reading IAM Account Alias: empty result");
    return { id: alias, accountAlias: alias };
  },

  /** group_data_source.go: every page of its members. */
  async "aws:iam/getGroup:getGroup"({ iam }: Account, { groupName }: GetGroupArgs): Promise<GetGroupResult> {
    const found = Array.fromAsync(paginateGetGroup({ client: iam }, { GroupName: groupName }));
    const pages = await doing("getting group", found);
    const { GroupId = "", Arn = "", Path = "" } = pages[0]?.Group ?? {};
    const users = pages.flatMap(({ Users = [] }) => Users).map(member);
    return { id: GroupId, groupId: GroupId, groupName, arn: Arn, path: Path, users };
  },

  /** users_data_source.go: every page. */
  async "aws:iam/getUsers:getUsers"({ iam, region }): Promise<GetUsersResult> {
    const pages = await doing("reading IAM users", Array.fromAsync(paginateListUsers({ client: iam }, {})));
    const users = pages.flatMap(({ Users = [] }) => Users).map(member);
    return { id: region, arns: users.map(({ arn }) => arn), names: users.map(({ userName }) => userName) };
  },

  /** internal/service/sts/caller_identity_data_source.go */
  async "aws:index/getCallerIdentity:getCallerIdentity"({ sts }): Promise<GetCallerIdentityResult> {
    const found = await doing("reading STS Caller Identity", sts.getCallerIdentity({}));
    const { Account: accountId = "", Arn: arn = "", UserId: userId = "" } = found;
    return { id: accountId, accountId, arn, userId };
  },

  /** The partition of the provider's region, and none of its hosts. */
  "aws:index/getPartition:getPartition": ({ partition }): Promise<Partial<GetPartitionResult>> =>
    Promise.resolve({ id: partition, partition }),
};

function member({ Arn = "", Path = "", UserId = "", UserName = "" }: User) {
  return { arn: Arn, path: Path, userId: UserId, userName: UserName };
}
