/** Where the users of an account sign in, by partition. */
const signInHosts: Readonly<Record<string, string>> = {
  aws: "signin.aws.amazon.com",
  "aws-us-gov": "signin.amazonaws-us-gov.com",
  "aws-cn": "signin.amazonaws.cn",
};

/**
 * The URL at which an account's IAM users sign in to the console.
 *
 * @param partition - `aws`, `aws-us-gov` or `aws-cn`
 * @param account - the account's alias, or its 12-digit ID, which always works
 * @throws {Error} for a partition whose sign-in host is not known
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/console_account-alias.html
 */
export function signInUrl(partition: string, account: string): string {
  const host = signInHosts[partition];
  if (host === undefined) throw new Error(`the sign-in host of the partition ${partition} is not known`);
  return `https://${account}.${host}/console`;
}
