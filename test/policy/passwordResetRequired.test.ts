import assert from "node:assert/strict";
import { passwordResetRequired } from "../../policy/rules/passwordResetRequired.ts";
import { remedy, shown, UNKNOWN, verdict } from "../support/policyRule.ts";

const user = "Admin_2";

describe("password-reset-required", () => {
  it("accepts a profile whose user must choose a password, written as a boolean or as text", () => {
    for (const value of [true, "true"]) {
      assert.deepEqual(verdict(passwordResetRequired, { props: { user, passwordResetRequired: value } }), []);
    }
  });

  for (const value of [false, "false", null, undefined, "", "yes", 1, {}]) {
    it(`reports ${shown(value)} and names the user`, () => {
      const messages = verdict(passwordResetRequired, { props: { user, passwordResetRequired: value } });
      assert.equal(messages.length, 1);
      assert.match(
        messages[0] ?? "",
        /^UserLoginProfile "sample": set passwordResetRequired to true .*"Admin_2"/,
      );
    });
  }

  it("waits with a value that is not known yet", () => {
    assert.deepEqual(verdict(passwordResetRequired, { props: { user, passwordResetRequired: UNKNOWN } }), []);
  });

  it("reports a known false of a user who is not known yet, as long as nobody is exempt", () => {
    const props = { user: UNKNOWN, passwordResetRequired: false };
    assert.equal(verdict(passwordResetRequired, { props }).length, 1);
    assert.deepEqual(verdict(passwordResetRequired, { props, config: { exempt: ["Administrator"] } }), []);
  });

  it("accepts the exempt user, by the exact name, and nobody else", () => {
    const config = { exempt: ["Administrator"] };
    assert.deepEqual(verdict(passwordResetRequired, { props: { user: "Administrator" }, config }), []);
    for (const other of ["administrator", "Admin", "Administrator2", undefined, ""]) {
      assert.equal(verdict(passwordResetRequired, { props: { user: other }, config }).length, 1);
    }
  });

  it("remediates a violation by setting the one input, and leaves the others alone", () => {
    const fixed = remedy(passwordResetRequired, { props: { user, passwordLength: 24, pgpKey: UNKNOWN } });
    assert.deepEqual(Object.keys(fixed as object), [
      "user",
      "passwordLength",
      "pgpKey",
      "passwordResetRequired",
    ]);
    assert.equal((fixed as Record<string, unknown>).passwordResetRequired, true);
    assert.equal((fixed as Record<string, unknown>).passwordLength, 24);
  });

  it("remediates neither a compliant profile nor an exempt user's nor an unknown value", () => {
    const config = { exempt: [user] };
    assert.equal(remedy(passwordResetRequired, { props: { user, passwordResetRequired: true } }), undefined);
    assert.equal(remedy(passwordResetRequired, { props: { user }, config }), undefined);
    assert.equal(
      remedy(passwordResetRequired, { props: { user, passwordResetRequired: UNKNOWN } }),
      undefined,
    );
    assert.equal(remedy(passwordResetRequired, { props: { user: UNKNOWN }, config }), undefined);
  });

  describe("with this project's administrators", () => {
    const administrator = "iam-administrators:index:Administrator";
    const profile = {
      props: { user, passwordResetRequired: false },
      parents: ["iam-administrators:index:AdministratorGroup", administrator],
      ignoreChanges: ["passwordLength", "passwordResetRequired", "pgpKey"],
    };

    it("leaves a profile that shows what AWS last said to the component around it", () => {
      assert.deepEqual(verdict(passwordResetRequired, profile), []);
      assert.equal(remedy(passwordResetRequired, profile), undefined);
    });

    it("reports, and does not remediate, another program's profile where changes are ignored", () => {
      for (const ignoreChanges of [["passwordResetRequired"], ["*"]]) {
        const other = { ...profile, parents: [], ignoreChanges };
        assert.equal(verdict(passwordResetRequired, other).length, 1);
        assert.equal(remedy(passwordResetRequired, other), undefined);
      }
    });

    it("judges that profile itself where changes are not ignored, or where another component is around it", () => {
      assert.equal(verdict(passwordResetRequired, { ...profile, ignoreChanges: [] }).length, 1);
      assert.equal(
        verdict(passwordResetRequired, { ...profile, parents: ["my:index:Administrator"] }).length,
        1,
      );
      assert.equal(verdict(passwordResetRequired, { ...profile, parents: [] }).length, 1);
    });

    it("reports the component that asks for no reset, unless it has no console access or is exempt", () => {
      const sample = { type: administrator, props: { name: user, passwordResetRequired: false } };
      assert.equal(verdict(passwordResetRequired, sample).length, 1);
      assert.equal(remedy(passwordResetRequired, sample), undefined);
      assert.deepEqual(verdict(passwordResetRequired, { ...sample, config: { exempt: [user] } }), []);
      const withoutConsole = { ...sample, props: { ...sample.props, consoleAccess: false } };
      assert.deepEqual(verdict(passwordResetRequired, withoutConsole), []);
    });

    it("accepts the component that asks for a reset, says nothing of it, or does not know yet", () => {
      for (const value of [true, undefined, UNKNOWN]) {
        const sample = { type: administrator, props: { name: user, passwordResetRequired: value } };
        assert.deepEqual(verdict(passwordResetRequired, sample), []);
      }
    });
  });
});
