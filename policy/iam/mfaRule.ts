import { covers } from "./access.ts";
import { mustHold } from "./conditions.ts";
import type { Statement } from "./policyDocument.ts";
import { UNKNOWN } from "./values.ts";

/** The name of the inline policy that denies a group's members everything without MFA. */
export const MFA_RULE = "RequireMfa";

/** What a request without MFA carries: the console says "false", and access keys say nothing. */
const WITHOUT_MFA = [["false"], [undefined]].map((value) => ({ "aws:multifactorauthpresent": value }));

// What nobody needs before there is an MFA device, of many services and kinds.
const CALLS = [
  ...[
    "CreateUser",
    "CreateAccessKey",
    "CreateLoginProfile",
    "UpdateLoginProfile",
    "AttachUserPolicy",
    "PutUserPolicy",
  ],
  ...[
    "AddUserToGroup",
    "CreateRole",
    "AttachRolePolicy",
    "PassRole",
    "CreatePolicyVersion",
    "DeactivateMFADevice",
  ],
]
  .map((action) => ({
    action: `iam:${action}`.toLowerCase(),
    resource: "arn:aws:iam::123456789012:user/somebody",
  }))
  .concat(
    ["sts:assumerole", "s3:getobject", "ec2:runinstances", "kms:decrypt", "lambda:createfunction"].map(
      (action) => ({
        action,
        resource: `arn:aws:${action.slice(0, action.indexOf(":"))}:us-east-1:123456789012:something`,
      }),
    ),
  );

/**
 * Whether the statements deny everything of weight to whoever has signed in without MFA. A rule that spares more than
 * enrolling a device, that has another condition beside, or that holds for some resources only, does not.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage-mfa-only.html
 */
export function deniesWithoutMfa(statements: readonly Statement[]): boolean {
  return WITHOUT_MFA.every((context) => {
    const denies = statements.filter(
      ({ effect, condition }) => effect === "Deny" && (condition === UNKNOWN || mustHold(condition, context)),
    );
    return CALLS.every(({ action, resource }) =>
      denies.some(({ actions, resources: { excluded, patterns } }) => {
        const resources = { excluded, patterns: patterns.map(({ pattern }) => pattern) };
        return covers(actions, action) && covers(resources, resource);
      }),
    );
  });
}
