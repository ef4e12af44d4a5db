// The same resources as this project's, registered in a loop, and nothing else of what the project does.
import { Group } from "@pulumi/aws/iam/group.js";
import { GroupPolicy } from "@pulumi/aws/iam/groupPolicy.js";
import { GroupPolicyAttachment } from "@pulumi/aws/iam/groupPolicyAttachment.js";
import { User } from "@pulumi/aws/iam/user.js";
import { UserGroupMembership } from "@pulumi/aws/iam/userGroupMembership.js";
import { UserLoginProfile } from "@pulumi/aws/iam/userLoginProfile.js";
import * as pulumi from "@pulumi/pulumi";

interface Entry {
  readonly name: string;
  readonly email: string;
}

/** What the first sign-in needs before there is an MFA device. */
const firstSignIn = [
  ...["iam:ChangePassword", "iam:GetAccountPasswordPolicy", "iam:GetUser", "sts:GetSessionToken"],
  ...["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices", "iam:ResyncMFADevice"],
];

const entries = new pulumi.Config().requireObject<Entry[]>("administrators");
const group = new Group("administrators", { name: "Administrators" });
new GroupPolicyAttachment("administrators", {
  group: group.name,
  policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
});
new GroupPolicy("administrators", {
  name: "RequireMfa",
  group: group.name,
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "DenyAllButFirstSignInWithoutMfa",
        Effect: "Deny",
        NotAction: firstSignIn,
        Resource: "*",
        Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
      },
    ],
  }),
});

/** The administrators' ARNs and initial passwords. */
export const administrators = Object.fromEntries(
  entries.map(({ name, email }) => {
    const user = new User(name, { name, path: "/", forceDestroy: true, tags: { email } });
    new UserGroupMembership(name, { user: user.name, groups: [group.name] });
    const profile = new UserLoginProfile(name, {
      user: user.name,
      passwordResetRequired: true,
      passwordLength: 24,
    });
    return [name, { arn: user.arn, initialPassword: pulumi.secret(profile.password) }];
  }),
);
