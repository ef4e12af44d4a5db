import assert from "node:assert/strict";
import { mfaRequired } from "../../policy/rules/mfaRequired.ts";
import { requireMfaPolicy } from "../../components/policyDocuments.ts";
import { shown, UNKNOWN, verdict } from "../support/policyRule.ts";

const own = { name: "Administrators", path: "/", existing: false };

describe("mfa-required", () => {
  for (const requireMfa of [true, "true", undefined, UNKNOWN]) {
    it(`accepts a group of our own with requireMfa ${shown(requireMfa)}`, () => {
      assert.deepEqual(verdict(mfaRequired, { props: { group: own, requireMfa } }), []);
    });
  }

  for (const group of [own, { name: "Ops" }, undefined, { existing: "false" }]) {
    it(`reports requireMfa false of ${shown(group)}`, () => {
      const messages = verdict(mfaRequired, { props: { group, requireMfa: false } });
      assert.equal(messages.length, 1);
      assert.match(messages[0] ?? "", /^AdministratorGroup "sample": set requireMfa to true/);
    });
  }

  it("takes the text false for what it says", () => {
    assert.equal(verdict(mfaRequired, { props: { group: own, requireMfa: "false" } }).length, 1);
  });

  for (const requireMfa of [false, undefined]) {
    it(`accepts an adopted group with requireMfa ${shown(requireMfa)}: its MFA rule is not ours`, () => {
      const sample = { props: { group: { existing: true }, requireMfa }, stack: "adopting" };
      assert.deepEqual(verdict(mfaRequired, sample), []);
    });
  }

  for (const group of [UNKNOWN, { existing: UNKNOWN }]) {
    it("waits where it is not known whether the group is adopted", () => {
      assert.deepEqual(verdict(mfaRequired, { props: { group, requireMfa: false } }), []);
    });
  }
});

