import { additiveGroupMembership as rule } from "../../policy/rules/additiveGroupMembership.ts";
import { assertReports, UNKNOWN } from "./policyRule.ts";

describe("additive-group-membership", () => {
  it("reports an exclusive membership, with the group's name if it is known", () => {
    assertReports(rule, /^GroupMembership .* of group "Ops" that/, [{ props: { group: "Ops", users: [] } }]);
    assertReports(rule, /of group "not known yet"/, [{ props: { group: UNKNOWN } }, {}]);
  });
});
