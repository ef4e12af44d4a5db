import assert from "node:assert/strict";
import { reporters, UNKNOWN } from "./policyRule.ts";

const ADMIN = ["arn:aws:iam::aws:policy/AdministratorAccess"];
const full = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
const open = { Statement: { Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" } };
const none = { Statement: [] };
const escalating = { Statement: { Effect: "Allow", Action: "iam:PutRolePolicy", Resource: "*" } };
const inline = (PolicyDocument: object) => [{ PolicyName: "p", PolicyDocument }];
const group = "Administrators";

// Rules that several cases name.
const throughGroups = "permissions-through-groups-only";
const documents = "no-full-admin-documents";
const adminAccess = "administrator-access-only-in-administrator-group";
const oneProject = "administrators-from-one-project";
const identityCenter = "identity-center-from-one-project";
const mfa = "mfa-required";
const encrypted = "initial-password-encrypted";

/** Resources in CloudFormation's shape, and the rules that report them. */
const CASES: readonly (readonly [typeName: string, state: object, ...rules: string[]])[] = [
  ["IAM::AccessKey", { UserName: "a" }, "no-long-lived-credentials"],
  ["IAM::User", { UserName: "Root" }, "no-root-usage"],
  ["IAM::User", { LoginProfile: { Password: "hush" } }, "password-reset-required", encrypted],
  ["IAM::User", { LoginProfile: { Password: "hush", PasswordResetRequired: true } }, encrypted],
  ["IAM::User", { UserName: "a", Policies: inline(full) }, throughGroups, documents],
  ["IAM::User", { UserName: "a", ManagedPolicyArns: ADMIN }, throughGroups, adminAccess],
  ["IAM::User", { UserName: "eve", Groups: [group] }, oneProject],
  ["IAM::User", { UserName: "a", Groups: ["Readers"], Policies: [] }],
  ["IAM::UserToGroupAddition", { GroupName: group, Users: ["eve"] }, oneProject],
  ["IAM::Role", { RoleName: "ci", ManagedPolicyArns: ADMIN }, adminAccess],
  ["IAM::Role", { RoleName: "ci", Policies: inline(escalating) }, "no-privilege-escalation"],
  ["IAM::Role", { AssumeRolePolicyDocument: full }],
  ["IAM::Role", { RoleName: "ci", AssumeRolePolicyDocument: open }, "no-open-trust"],
  ["IAM::Group", { GroupName: group }, oneProject],
  ["IAM::Group", { GroupName: "g", ManagedPolicyArns: ADMIN }, adminAccess],
  ["IAM::Group", { GroupName: "g", Policies: inline(full) }, documents],
  ["IAM::Group", { GroupName: group, Policies: inline(none) }, mfa, oneProject],
  ["IAM::ManagedPolicy", { ManagedPolicyName: "p", PolicyDocument: full }, documents],
  ["IAM::ManagedPolicy", { PolicyDocument: none, Users: ["a"], Groups: [group] }, throughGroups, oneProject],
  ["IAM::Policy", { PolicyName: "p", PolicyDocument: full, Users: ["a"] }, throughGroups, documents],
  ["IAM::RolePolicy", { RoleName: "ci", PolicyDocument: escalating }, "no-privilege-escalation"],
  ["IAM::GroupPolicy", { GroupName: group, PolicyName: "RequireMfa", PolicyDocument: none }, mfa, oneProject],
  ["IAM::UserPolicy", { UserName: "a", PolicyDocument: none }, throughGroups],
  ["IAM::VirtualMFADevice", { VirtualMfaDeviceName: "root-account-mfa-device" }, "no-root-usage"],
  [
    "Budgets::BudgetsAction",
    { Definition: { IamActionDefinition: { PolicyArn: ADMIN[0], Roles: ["ci"] } } },
    adminAccess,
  ],
  ["Budgets::BudgetsAction", { Definition: { SsmActionDefinition: { Region: "us-east-1" } } }],
  ["SSO::Assignment", { PrincipalType: "USER", PrincipalId: "1", TargetId: "2" }, identityCenter],
  ["IdentityStore::GroupMembership", { GroupId: "1", MemberId: { UserId: "2" } }, identityCenter],
  ["AccountAccess::Entitlement", { ApplicationArn: "arn", Entitlement: {} }, identityCenter],
  ["SSO::PermissionSet", { Name: "Dev", ManagedPolicies: ADMIN }, adminAccess],
  ["SSO::PermissionSet", { Name: "Dev", InlinePolicy: JSON.stringify(full) }, documents],
];

const judge = (type: string, props: object, project = "other") =>
  reporters({ type, props, project, protect: true });
const cloudControl = (typeName: unknown, desiredState: unknown) =>
  judge("aws:cloudcontrol/resource:Resource", { typeName, desiredState });

/** `aws-native` has CloudFormation's names in camel case, but for what is inside a document. */
function native(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(native);
  if (typeof value !== "object" || value === null) return value;
  const camel = (key: string) => key.charAt(0).toLowerCase() + key.slice(1);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      camel(key),
      key.endsWith("PolicyDocument") ? inner : native(inner),
    ]),
  );
}

describe("the pack on resources of other providers", () => {
  for (const [name, state, ...expected] of CASES) {
    it(`judges AWS::${name} ${JSON.stringify(state)}`, () => {
      const typeName = `AWS::${name}`;
      assert.deepEqual(cloudControl(typeName, JSON.stringify(state)), expected);
      const extension = { type: typeName, properties: state };
      assert.deepEqual(judge("aws-native:index:ExtensionResource", extension), expected);
      const [service = "", kind = ""] = name.split("::");
      const type = `aws-native:${service.toLowerCase()}:${kind.replace("MFA", "Mfa")}`;
      assert.deepEqual(judge(type, native(state) as object), expected);
    });
  }

  it("waits with what is not known yet and judges the rest", () => {
    const user = (props: object) => judge("aws-native:iam:User", props);
    assert.deepEqual(user({ userName: UNKNOWN, loginProfile: UNKNOWN, policies: UNKNOWN }), []);
    const policies = [UNKNOWN, { policyName: UNKNOWN, policyDocument: full }];
    assert.deepEqual(user({ policies }), [throughGroups, documents]);
    const role = { policies: [UNKNOWN], managedPolicyArns: [UNKNOWN, ...ADMIN] };
    assert.deepEqual(judge("aws-native:iam:Role", role), [adminAccess]);
    for (const unknown of [UNKNOWN, [UNKNOWN]]) {
      const props = { groupName: group, policies: unknown };
      assert.deepEqual(judge("aws-native:iam:Group", props, "iam-administrators"), []);
    }
  });

  it("accepts what is nothing of IAM, or not known, or no JSON", () => {
    for (const [typeName, desiredState] of [
      [undefined, undefined],
      [UNKNOWN, UNKNOWN],
      ["AWS::IAM::User", UNKNOWN],
      ["AWS::IAM::User", "{"],
      ["AWS::IAM::User", "[1]"],
      ["AWS::S3::Bucket", '{"UserName":"root"}'],
      ["constructor", "{}"],
    ]) {
      assert.deepEqual(cloudControl(typeName, desiredState), []);
    }
  });

  it("takes a type's name in any letter case", () => {
    assert.deepEqual(cloudControl(" aws::iam::user ", '{"UserName":"root"}'), ["no-root-usage"]);
  });
});
