import { isFullPowerPolicy } from "../iam/managedPolicies.ts";
import { asFields, asList, asText, UNKNOWN, type Fields, type Value } from "../iam/values.ts";
import { asKnownList, nameOf } from "../lib/inputs.ts";
import { BUDGET_ACTION, iam, ssoadmin } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";
import { administratorGroups, isNoneOf, matchesNoneOf, names } from "../lib/settings.ts";
import type { StackResource } from "../lib/stackResources.ts";

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
  [iam("PolicyAttachment")]: toLists,
  [iam("Role")]: (i) => ({ arns: i.managedPolicyArns, roles: i.name ?? i.namePrefix ?? "" }),
  [iam("RolePolicyAttachment")]: (i) => ({ arns: i.policyArn, roles: i.role ?? "" }),
  [iam("RolePolicyAttachmentsExclusive")]: (i) => ({ arns: i.policyArns, roles: i.roleName ?? "" }),
  [iam("UserPolicyAttachment")]: (i) => ({ arns: i.policyArn, users: i.user ?? "" }),
  [iam("UserPolicyAttachmentsExclusive")]: (i) => ({ arns: i.policyArns, users: i.userName ?? "" }),
  [BUDGET_ACTION]: ({ definition }) => toLists(asFields(asFields(definition)?.iamActionDefinition) ?? {}),
  [ssoadmin("ManagedPolicyAttachment")]: (i) => ({
    arns: i.managedPolicyArn,
    permissionSets: i.permissionSetArn ?? "",
  }),
  [ssoadmin("ManagedPolicyAttachmentsExclusive")]: (i) => ({
    arns: i.managedPolicyArns,
    permissionSets: i.permissionSetArn ?? "",
  }),
};

function toLists({ policyArn, users, groups, roles }: Fields): Grant {
  return {
    arns: policyArn,
    users: asKnownList(users),
    groups: asKnownList(groups),
    roles: asKnownList(roles),
  };
}

/** The permission sets that a stack can make, and the output that is their ARN. */
const PERMISSION_SETS: Readonly<Record<string, string>> = {
  [ssoadmin("PermissionSet")]: "arn",
  "aws-native:sso:PermissionSet": "permissionSetArn",
};

/**
 * Full power has one place, so that whoever reviews the members of one group has seen every administrator. A policy
 * used as a permissions boundary only takes away, and is none of this rule's business.
 *
 * An attachment tells only the ARN of its permission set. Where names are allowed, the set's name is looked up among the
 * stack's resources, at the end of a preview.
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
      "ARNs, names or patterns of IAM Identity Center permission sets that may have full power. A name counts in the " +
        "stack that makes the permission set.",
    ),
  },
  types: [...Object.keys(GRANTS), ssoadmin("PermissionSet")],
  check({ type, inputs }, allowed, report) {
    const grant = GRANTS[type]?.(inputs);
    const policies = asList(grant?.arns).filter(isFullPowerPolicy);
    if (grant === undefined || policies.length === 0) return;
    const outside = [
      ...outsiders("user", grant.users, () => true),
      ...outsiders("group", grant.groups, (name) => isNoneOf(name, allowed.groups)),
      ...outsiders("role", grant.roles, (name) => matchesNoneOf(name, allowed.roles)),
      ...outsiders(
        "permission set",
        grant.permissionSets,
        (set) =>
          matchesNoneOf(set, allowed.permissionSets) && !(isArn(set) && allowed.permissionSets.some(isName)),
      ),
    ];
    for (const holder of outside) report(removal(policies, holder, allowed.groups));
  },
  checkStack(resources, { permissionSets, groups }, report) {
    if (!permissionSets.some(isName)) return;
    const sets = resources.filter(({ type }) => type in PERMISSION_SETS);
    for (const resource of resources) {
      const grant = GRANTS[resource.type]?.(resource.outputs);
      const arn = grant?.permissionSets;
      const policies = asList(grant?.arns).filter(isFullPowerPolicy);
      if (arn === undefined || policies.length === 0) continue;
      if (arn !== UNKNOWN && !matchesNoneOf(arn, permissionSets)) continue;
      const own = setsOf(resource, arn, sets);
      if (own.length === 0 && arn === UNKNOWN) continue;
      if (own.length > 0 && own.every(({ outputs }) => !matchesNoneOf(outputs.name, permissionSets)))
        continue;
      const name = own.map(({ outputs }) => nameOf(outputs.name)).join() || nameOf(arn);
      report(resource, removal(policies, `permission set "${name}"`, groups));
    }
  },
});

/** The permission sets of the stack that an attachment is for: those of its ARN, or those that it was made from. */
function setsOf(
  attachment: StackResource,
  arn: Value,
  sets: readonly StackResource[],
): readonly StackResource[] {
  const made = attachment.dependencies("permissionSetArn").filter((dependency) => sets.includes(dependency));
  const arnOf = ({ type, outputs }: StackResource): Value => outputs[PERMISSION_SETS[type] ?? ""];
  return arn === UNKNOWN
    ? made
    : [...sets.filter((set) => arnOf(set) === arn), ...made.filter((set) => arnOf(set) === UNKNOWN)];
}

function isArn(value: Value): boolean {
  return value === UNKNOWN || /^arn:/i.test(asText(value) ?? "");
}

function isName(allowed: string): boolean {
  return !isArn(allowed);
}

function removal(policies: readonly Value[], holder: string, groups: readonly string[]): string {
  const home =
    groups.length > 0 ? `the group ${groups.join(" or ")} (this rule's setting groups)` : "no group at all";
  return `remove ${policies.map(String).join(" and ")} from ${holder}; full power belongs to ${home}`;
}

function outsiders(kind: string, holders: Value, isOutsider: (name: Value) => boolean): string[] {
  return asList(holders)
    .filter(isOutsider)
    .map((holder) => `${kind} "${nameOf(holder)}"`);
}
