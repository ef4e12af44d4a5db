import { isFullPowerPolicy } from "../iam/managedPolicies.ts";
import { asFields, asList, asText, type Fields, type Value } from "../iam/values.ts";
import { asKnownList, nameOf } from "../lib/inputs.ts";
import { BUDGET_ACTION, iam, ssoadmin, stackOf } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";
import { administratorGroups, isNoneOf, matchesNoneOf, names } from "../lib/settings.ts";

/** Who gets which policies from a resource. */
interface Grant {
  readonly arns: Value;
  readonly users?: Value;
  readonly groups?: Value;
  readonly roles?: Value;
  readonly permissionSets?: Value;
}

// An absent name (the provider makes one up) is a name that no configuration can allow, hence the empty text.
const GRANTS: Readonly<Record<string, (inputs: Fields) => Grant>> = {
  [iam("GroupPolicyAttachment")]: (i) => ({ arns: i.policyArn, groups: i.group ?? "" }),
  [iam("GroupPolicyAttachmentsExclusive")]: (i) => ({ arns: i.policyArns, groups: i.groupName ?? "" }),
  [iam("PolicyAttachment")]: (i) => ({
    arns: i.policyArn,
    users: asKnownList(i.users),
    groups: asKnownList(i.groups),
    roles: asKnownList(i.roles),
  }),
  [iam("Role")]: (i) => ({ arns: i.managedPolicyArns, roles: i.name ?? i.namePrefix ?? "" }),
  [iam("RolePolicyAttachment")]: (i) => ({ arns: i.policyArn, roles: i.role ?? "" }),
  [iam("RolePolicyAttachmentsExclusive")]: (i) => ({ arns: i.policyArns, roles: i.roleName ?? "" }),
  [iam("UserPolicyAttachment")]: (i) => ({ arns: i.policyArn, users: i.user ?? "" }),
  [iam("UserPolicyAttachmentsExclusive")]: (i) => ({ arns: i.policyArns, users: i.userName ?? "" }),
  [BUDGET_ACTION]: ({ definition }) => {
    const { policyArn, users, groups, roles } = asFields(asFields(definition)?.iamActionDefinition) ?? {};
    return {
      arns: policyArn,
      users: asKnownList(users),
      groups: asKnownList(groups),
      roles: asKnownList(roles),
    };
  },
  [ssoadmin("ManagedPolicyAttachment")]: (i) => ({
    arns: i.managedPolicyArn,
    permissionSets: i.permissionSetArn ?? "",
  }),
  [ssoadmin("ManagedPolicyAttachmentsExclusive")]: (i) => ({
    arns: i.managedPolicyArns,
    permissionSets: i.permissionSetArn ?? "",
  }),
};

const PERMISSION_SET = ssoadmin("PermissionSet");

/** The names of the permission sets that a stack makes: an attachment tells only an ARN. */
const made = new Map<string, Set<string>>();

/**
 * Full power has one place, so that whoever reviews the members of one group has seen every administrator. A policy
 * used as a permissions boundary only takes away, and is none of this rule's business.
 *
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html
 */
export const administratorAccessOnlyInAdministratorGroup = rule({
  name: "administrator-access-only-in-administrator-group",
  title: "Full power only in the administrators group",
  description:
    "AWS managed policies of full power, such as AdministratorAccess, are attached to nothing but administrators groups.",
  enforcementLevel: "mandatory",
  severity: "critical",
  cis: "2.14",
  remediationSteps:
    "Make the person a member of the administrators group, or attach a policy that allows only what is needed. A group, " +
    "role or permission set that must have full power goes into groups, roles or permissionSets.",
  url: "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html",
  settings: {
    groups: administratorGroups,
    roles: names([], "Names, patterns or ARNs of roles that may have full power, such as a deployment role."),
    permissionSets: names(
      [],
      "ARNs, or names, of IAM Identity Center permission sets that may have full power. A name allows it to the " +
        "permission sets of every stack that makes one of that name.",
    ),
  },
  types: [...Object.keys(GRANTS), PERMISSION_SET],
  check({ type, urn, inputs }, allowed, report) {
    const permissionSets = made.get(stackOf(urn)) ?? new Set();
    if (type === PERMISSION_SET) made.set(stackOf(urn), permissionSets.add(asText(inputs.name) ?? ""));
    const grant = GRANTS[type]?.(inputs);
    const policies = asList(grant?.arns).filter(isFullPowerPolicy);
    if (grant === undefined || policies.length === 0) return;
    const makesAllowed = [...permissionSets].some((name) => !matchesNoneOf(name, allowed.permissionSets));
    const outside = [
      ...outsiders("user", grant.users, () => true),
      ...outsiders("group", grant.groups, (name) => isNoneOf(name, allowed.groups)),
      ...outsiders("role", grant.roles, (name) => matchesNoneOf(name, allowed.roles)),
      ...outsiders(
        "permission set",
        grant.permissionSets,
        (name) => !makesAllowed && matchesNoneOf(name, allowed.permissionSets),
      ),
    ];
    const home =
      allowed.groups.length > 0
        ? `the group ${allowed.groups.join(" or ")} (this rule's setting groups)`
        : "no group at all";
    for (const holder of outside) {
      report(`remove ${policies.map(String).join(" and ")} from ${holder}; full power belongs to ${home}`);
    }
  },
});

function outsiders(kind: string, holders: Value, isOutsider: (name: Value) => boolean): string[] {
  return asList(holders)
    .filter(isOutsider)
    .map((holder) => `${kind} "${nameOf(holder)}"`);
}
