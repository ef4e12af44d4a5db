import assert from "node:assert/strict";
import { accountPasswordPolicy } from "../../policy/rules/accountPasswordPolicy.ts";
import { shown, UNKNOWN, verdict } from "../support/policyRule.ts";

const good = {
  minimumPasswordLength: 14,
  passwordReusePrevention: 24,
  allowUsersToChangePassword: true,
  hardExpiry: false,
};
const messages = (change: object, config = {}) =>
  verdict(accountPasswordPolicy, { props: { ...good, ...change }, config });

describe("account-password-policy", () => {
  it("accepts exactly what CIS asks for, and more", () => {
    assert.deepEqual(messages({}), []);
    assert.deepEqual(messages({ minimumPasswordLength: 128 }), []);
    assert.deepEqual(messages({ minimumPasswordLength: "14", passwordReusePrevention: "24" }), []);
  });

  for (const minimumPasswordLength of [13, 6, 0, -1, undefined, null, "", "13", "long", {}]) {
    it(`reports a minimum length of ${shown(minimumPasswordLength)}`, () => {
      const found = messages({ minimumPasswordLength });
      assert.equal(found.length, 1);
      assert.match(
        found[0] ?? "",
        /^AccountPasswordPolicy "sample": set minimumPasswordLength to at least 14/,
      );
    });
  }

  for (const passwordReusePrevention of [23, 1, 0, undefined, null, ""]) {
    it(`reports a reuse prevention of ${shown(passwordReusePrevention)}`, () => {
      const found = messages({ passwordReusePrevention });
      assert.equal(found.length, 1);
      assert.match(found[0] ?? "", /set passwordReusePrevention to at least 24/);
    });
  }

  it("reports that users may not change passwords, which they may by default", () => {
    assert.equal(messages({ allowUsersToChangePassword: false }).length, 1);
    assert.deepEqual(messages({ allowUsersToChangePassword: undefined }), []);
  });

  it("reports hard expiry, which is off by default", () => {
    assert.equal(messages({ hardExpiry: true }).length, 1);
    assert.deepEqual(messages({ hardExpiry: undefined }), []);
  });

  it("reports every cause of an empty policy and of a bad one", () => {
    assert.equal(verdict(accountPasswordPolicy, { props: {} }).length, 2);
    assert.equal(
      verdict(accountPasswordPolicy, { props: { allowUsersToChangePassword: false, hardExpiry: true } })
        .length,
      4,
    );
  });

  it("waits with what is not known yet and judges the rest", () => {
    const unknown = { minimumPasswordLength: UNKNOWN, passwordReusePrevention: UNKNOWN, hardExpiry: UNKNOWN };
    assert.deepEqual(messages({ ...unknown, allowUsersToChangePassword: UNKNOWN }), []);
    assert.equal(messages({ ...unknown, allowUsersToChangePassword: false }).length, 1);
  });

  it("asks for the configured minima", () => {
    assert.deepEqual(messages({ minimumPasswordLength: 8 }, { minimumLength: 8 }), []);
    assert.equal(messages({}, { minimumLength: 20 }).length, 1);
    assert.deepEqual(messages({ passwordReusePrevention: 5 }, { reusePrevention: 5 }), []);
  });
});
