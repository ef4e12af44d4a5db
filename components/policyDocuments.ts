import { isDeepStrictEqual } from "node:util";
/** An IAM policy document: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/** One statement of a {@link PolicyDocument}. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What an administrator does to one's own user before there is an MFA device: the password, then the device. */
const ownUserActions = [
  "iam:ChangePassword",
  "iam:CreateVirtualMFADevice",
  "iam:EnableMFADevice",
  "iam:ResyncMFADevice",
  "iam:ListMFADevices",
  "iam:GetMFADevice",
];

/** The rest of the first sign-in: calls that only read, or that AWS does not authorize for a single user. */
const firstSignInActions = [
  "iam:GetAccountPasswordPolicy",
  "iam:GetUser",
  "iam:ListVirtualMFADevices",
  "sts:GetSessionToken",
];

const withoutMfa = { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } };

/** Name of the inline policy that requires MFA. */
export const MFA_RULE = "RequireMfa";

/**
 * The rule that an administrator without MFA can only change the password and enrol MFA, for oneself.
 *
 * The first statement denies everything else. The second is needed because AdministratorAccess allows everything: it
 * denies what the first one spares on any user but oneself, so that a stolen password opens no other account.
 *
 * @param partition - `aws`, `aws-us-gov` or `aws-cn`
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage-mfa-only.html
 */
export function requireMfaPolicy(partition: string): PolicyDocument {
  // AWS replaces this variable by the name of the user who calls.
  const ownUser = "${aws:username}";
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "DenyAllButMfaEnrolmentWithoutMfa",
        Effect: "Deny",
        NotAction: [...ownUserActions, ...firstSignInActions],
        Resource: "*",
        Condition: withoutMfa,
      },
      {
        Sid: "DenyOtherUsersWithoutMfa",
        Effect: "Deny",
        Action: ownUserActions,
        NotResource: [
          `arn:${partition}:iam::*:user/${ownUser}`,
          `arn:${partition}:iam::*:user/*/${ownUser}`,
          `arn:${partition}:iam::*:mfa/*`,
        ],
        Condition: withoutMfa,
      },
    ],
  };
}

/** Whether a document is the rule that requires MFA, exactly as {@link requireMfaPolicy} writes it; the form of its JSON aside. */
export function isRequireMfaPolicy(document: string, partition: string): boolean {
  return isDeepStrictEqual(JSON.parse(document), requireMfaPolicy(partition));
}

/**
 * The trust policy of a role that administrators of another account assume: these users alone, and only with MFA.
 *
 * @param userArns - ARNs of IAM users
 * @throws {Error} for no user at all, and for anything but a user: a whole account, a role, a pattern
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
 */
export function administratorTrustPolicy(userArns: readonly string[]): PolicyDocument {
  if (userArns.length === 0) throw new Error("administrators must name at least one user");
  const other = userArns.find((arn) => !/^arn:[^:*]+:iam::\d{12}:user\/[^*?]+$/.test(arn));
  if (other !== undefined) throw new Error(`administrators "${other}": must be the ARN of an IAM user`);
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AllowAdministratorsWithMfa",
        Effect: "Allow",
        Principal: { AWS: userArns },
        Action: "sts:AssumeRole",
        // Bool, and not BoolIfExists: long-lived keys say nothing about MFA.
        Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
      },
    ],
  };
}

/** A statement for each sender of notifications: EventBridge rules, and the account's own CloudWatch alarms. */
function allowNotifiers(
  accountId: string,
  permission: Pick<PolicyStatement, "Action" | "Resource">,
): PolicyStatement[] {
  return [
    {
      Sid: "AllowRules",
      Effect: "Allow",
      // Without a condition: EventBridge sends none of its keys when the topic is encrypted, and nothing would arrive.
      Principal: { Service: "events.amazonaws.com" },
      ...permission,
    },
    {
      Sid: "AllowAlarms",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      ...permission,
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
    },
  ];
}

/**
 * The policy of the topic that an account's rules and alarms notify.
 *
 * @param topicArn - ARN of the topic
 * @param accountId - the account's 12-digit ID
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
export function notifierTopicPolicy(topicArn: string, accountId: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: allowNotifiers(accountId, { Action: "sns:Publish", Resource: topicArn }),
  };
}

/**
 * The policy of the key that encrypts such a topic: the account decides over it through IAM, and the notifiers use it.
 *
 * @param partition - `aws`, `aws-us-gov` or `aws-cn`
 * @param accountId - the account's 12-digit ID
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export function notifierKeyPolicy(partition: string, accountId: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AllowThisAccountThroughIam",
        Effect: "Allow",
        Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      ...allowNotifiers(accountId, { Action: ["kms:Decrypt", "kms:GenerateDataKey*"], Resource: "*" }),
    ],
  };
}
