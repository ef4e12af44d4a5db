import { findOpenTrust } from "../iam/openTrust.ts";
import { readTrust } from "../iam/trust.ts";
import { isAbsent } from "../lib/inputs.ts";
import { iam } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";
import { matchesNoneOf, names } from "../lib/settings.ts";

/**
 * Whatever a role may do, whoever can assume it may do. Trust in every AWS account, or in every token of a provider
 * that the whole world uses, is trust in anybody.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export const noOpenTrust = rule({
  name: "no-open-trust",
  title: "No role that anybody can assume",
  description: "A role's trust policy says who can assume it: no principal and no token of just anybody.",
  enforcementLevel: "mandatory",
  severity: "critical",
  cis: "2.21",
  remediationSteps:
    "Name accounts, roles or services in Principal, or require the organization (aws:PrincipalOrgID). For an identity " +
    "provider require the subject of its tokens, for SAML the audience. A role that is meant for everybody goes into exempt.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html",
  settings: { exempt: names([], "Names or patterns of roles that anybody may assume.") },
  types: [iam("Role")],
  check({ inputs: { name, namePrefix, assumeRolePolicy } }, { exempt }, report) {
    if (isAbsent(assumeRolePolicy) || !matchesNoneOf(name ?? namePrefix, exempt)) return;
    const trust = readTrust(assumeRolePolicy);
    if ("malformed" in trust) {
      report(
        `assumeRolePolicy cannot be judged because ${trust.malformed}; write it as a JSON policy document`,
      );
      return;
    }
    for (const { entry, who, advice } of findOpenTrust(trust.entries)) {
      report(`assumeRolePolicy lets ${who} assume the role (${entry.label}): ${advice}`);
    }
  },
});
