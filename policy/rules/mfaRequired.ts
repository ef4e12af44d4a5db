import { asFields, isFalse, isTrue, UNKNOWN } from "../lib/inputs.ts";
import { ADMINISTRATOR_GROUP } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";

/**
 * The component denies administrators without MFA everything but enrolling it. Only an explicit `requireMfa: false`
 * takes that away. A group that existed before is left as it is found, its MFA rule included, and so is not reported.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html
 */
export const mfaRequired = rule({
  name: "mfa-required",
  title: "Administrators need MFA",
  description: "An administrators group denies its members everything without MFA but enrolling it.",
  enforcementLevel: "mandatory",
  severity: "high",
  cis: {
    reference: "1.9",
    specification:
      "Ensure multi-factor authentication (MFA) is enabled for all IAM users that have a console password",
  },
  remediationSteps: "Remove requireMfa from the stack's configuration, or set it to true.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html",
  types: [ADMINISTRATOR_GROUP],
  check({ inputs: { requireMfa, group } }, _config, report) {
    const existing = asFields(group)?.existing;
    const maybeExisting = group === UNKNOWN || existing === UNKNOWN || isTrue(existing);
    if (isFalse(requireMfa) && !maybeExisting) {
      report("set requireMfa to true, so that a stolen password alone gives nobody the account");
    }
  },
});
