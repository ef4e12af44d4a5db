import assert from "node:assert/strict";
import { administratorAccessOnlyInAdministratorGroup } from "../../policy/rules/administratorAccessOnlyInAdministratorGroup.ts";
import { initialPasswordEncrypted } from "../../policy/rules/initialPasswordEncrypted.ts";
import { rules } from "../../policy/rules/index.ts";
import { shown, UNKNOWN, verdict } from "../support/policyRule.ts";

const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
const full = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
const escalating = { Statement: { Effect: "Allow", Action: "iam:PutRolePolicy", Resource: "*" } };
const passing = {
  Statement: { Effect: "Allow", Action: ["iam:PassRole", "ec2:RunInstances"], Resource: "*" },
};

/** The names of the rules that report a resource at least once, as the pack would. */
function reporters(type: string, props: Record<string, unknown>): string[] {
  return rules
    .filter((rule) => rule.types.includes(type))
    .filter((rule) => verdict(rule, { type, props, protect: true }).length > 0)
    .map(({ name }) => name);
}

/** Resources in CloudFormation's shape, and the rules that report them. */
const CASES: readonly [typeName: string, why: string, state: Record<string, unknown>, rules: string[]][] = [
  ["AWS::IAM::User", "a user named root", { UserName: "Root" }, ["no-root-usage"]],
  [
    "AWS::IAM::User",
    "a login profile",
    { UserName: "a", LoginProfile: { Password: "hush" } },
    ["password-reset-required", "initial-password-encrypted"],
  ],
  [
    "AWS::IAM::User",
    "a login profile with reset",
    { UserName: "a", LoginProfile: { Password: "hush", PasswordResetRequired: true } },
    ["initial-password-encrypted"],
  ],
  [
    "AWS::IAM::User",
    "an inline policy",
    { UserName: "a", Policies: [{ PolicyName: "p", PolicyDocument: full }] },
    ["permissions-through-groups-only", "no-full-admin-documents"],
  ],
  [
    "AWS::IAM::User",
    "AdministratorAccess",
    { UserName: "a", ManagedPolicyArns: [ADMIN] },
    ["permissions-through-groups-only", "administrator-access-only-in-administrator-group"],
  ],
  [
    "AWS::IAM::User",
    "a membership",
    { UserName: "eve", Groups: ["Administrators"] },
    ["administrators-from-one-project"],
  ],
  ["AWS::IAM::User", "nothing special", { UserName: "a", Groups: ["Readers"], Policies: [] }, []],
  [
    "AWS::IAM::Role",
    "AdministratorAccess",
    { RoleName: "ci", ManagedPolicyArns: [ADMIN] },
    ["administrator-access-only-in-administrator-group"],
  ],
  [
    "AWS::IAM::Role",
    "an escalation",
    { RoleName: "ci", Policies: [{ PolicyName: "p", PolicyDocument: escalating }] },
    ["no-privilege-escalation"],
  ],
  ["AWS::IAM::Role", "a trust policy", { AssumeRolePolicyDocument: full }, []],
  [
    "AWS::IAM::Group",
    "AdministratorAccess",
    { GroupName: "g", ManagedPolicyArns: [ADMIN] },
    ["administrator-access-only-in-administrator-group"],
  ],
  [
    "AWS::IAM::Group",
    "the administrators' inline policies",
    { GroupName: "Administrators", Policies: [{ PolicyName: "Other", PolicyDocument: { Statement: [] } }] },
    ["mfa-required", "administrators-from-one-project"],
  ],
  [
    "AWS::IAM::ManagedPolicy",
    "full power",
    { ManagedPolicyName: "p", PolicyDocument: full },
    ["no-full-admin-documents"],
  ],
  [
    "AWS::IAM::ManagedPolicy",
    "its users and groups",
    { PolicyDocument: { Statement: [] }, Users: ["a"], Groups: ["Administrators"] },
    ["permissions-through-groups-only", "administrators-from-one-project"],
  ],
  [
    "AWS::IAM::RolePolicy",
    "passing roles",
    { RoleName: "ci", PolicyName: "p", PolicyDocument: passing },
    ["no-pass-role-escalation"],
  ],
  [
    "AWS::IAM::GroupPolicy",
    "the MFA rule overwritten",
    { GroupName: "Administrators", PolicyName: "RequireMfa", PolicyDocument: { Statement: [] } },
    ["mfa-required", "administrators-from-one-project"],
  ],
  [
    "AWS::IAM::UserPolicy",
    "any policy",
    { UserName: "a", PolicyDocument: { Statement: [] } },
    ["permissions-through-groups-only"],
  ],
  [
    "AWS::IAM::VirtualMFADevice",
    "root's device",
    { VirtualMfaDeviceName: "root-account-mfa-device" },
    ["no-root-usage"],
  ],
  [
    "AWS::SSO::PermissionSet",
    "AdministratorAccess",
    { Name: "Dev", ManagedPolicies: [ADMIN] },
    ["administrator-access-only-in-administrator-group"],
  ],
  [
    "AWS::SSO::PermissionSet",
    "an inline policy",
    { Name: "Dev", InlinePolicy: JSON.stringify(full) },
    ["no-full-admin-documents"],
  ],
];

