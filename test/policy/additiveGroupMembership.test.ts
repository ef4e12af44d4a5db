import assert from "node:assert/strict";
import { additiveGroupMembership } from "../../policy/rules/additiveGroupMembership.ts";
import { UNKNOWN, verdict } from "../support/policyRule.ts";

describe("additive-group-membership", () => {
  for (const [group, name] of [
    ["Administrators", "Administrators"],
    [UNKNOWN, "not known yet"],
    [undefined, "not known yet"],
  ]) {
    it(`reports an exclusive membership of group ${name ?? ""}`, () => {
      const messages = verdict(additiveGroupMembership, { props: { group, users: [] } });
      assert.equal(messages.length, 1);
      assert.ok(messages[0]?.includes(`of group "${name ?? ""}"`));
    });
  }

  it("does not look at the additive kind", () => {
    const type = "aws:iam/userGroupMembership:UserGroupMembership";
    assert.throws(() => verdict(additiveGroupMembership, { type }), /not applicable/);
  });

  it("offers no remediation, since no input makes the membership additive", () => {
    assert.equal(additiveGroupMembership.remediateResource, undefined);
  });
});
