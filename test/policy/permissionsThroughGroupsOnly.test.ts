import { permissionsThroughGroupsOnly as rule } from "../../policy/rules/permissionsThroughGroupsOnly.ts";
import { assertAccepts, assertReports, UNKNOWN } from "./policyRule.ts";

describe("permissions-through-groups-only", () => {
  for (const type of ["aws:iam/userPolicy:UserPolicy", "aws:iam/userPolicyAttachment:UserPolicyAttachment"]) {
    it(`reports every ${type}, of a known and of an unknown user`, () => {
      assertReports(rule, /give user "eve" this permission through/, [{ type, props: { user: "eve" } }]);
      assertReports(rule, /give user "not known yet"/, [{ type, props: { user: UNKNOWN } }, { type }]);
    });
  }

  for (const [type, list] of Object.entries({
    "aws:iam/policyAttachment:PolicyAttachment": "users",
    "aws:iam/userPoliciesExclusive:UserPoliciesExclusive": "policyNames",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
  })) {
    it(`reports ${type} with anything in ${list}, known or not, and accepts it without`, () => {
      const others = { userName: "eve", groups: ["Readers"], roles: ["ci"] };
      const listing = (elements: unknown) => ({ type, props: { [list]: elements, ...others } });
      const users = /: remove users \((a, b|not known yet)\) and attach to groups$/;
      const expected = list === "users" ? users : /: give user "eve" this permission through a group/;
      assertReports(rule, expected, [["a", "b"], [UNKNOWN]].map(listing));
      assertAccepts(rule, [[], undefined, null, UNKNOWN].map(listing));
    });
  }
});
