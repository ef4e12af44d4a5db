import { initialPasswordEncrypted as rule } from "../../policy/rules/initialPasswordEncrypted.ts";
import { assertAccepts, assertReports, UNKNOWN } from "./policyRule.ts";

const profile = (pgpKey: unknown) => ({ props: { user: "Admin_2", pgpKey } });

describe("initial-password-encrypted", () => {
  it("reports a missing key with its user, and accepts one that is not known yet", () => {
    const expected = /^UserLoginProfile "sample": set pgpKey .* "Admin_2"$/;
    assertReports(rule, expected, [undefined, null, ""].map(profile));
    assertReports(rule, /of user "not known yet"$/, [{ props: { user: UNKNOWN } }]);
    assertAccepts(rule, ["mQENBF", UNKNOWN].map(profile));
  });

  it("does not ask for a key where none can be, and does not repeat the password", () => {
    const props = { userName: "a", loginProfile: { password: "hush", passwordResetRequired: true } };
    const expected =
      /^User .*: make the login profile with aws.iam.UserLoginProfile, and set pgpKey .* user "a"$/;
    assertReports(rule, expected, [{ type: "aws-native:iam:User", props }]);
  });
});
