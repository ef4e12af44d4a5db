import assert from "node:assert/strict";
import { administratorsFromOneProject as rule } from "../../policy/rules/administratorsFromOneProject.ts";
import { shown, UNKNOWN, verdict } from "../support/policyRule.ts";

/** Every resource that changes a group, as inputs for the group that is named. */
const CHANGES: Readonly<Record<string, (group: unknown) => Record<string, unknown>>> = {
  "aws:iam/userGroupMembership:UserGroupMembership": (group) => ({ user: "eve", groups: ["Readers", group] }),
  "aws:iam/groupMembership:GroupMembership": (group) => ({ group, users: ["eve"] }),
  "aws:iam/groupPolicy:GroupPolicy": (group) => ({ group, policy: "{}" }),
  "aws:iam/groupPoliciesExclusive:GroupPoliciesExclusive": (groupName) => ({ groupName, policyNames: [] }),
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": (group) => ({ group, policyArn: "arn" }),
  "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": (groupName) => ({
    groupName,
    policyArns: [],
  }),
  "aws:iam/policyAttachment:PolicyAttachment": (group) => ({ policyArn: "arn", groups: [group] }),
};

describe("administrators-from-one-project", () => {
  for (const [type, inputs] of Object.entries(CHANGES)) {
    describe(type, () => {
      for (const group of ["Administrators", "administrators", " ADMINISTRATORS "]) {
        it(`is reported for group ${shown(group)} in another project`, () => {
          const messages = verdict(rule, { type, props: inputs(group) });
          assert.equal(messages.length, 1);
          assert.match(
            messages[0] ?? "",
            /group ".*", which only iam-administrators may do; take it out of project other$/,
          );
        });
      }

      it("is accepted in the project that makes administrators, and in those that are configured", () => {
        const props = inputs("Administrators");
        assert.deepEqual(verdict(rule, { type, props, project: "iam-administrators" }), []);
        const config = { projects: ["admins"] };
        assert.deepEqual(verdict(rule, { type, props, project: "admins", config }), []);
        assert.equal(verdict(rule, { type, props, project: "iam-administrators", config }).length, 1);
      });

      for (const group of ["Readers", "Administrators2", UNKNOWN, undefined]) {
        it(`is accepted for ${shown(group)}`, () => {
          assert.deepEqual(verdict(rule, { type, props: inputs(group) }), []);
        });
      }

      it("is reported for the groups that are configured", () => {
        const config = { groups: ["Ops"] };
        assert.equal(verdict(rule, { type, props: inputs("Ops"), config }).length, 1);
        assert.deepEqual(verdict(rule, { type, props: inputs("Administrators"), config }), []);
      });
    });
  }

  it("says what each resource does to the group", () => {
    const [member] = verdict(rule, { props: { user: "eve", groups: ["Administrators"] } });
    assert.equal(
      member,
      'UserGroupMembership "sample": adds a member to group "Administrators", which only iam-administrators may do; ' +
        "take it out of project other",
    );
  });

  it("waits with a list of groups that is not known yet", () => {
    assert.deepEqual(verdict(rule, { props: { user: "eve", groups: UNKNOWN } }), []);
  });
});
