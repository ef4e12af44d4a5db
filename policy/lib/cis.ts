/**
 * The recommendations of the CIS AWS Foundations Benchmark 7.0.0 that rules enforce or serve.
 *
 * @see https://www.cisecurity.org/benchmark/amazon_web_services
 */
export const RECOMMENDATIONS = {
  "2.7": "Eliminate use of the 'root' user for administrative and daily tasks",
  "2.8": "Ensure IAM password policy requires minimum length of 14 or greater",
  "2.9": "Ensure IAM password policy prevents password reuse",
  "2.10":
    "Ensure multi-factor authentication (MFA) is enabled for all IAM users that have a console password",
  "2.12": "Ensure access keys are rotated every 90 days or less",
  "2.13": "Ensure IAM users receive permissions only through groups",
  "2.14": 'Ensure IAM policies that allow full "*:*" administrative privileges are not attached',
  "2.19":
    "Ensure IAM users are managed centrally via identity federation or AWS Organizations for multi-account environments",
  "2.21": "Ensure AWS resource policies do not allow unrestricted access using 'Principal': '*'",
} as const;

/** What the service shows of a recommendation. */
export function framework(reference: keyof typeof RECOMMENDATIONS) {
  return {
    name: "CIS AWS Foundations Benchmark",
    version: "7.0.0",
    reference,
    specification: RECOMMENDATIONS[reference],
  };
}
