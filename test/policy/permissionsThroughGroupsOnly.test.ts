import assert from "node:assert/strict";
import { permissionsThroughGroupsOnly } from "../../policy/rules/permissionsThroughGroupsOnly.ts";
import { shown, UNKNOWN, verdict } from "../support/policyRule.ts";

const POLICY_ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment";
const LISTS = {
  [POLICY_ATTACHMENT]: "users",
  "aws:iam/userPoliciesExclusive:UserPoliciesExclusive": "policyNames",
  "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
};

describe("permissions-through-groups-only", () => {
  for (const type of ["aws:iam/userPolicy:UserPolicy", "aws:iam/userPolicyAttachment:UserPolicyAttachment"]) {
    it(`reports every ${type}, of a known and of an unknown user`, () => {
      const messages = verdict(permissionsThroughGroupsOnly, { type, props: { user: "eve" } });
      assert.equal(messages.length, 1);
      assert.match(messages[0] ?? "", /give user "eve" this permission through a group/);
      assert.equal(verdict(permissionsThroughGroupsOnly, { type, props: { user: UNKNOWN } }).length, 1);
      assert.equal(verdict(permissionsThroughGroupsOnly, { type, props: {} }).length, 1);
    });
  }

  for (const [type, list] of Object.entries(LISTS)) {
    it(`reports ${type} with anything in ${list}, once, be the element known or not`, () => {
      for (const elements of [["a"], ["a", "b"], [UNKNOWN]]) {
        assert.equal(verdict(permissionsThroughGroupsOnly, { type, props: { [list]: elements } }).length, 1);
      }
    });

    for (const elements of [[], undefined, null, UNKNOWN]) {
      it(`accepts ${type} where ${list} is ${shown(elements)}`, () => {
        assert.deepEqual(verdict(permissionsThroughGroupsOnly, { type, props: { [list]: elements } }), []);
      });
    }
  }

  it("accepts a PolicyAttachment of groups and roles", () => {
    const props = { policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess", groups: ["Readers"], roles: ["ci"] };
    assert.deepEqual(verdict(permissionsThroughGroupsOnly, { type: POLICY_ATTACHMENT, props }), []);
  });

  it("names the users of a PolicyAttachment", () => {
    const [message] = verdict(permissionsThroughGroupsOnly, {
      type: POLICY_ATTACHMENT,
      props: { users: ["a", "b"] },
    });
    assert.match(message ?? "", /remove users \(a, b\)/);
  });
});
