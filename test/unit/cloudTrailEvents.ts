// Events as CloudTrail records them, of what AWS documents as much as a pattern could look at.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-track-privileged-tasks.html

/** The account that the events are recorded in. */
export const accountId = "123456789012";
const managementAccount = "111122223333";

/** A record of CloudTrail. */
export type CloudTrailEvent = Readonly<Record<string, unknown>>;

const root = { type: "Root", principalId: accountId, arn: `arn:aws:iam::${accountId}:root`, accountId };

/** What each kind of caller looks like. */
export const identities = {
  root,
  /** A session as root of the account, opened from the management account. */
  assumedRoot: { ...root, sessionContext: { assumedRoot: "true" } },
  user: (userName: string, inAccount = accountId) => ({
    type: "IAMUser",
    arn: `arn:aws:iam::${inAccount}:user/${userName}`,
    accountId: inAccount,
    userName,
  }),
  /** A role's session; the role is called like a user, to tempt patterns. */
  role: (roleName: string, inAccount = accountId) => ({
    type: "AssumedRole",
    arn: `arn:aws:sts::${inAccount}:assumed-role/${roleName}/${roleName}`,
    accountId: inAccount,
    sessionContext: { sessionIssuer: { type: "Role", accountId: inAccount, userName: roleName } },
  }),
};

/** A call of an API. */
export function call(caller: object, service: string, eventName: string, more: object = {}): CloudTrailEvent {
  return {
    userIdentity: caller,
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: "us-east-1",
    requestParameters: null,
    eventType: "AwsApiCall",
    recipientAccountId: accountId,
    ...more,
  };
}

/** A sign-in to the console, in the region nearest to the user. */
export function consoleSignIn(caller: object, outcome = "Success"): CloudTrailEvent {
  const responseElements = { ConsoleLogin: outcome };
  const more = { awsRegion: "eu-north-1", responseElements, eventType: "AwsConsoleSignIn" };
  return call(caller, "signin", "ConsoleLogin", more);
}

/** The management account asks for a session as root of a member account. */
export const assumeRootCall = call(identities.role("Security", managementAccount), "sts", "AssumeRoot", {
  awsRegion: "us-west-2",
  requestParameters: { targetPrincipal: accountId },
  recipientAccountId: managementAccount,
});

/** What EventBridge makes of a record. */
export function eventBridgeEvent(detail: CloudTrailEvent): object {
  const isSignIn = detail.eventType === "AwsConsoleSignIn";
  return {
    "detail-type": isSignIn ? "AWS Console Sign In via CloudTrail" : "AWS API Call via CloudTrail",
    source: `aws.${String(detail.eventSource).replace(".amazonaws.com", "")}`,
    account: detail.recipientAccountId,
    region: detail.awsRegion,
    detail,
  };
}
