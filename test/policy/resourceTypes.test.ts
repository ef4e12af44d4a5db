import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { rules } from "../../policy/rules/index.ts";

// A provider version with a new resource type fails this test: let a rule look at the type, or write down why none does.

/** Types that no rule looks at, by the reason. */
const LEFT_ALONE = {
  "carries a role, whose policies are judged at the role": "iam.InstanceProfile",
  "trust, not permissions: what the role may do is judged":
    "iam.OpenIdConnectProvider iam.SamlProvider ssoadmin.TrustedTokenIssuer",
  "names policies, whose documents are judged where they are made":
    "iam.RolePoliciesExclusive ssoadmin.CustomerManagedPolicyAttachment " +
    "ssoadmin.CustomerManagedPolicyAttachmentsExclusive",
  "its policies are AWS's and cannot be chosen": "iam.ServiceLinkedRole",
  "only takes away": "iam.OrganizationsFeatures ssoadmin.PermissionsBoundaryAttachment",
  "no AWS permissions":
    "accountaccess.Application identitystore.Group identitystore.User iam.AccountAlias iam.OutboundWebIdentityFederation " +
    "iam.SecurityTokenServicePreferences iam.ServerCertificate ssoadmin.Application " +
    "ssoadmin.ApplicationAccessScope ssoadmin.ApplicationAssignment " +
    "ssoadmin.ApplicationAssignmentConfiguration ssoadmin.InstanceAccessControlAttributes ssoadmin.Region",
};

/** `iam.User` for `aws:iam/user:User`. */
const shortOf = (type: string) => type.replace(/^aws:(\w+)\/\w+:/, "$1.");

describe("the pack and the AWS provider's resource types", () => {
  for (const service of ["accountaccess", "iam", "identitystore", "ssoadmin"]) {
    it(`has one answer for every resource type of aws.${service}`, () => {
      const lookedAt = new Set(rules.flatMap(({ types }) => types).map(shortOf));
      const leftAlone = Object.values(LEFT_ALONE).flatMap((types) => types.split(" "));
      const answered = [...lookedAt, ...leftAlone].filter((type) => type.startsWith(`${service}.`));
      assert.deepEqual(answered.sort(), typesOf(service).map(shortOf).sort());
    });
  }
});

/** The resource types of a service, as the installed SDK declares them. */
function typesOf(service: string): string[] {
  const folder = new URL(".", import.meta.resolve(`@pulumi/aws/${service}/index.js`));
  return readdirSync(folder)
    .filter((file) => file.endsWith(".js") && !file.startsWith("get"))
    .flatMap((file) => /__pulumiType = '(.+)'/.exec(readFileSync(new URL(file, folder), "utf8"))?.[1] ?? []);
}
