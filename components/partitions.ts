/** What is not the same in every partition of AWS. */
interface Partition {
  /**
   * Where users sign in to the console, behind the account's alias or number. Of the other partitions the AWS SDKs know
   * the host of the sign-in service, and no AWS page says what an account's URL looks like there.
   */
  readonly signInHost?: string;
  /** Where console sign-ins and the calls of IAM are recorded: the region that the AWS SDKs sign IAM's requests for. */
  readonly globalRegion: string;
}

const partitions: Readonly<Record<string, Partition>> = {
  aws: { signInHost: "signin.aws.amazon.com", globalRegion: "us-east-1" },
  "aws-us-gov": { signInHost: "signin.amazonaws-us-gov.com", globalRegion: "us-gov-west-1" },
  "aws-cn": { signInHost: "signin.amazonaws.cn", globalRegion: "cn-north-1" },
  "aws-eusc": { globalRegion: "eusc-de-east-1" },
  "aws-iso": { globalRegion: "us-iso-east-1" },
  "aws-iso-b": { globalRegion: "us-isob-east-1" },
  "aws-iso-e": { globalRegion: "eu-isoe-west-1" },
  "aws-iso-f": { globalRegion: "us-isof-south-1" },
};

/**
 * The URL at which an account's IAM users sign in to the console.
 *
 * @param partition - `aws`, `aws-us-gov`, ...
 * @param account - the account's alias, or its 12-digit ID, which always works
 * @returns undefined for a partition whose sign-in host is not known
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/console_account-alias.html
 */
export function signInUrl(partition: string, account: string): string | undefined {
  const host = partitions[partition]?.signInHost;
  return host === undefined ? undefined : `https://${account}.${host}/console`;
}

/**
 * The region in which a partition records what happens to its global services.
 *
 * @returns undefined for a partition that is not known
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
 */
export function globalRegion(partition: string): string | undefined {
  return partitions[partition]?.globalRegion;
}

/**
 * ARN of the AWS managed policy AdministratorAccess.
 *
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html
 */
export function administratorAccessArn(partition: string): string {
  return `arn:${partition}:iam::aws:policy/AdministratorAccess`;
}
