import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
  GetGroupCommand,
  RemoveUserFromGroupCommand,
  UpdateGroupCommand,
  paginateGetGroup,
} from "@aws-sdk/client-iam";
import type { User } from "@aws-sdk/client-iam";
import type { Invoke, ResourceHandler } from "../resourceHandler.ts";
import { optionalText, text, texts } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, onceVisible, orAbsent } from "./errors.ts";

/** `aws:iam/group:Group`: renamed and moved in place. */
export const group: ResourceHandler<AwsContext> = {
  inputs: { name: { autoname: true }, path: { default: "/" } },
  outputs: ["arn", "uniqueId"],

  async create({ iam }, inputs) {
    const name = text(inputs, "name");
    const command = new CreateGroupCommand({ GroupName: name, Path: optionalText(inputs, "path") });
    await doing(`creating IAM Group (${name})`, iam.send(command));
    return { id: name };
  },

  async read({ iam }, id) {
    const call = iam.send(new GetGroupCommand({ GroupName: id }));
    const found = (await doing(`reading IAM Group (${id})`, orAbsent(call)))?.Group;
    if (!found) return undefined;
    const { GroupName: name, Path: path, Arn: arn, GroupId: uniqueId } = found;
    return { properties: { name, path, arn, uniqueId } };
  },

  async update({ iam }, id, _olds, news) {
    const name = text(news, "name");
    const input = {
      GroupName: id,
      NewGroupName: name === id ? undefined : name,
      NewPath: optionalText(news, "path"),
    };
    await doing(`updating IAM Group (${id})`, iam.send(new UpdateGroupCommand(input)));
    return name;
  },

  async delete({ iam }, id) {
    await doing(`deleting IAM Group (${id})`, orAbsent(iam.send(new DeleteGroupCommand({ GroupName: id }))));
  },
};

/** `aws:iam/groupMembership:GroupMembership`: owns the whole list, evicting members that others added. */
export const groupMembership: ResourceHandler<AwsContext> = {
  inputs: { name: { replaces: true, autoname: true }, group: { replaces: true }, users: { compare: "set" } },
  outputs: [],

  async create(context, inputs) {
    await setMembers(context, text(inputs, "group"), [], texts(inputs, "users"));
    return { id: text(inputs, "name") };
  },

  async read(context, _id, state) {
    const users = await orAbsent(membersOf(context, text(state, "group")));
    return users && { properties: { users: users.map(({ UserName = "" }) => UserName) } };
  },

  async update(context, _id, olds, news) {
    await setMembers(context, text(news, "group"), texts(olds, "users"), texts(news, "users"));
    return undefined;
  },

  async delete(context, _id, state) {
    await setMembers(context, text(state, "group"), texts(state, "users"), []);
  },
};

/** `aws:iam/getGroup:getGroup` */
export const getGroup: Invoke<AwsContext> = async (context, args) => {
  const groupName = text(args, "groupName");
  const call = context.iam.send(new GetGroupCommand({ GroupName: groupName }));
  const { Group } = await doing(`reading IAM Group (${groupName})`, call);
  const users = await membersOf(context, groupName);
  const id = Group?.GroupId ?? "";
  return {
    id,
    groupId: id,
    groupName,
    arn: Group?.Arn ?? "",
    path: Group?.Path ?? "",
    users: users.map(({ Arn = "", Path = "", UserId = "", UserName = "" }) => ({
      arn: Arn,
      path: Path,
      userId: UserId,
      userName: UserName,
    })),
  };
};

async function membersOf({ iam }: AwsContext, groupName: string): Promise<User[]> {
  const users: User[] = [];
  for await (const page of paginateGetGroup({ client: iam }, { GroupName: groupName })) {
    users.push(...(page.Users ?? []));
  }
  return users;
}

async function setMembers(
  context: AwsContext,
  groupName: string,
  olds: string[],
  news: string[],
): Promise<void> {
  await removeFromGroups(
    context,
    olds.filter((user) => !news.includes(user)).map((user) => [user, groupName]),
  );
  await addToGroups(
    context,
    news.filter((user) => !olds.includes(user)).map((user) => [user, groupName]),
  );
}

/** A user and a group that it is in, or is to be. */
export type Membership = readonly [user: string, group: string];

/** @throws Error when a user or a group stays unknown. */
export async function addToGroups({ iam }: AwsContext, memberships: readonly Membership[]): Promise<void> {
  for (const [user, groupName] of memberships) {
    const command = new AddUserToGroupCommand({ UserName: user, GroupName: groupName });
    await doing(
      `adding User (${user}) to Group (${groupName})`,
      onceVisible(() => iam.send(command)),
    );
  }
}

/** Does nothing for a user or a group that is gone. */
export async function removeFromGroups(
  { iam }: AwsContext,
  memberships: readonly Membership[],
): Promise<void> {
  for (const [user, groupName] of memberships) {
    const command = new RemoveUserFromGroupCommand({ UserName: user, GroupName: groupName });
    await doing(`removing IAM User (${user}) from group (${groupName})`, orAbsent(iam.send(command)));
  }
}
