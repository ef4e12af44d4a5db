// The resources of the stack `dev`, as most Pulumi programs are written: CommonJS that Pulumi's own ts-node checks and
// compiles at the start, and whole packages imported.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

interface Entry {
  readonly name: string;
  readonly email: string;
  readonly backup?: boolean;
}

/** What the first sign-in needs before there is an MFA device. */
const firstSignIn = [
  ...["iam:ChangePassword", "iam:GetAccountPasswordPolicy", "iam:GetUser", "sts:GetSessionToken"],
  ...["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices", "iam:ResyncMFADevice"],
];

const group = new aws.iam.Group("administrators", { name: "Administrators" }, { protect: true });
const mfa = new aws.iam.GroupPolicy("administrators", {
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
new aws.iam.GroupPolicyAttachment(
  "administrators",
  { group: group.name, policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
  { protect: true },
);

const entries = new pulumi.Config().requireObject<Entry[]>("administrators");
/** The administrators' ARNs and initial passwords. */
export const administrators = Object.fromEntries(
  entries.map(({ name, email, backup }) => {
    const tags = { email, ...(backup && { backup: "true" }) };
    const user = new aws.iam.User(name, { name, forceDestroy: true, tags });
    new aws.iam.UserGroupMembership(name, { user: user.name, groups: [group.name] }, { dependsOn: mfa });
    const profile = new aws.iam.UserLoginProfile(
      name,
      { user: user.name, passwordLength: 24, passwordResetRequired: true },
      { deleteBeforeReplace: true, additionalSecretOutputs: ["password"] },
    );
    return [name, { arn: user.arn, initialPassword: profile.password }];
  }),
);
