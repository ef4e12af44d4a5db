import { asText, type Value } from "../iam/values.ts";

/** The component of this project that makes an administrators group. */
export const ADMINISTRATOR_GROUP = "iam-administrators:index:AdministratorGroup";

/** The component of this project that makes one administrator. */
export const ADMINISTRATOR = "iam-administrators:index:Administrator";

/** `aws:iam/userPolicy:UserPolicy` for `iam` and `UserPolicy`; the same in the versions 5 to 7 of the AWS provider. */
export function ofService<const Service extends string, const Name extends string>(
  service: Service,
  name: Name,
): `aws:${Service}/${Uncapitalize<Name>}:${Name}` {
  return `aws:${service}/${uncapitalize(name)}:${name}`;
}

/** A resource type of IAM. */
export const iam = <const Name extends string>(name: Name) => ofService("iam", name);

/** The same for IAM Identity Center, whose permission sets become roles in the accounts of an organization. */
export const ssoadmin = <const Name extends string>(name: Name) => ofService("ssoadmin", name);

/** A budget's action, which may attach a policy when the budget is spent, or on approval. */
export const BUDGET_ACTION = "aws:budgets/budgetAction:BudgetAction";

/** The AWS providers, whose own inputs rules see like any resource's. */
export const AWS_PROVIDERS = ["pulumi:providers:aws", "pulumi:providers:aws-native"] as const;

/**
 * Whether an ARN is the account's root user, in any partition. `AssumeRoot` sessions act as root of a member account.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html
 */
export function isRootArn(value: Value): boolean {
  return /^arn:[^:]*:(iam|sts)::[^:]*:(root|assumed-root\/.*)$/i.test(asText(value)?.trim() ?? "");
}

/** Whether a user's name or ARN says root, in any letter case, or as credential reports spell it. */
export function isRootName(value: Value): boolean {
  return isRootArn(value) || /^(root|<root_account>)$/i.test(asText(value)?.trim() ?? "");
}

/** The project whose program made a resource. */
export function projectOf(urn: string): string {
  return urn.split("::")[1] ?? "";
}

/** The stack and project of a resource, as its URN begins. */
export function stackOf(urn: string): string {
  return urn.split("::").slice(0, 2).join("::");
}

/** The types of the components around a resource, outermost first. */
export function parentTypes(urn: string): string[] {
  return urn.split("::")[2]?.split("$").slice(0, -1) ?? [];
}

function uncapitalize<const Name extends string>(name: Name): Uncapitalize<Name> {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}` as Uncapitalize<Name>;
}
