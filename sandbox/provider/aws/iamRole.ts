import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import type { ResourceHandler } from "../resourceHandler.ts";
import { optionalNumber, optionalText, text } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, orAbsent } from "./errors.ts";
import { tagChanges, tagList, tagOutputs } from "./tags.ts";

/** `aws:iam/role:Role`, without the inline and managed policies that it may list itself. Id: the name. */
export const role: ResourceHandler<AwsContext> = {
  inputs: {
    name: { replaces: true, autoname: true },
    path: { replaces: true, default: "/" },
    assumeRolePolicy: { compare: "json" },
    description: {},
    maxSessionDuration: { default: 3600 },
    forceDetachPolicies: { default: false },
    tags: {},
  },
  outputs: ["arn", "createDate", "uniqueId", "tagsAll"],

  async create(context, inputs) {
    const name = text(inputs, "name");
    const command = new CreateRoleCommand({
      RoleName: name,
      Path: optionalText(inputs, "path"),
      AssumeRolePolicyDocument: text(inputs, "assumeRolePolicy"),
      Description: optionalText(inputs, "description"),
      MaxSessionDuration: optionalNumber(inputs, "maxSessionDuration"),
      Tags: tagList(context, inputs),
    });
    await doing(`creating IAM Role (${name})`, context.iam.send(command));
    return { id: name };
  },

  async read(context, id, state) {
    const call = context.iam.send(new GetRoleCommand({ RoleName: id }));
    const found = (await doing(`reading IAM Role (${id})`, orAbsent(call)))?.Role;
    if (!found) return undefined;
    return {
      properties: {
        name: found.RoleName,
        path: found.Path,
        assumeRolePolicy: decodeURIComponent(found.AssumeRolePolicyDocument ?? ""),
        description: found.Description === "" ? undefined : found.Description,
        maxSessionDuration: found.MaxSessionDuration,
        arn: found.Arn,
        createDate: found.CreateDate?.toISOString(),
        uniqueId: found.RoleId,
        ...tagOutputs(context, state, found.Tags),
      },
    };
  },

  async update(context, id, olds, news) {
    const { iam } = context;
    const trust = { RoleName: id, PolicyDocument: text(news, "assumeRolePolicy") };
    await doing(
      `updating IAM Role (${id}) assume role policy`,
      iam.send(new UpdateAssumeRolePolicyCommand(trust)),
    );
    const command = new UpdateRoleCommand({
      RoleName: id,
      Description: optionalText(news, "description") ?? "",
      MaxSessionDuration: optionalNumber(news, "maxSessionDuration"),
    });
    await doing(`updating IAM Role (${id})`, iam.send(command));
    const { set, remove } = tagChanges(context, olds, news);
    if (remove.length > 0) await iam.send(new UntagRoleCommand({ RoleName: id, TagKeys: remove }));
    if (set.length > 0) await iam.send(new TagRoleCommand({ RoleName: id, Tags: set }));
    return undefined;
  },

  async delete({ iam }, id) {
    await doing(`deleting IAM Role (${id})`, orAbsent(iam.send(new DeleteRoleCommand({ RoleName: id }))));
  },
};
