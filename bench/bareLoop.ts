// What the benchmark compares with: the same resources, registered in a loop, and nothing else of what this project does.
import { Group } from "@pulumi/aws/iam/group.js";
import { GroupPolicy } from "@pulumi/aws/iam/groupPolicy.js";
import { GroupPolicyAttachment } from "@pulumi/aws/iam/groupPolicyAttachment.js";
import { User } from "@pulumi/aws/iam/user.js";
import { UserGroupMembership } from "@pulumi/aws/iam/userGroupMembership.js";
import { UserLoginProfile } from "@pulumi/aws/iam/userLoginProfile.js";
import * as pulumi from "@pulumi/pulumi";
import { requireMfaPolicy } from "../components/policyDocuments.ts";

interface Entry {
  readonly name: string;
  readonly email: string;
}

const entries = new pulumi.Config("iam-administrators").requireObject<Entry[]>("administrators");
const group = new Group("Administrators", { name: "Administrators" });
new GroupPolicyAttachment("Administrators", {
  group: group.name,
  policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
});
new GroupPolicy("Administrators", {
  name: "RequireMfa",
  group: group.name,
  policy: JSON.stringify(requireMfaPolicy("aws")),
});

/** The same output as the project's. */
export const administrators = Object.fromEntries(
  entries.map(({ name, email }) => {
    const user = new User(name, { name, path: "/", forceDestroy: true, tags: { email } });
    new UserGroupMembership(name, { user: user.name, groups: [group.name] });
    const profile = new UserLoginProfile(name, {
      user: user.name,
      passwordResetRequired: true,
      passwordLength: 24,
    });
    return [
      name,
      {
        arn: user.arn,
        mustResetPassword: profile.passwordResetRequired,
        initialPassword: pulumi.secret(profile.password),
      },
    ];
  }),
);
