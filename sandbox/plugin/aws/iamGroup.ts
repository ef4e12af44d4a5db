import { randomUUID } from "node:crypto";
import { paginateListAttachedGroupPolicies, paginateListGroupsForUser } from "@aws-sdk/client-iam";
import type { GroupState } from "@pulumi/aws/iam/group.js";
import type { GroupPolicyState } from "@pulumi/aws/iam/groupPolicy.js";
import type { GroupPolicyAttachmentState } from "@pulumi/aws/iam/groupPolicyAttachment.js";
import type { UserGroupMembershipState } from "@pulumi/aws/iam/userGroupMembership.js";
import { doing, orAbsent, retrying } from "../errors.ts";
import { entry, type Plain } from "../resourceType.ts";
import type { Value } from "../values.ts";
import type { Account } from "./account.ts";
import { properties } from "./shapes.ts";

/** What users' and groups' names are made of. */
export const validName = {
  test: (name: Value) => typeof name === "string" && /^[0-9A-Za-z=,.@\-_+]+$/.test(name),
  message:
    "must only contain alphanumeric characters, hyphens, underscores, commas, periods, @ symbols, plus and equals signs",
};

/** `aws:iam/group:Group` (internal/service/iam/group.go): renamed and moved in place. */
export const group = entry<Account, GroupState>({
  title: "IAM Group",
  attributes: {
    name: { autoname: true, valid: validName },
    path: { default: "/" },
    arn: { output: true },
    uniqueId: { output: true },
  },
  async create({ iam }, { name, path }) {
    await iam.createGroup({ GroupName: name, Path: path });
    return name;
  },
  async read({ iam }, id) {
    const { Group: found } = await iam.getGroup({ GroupName: id });
    return { ...properties(found), name: found?.GroupName, uniqueId: found?.GroupId };
  },
  async update({ iam }, { id, planned: { name, path } }) {
    await iam.updateGroup({ GroupName: id, NewGroupName: name, NewPath: path });
    return name;
  },
  delete: ({ iam }, id) => iam.deleteGroup({ GroupName: id }),
});

/** `aws:iam/groupPolicy:GroupPolicy` (internal/service/iam/group_policy.go). Id, for imports too: `group:name`. */
export const groupPolicy = entry<Account, GroupPolicyState>({
  title: "IAM Group Policy",
  attributes: {
    group: { replaces: true },
    name: { replaces: true, autoname: true },
    policy: { compare: "json" },
  },
  creating: ({ group, name }) => `putting IAM Group (${group}) Policy (${name})`,
  // A policy that has the name is overwritten. A group that AWS does not see yet is an error at once.
  async create(account, planned) {
    await putGroupPolicy(account, planned);
    return `${planned.group}:${planned.name}`;
  },
  async read({ iam }, id) {
    const [GroupName, PolicyName] = id.split(":");
    const { PolicyDocument = "" } = await iam.getGroupPolicy({ GroupName, PolicyName });
    return { group: GroupName, name: PolicyName, policy: decodeURIComponent(PolicyDocument) };
  },
  update: (account, { planned }) => putGroupPolicy(account, planned),
  delete: ({ iam }, _id, { group, name }) => iam.deleteGroupPolicy({ GroupName: group, PolicyName: name }),
});

function putGroupPolicy({ iam }: Account, { group, name, policy }: Plain<GroupPolicyState>) {
  return iam.putGroupPolicy({ GroupName: group, PolicyName: name, PolicyDocument: policy });
}

/** `aws:iam/groupPolicyAttachment:GroupPolicyAttachment` (group_policy_attachment.go). Import id: `group/policyArn`. */
export const groupPolicyAttachment = entry<Account, GroupPolicyAttachmentState>({
  title: "IAM Group Policy Attachment",
  deletesFirst: true,
  attributes: { group: { replaces: true }, policyArn: { replaces: true } },
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
});

/** `aws:iam/userGroupMembership:UserGroupMembership` (user_group_membership.go): additive. Import id: `user/group1/group2`. */
export const userGroupMembership = entry<Account, UserGroupMembershipState>({
  title: "IAM User Group Membership",
  attributes: { user: { replaces: true }, groups: { compare: "set" } },
  creating: ({ user }) => `assigning IAM User Group Membership (${user})`,
  async create(account, { user, groups = [] }) {
    await addToGroups(account, user, groups);
    return newId();
  },
  imported: (id) => ({ user: id.split("/")[0], groups: id.split("/").slice(1), id: newId() }),
  async read({ iam: client }, _id, { user: UserName, groups = [] }) {
    const found: string[] = [];
    for await (const { Groups = [] } of paginateListGroupsForUser({ client }, { UserName }))
      found.push(...Groups.map(({ GroupName = "" }) => GroupName));
    return { groups: groups.filter((name) => found.includes(name)) };
  },
  async update(account, { old: { groups: before = [] }, planned: { user, groups = [] } }) {
    const left = before.filter((name) => !groups.includes(name));
    await removeFromGroups(account, user, left);
    const joined = groups.filter((name) => !before.includes(name));
    await addToGroups(account, user, joined);
  },
  delete: (account, _id, { user, groups = [] }) => removeFromGroups(account, user, groups),
});

async function addToGroups({ iam }: Account, user: string | undefined, groups: readonly string[]) {
  for (const GroupName of groups)
    await doing(
      `adding User (${user}) to Group (${GroupName})`,
      iam.addUserToGroup({ UserName: user, GroupName }),
    );
}

/** A user or a group that is gone is no error. */
async function removeFromGroups({ iam }: Account, user: string | undefined, groups: readonly string[]) {
  for (const GroupName of groups) {
    const removed = orAbsent(iam.removeUserFromGroup({ UserName: user, GroupName }));
    await doing(`removing IAM User (${user}) from group (${GroupName})`, removed);
  }
}

/** As the plugin SDK's id.UniqueId() looks. */
function newId(): string {
  return `terraform-${randomUUID().replaceAll("-", "").slice(0, 26)}`;
}
