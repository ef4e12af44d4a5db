import { randomUUID } from "node:crypto";
import { paginateListAttachedGroupPolicies, paginateListGroupsForUser } from "@aws-sdk/client-iam";
import type { GroupState } from "@pulumi/aws/iam/group.js";
import type { GroupPolicyState } from "@pulumi/aws/iam/groupPolicy.js";
import type { GroupPolicyAttachmentState } from "@pulumi/aws/iam/groupPolicyAttachment.js";
import type { UserGroupMembershipState } from "@pulumi/aws/iam/userGroupMembership.js";
import { doing, orAbsent, retrying } from "../errors.ts";
import { entry, fixedName, json, output, replaces, set, type Attribute } from "../resourceType.ts";
import type { Value } from "../values.ts";
import type { Account } from "../provider.ts";
import { properties } from "./shapes.ts";

/** What users and groups have in common. */
export const named = {
  name: {
    autoname: true,
    valid: {
      test: (name: Value) => typeof name === "string" && /^[0-9A-Za-z=,.@\-_+]+$/.test(name),
      message:
        "must only contain alphanumeric characters, hyphens, underscores, commas, periods, @ symbols, plus and equals signs",
    },
  },
  path: { default: "/" },
  arn: output,
  uniqueId: output,
} satisfies Record<string, Attribute>;

/** The group, what it has, and who is in it. */
export const iamGroupTypes = {
  /** internal/service/iam/group.go: renamed and moved in place. */
  "aws:iam/group:Group": entry<GroupState>({
    title: "IAM Group",
    attributes: named,
    create: ({ iam }, { name, path }) => iam.createGroup({ GroupName: name, Path: path }),
    async read({ iam }, id) {
      const { Group: found } = await iam.getGroup({ GroupName: id });
      return { ...properties(found), name: found?.GroupName, uniqueId: found?.GroupId };
    },
    async update({ iam }, { id, planned: { name, path } }) {
      await iam.updateGroup({ GroupName: id, NewGroupName: name, NewPath: path });
      return name;
    },
    delete: ({ iam }, id) => iam.deleteGroup({ GroupName: id }),
  }),

  /** group_policy.go: a policy that has the name is overwritten. Id, for imports too: `group:name`. */
  "aws:iam/groupPolicy:GroupPolicy": entry<GroupPolicyState>({
    title: "IAM Group Policy",
    attributes: { group: replaces, name: fixedName, policy: json },
    creating: ({ group, name }) => `putting IAM Group (${group}) Policy (${name})`,
    // A group that AWS does not see yet is an error at once.
    async put({ iam }, { group, name, policy }) {
      await iam.putGroupPolicy({ GroupName: group, PolicyName: name, PolicyDocument: policy });
      return `${group}:${name}`;
    },
    async read({ iam }, id) {
      const [group, name] = id.split(":");
      const { PolicyDocument = "" } = await iam.getGroupPolicy({ GroupName: group, PolicyName: name });
      return { group, name, policy: decodeURIComponent(PolicyDocument) };
    },
    delete: ({ iam }, _id, { group, name }) => iam.deleteGroupPolicy({ GroupName: group, PolicyName: name }),
  }),

  /** group_policy_attachment.go. Import id: `group/policyArn`. */
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": entry<GroupPolicyAttachmentState>({
    title: "IAM Group Policy Attachment",
    deletesFirst: true,
    attributes: { group: replaces, policyArn: replaces },
    creating: ({ group, policyArn }) => `attaching IAM Policy (${policyArn}) to IAM Group (${group})`,
    async create({ iam }, { group: GroupName, policyArn: PolicyArn }) {
      // Attaching twice is no error, and ConcurrentModification the only one that is tried again.
      await retrying("ConcurrentModification", () => iam.attachGroupPolicy({ GroupName, PolicyArn }));
      return `${GroupName}-${newId()}`;
    },
    imported: (id) => ({ group: id.split("/")[0], policyArn: id.slice(id.indexOf("/") + 1) }),
    async read({ iam: client }, _id, { group: GroupName, policyArn }) {
      for await (const page of paginateListAttachedGroupPolicies({ client }, { GroupName }))
        if (page.AttachedPolicies?.some(({ PolicyArn }) => PolicyArn === policyArn)) return {};
      return undefined;
    },
    delete: ({ iam }, _id, { group: GroupName, policyArn: PolicyArn }) =>
      retrying("ConcurrentModification", () => iam.detachGroupPolicy({ GroupName, PolicyArn })),
  }),

  /** user_group_membership.go: additive. Import id: `user/group1/group2`. */
  "aws:iam/userGroupMembership:UserGroupMembership": entry<UserGroupMembershipState>({
    title: "IAM User Group Membership",
    attributes: { user: replaces, groups: set },
    creating: ({ user }) => `assigning IAM User Group Membership (${user})`,
    async create(account, { user, groups }) {
      await changeGroups(account, user, [], groups);
      return newId();
    },
    imported: (id) => ({ user: id.split("/")[0], groups: id.split("/").slice(1), id: newId() }),
    async read({ iam: client }, _id, { user: UserName, groups = [] }) {
      const pages = await Array.fromAsync(paginateListGroupsForUser({ client }, { UserName }));
      const found = pages.flatMap(({ Groups = [] }) => Groups).map(({ GroupName }) => GroupName);
      return { groups: groups.filter((name) => found.includes(name)) };
    },
    update: (account, { old, planned }) => changeGroups(account, planned.user, old.groups, planned.groups),
    delete: (account, _id, { user, groups }) => changeGroups(account, user, groups, []),
  }),
};

/** A user or a group that is gone is no error where one is to leave it. */
async function changeGroups(
  { iam }: Account,
  UserName = "",
  before: readonly string[] = [],
  after: readonly string[] = [],
): Promise<void> {
  for (const GroupName of before.filter((name) => !after.includes(name))) {
    const removed = orAbsent(iam.removeUserFromGroup({ UserName, GroupName }));
    await doing(`removing IAM User (${UserName}) from group (${GroupName})`, removed);
  }
  for (const GroupName of after.filter((name) => !before.includes(name))) {
    const added = iam.addUserToGroup({ UserName, GroupName });
    await doing(`adding User (${UserName}) to Group (${GroupName})`, added);
  }
}

/** As the plugin SDK's id.UniqueId() looks. */
function newId(): string {
  return `terraform-${randomUUID().replaceAll("-", "").slice(0, 26)}`;
}
