import { UNKNOWN } from "../iam/values.ts";
import { isAbsent } from "../lib/inputs.ts";
import { AWS_PROVIDERS } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";

const CREDENTIALS = ["accessKey", "secretKey", "token"];

/**
 * Credentials in a provider's inputs are in the state too, and live as long as it.
 */
export const noStaticProviderCredentials = rule({
  name: "no-static-provider-credentials",
  title: "No credentials in providers",
  description: "An AWS provider takes its credentials from its environment, not from its inputs.",
  enforcementLevel: "mandatory",
  severity: "high",
  cis: "2.12",
  remediationSteps:
    "Remove accessKey, secretKey and token from the provider and from the stack's configuration (aws:accessKey, ...), and " +
    "deploy with Pulumi ESC, OIDC, a profile or assumeRole. Then rotate the key: it is in the state's history.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
  types: AWS_PROVIDERS,
  check({ inputs }, _config, report) {
    const given = CREDENTIALS.filter((key) => !isAbsent(inputs[key]) && inputs[key] !== UNKNOWN);
    if (given.length > 0) {
      report(
        `remove ${given.join(", ")}; take credentials from a role through OIDC, a profile or assumeRole`,
      );
    }
  },
});
