import assert from "node:assert/strict";
import { mfaRequired } from "../../policy/rules/mfaRequired.ts";
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
      assert.deepEqual(verdict(mfaRequired, { props: { group: { existing: true }, requireMfa } }), []);
    });
  }

  for (const group of [UNKNOWN, { existing: UNKNOWN }]) {
    it("waits where it is not known whether the group is adopted", () => {
      assert.deepEqual(verdict(mfaRequired, { props: { group, requireMfa: false } }), []);
    });
  }
});
