import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { startPolicyPack, type PackConfig, type PolicyPackProcess } from "../support/policyProcess.ts";

const dir = path.join(import.meta.dirname, "../../policy");
const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";

// Resources as a discovery shows them: outputs only, no options, in a project that nobody wrote.
const discovered = (type: string, props: Record<string, unknown>) => ({
  type,
  name: "found",
  urn: `urn:pulumi:account::discovery::${type}::found`,
  props,
});

describe("the pack with audit.json, on the resources of an account", function () {
  this.timeout(60_000);
  let pack: PolicyPackProcess;
  before(async () => {
    const config = JSON.parse(await readFile(path.join(dir, "audit.json"), "utf8")) as PackConfig;
    pack = await startPolicyPack({ dir, stack: "account", project: "discovery", dryRun: false, config });
  });
  after(async () => pack.stop());

  const found = async (type: string, props: Record<string, unknown>) =>
    (await pack.analyze(discovered(type, props))).map(({ policy }) => policy);

  for (const [what, type, props] of [
    ["a login profile", "aws:iam/userLoginProfile:UserLoginProfile", { user: "a", encryptedPassword: "" }],
    ["the administrators group", "aws:iam/group:Group", { arn: "arn", name: "Administrators", path: "/" }],
    [
      "its AdministratorAccess",
      "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
      { group: "Administrators", policyArn: ADMIN },
    ],
    ["its members", "aws:iam/groupMembership:GroupMembership", { group: "Administrators", users: ["a"] }],
    [
      "a membership",
      "aws:iam/userGroupMembership:UserGroupMembership",
      { user: "a", groups: ["Administrators"] },
    ],
    [
      "root's MFA device",
      "aws:iam/virtualMfaDevice:VirtualMfaDevice",
      { virtualMfaDeviceName: "root-account-mfa-device" },
    ],
    [
      "a role of Identity Center",
      "aws:iam/role:Role",
      {
        name: "AWSReservedSSO_AdministratorAccess_0123456789abcdef",
        managedPolicyArns: [ADMIN],
        inlinePolicies: [],
      },
    ],
  ] as const) {
    it(`accepts ${what}`, async () => {
      assert.deepEqual(await found(type, props), []);
    });
  }

  for (const [what, type, props, policy] of [
    [
      "an access key",
      "aws:iam/accessKey:AccessKey",
      { user: "robot", status: "Active" },
      "no-long-lived-credentials",
    ],
    [
      "AdministratorAccess of a role",
      "aws:iam/role:Role",
      { name: "legacy", managedPolicyArns: [ADMIN] },
      "administrator-access-only-in-administrator-group",
    ],
    [
      "a role's inline policy",
      "aws:iam/rolePolicy:RolePolicy",
      { role: "ci", policy: '{"Statement":{"Effect":"Allow","Action":"iam:PutRolePolicy","Resource":"*"}}' },
      "no-privilege-escalation",
    ],
    [
      "a policy of a user",
      "aws:iam/userPolicyAttachment:UserPolicyAttachment",
      { user: "a", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
      "permissions-through-groups-only",
    ],
    [
      "a weak password policy",
      "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
      { minimumPasswordLength: 8, passwordReusePrevention: 24, hardExpiry: false },
      "account-password-policy",
    ],
    [
      "a user of aws-native",
      "aws-native:iam:User",
      { managedPolicyArns: ["arn"] },
      "permissions-through-groups-only",
    ],
  ] as const) {
    it(`reports ${what}`, async () => {
      assert.deepEqual(await found(type, props), [policy]);
    });
  }
});
