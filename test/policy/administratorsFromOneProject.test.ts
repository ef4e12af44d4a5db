import assert from "node:assert/strict";
import { administratorsFromOneProject as rule } from "../../policy/rules/administratorsFromOneProject.ts";
import { assertAccepts, assertReports, stackVerdict, UNKNOWN } from "./policyRule.ts";

/** Every resource that makes or changes a group, with inputs for the group that is named. */
const CHANGES: Readonly<Record<string, (group: unknown) => object>> = {
  "aws:iam/userGroupMembership:UserGroupMembership": (group) => ({ user: "eve", groups: ["Readers", group] }),
  "aws:iam/groupMembership:GroupMembership": (group) => ({ group, users: ["eve"] }),
  "aws:iam/groupPolicy:GroupPolicy": (group) => ({ group, policy: "{}" }),
  "aws:iam/groupPoliciesExclusive:GroupPoliciesExclusive": (groupName) => ({ groupName, policyNames: [] }),
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": (group) => ({ group, policyArn: "arn" }),
  "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": (groupName) => ({ groupName }),
  "aws:iam/policyAttachment:PolicyAttachment": (group) => ({ policyArn: "arn", groups: [group] }),
  "aws:iam/group:Group": (name) => ({ name, path: "/" }),
};

describe("administrators-from-one-project", () => {
  for (const [type, inputs] of Object.entries(CHANGES)) {
    it(`reports ${type} for an administrators group, in any letter case, and for no other`, () => {
      const of = (group: unknown) => ({ type, props: inputs(group) });
      const only = "which only iam-administrators may do; take it out of project other";
      const expected = new RegExp(` (to|of|from|renames) group "[^"]*", ${only}$`);
      assertReports(rule, expected, ["Administrators", " ADMINISTRATORS "].map(of));
      assertAccepts(rule, ["Readers", "Administrators2", UNKNOWN, undefined].map(of));
    });
  }

  const added = { props: { user: "eve", groups: ["Administrators"] } };

  it("accepts the projects that make administrators, by configuration", () => {
    const config = { projects: ["admins"] };
    const [ours, other] = ["iam-administrators", "admins"].map((project) => ({ ...added, project }));
    assertAccepts(rule, [{ ...ours }, { ...other, config }]);
    assertReports(rule, /which only admins may do/, [{ ...ours, config }]);
  });

  it("reports a group that gets another name, by the id that it still has at the preview", () => {
    const group = (props: object, project?: string) =>
      stackVerdict(rule, [{ type: "aws:iam/group:Group", name: "ops", props, project }]);
    const arn = "arn:aws:iam::123456789012:group/it/Administrators";
    const expected = [
      [
        "ops",
        'Group "ops": imports and renames group "Administrators", which only iam-administrators may do; ' +
          "take it out of project other",
      ],
    ];
    assert.deepEqual(group({ name: "ops", id: "Administrators", arn: UNKNOWN }), expected);
    assert.deepEqual(group({ name: "ops", arn }), expected);
    assert.deepEqual(group({ name: "ops", id: "Administrators" }, "iam-administrators"), []);
    // Under its own name the group is reported before.
    assert.deepEqual(group({ name: "Administrators", id: "Administrators" }), []);
    assert.deepEqual(group({ name: "ops", id: "developers", arn: UNKNOWN }), []);
  });

  it("judges the groups that are configured, once they are known", () => {
    const config = { groups: ["Ops"] };
    assertReports(rule, /adds a member to group "Ops"/, [{ props: { groups: ["Ops"] }, config }]);
    assertAccepts(rule, [
      { ...added, config },
      { props: { groups: UNKNOWN }, config },
    ]);
  });
});
