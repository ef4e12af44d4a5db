import { asList, type Value } from "../iam/values.ts";
import { isAbsent } from "../lib/inputs.ts";
import { AWS_PROVIDERS } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";

/**
 * Credentials of the wrong account are the commonest way to change the wrong account; a provider that knows its account
 * refuses them.
 *
 * @see https://www.pulumi.com/registry/packages/aws/installation-configuration/
 */
export const pinnedAccount = rule({
  name: "pinned-account",
  title: "Providers know their account",
  description: "An AWS provider works in the accounts that it lists and in no other.",
  enforcementLevel: "advisory",
  severity: "low",
  cis: "2.19",
  remediationSteps:
    "Set allowedAccountIds on the provider, or `aws:allowedAccountIds` in the stack's configuration.",
  url: "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_best-practices.html",
  types: AWS_PROVIDERS,
  check({ inputs: { allowedAccountIds } }, _config, report) {
    if (asList(parseList(allowedAccountIds)).length === 0) {
      report("set allowedAccountIds to the account that this stack is for");
    }
  },
});

/** A provider's inputs are text: a list comes as JSON. */
function parseList(value: Value): Value {
  if (isAbsent(value)) return [];
  try {
    return typeof value === "string" ? (JSON.parse(value) as Value) : value;
  } catch {
    return value;
  }
}
