import { FULL_POWER, LEADING_TO_FULL_POWER } from "./managedPolicyNames.ts";
import { asText, type Value } from "./values.ts";

/** It leads to full power too, but AWS asks for it on the service role of every Amplify application. */
const AMPLIFY = "AdministratorAccess-Amplify";

/** The AWS managed policies that nobody may attach as they please. */
const DANGEROUS_POLICIES = [...FULL_POWER, ...LEADING_TO_FULL_POWER];

/** The ARNs of these policies in a partition. */
export function dangerousPolicyArns(partition: string): string[] {
  return DANGEROUS_POLICIES.map((name) => `arn:${partition}:iam::aws:policy/${name}`);
}

const REPORTED = new Set(
  DANGEROUS_POLICIES.filter((name) => name !== AMPLIFY).map((name) => name.toLowerCase()),
);

/**
 * Whether an ARN is that of an AWS managed policy which gives full power or leads there, in any partition.
 *
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
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
