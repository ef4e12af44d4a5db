import { asList, asText, UNKNOWN, type Fields, type Value } from "../iam/values.ts";
import { asKnownList } from "./inputs.ts";
import { iam } from "./resources.ts";

/** What a resource does to groups: which ones, and a word for it. */
interface Change {
  readonly groups: Value;
  readonly does: string;
}

const CHANGES: Readonly<Record<string, (inputs: Fields) => Change>> = {
  [iam("UserGroupMembership")]: ({ groups }) => ({ groups: asKnownList(groups), does: "adds a member to" }),
  [iam("GroupMembership")]: ({ group }) => ({ groups: group, does: "replaces the members of" }),
  [iam("GroupPolicy")]: ({ group }) => ({ groups: group, does: "writes an inline policy of" }),
  [iam("GroupPoliciesExclusive")]: ({ groupName }) => ({
    groups: groupName,
    does: "removes inline policies from",
  }),
  [iam("GroupPolicyAttachment")]: ({ group }) => ({ groups: group, does: "attaches a policy to" }),
  [iam("GroupPolicyAttachmentsExclusive")]: ({ groupName }) => ({
    groups: groupName,
    does: "replaces the policies of",
  }),
  [iam("PolicyAttachment")]: ({ groups }) => ({
    groups: asKnownList(groups),
    does: "attaches a policy, away from all others, to",
  }),
  [iam("Group")]: ({ name }) => ({ groups: name, does: "makes, imports or renames" }),
};

/** The resources that make a group, or change one which may be another stack's. */
export const GROUP_CHANGES = Object.keys(CHANGES);

/** What a resource does to one of these groups; undefined for nothing, and where no group is known to be one of them. */
export function changeOf(
  type: string,
  inputs: Fields,
  groups: readonly string[],
): { readonly group: string; readonly does: string } | undefined {
  const change = CHANGES[type]?.(inputs);
  const group = asList(change?.groups).find((name) => isNamed(name, groups));
  return change && group !== undefined ? { group: asText(group) ?? "", does: change.does } : undefined;
}

/** Whether a group has one of these names. IAM does not tell names by letter case. */
export function isNamed(name: Value, groups: readonly string[]): boolean {
  if (name === UNKNOWN) return false;
  const text = asText(name)?.trim().toLowerCase();
  return groups.some((group) => group.toLowerCase() === text);
}
