import { randomUUID } from "node:crypto";
import { ListGroupsForUserCommand } from "@aws-sdk/client-iam";
import type { ResourceHandler } from "../resourceHandler.ts";
import { text, texts } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, orAbsent } from "./errors.ts";
import { addToGroups, removeFromGroups } from "./iamGroup.ts";

/** `aws:iam/userGroupMembership:UserGroupMembership`: additive. Import id: `user/group1/group2`. */
export const userGroupMembership: ResourceHandler<AwsContext> = {
  inputs: { user: { replaces: true }, groups: { compare: "set" } },
  outputs: [],

  async create(context, inputs) {
    const name = text(inputs, "user");
    const added = addToGroups(
      context,
      texts(inputs, "groups").map((group) => [name, group]),
    );
    await doing(`assigning IAM User Group Membership (${name})`, added);
    return { id: newId() };
  },

  async read({ iam }, id, state) {
    const isImport = !("user" in state);
    const [user = "", ...groups] = isImport
      ? id.split("/")
      : [text(state, "user"), ...texts(state, "groups")];
    if (groups.length === 0 && isImport) {
      throw new Error(`unexpected format of ID ("${id}"), expected <user-name>/<group-name1>/...`);
    }
    const call = iam.send(new ListGroupsForUserCommand({ UserName: user }));
    const found = await doing(`reading IAM User Group Membership (${user})`, orAbsent(call));
    if (!found) return undefined;
    const memberOf = new Set(found.Groups?.map(({ GroupName }) => GroupName));
    return {
      id: isImport ? newId() : id,
      properties: { user, groups: groups.filter((group) => memberOf.has(group)) },
    };
  },

  async update(context, _id, olds, news) {
    const user = text(news, "user");
    const [before, after] = [texts(olds, "groups"), texts(news, "groups")];
    await removeFromGroups(
      context,
      before.filter((group) => !after.includes(group)).map((group) => [user, group]),
    );
    await addToGroups(
      context,
      after.filter((group) => !before.includes(group)).map((group) => [user, group]),
    );
    return undefined;
  },

  async delete(context, _id, state) {
    const user = text(state, "user");
    await removeFromGroups(
      context,
      texts(state, "groups").map((group) => [user, group]),
    );
  },
};

function newId(): string {
  return `terraform-${randomUUID().replaceAll("-", "").slice(0, 26)}`;
}
