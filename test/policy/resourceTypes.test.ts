import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rules } from "../../policy/rules/index.ts";

// A provider version with a new resource type fails this test: let a rule look at the type, or write down why none does.

/** Types that no rule looks at, and why not. */
const LEFT_ALONE: Readonly<Record<string, string>> = {
  "aws:accountaccess/application:Application": "no AWS permissions",
  "aws:accountaccess/entitlement:Entitlement": "who may assume a role; what the role may do is judged",
  "aws:iam/accountAlias:AccountAlias": "a name for the sign-in page, no power",
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
  "aws:ssoadmin/permissionsBoundaryAttachment:PermissionsBoundaryAttachment": "a boundary only takes away",
  "aws:ssoadmin/region:Region": "where the instance is, no power",
  "aws:ssoadmin/trustedTokenIssuer:TrustedTokenIssuer": "trust, not permissions",
};

/**
 * The same in `@pulumi/aws-native`, which is too big to install for this test. `npm pack @pulumi/aws-native` and the
 * folders iam and sso in it show the types of a newer version than 1.79.0.
 */
const NATIVE: Readonly<Record<string, string>> = {
  "aws-native:iam:Group": "looked at",
  "aws-native:iam:GroupPolicy": "looked at",
  "aws-native:iam:InstanceProfile": "carries a role, whose policies are judged at the role",
  "aws-native:iam:ManagedPolicy": "looked at",
  "aws-native:iam:OidcProvider": "trust, not permissions; what the role may do is judged",
  "aws-native:iam:Role": "looked at",
  "aws-native:iam:RolePolicy": "looked at",
  "aws-native:iam:SamlProvider": "trust, not permissions; what the role may do is judged",
  "aws-native:iam:ServerCertificate": "for load balancers; signs in nobody",
  "aws-native:iam:ServiceLinkedRole": "its policies are AWS's and cannot be chosen",
  "aws-native:iam:User": "looked at",
  "aws-native:iam:UserPolicy": "looked at",
  "aws-native:iam:VirtualMfaDevice": "looked at",
  "aws-native:sso:Application": "no AWS permissions",
  "aws-native:sso:ApplicationAssignment": "no AWS permissions",
  "aws-native:sso:Assignment": "who holds a permission set; what the set may do is judged",
  "aws-native:sso:Instance": "no AWS permissions",
  "aws-native:sso:InstanceAccessControlAttributeConfiguration": "attributes for conditions",
  "aws-native:sso:PermissionSet": "looked at",
};

const lookedAt = new Set(rules.flatMap(({ types }) => types));

describe("the pack and the AWS providers' resource types", () => {
  for (const service of ["accountaccess", "iam", "ssoadmin"]) {
    it(`has one answer for every resource type of aws.${service}`, () => {
      const answered = [...lookedAt, ...Object.keys(LEFT_ALONE)];
      const ours = answered.filter((type) => type.startsWith(`aws:${service}/`));
      assert.deepEqual(ours.sort(), typesOf(service).sort());
    });
  }

  for (const [type, answer] of Object.entries(NATIVE)) {
    it(`${answer === "looked at" ? "looks" : "does not look"} at ${type}`, () => {
      assert.equal(lookedAt.has(type), answer === "looked at");
    });
  }
});

/** The resource types of a service, as the installed SDK declares them. */
function typesOf(service: string): string[] {
  const folder = fileURLToPath(new URL(".", import.meta.resolve(`@pulumi/aws/${service}/index.js`)));
  return readdirSync(folder)
    .filter((file) => file.endsWith(".js") && !file.startsWith("get"))
    .flatMap((file) => /__pulumiType = ['"](.+)['"]/.exec(readFileSync(folder + file, "utf8"))?.[1] ?? []);
}
