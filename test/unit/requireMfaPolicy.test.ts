import assert from "node:assert/strict";
import { requireMfaPolicy } from "../../components/policyDocuments.ts";
import { simulate, type SimulatedDocument } from "../support/policySimulator.ts";

/** AWS's managed policy, as published. */
const administratorAccess: SimulatedDocument = {
  Statement: [{ Sid: "AdministratorAccess", Effect: "Allow", Action: "*", Resource: "*" }],
};

/** The statements of which one decides: the managed policy's Allow, or one of the rule's two Denies. */
const granted = "AdministratorAccess";
const rest = "DenyAllButMfaEnrolmentWithoutMfa";
const others = "DenyOtherUsersWithoutMfa";

/** Whether the request says that MFA was used. With long-term access keys it says nothing: "missing". */
type Mfa = "true" | "false" | "missing";

interface Call {
  readonly action: string;
  /** What it is done to: `user/bob`, or a whole ARN, or `*`. */
  readonly on: string;
  /** @default "bob" */
  readonly by?: string | undefined;
}

/** The statement that decides, with the caller's partition and with the one that the rule was made for. */
function decidedBy(
  { action, on, by = "bob" }: Call,
  mfa: Mfa,
  partition = "aws",
  ruleOf = partition,
): string {
  const resource = /^(?:\*|arn:.*)$/.test(on) ? on : `arn:${partition}:iam::123456789012:${on}`;
  const context = {
    ...(by === "" ? {} : { "aws:username": by }),
    ...(mfa === "missing" ? {} : { "aws:MultiFactorAuthPresent": mfa }),
  };
  const verdict = simulate([administratorAccess, requireMfaPolicy(ruleOf)], { action, resource, context });
  assert.equal(verdict.allowed, verdict.by === granted);
  return verdict.by;
}

const calls = (list: readonly (readonly [action: string, on: string, by?: string])[]): Call[] =>
  list.map(([action, on, by]) => ({ action, on, by }));

/** The first sign-in, a new password and then a device, each with what the console asks on the way. */
const firstSignIn = calls([
  ["iam:GetAccountPasswordPolicy", "*"],
  ["iam:ChangePassword", "user/bob"],
  ["iam:GetUser", "user/bob"],
  ["iam:ListMFADevices", "user/bob"],
  ["iam:ListVirtualMFADevices", "*"],
  ["iam:CreateVirtualMFADevice", "mfa/bob"],
  ["iam:CreateVirtualMFADevice", "mfa/phones/any"],
  ["iam:EnableMFADevice", "user/bob"],
  ["iam:GetMFADevice", "user/bob"],
  ["iam:ResyncMFADevice", "user/bob"],
  ["sts:GetSessionToken", "*"],
  // Actions have no letter case.
  ["IAM:changepassword", "user/bob"],
  // Users with paths, and with all that a name may have.
  ["iam:ChangePassword", "user/a/b/c/bob"],
  ["iam:EnableMFADevice", "user/bob/bob"],
  ["iam:ChangePassword", "user/a+=,.@_-z", "a+=,.@_-z"],
  // Only reading, and of everyone: what AWS's own example spares, too.
  ["iam:GetUser", "user/alice"],
]);

/** Nobody else's password and devices, however alike the names and paths. */
const ofOthers = calls([
  ...["ChangePassword", "EnableMFADevice", "ResyncMFADevice", "ListMFADevices", "GetMFADevice"].map(
    (action) => [`iam:${action}`, "user/alice"] as const,
  ),
  ...["user/bobby", "user/xbob", "user/Bob", "user/bob/alice", "user/team/bobby", "user/team/x-bob"].map(
    (on) => ["iam:ChangePassword", on] as const,
  ),
  ["iam:ChangePassword", "user/bob", "bobby"],
  ["iam:ChangePassword", "user/bob", "ob"],
  ["iam:ChangePassword", "user/abc", "a.c"],
  ["iam:EnableMFADevice", "role/bob"],
  ["iam:CreateVirtualMFADevice", "*"],
]);

const everythingElse = calls([
  // A device that is there cannot be taken away: a stolen password would be enough otherwise.
  ["iam:DeactivateMFADevice", "user/bob"],
  ["iam:DeleteVirtualMFADevice", "mfa/bob"],
  // Nor can another way in be made.
  ["iam:CreateAccessKey", "user/bob"],
  ["iam:createaccesskey", "user/bob"],
  ["iam:UpdateLoginProfile", "user/bob"],
  ["iam:CreateLoginProfile", "user/alice"],
  ["iam:AttachUserPolicy", "user/bob"],
  ["iam:DeleteGroupPolicy", "group/Administrators"],
  ["iam:RemoveUserFromGroup", "group/Administrators"],
  ["iam:CreateUser", "user/mallory"],
  ["iam:ListUsers", "*"],
  ["s3:GetObject", "arn:aws:s3:::bucket/key"],
  ["sts:AssumeRole", "role/deploy"],
  ["organizations:LeaveOrganization", "*"],
]);

function assertDecided(
  by: string,
  list: readonly Call[],
  ...[mfa, partition, ruleOf]: [Mfa, string?, string?]
) {
  for (const call of list) {
    assert.equal(
      decidedBy(call, mfa, partition, ruleOf),
      by,
      `${call.by ?? "bob"} ${call.action} on ${call.on}`,
    );
  }
}

// What this does not prove: that AWS evaluates as the simulator does, and which actions the console calls on the way.
describe("An administrator under the MFA rule", () => {
  for (const [mfa, how] of [
    ["false", "signed in to the console without MFA"],
    ["missing", "with long-term access keys"],
  ] as const) {
    for (const partition of ["aws", "aws-cn", "aws-iso-b"]) {
      it(`${how} may change the password and enrol MFA in the partition ${partition}, and nothing else`, () => {
        assertDecided(granted, firstSignIn, mfa, partition);
        assertDecided(others, ofOthers, mfa, partition);
        assertDecided(rest, everythingElse, mfa, partition);
      });
    }
  }

  it("with MFA is one", () => {
    assertDecided(granted, [...firstSignIn, ...ofOthers, ...everythingElse], "true");
  });

  it("could not even change the password if the rule were made for another partition", () => {
    assertDecided(others, calls([["iam:ChangePassword", "user/bob"]]), "false", "aws-cn", "aws");
  });

  it("may do nothing without MFA in a role session, which has no user name", () => {
    assertDecided(others, calls([["iam:ChangePassword", "user/bob", ""]]), "false");
    assertDecided(rest, calls([["s3:ListAllMyBuckets", "*", ""]]), "false");
  });
});
