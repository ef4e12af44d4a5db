/**
 * The recommendations of the CIS AWS Foundations Benchmark 5.0.0 that rules enforce or serve.
 *
 * @see https://www.cisecurity.org/benchmark/amazon_web_services
 */
export const RECOMMENDATIONS = {
  "1.6": "Eliminate use of the 'root' user for administrative and daily tasks",
  "1.7": "Ensure IAM password policy requires minimum length of 14 or greater",
  "1.8": "Ensure IAM password policy prevents password reuse",
  "1.9": "Ensure multi-factor authentication (MFA) is enabled for all IAM users that have a console password",
  "1.10": "Do not create access keys during initial setup for IAM users with a console password",
  "1.13": "Ensure access keys are rotated every 90 days or less",
  "1.14": "Ensure IAM users receive permissions only through groups",
  "1.15": "Ensure IAM policies that allow full *:* administrative privileges are not attached",
  "1.20":
    "Ensure IAM users are managed centrally via identity federation or AWS Organizations for multi-account environments",
} as const;

/** What the service shows of a recommendation. */
export function framework(reference: keyof typeof RECOMMENDATIONS) {
  return {
    name: "CIS AWS Foundations Benchmark",
    version: "5.0.0",
    reference,
    specification: RECOMMENDATIONS[reference],
  };
}
