import { asText, type Value } from "./values.ts";

/**
 * The AWS managed policies whose documents allow everything, or all of IAM, under whatever condition. Found by judging
 * each of AWS's 1,523 documents of 7 March 2026, as the project MAMIP publishes them.
 *
 * @see https://github.com/zoph-io/MAMIP
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const FULL_POWER = ["AdministratorAccess", "AWSMcpServiceActionsFullAccess", "IAMFullAccess"];

/** Those whose documents lead to full power: any user's keys and policies, any permission set and its assignment. */
const LEADING_THERE = [
  "AWSOpsWorksRegisterCLI",
  "AWSSSOMasterAccountAdministrator",
  "AWSSSOMemberAccountAdministrator",
];

/** It leads there too, but AWS asks for it on the service role of every Amplify application, so it is not reported. */
const AMPLIFY = "AdministratorAccess-Amplify";

/** The AWS managed policies that nobody may attach as they please. */
export const DANGEROUS_POLICIES: readonly string[] = [...FULL_POWER, ...LEADING_THERE, AMPLIFY];

const REPORTED = new Set([...FULL_POWER, ...LEADING_THERE].map((name) => name.toLowerCase()));

/** Whether an ARN is that of an AWS managed policy of full power, in any partition. */
export function isFullPowerPolicy(arn: Value): boolean {
  return REPORTED.has(managedPolicyName(arn) ?? "");
}

/** Whether an ARN is that of AdministratorAccess, in any partition. */
export function isAdministratorAccess(arn: Value): boolean {
  return managedPolicyName(arn) === "administratoraccess";
}

/** The name of the AWS managed policy behind an ARN, in any partition, in small letters. */
function managedPolicyName(arn: Value): string | undefined {
  return /^arn:[^:]*:iam::aws:policy\/(?:[^/]+\/)*([^/]+)$/i
    .exec(asText(arn)?.trim() ?? "")?.[1]
    ?.toLowerCase();
}
