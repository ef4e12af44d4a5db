import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rules } from "../../policy/rules/index.ts";

// Which rules look at which resource types of the AWS provider. A provider version with a new IAM resource type fails
// this test: decide which rules look at the type, or write down why none does.

/** Rules for each type that any rule looks at. */
const LOOKED_AT: Readonly<Record<string, readonly string[]>> = {
  "aws:iam/accessKey:AccessKey": ["no-root-usage", "no-long-lived-credentials"],
  "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": ["account-password-policy"],
  "aws:iam/group:Group": ["administrators-protected"],
  "aws:iam/groupMembership:GroupMembership": ["additive-group-membership"],
  "aws:iam/groupPolicy:GroupPolicy": ["no-full-admin-documents"],
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": [
    "administrator-access-only-in-administrator-group",
    "administrators-protected",
  ],
  "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": [
    "administrator-access-only-in-administrator-group",
    "administrators-protected",
  ],
  "aws:iam/policy:Policy": ["no-full-admin-documents"],
  "aws:iam/policyAttachment:PolicyAttachment": [
    "permissions-through-groups-only",
    "administrator-access-only-in-administrator-group",
    "administrators-protected",
  ],
  "aws:iam/role:Role": ["no-full-admin-documents", "administrator-access-only-in-administrator-group"],
  "aws:iam/rolePolicy:RolePolicy": ["no-full-admin-documents"],
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ["administrator-access-only-in-administrator-group"],
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": [
    "administrator-access-only-in-administrator-group",
  ],
  "aws:iam/serviceSpecificCredential:ServiceSpecificCredential": ["no-long-lived-credentials"],
  "aws:iam/signingCertificate:SigningCertificate": ["no-long-lived-credentials"],
  "aws:iam/sshKey:SshKey": ["no-long-lived-credentials"],
  "aws:iam/user:User": ["no-root-usage"],
  "aws:iam/userLoginProfile:UserLoginProfile": ["password-reset-required", "initial-password-encrypted"],
  "aws:iam/userPoliciesExclusive:UserPoliciesExclusive": ["permissions-through-groups-only"],
  "aws:iam/userPolicy:UserPolicy": ["permissions-through-groups-only", "no-full-admin-documents"],
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": [
    "permissions-through-groups-only",
    "administrator-access-only-in-administrator-group",
  ],
  "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": [
    "permissions-through-groups-only",
    "administrator-access-only-in-administrator-group",
  ],
  "aws:iam/virtualMfaDevice:VirtualMfaDevice": ["no-root-usage"],
  "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": [
    "administrator-access-only-in-administrator-group",
  ],
  "aws:ssoadmin/managedPolicyAttachmentsExclusive:ManagedPolicyAttachmentsExclusive": [
    "administrator-access-only-in-administrator-group",
  ],
  "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": ["no-full-admin-documents"],
  "iam-administrators:index:Administrator": ["password-reset-required"],
  "iam-administrators:index:AdministratorGroup": ["no-root-usage", "mfa-required", "backup-administrator"],
  "pulumi:providers:aws": ["no-static-provider-credentials", "pinned-account"],
  "pulumi:providers:aws-native": ["no-static-provider-credentials", "pinned-account"],
};

/** Types that no rule looks at, and why not. */
const LEFT_ALONE: Readonly<Record<string, string>> = {
  "aws:iam/accountAlias:AccountAlias": "a name for the sign-in page, no power",
  "aws:iam/groupPoliciesExclusive:GroupPoliciesExclusive":
    "names inline policies; the documents are in GroupPolicy",
  "aws:iam/instanceProfile:InstanceProfile": "carries a role, whose policies are judged at the role",
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider":
    "trust, not permissions; what the role may do is judged",
  "aws:iam/organizationsFeatures:OrganizationsFeatures": "central root access takes root credentials away",
  "aws:iam/outboundWebIdentityFederation:OutboundWebIdentityFederation":
    "tokens for other clouds, no power in this one",
  "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive":
    "names inline policies; the documents are in RolePolicy",
  "aws:iam/samlProvider:SamlProvider": "trust, not permissions; what the role may do is judged",
  "aws:iam/securityTokenServicePreferences:SecurityTokenServicePreferences": "the form of session tokens",
  "aws:iam/serverCertificate:ServerCertificate": "for load balancers; signs in nobody",
  "aws:iam/serviceLinkedRole:ServiceLinkedRole": "its policies are AWS's and cannot be chosen",
  "aws:iam/userGroupMembership:UserGroupMembership": "the additive membership, which the pack asks for",
  "aws:ssoadmin/accountAssignment:AccountAssignment":
    "who holds a permission set; what the set may do is judged",
  "aws:ssoadmin/application:Application": "no AWS permissions",
  "aws:ssoadmin/applicationAccessScope:ApplicationAccessScope": "no AWS permissions",
  "aws:ssoadmin/applicationAssignment:ApplicationAssignment": "no AWS permissions",
  "aws:ssoadmin/applicationAssignmentConfiguration:ApplicationAssignmentConfiguration": "no AWS permissions",
  "aws:ssoadmin/customerManagedPolicyAttachment:CustomerManagedPolicyAttachment":
    "names a policy, whose document is judged where it is made",
  "aws:ssoadmin/customerManagedPolicyAttachmentsExclusive:CustomerManagedPolicyAttachmentsExclusive":
    "names policies, whose documents are judged where they are made",
  "aws:ssoadmin/instanceAccessControlAttributes:InstanceAccessControlAttributes": "attributes for conditions",
  "aws:ssoadmin/permissionSet:PermissionSet":
    "a name and a session length; its policies are resources of their own",
  "aws:ssoadmin/permissionsBoundaryAttachment:PermissionsBoundaryAttachment": "a boundary only takes away",
  "aws:ssoadmin/region:Region": "where the instance is, no power",
  "aws:ssoadmin/trustedTokenIssuer:TrustedTokenIssuer": "trust, not permissions",
};

describe("the pack and the AWS provider's resource types", () => {
  for (const service of ["iam", "ssoadmin"]) {
    it(`has an answer for every resource type of aws.${service}`, () => {
      const answered = [...Object.keys(LOOKED_AT), ...Object.keys(LEFT_ALONE)];
      const ours = answered.filter((type) => type.startsWith(`aws:${service}/`));
      assert.deepEqual(ours.sort(), typesOf(service).sort());
    });
  }

  it("gives no type two answers", () => {
    assert.deepEqual(
      Object.keys(LEFT_ALONE).filter((type) => type in LOOKED_AT),
      [],
    );
  });

  it("looks with each rule at exactly the types listed here", () => {
    const actual = new Map<string, string[]>();
    for (const { name, types } of rules) {
      for (const type of types) actual.set(type, [...(actual.get(type) ?? []), name]);
    }
    assert.deepEqual(
      Object.fromEntries([...actual].sort()),
      Object.fromEntries(Object.entries(LOOKED_AT).sort()),
    );
  });
});

/** The resource types of a service, as the installed SDK declares them. */
function typesOf(service: string): string[] {
  const folder = fileURLToPath(new URL(".", import.meta.resolve(`@pulumi/aws/${service}/index.js`)));
  return readdirSync(folder)
    .filter((file) => file.endsWith(".js") && !file.startsWith("get"))
    .flatMap((file) => /__pulumiType = ['"](.+)['"]/.exec(readFileSync(folder + file, "utf8"))?.[1] ?? []);
}
