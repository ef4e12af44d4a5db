// Events as CloudTrail records them, in the shapes that AWS documents.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-track-privileged-tasks.html

/** The account that the events are recorded in. */
export const accountId = "123456789012";
const managementAccount = "111122223333";

/** A record of CloudTrail. */
export type CloudTrailEvent = Readonly<Record<string, unknown>>;

/** What each kind of caller looks like. */
export const identities = {
  root: { type: "Root", principalId: accountId, arn: `arn:aws:iam::${accountId}:root`, accountId },
  /** A session as root of the account, opened from the management account. */
  assumedRoot: {
    type: "Root",
    principalId: accountId,
    arn: `arn:aws:iam::${accountId}:root`,
    accountId,
    accessKeyId: "ASIAIOSFODNN7EXAMPLE",
    sessionContext: {
      assumedRoot: "true",
      attributes: { creationDate: "2026-10-25T20:52:11Z", mfaAuthenticated: "false" },
    },
  },
  user: (userName: string, inAccount = accountId) => ({
    type: "IAMUser",
    principalId: "AIDACKCEVSQ6C2EXAMPLE",
    arn: `arn:aws:iam::${inAccount}:user/${userName}`,
    accountId: inAccount,
    userName,
  }),
  /** A role's session; the role is called like a user, to tempt patterns. */
  role: (roleName: string, inAccount = accountId) => ({
    type: "AssumedRole",
    principalId: `AROACKCEVSQ6C2EXAMPLE:${roleName}`,
    arn: `arn:aws:sts::${inAccount}:assumed-role/${roleName}/${roleName}`,
    accountId: inAccount,
    accessKeyId: "ASIAIOSFODNN7EXAMPLE",
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        principalId: "AROACKCEVSQ6C2EXAMPLE",
        arn: `arn:aws:iam::${inAccount}:role/${roleName}`,
        accountId: inAccount,
        userName: roleName,
      },
      attributes: { creationDate: "2026-10-25T20:45:28Z", mfaAuthenticated: "false" },
    },
  }),
  /** A user of another account who takes a role on: the role's account is told no name. */
  otherAccount: { type: "AWSAccount", principalId: "AIDACKCEVSQ6C2EXAMPLE", accountId: managementAccount },
};

/** A call of an API. */
export function call(
  userIdentity: object,
  service: string,
  eventName: string,
  more: object = {},
): CloudTrailEvent {
  return {
    eventVersion: "1.11",
    userIdentity,
    eventTime: "2026-10-25T20:53:47Z",
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: "us-east-1",
    sourceIPAddress: "192.0.2.1",
    requestParameters: null,
    responseElements: null,
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: accountId,
    eventCategory: "Management",
    ...more,
  };
}

/** A sign-in to the console, in the region nearest to the user. */
export function consoleSignIn(userIdentity: object, outcome = "Success"): CloudTrailEvent {
  return call(userIdentity, "signin", "ConsoleLogin", {
    awsRegion: "eu-north-1",
    responseElements: { ConsoleLogin: outcome },
    ...(outcome === "Success" ? {} : { errorMessage: "Failed authentication" }),
    additionalEventData: { LoginTo: "https://console.aws.amazon.com/", MobileVersion: "No", MFAUsed: "Yes" },
    eventType: "AwsConsoleSignIn",
  });
}

/** The management account asks for a session as root of a member account. */
export const assumeRootCall = call(identities.role("Security", managementAccount), "sts", "AssumeRoot", {
  awsRegion: "us-west-2",
  requestParameters: {
    targetPrincipal: accountId,
    taskPolicyArn: { arn: "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy" },
  },
  recipientAccountId: managementAccount,
});

/** A user of another account takes a role on. */
export function assumeRoleCall(roleArn: string): CloudTrailEvent {
  return call(identities.otherAccount, "sts", "AssumeRole", {
    requestParameters: { roleArn, roleSessionName: "Administrator", durationSeconds: 3600 },
  });
}

/** What EventBridge makes of a record. */
export function eventBridgeEvent(detail: CloudTrailEvent): object {
  const isSignIn = detail.eventType === "AwsConsoleSignIn";
  return {
    version: "0",
    id: "d1e2f3a4-0000-4000-8000-000000000000",
    "detail-type": isSignIn ? "AWS Console Sign In via CloudTrail" : "AWS API Call via CloudTrail",
    source: isSignIn ? "aws.signin" : "aws.iam",
    account: detail.recipientAccountId,
    region: detail.awsRegion,
    detail,
  };
}
