import assert from "node:assert/strict";
import { initialPasswordEncrypted } from "../../policy/rules/initialPasswordEncrypted.ts";
import { shown, UNKNOWN, verdict } from "../support/policyRule.ts";

describe("initial-password-encrypted", () => {
  it("accepts a profile with a key", () => {
    assert.deepEqual(verdict(initialPasswordEncrypted, { props: { user: "Admin_2", pgpKey: "mQENBF" } }), []);
  });

  for (const pgpKey of [undefined, null, ""]) {
    it(`reports ${shown(pgpKey)} and names the user`, () => {
      const messages = verdict(initialPasswordEncrypted, { props: { user: "Admin_2", pgpKey } });
      assert.equal(messages.length, 1);
      assert.match(messages[0] ?? "", /^UserLoginProfile "sample": set pgpKey .* "Admin_2"$/);
    });
  }

  it("waits with a key that is not known yet, and reports a missing one of an unknown user", () => {
    assert.deepEqual(verdict(initialPasswordEncrypted, { props: { user: "Admin_2", pgpKey: UNKNOWN } }), []);
    assert.equal(verdict(initialPasswordEncrypted, { props: { user: UNKNOWN } }).length, 1);
  });
});
