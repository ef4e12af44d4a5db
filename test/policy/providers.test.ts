import { noStaticProviderCredentials } from "../../policy/rules/noStaticProviderCredentials.ts";
import { pinnedAccount } from "../../policy/rules/pinnedAccount.ts";
import { assertAccepts, assertReports, UNKNOWN } from "./policyRule.ts";

for (const type of ["pulumi:providers:aws", "pulumi:providers:aws-native"]) {
  describe(`no-static-provider-credentials on ${type}`, () => {
    const provider = (props: object) => ({ type, props });

    it("reports credentials by name in one message, and without their values", () => {
      for (const key of ["accessKey", "secretKey", "token"]) {
        const expected = new RegExp(`^aws\\S* "sample": remove ${key}; take credentials from [^~]*$`);
        assertReports(noStaticProviderCredentials, expected, [provider({ [key]: "~hush~" })]);
        const none = [undefined, null, "", UNKNOWN].map((value) => provider({ [key]: value }));
        assertAccepts(noStaticProviderCredentials, none);
      }
      const several = { accessKey: "AKIA", secretKey: UNKNOWN, token: "t", region: "us-east-1" };
      assertReports(noStaticProviderCredentials, /remove accessKey, token;/, [provider(several)]);
      assertAccepts(noStaticProviderCredentials, [provider({ profile: "admin", assumeRoles: "[{}]" })]);
    });
  });

  it(`pinned-account on ${type} reports a provider without accounts, as JSON, list or text`, () => {
    const listing = (allowedAccountIds: unknown) => ({ type, props: { allowedAccountIds } });
    const expected = /"sample": set allowedAccountIds to the account/;
    assertReports(pinnedAccount, expected, [undefined, null, "", "[]", []].map(listing));
    const accounts = ['["123456789012"]', ["123456789012"], "123456789012", "o-1", UNKNOWN, [UNKNOWN]];
    assertAccepts(pinnedAccount, accounts.map(listing));
  });
}
