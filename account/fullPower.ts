import type { Identity, Policy } from "./identities.ts";
import { allowsFullPower } from "../policy/iam/fullPower.ts";
import { isFullPowerPolicy } from "../policy/iam/managedPolicies.ts";
import { parseDocument } from "../policy/iam/policyDocument.ts";

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

/**
 * Whether somebody has full power, by own policies or by further ones. A permissions boundary takes it away unless it gives
 * full power itself, or nobody can read it.
 */
export function hasFullPower({ policies, boundary }: Identity, further: readonly Policy[] = []): boolean {
  if (!giveFullPower([...policies, ...further])) return false;
  return boundary?.document === undefined || giveFullPower([boundary]);
}
