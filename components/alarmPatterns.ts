/** What EventBridge sends of what CloudTrail records: calls and console sign-ins. */
const recorded = ["AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail"];

/**
 * EventBridge: root signs in or calls, or somebody asks for a session as root of a member account. What such a session
 * does is root's in the member account, and marked.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-track-privileged-tasks.html
 */
export const rootEventPattern = {
  "detail-type": recorded,
  detail: {
    $or: [
      { userIdentity: { type: ["Root"] } },
      { userIdentity: { sessionContext: { assumedRoot: ["true"] } } },
      { eventName: ["AssumeRoot"] },
    ],
  },
};

/** Log filter: CIS AWS Foundations Benchmark, "Ensure usage of the root account is monitored", to the letter. */
export const cisRootPattern =
  '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}';

/** Log filter: what {@link cisRootPattern} leaves out of sessions as root of a member account. */
export const assumedRootPattern =
  '{$.eventName="AssumeRoot" || $.userIdentity.sessionContext.assumedRoot="true"}';

/**
 * Log filter: an IAM user signs in to the console of this account, or fails to. A trail of an organization records users
 * of other accounts, too.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
 */
export function signInPattern(accountId: string, userName: string): string {
  return `{$.eventName="ConsoleLogin" && $.userIdentity.accountId="${accountId}" && $.userIdentity.userName="${userName}"}`;
}

/**
 * EventBridge: somebody assumes a role, whether on the command line or by "Switch role" in the console.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
 */
export function roleEventPattern(roleArn: string) {
  return {
    "detail-type": recorded,
    detail: { eventName: ["AssumeRole"], requestParameters: { roleArn: [roleArn] } },
  };
}

/** Log filter: the same as {@link roleEventPattern}. */
export function rolePattern(roleArn: string): string {
  return `{$.eventName="AssumeRole" && $.requestParameters.roleArn="${roleArn}"}`;
}
