import { accountPasswordPolicy as rule } from "../../policy/rules/accountPasswordPolicy.ts";
import { assertAccepts, assertReports, UNKNOWN } from "./policyRule.ts";

const good = { minimumPasswordLength: 14, passwordReusePrevention: 24 };
/** Password policies that differ from the good one in this. */
const changed = (...changes: object[]) => changes.map((change) => ({ props: { ...good, ...change } }));

describe("account-password-policy", () => {
  it("accepts exactly what CIS asks for, as numbers or text, and more", () => {
    const asText = { minimumPasswordLength: "14", passwordReusePrevention: "24" };
    const said = { allowUsersToChangePassword: true, hardExpiry: false };
    assertAccepts(rule, changed({}, asText, said, { minimumPasswordLength: 128 }));
  });

  it("reports a shorter minimum length, none, and what is no number", () => {
    const expected =
      /^Account.*: set minimumPasswordLength to at least 14; it is (-?\d+|not set|"13"|"long")$/;
    const lengths = [13, 0, -1, undefined, null, "", "13", "long"];
    assertReports(rule, expected, changed(...lengths.map((value) => ({ minimumPasswordLength: value }))));
  });

  it("reports a shorter memory, and none", () => {
    const expected = /: set passwordReusePrevention to at least 24; it is (23|0|not set)$/;
    const memories = [23, 0, undefined, null, ""];
    assertReports(rule, expected, changed(...memories.map((value) => ({ passwordReusePrevention: value }))));
  });

  it("reports that users may not change passwords, and hard expiry", () => {
    assertReports(rule, /set allowUsersToChangePassword to/, changed({ allowUsersToChangePassword: false }));
    assertReports(rule, /set hardExpiry to false/, changed({ hardExpiry: true }));
  });

  it("waits with what is not known yet and judges the rest", () => {
    const unknown = { minimumPasswordLength: UNKNOWN, passwordReusePrevention: UNKNOWN, hardExpiry: UNKNOWN };
    assertAccepts(rule, changed({ ...unknown, allowUsersToChangePassword: UNKNOWN }));
    assertReports(rule, /set allow/, changed({ ...unknown, allowUsersToChangePassword: false }));
  });

  it("asks for the configured minima", () => {
    const props = { minimumPasswordLength: 8, passwordReusePrevention: 5 };
    assertAccepts(rule, [{ props, config: { minimumLength: 8, reusePrevention: 5 } }]);
    assertReports(rule, /at least 20; it is 14$/, [{ props: good, config: { minimumLength: 20 } }]);
  });
});