describe("mfa-required on what makes or takes the rule", () => {
  const group = "aws:iam/group:Group";
  const policy = "aws:iam/groupPolicy:GroupPolicy";
  const exclusive = "aws:iam/groupPoliciesExclusive:GroupPoliciesExclusive";
  const withoutMfa = { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } };
  const deny = { Effect: "Deny", NotAction: ["iam:ChangePassword", "iam:EnableMFADevice"], Resource: "*" };
  const judge = (statement: unknown, names = {}) =>
    verdict(mfaRequired, {
      type: policy,
      props: {
        name: "RequireMfa",
        group: "Administrators",
        policy: { Statement: statement },
        ...names,
      },
    });

  it("accepts the document that this project writes, in every partition", () => {
    for (const partition of ["aws", "aws-cn", "aws-us-gov"]) {
      assert.deepEqual(judge(requireMfaPolicy(partition).Statement), []);
    }
  });

  for (const statement of [
    { ...deny, Condition: withoutMfa },
    { ...deny, Condition: { boolIfExists: { "aws:multifactorauthpresent": false } } },
    { ...deny, Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": ["false"] } } },
    { ...deny },
    { ...deny, Condition: UNKNOWN },
    [
      { ...deny, Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } },
      { ...deny, Condition: { Null: { "aws:MultiFactorAuthPresent": "true" } } },
    ],
    [
      { ...deny, Condition: withoutMfa },
      { Effect: "Allow", Action: "*", Resource: "*" },
    ],
    UNKNOWN,
  ]) {
    it(`accepts ${shown(statement)}`, () => {
      assert.deepEqual(statement === UNKNOWN ? judge([], { policy: UNKNOWN }) : judge(statement), []);
    });
  }

  for (const [why, statement] of Object.entries({
    "nothing denied": [],
    "something allowed": { Effect: "Allow", Action: "*", Resource: "*", Condition: withoutMfa },
    "everything spared": { ...deny, NotAction: "*", Condition: withoutMfa },
    "all of iam spared": { ...deny, NotAction: ["iam:*"], Condition: withoutMfa },
    "one action denied": { Effect: "Deny", Action: "iam:CreateUser", Resource: "*", Condition: withoutMfa },
    "one resource denied": { ...deny, Resource: "arn:aws:s3:::bucket", Condition: withoutMfa },
    "the condition inverted": {
      ...deny,
      Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "true" } },
    },
    "access keys spared": { ...deny, Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } },
    "passwords spared": { ...deny, Condition: { Null: { "aws:MultiFactorAuthPresent": "true" } } },
    "another condition beside": {
      ...deny,
      Condition: { ...withoutMfa, StringEquals: { "aws:username": "nobody" } },
    },
  })) {
    it(`reports ${why}`, () => {
      const messages = judge(statement);
      assert.equal(messages.length, 1);
      assert.match(
        messages[0] ?? "",
        /^GroupPolicy "sample": its document does not deny group "Administrators"/,
      );
    });
  }

  it("reports a document that cannot be read, under the name in any letter case", () => {
    assert.equal(judge([], { policy: "{", name: "requiremfa" }).length, 1);
  });

  it("does not look at other policies and other groups", () => {
    assert.deepEqual(judge([], { name: "Other" }), []);
    assert.deepEqual(judge([], { group: "Readers" }), []);
    assert.deepEqual(judge([], { group: UNKNOWN }), []);
  });

  it("looks at the component's policy whatever its group's name, and at groups that are configured", () => {
    const props = { name: "RequireMfa", group: "Ops", policy: { Statement: [] } };
    const parents = ["iam-administrators:index:AdministratorGroup"];
    assert.equal(verdict(mfaRequired, { type: policy, props, parents }).length, 1);
    assert.equal(verdict(mfaRequired, { type: policy, props, config: { groups: ["Ops"] } }).length, 1);
  });

  for (const [policyNames, reported] of [
    [[], true],
    [["Other"], true],
    [undefined, true],
    [["Other", "RequireMfa"], false],
    [["Other", UNKNOWN], false],
    [UNKNOWN, false],
  ] as const) {
    it(`${reported ? "reports" : "accepts"} ${shown(policyNames)} as all of an administrators group's policies`, () => {
      const props = { groupName: "Administrators", policyNames };
      const expected = reported
        ? [
            'GroupPoliciesExclusive "sample": add RequireMfa to policyNames, or group "Administrators" loses its MFA rule',
          ]
        : [];
      assert.deepEqual(verdict(mfaRequired, { type: exclusive, props }), expected);
      assert.deepEqual(
        verdict(mfaRequired, { type: exclusive, props: { ...props, groupName: "Readers" } }),
        [],
      );
    });
  }

  describe("believes that a group was there before, unless the stack makes it", () => {
    const adopted = { props: { group: { name: "Ops", existing: true }, requireMfa: false } };
    const made = { type: group, props: { name: "ops" } };

    it("before the component", () => {
      assert.deepEqual(verdict(mfaRequired, { ...made, stack: "before" }), []);
      assert.equal(verdict(mfaRequired, { ...adopted, stack: "before" }).length, 1);
    });

    it("after the component", () => {
      assert.deepEqual(verdict(mfaRequired, { ...adopted, stack: "after" }), []);
      assert.match(
        verdict(mfaRequired, { ...made, stack: "after" })[0] ?? "",
        /remove existing from group "ops"/,
      );
    });

    it("but not where another stack, or another group, is made", () => {
      assert.deepEqual(verdict(mfaRequired, { ...made, stack: "one" }), []);
      assert.deepEqual(verdict(mfaRequired, { ...made, stack: "two", props: { name: "Others" } }), []);
      assert.deepEqual(verdict(mfaRequired, { ...adopted, stack: "two" }), []);
    });
  });

  for (const requireMfa of [0, "no"]) {
    it(`reports requireMfa ${shown(requireMfa)}`, () => {
      assert.equal(verdict(mfaRequired, { props: { group: own, requireMfa } }).length, 1);
    });
  }
});
