import { nameOf } from "../lib/inputs.ts";
import { iam } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";

/**
 * GroupMembership makes the group's members exactly its list: it evicts administrators that others added, at every
 * update. It has no remediation: a policy can change a resource's inputs, but not its type.
 *
 * @see https://www.pulumi.com/registry/packages/aws/api-docs/iam/groupmembership/
 */
export const additiveGroupMembership = rule({
  name: "additive-group-membership",
  title: "Group membership only adds",
  description: "Users are added to groups one by one; nothing lists a group's members exclusively.",
  enforcementLevel: "mandatory",
  severity: "high",
  cis: "2.13",
  remediationSteps:
    "Replace the GroupMembership by one UserGroupMembership for each user. Take it out of the state first " +
    "(`pulumi state delete`), or deleting it removes its users from the group.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups_manage_add-remove-users.html",
  types: [iam("GroupMembership")],
  check({ inputs: { group } }, _config, report) {
    report(
      `evicts every member of group "${nameOf(group)}" that it does not list; use one UserGroupMembership for each user`,
    );
  },
});
