/** Whether the ARN is an account's root user, or a session that the management account opened as root. */
export function isRoot(arn: string): boolean {
  return /^arn:[^:]+:(?:iam::\d{12}:root$|sts::\d{12}:assumed-root\/?)/.test(arn);
}

/** The name of the IAM user whose ARN this is, or undefined for anybody else. */
export function userNameOf(arn: string): string | undefined {
  return /^arn:[^:]+:iam::\d{12}:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
}
