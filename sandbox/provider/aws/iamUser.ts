import {
  CreateUserCommand,
  DeleteUserCommand,
  GetUserCommand,
  paginateListUsers,
  TagUserCommand,
  UntagUserCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import type { User } from "@aws-sdk/client-iam";
import type { Invoke, ResourceHandler } from "../resourceHandler.ts";
import { flag, optionalText, text } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, orAbsent } from "./errors.ts";
import { deleteCredentials, leaveAllGroups } from "./iamUserCredentials.ts";
import { tagChanges, tagList, tagOutputs } from "./tags.ts";

/**
 * `aws:iam/user:User`: renamed and moved in place; `forceDestroy` deletes its credentials with it, not its policies.
 * Without a permissions boundary, which the emulator does not have.
 */
export const user: ResourceHandler<AwsContext> = {
  inputs: {
    name: { autoname: true },
    path: { default: "/" },
    forceDestroy: { default: false },
    tags: {},
  },
  outputs: ["arn", "uniqueId", "tagsAll"],

  validate: (inputs): Record<string, string> =>
    typeof inputs.name === "string" && !/^[0-9A-Za-z=,.@\-_+]+$/.test(inputs.name)
      ? {
          name:
            "must only contain alphanumeric characters, hyphens, underscores, commas, periods, " +
            "@ symbols, plus and equals signs",
        }
      : {},

  async create(context, inputs) {
    const name = text(inputs, "name");
    const command = new CreateUserCommand({
      UserName: name,
      Path: optionalText(inputs, "path"),
      Tags: tagList(context, inputs),
    });
    await doing(`creating IAM User (${name})`, context.iam.send(command));
    return { id: name };
  },

  async read(context, id, state) {
    const found = await findUser(context, id);
    if (!found) return undefined;
    return {
      properties: {
        name: found.UserName,
        path: found.Path,
        arn: found.Arn,
        uniqueId: found.UserId,
        ...tagOutputs(context, state, found.Tags),
      },
    };
  },

  async update(context, id, olds, news) {
    const name = text(news, "name");
    if (name !== id || optionalText(olds, "path") !== optionalText(news, "path")) {
      const rename = new UpdateUserCommand({
        UserName: id,
        NewUserName: name,
        NewPath: optionalText(news, "path"),
      });
      await doing(`updating IAM User (${id})`, context.iam.send(rename));
    }
    const { set, remove } = tagChanges(context, olds, news);
    if (remove.length > 0) await context.iam.send(new UntagUserCommand({ UserName: name, TagKeys: remove }));
    if (set.length > 0) await context.iam.send(new TagUserCommand({ UserName: name, Tags: set }));
    return name;
  },

  async delete(context, id, state) {
    if (!(await findUser(context, id))) return;
    await leaveAllGroups(context, id);
    if (flag(state, "forceDestroy")) await deleteCredentials(context, id);
    const command = new DeleteUserCommand({ UserName: id });
    await doing(`deleting IAM User (${id})`, orAbsent(context.iam.send(command)));
  },
};

/** `aws:iam/getUser:getUser` */
export const getUser: Invoke<AwsContext> = async (context, args) => {
  const userName = text(args, "userName");
  const call = context.iam.send(new GetUserCommand({ UserName: userName }));
  const { User: found } = await doing(`reading IAM User (${userName})`, call);
  const id = found?.UserId ?? "";
  return {
    id,
    userId: id,
    userName,
    arn: found?.Arn ?? "",
    path: found?.Path ?? "",
    permissionsBoundary: found?.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
    tags: tagOutputs(context, {}, found?.Tags).tagsAll,
  };
};

/** `aws:iam/getUsers:getUsers` */
export const getUsers: Invoke<AwsContext> = async ({ iam }) => {
  const users: User[] = [];
  for await (const page of paginateListUsers({ client: iam }, {})) users.push(...(page.Users ?? []));
  return {
    id: "users",
    arns: users.map(({ Arn }) => Arn ?? ""),
    names: users.map(({ UserName }) => UserName ?? ""),
  };
};

async function findUser({ iam }: AwsContext, name: string): Promise<User | undefined> {
  const call = iam.send(new GetUserCommand({ UserName: name }));
  return (await doing(`reading IAM User (${name})`, orAbsent(call)))?.User;
}
