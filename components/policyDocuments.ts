/** An IAM policy document: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/** One statement of a {@link PolicyDocument}. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: Readonly<Record<string, string>>;
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
