import { asKnownList, nameOf } from "../lib/inputs.ts";
import { iam } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";

/** Resources that give a user permissions if the input named here lists anything. */
const LISTS: Readonly<Record<string, string>> = {
  [iam("PolicyAttachment")]: "users",
  [iam("UserPoliciesExclusive")]: "policyNames",
  [iam("UserPolicyAttachmentsExclusive")]: "policyArns",
};

/**
 * Permissions of a single user are seen by nobody who reviews groups. A permissions boundary only takes away, so it is
 * none of this rule's business.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html
 */
export const permissionsThroughGroupsOnly = rule({
  name: "permissions-through-groups-only",
  title: "Users get permissions through groups only",
  description: "No policy is inline in or attached to an IAM user.",
  enforcementLevel: "mandatory",
  severity: "high",
  cis: "2.13",
  remediationSteps:
    "Attach the policy to a group and make the user a member with UserGroupMembership. Empty *Exclusive resources of a " +
    "user are welcome: they keep policies away.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
  types: [iam("UserPolicy"), iam("UserPolicyAttachment"), ...Object.keys(LISTS)],
  check({ type, inputs }, _config, report) {
    const list = LISTS[type];
    // A list that is not known as a whole may be empty; one element, known or not, is enough.
    const listed = list === undefined ? [] : asKnownList(inputs[list]);
    if (type === iam("PolicyAttachment") && listed.length > 0) {
      report(`remove users (${listed.map(nameOf).join(", ")}) and attach to groups`);
    } else if (list === undefined || listed.length > 0) {
      report(`give user "${nameOf(inputs.user ?? inputs.userName)}" this permission through a group instead`);
    }
  },
});
