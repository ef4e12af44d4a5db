import assert from "node:assert/strict";
import { requireMfaPolicy } from "../../components/policyDocuments.ts";

/** Calls of bob, or of another user; "" is a session of a role, which has no user name. */
type Calls = readonly [actions: string, on: string, by?: string];

/** The first sign-in, a new password and then a device, each with what the console asks on the way. */
const firstSignIn: readonly Calls[] = [
  ["iam:GetAccountPasswordPolicy iam:ListVirtualMFADevices sts:GetSessionToken", "*"],
  ["iam:ChangePassword iam:GetUser iam:ListMFADevices iam:GetMFADevice", "user/bob"],
  ["iam:EnableMFADevice iam:ResyncMFADevice", "user/bob"],
  ["iam:CreateVirtualMFADevice", "mfa/bob"],
  ["iam:CreateVirtualMFADevice", "mfa/phones/any"],
  // Actions have no letter case. Users have paths, and names with all that a name may have.
  ["IAM:changepassword", "user/bob"],
  ["iam:ChangePassword", "user/a/b/c/bob"],
  ["iam:EnableMFADevice", "user/bob/bob"],
  ["iam:ChangePassword", "user/a+=,.@_-z", "a+=,.@_-z"],
  // Only reading, and of everyone: what AWS's own example spares, too.
  ["iam:GetUser", "user/alice"],
];

/** Nobody else's password and devices, however alike the names and paths. */
const ofOthers: readonly Calls[] = [
  ["iam:ChangePassword iam:EnableMFADevice iam:ResyncMFADevice", "user/alice"],
  ["iam:ListMFADevices iam:GetMFADevice", "user/alice"],
  ["iam:ChangePassword", "user/bobby"],
  ["iam:ChangePassword", "user/xbob"],
  ["iam:ChangePassword", "user/Bob"],
  ["iam:ChangePassword", "user/bob/alice"],
  ["iam:ChangePassword", "user/team/x-bob"],
  ["iam:ChangePassword", "user/bob", "ob"],
  ["iam:ChangePassword", "user/bob", ""],
  ["iam:EnableMFADevice", "role/bob"],
  ["iam:CreateVirtualMFADevice", "*"],
];

/** A device that is there cannot be taken away, nor another way in be made: a stolen password would be enough. */
const everythingElse: readonly Calls[] = [
  ["iam:DeactivateMFADevice iam:CreateAccessKey iam:createaccesskey iam:UpdateLoginProfile", "user/bob"],
  ["iam:DeleteVirtualMFADevice", "mfa/bob"],
  ["iam:AttachUserPolicy iam:CreateUser iam:CreateLoginProfile", "user/mallory"],
  ["iam:DeleteGroupPolicy iam:RemoveUserFromGroup", "group/Administrators"],
  ["sts:AssumeRole", "role/deploy"],
  ["iam:ListUsers s3:GetObject organizations:LeaveOrganization", "*"],
  ["s3:ListAllMyBuckets", "*", ""],
];

/** The statement that denies a call without MFA. Where there is none, AdministratorAccess allows it. */
function decidedBy(action: string, resource: string, userName: string, partition: string): string {
  const isAction = (actions: readonly string[]) =>
    actions.some((it) => it.toLowerCase() === action.toLowerCase());
  // `*` is any text, and the variable the caller's name: without one, it matches nothing.
  const isResource = (patterns: readonly string[]) =>
    patterns.some((pattern) => {
      if (pattern.includes("${aws:username}") && userName === "") return false;
      const escaped = pattern.replaceAll("${aws:username}", userName).replace(/[^\w*]/g, "\\$&");
      return new RegExp(`^${escaped.replaceAll("*", ".*")}$`).test(resource);
    });
  const denying = requireMfaPolicy(partition).Statement.find(
    ({ Action, NotAction, Resource, NotResource }) =>
      (NotAction === undefined ? isAction([Action ?? []].flat()) : !isAction(NotAction)) &&
      (NotResource === undefined ? isResource([Resource ?? []].flat()) : !isResource(NotResource)),
  );
  return denying?.Sid ?? "AdministratorAccess";
}

// What this does not prove: that AWS evaluates as is done here, and which actions the console calls on the way.
describe("The MFA rule", () => {
  it("denies whatever does not say that MFA was used: access keys say nothing, which IfExists takes for false", () => {
    const { Version, Statement } = requireMfaPolicy("aws");
    assert.equal(Version, "2012-10-17");
    for (const { Effect, Condition } of Statement) {
      assert.equal(Effect, "Deny");
      assert.deepEqual(Condition, { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } });
    }
  });

  for (const [what, statement, list] of [
    ["lets an administrator change the password and enrol MFA", "AdministratorAccess", firstSignIn],
    ["denies the same on anybody else's user", "DenyOtherUsersWithoutMfa", ofOthers],
    ["denies everything else", "DenyAllButMfaEnrolmentWithoutMfa", everythingElse],
  ] as const) {
    it(`${what}, in whatever partition`, () => {
      for (const [actions, on, by = "bob"] of list) {
        for (const action of actions.split(" ")) {
          for (const partition of ["aws", "aws-cn"]) {
            const resource = on === "*" ? on : `arn:${partition}:iam::123456789012:${on}`;
            assert.equal(
              decidedBy(action, resource, by, partition),
              statement,
              `${by} ${action} ${resource}`,
            );
          }
        }
      }
    });
  }
});
