import assert from "node:assert/strict";
import { administratorsProtected } from "../../policy/rules/administratorsProtected.ts";
import { UNKNOWN, verdict } from "../support/policyRule.ts";

const GROUP = "aws:iam/group:Group";
const ATTACHMENT = "aws:iam/groupPolicyAttachment:GroupPolicyAttachment";
const EXCLUSIVE = "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive";
const POLICY_ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment";
const parents = ["iam-administrators:index:AdministratorGroup"];
const admin = "arn:aws-cn:iam::aws:policy/AdministratorAccess";

describe("administrators-protected", () => {
  it("reports an unprotected group of the component, whatever its name, known or not", () => {
    for (const name of ["Ops", UNKNOWN]) {
      const messages = verdict(administratorsProtected, { type: GROUP, props: { name }, parents });
      assert.equal(messages.length, 1);
      assert.match(messages[0] ?? "", /^Group "sample": set the option protect/);
    }
  });

  it("reports a group made elsewhere by a configured name", () => {
    assert.equal(
      verdict(administratorsProtected, { type: GROUP, props: { name: "Administrators" } }).length,
      1,
    );
    const config = { groups: ["Ops"] };
    assert.equal(verdict(administratorsProtected, { type: GROUP, props: { name: "Ops" }, config }).length, 1);
    assert.deepEqual(
      verdict(administratorsProtected, { type: GROUP, props: { name: "Administrators" }, config }),
      [],
    );
  });

  it("accepts a group below a component whose type only begins like ours", () => {
    const sample = { type: GROUP, props: { name: "Ops" }, parents: [`${parents[0] ?? ""}Reader`] };
    assert.deepEqual(verdict(administratorsProtected, sample), []);
  });

  it("accepts other groups, and elsewhere a name that is absent or not known yet", () => {
    for (const name of ["Readers", UNKNOWN, undefined]) {
      assert.deepEqual(verdict(administratorsProtected, { type: GROUP, props: { name } }), []);
    }
  });

  it("reports an unprotected attachment of AdministratorAccess to groups, in every form", () => {
    for (const sample of [
      { type: ATTACHMENT, props: { group: "Administrators", policyArn: admin } },
      { type: ATTACHMENT, props: { group: UNKNOWN, policyArn: admin }, parents },
      { type: EXCLUSIVE, props: { groupName: "Administrators", policyArns: [UNKNOWN, admin] } },
      { type: POLICY_ATTACHMENT, props: { groups: ["Administrators"], policyArn: admin } },
    ]) {
      assert.equal(verdict(administratorsProtected, sample).length, 1);
      assert.deepEqual(verdict(administratorsProtected, { ...sample, protect: true }), []);
    }
  });

  it("accepts other attachments, to other groups too, and what is not known yet", () => {
    for (const sample of [
      // The rule administrator-access-only-in-administrator-group wants this one gone.
      { type: ATTACHMENT, props: { group: "Readers", policyArn: admin } },
      { type: ATTACHMENT, props: { group: UNKNOWN, policyArn: admin } },
      { type: ATTACHMENT, props: { policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" } },
      { type: ATTACHMENT, props: { policyArn: UNKNOWN } },
      { type: EXCLUSIVE, props: { policyArns: UNKNOWN } },
      { type: EXCLUSIVE, props: {} },
      { type: POLICY_ATTACHMENT, props: { roles: ["ci"], policyArn: admin } },
      { type: POLICY_ATTACHMENT, props: { groups: UNKNOWN, policyArn: admin } },
    ]) {
      assert.deepEqual(verdict(administratorsProtected, sample), []);
    }
  });
});
