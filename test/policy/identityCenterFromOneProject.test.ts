import { identityCenterFromOneProject as rule } from "../../policy/rules/identityCenterFromOneProject.ts";
import { assertAccepts, assertReports, UNKNOWN } from "./policyRule.ts";

const RESOURCES = {
  "aws:ssoadmin/accountAssignment:AccountAssignment": [
    { principalType: "GROUP", principalId: "g-1", targetId: "123456789012" },
    /: gives group "g-1" access to account "123456789012", which only/,
  ],
  "aws:identitystore/groupMembership:GroupMembership": [
    { groupId: "g-1", memberId: "u-1" },
    /: adds a member to group "g-1" of the identity store, which only/,
  ],
  "aws:accountaccess/entitlement:Entitlement": [
    { applicationArn: "arn:aws:account-access:us-east-1:123456789012:application/a" },
    /: entitles somebody to what application "arn.*\/a" gives, which only/,
  ],
} as const;

describe("identity-center-from-one-project", () => {
  for (const [type, [props, expected]] of Object.entries(RESOURCES)) {
    it(`reports ${type} in any project but those that are named`, () => {
      assertReports(rule, expected, [{ type, props }]);
      assertReports(rule, /which only sso may do; take it out of project other$/, [
        { type, props, config: { projects: ["sso"] } },
        { type, props: { principalType: UNKNOWN, groupId: UNKNOWN }, config: { projects: ["sso"] } },
      ]);
      assertAccepts(rule, [{ type, props, project: "sso", config: { projects: ["sso"] } }]);
    });
  }
});
