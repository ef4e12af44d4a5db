import { asList, asText, UNKNOWN, type Fields, type Value } from "../iam/values.ts";
import { iam } from "./resources.ts";

/** By type the input that says which groups a resource changes, and a word for what it does to them. */
const CHANGES: Readonly<Record<string, readonly [input: string, does: string]>> = {
  [iam("UserGroupMembership")]: ["groups", "adds a member to"],
  [iam("GroupMembership")]: ["group", "replaces the members of"],
  [iam("GroupPolicy")]: ["group", "writes an inline policy of"],
  [iam("GroupPoliciesExclusive")]: ["groupName", "removes inline policies from"],
  [iam("GroupPolicyAttachment")]: ["group", "attaches a policy to"],
  [iam("GroupPolicyAttachmentsExclusive")]: ["groupName", "replaces the policies of"],
  [iam("PolicyAttachment")]: ["groups", "attaches a policy, away from all others, to"],
  [iam("Group")]: ["name", "makes, imports or renames"],
};

/** The resources that make a group, or change one which may be another stack's. */
export const GROUP_CHANGES = Object.keys(CHANGES);

/** What a resource does to one of these groups; undefined for nothing, and where no group is known to be one of them. */
export function changeOf(
  type: string,
  inputs: Fields,
  groups: readonly string[],
): { readonly group: string; readonly does: string } | undefined {
  const [input = "", does = ""] = CHANGES[type] ?? [];
  const group = asList(inputs[input]).find((name) => isNamed(name, groups));
  return group === undefined ? undefined : { group: asText(group) ?? "", does };
}

/** Whether a group has one of these names. IAM does not tell names by letter case. */
export function isNamed(name: Value, groups: readonly string[]): boolean {
  if (name === UNKNOWN) return false;
  const text = asText(name)?.trim().toLowerCase();
  return groups.some((group) => group.toLowerCase() === text);
}
