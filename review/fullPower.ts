import { allowsFullPower } from "../policy/iam/fullPower.ts";
import { isFullPowerPolicy } from "../policy/iam/managedPolicies.ts";
import { parseDocument } from "../policy/iam/policyDocument.ts";

/** A policy of a user, a group or a role. */
export interface Policy {
  readonly name: string;
  /** Absent for an inline policy. */
  readonly arn?: string | undefined;
  /** Its JSON; absent for AWS's own policies. */
  readonly document?: string | undefined;
}

/** Whether the policies together give full power over the account, as the policy pack judges it. */
export function giveFullPower(policies: readonly Policy[]): boolean {
  const documents = policies.flatMap(({ document }) => (document ? parseDocument(document) : []));
  return (
    policies.some(({ arn }) => isFullPowerPolicy(arn)) ||
    // AWS keeps only what it can read itself: what cannot be read here is not to be trusted.
    documents.some((document) => "malformed" in document) ||
    allowsFullPower(documents.flatMap((document) => ("malformed" in document ? [] : document.statements)))
  );
}