const camel = (key: string) => key.charAt(0).toLowerCase() + key.slice(1);
/** `aws-native` has CloudFormation's names in camel case, but for what is inside a document. */
function native(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(native);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      camel(key),
      key === "PolicyDocument" ? inner : native(inner),
    ]),
  );
}

describe("the pack behind other doors into the account", () => {
  for (const [typeName, why, state, expected] of CASES) {
    const [, service = "", name = ""] = typeName.split("::");
    const token = `aws-native:${service.toLowerCase()}:${name.replace("MFA", "Mfa")}`;

    it(`judges ${why} of ${token}`, () => {
      assert.deepEqual(reporters(token, native(state) as Record<string, unknown>), expected);
    });

    it(`judges ${why} of ${typeName} made with Cloud Control`, () => {
      const cloudControl = { typeName, desiredState: JSON.stringify(state) };
      assert.deepEqual(reporters("aws:cloudcontrol/resource:Resource", cloudControl), expected);
      const extension = { type: typeName, properties: state };
      assert.deepEqual(reporters("aws-native:index:ExtensionResource", extension), expected);
    });
  }

  it("names the resource as the program does", () => {
    const type = "aws:cloudcontrol/resource:Resource";
    const desiredState = JSON.stringify({ RoleName: "ci", ManagedPolicyArns: [ADMIN] });
    assert.deepEqual(
      verdict(administratorAccessOnlyInAdministratorGroup, {
        type,
        props: { typeName: "AWS::IAM::Role", desiredState },
      }),
      [`Resource "sample": remove ${ADMIN} from role "ci"; full power belongs to the group Administrators`],
    );
  });

  it("does not ask for a PGP key where none can be, and does not repeat the password", () => {
    const props = { userName: "a", loginProfile: { password: "hush", passwordResetRequired: true } };
    assert.deepEqual(verdict(initialPasswordEncrypted, { type: "aws-native:iam:User", props }), [
      'User "sample": make the login profile with aws.iam.UserLoginProfile, and set pgpKey to the public PGP key of user "a"',
    ]);
  });

  it("waits with what is not known yet and judges the rest", () => {
    const type = "aws-native:iam:User";
    assert.deepEqual(reporters(type, { userName: UNKNOWN, loginProfile: UNKNOWN, policies: UNKNOWN }), []);
    assert.deepEqual(
      reporters(type, { policies: [UNKNOWN, { policyName: UNKNOWN, policyDocument: full }] }),
      ["permissions-through-groups-only", "no-full-admin-documents"],
    );
    assert.deepEqual(
      reporters("aws-native:iam:Role", { policies: [UNKNOWN], managedPolicyArns: [UNKNOWN, ADMIN] }),
      ["administrator-access-only-in-administrator-group"],
    );
  });

  for (const props of [
    {},
    { typeName: UNKNOWN, desiredState: UNKNOWN },
    { typeName: "AWS::IAM::User", desiredState: UNKNOWN },
    { typeName: "AWS::IAM::User", desiredState: "{" },
    { typeName: "AWS::IAM::User", desiredState: "[1]" },
    { typeName: "AWS::S3::Bucket", desiredState: JSON.stringify({ UserName: "root" }) },
    { typeName: "constructor", desiredState: "{}" },
  ]) {
    it(`accepts ${shown(props)}`, () => {
      assert.deepEqual(reporters("aws:cloudcontrol/resource:Resource", props), []);
    });
  }

  it("takes a type's name in any letter case", () => {
    const props = { typeName: " aws::iam::user ", desiredState: '{"UserName":"root"}' };
    assert.deepEqual(reporters("aws:cloudcontrol/resource:Resource", props), ["no-root-usage"]);
  });
});
