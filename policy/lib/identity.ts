import { asText, type Value } from "./inputs.ts";

/** The component of this project that makes an administrators group. */
export const ADMINISTRATOR_GROUP = "iam-administrators:index:AdministratorGroup";

/**
 * Whether an ARN is the account's root user, in any partition. `AssumeRoot` sessions act as root of the member account.
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
