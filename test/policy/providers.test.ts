import assert from "node:assert/strict";
import { noStaticProviderCredentials } from "../../policy/rules/noStaticProviderCredentials.ts";
import { pinnedAccount } from "../../policy/rules/pinnedAccount.ts";
import { shown, UNKNOWN, verdict } from "../support/policyRule.ts";

const PROVIDERS = ["pulumi:providers:aws", "pulumi:providers:aws-native"];

for (const type of PROVIDERS) {
  describe(`no-static-provider-credentials on ${type}`, () => {
    for (const key of ["accessKey", "secretKey", "token"]) {
      it(`reports ${key}, by its name and without its value`, () => {
        const messages = verdict(noStaticProviderCredentials, { type, props: { [key]: "hush-hush" } });
        assert.equal(messages.length, 1);
        const [message = ""] = messages;
        assert.ok(message.includes(`remove ${key};`));
        assert.ok(!message.includes("hush"));
      });

      for (const value of [undefined, null, "", UNKNOWN]) {
        it(`accepts ${shown(value)} as ${key}`, () => {
          assert.deepEqual(verdict(noStaticProviderCredentials, { type, props: { [key]: value } }), []);
        });
      }
    }

    it("reports all of them in one message, an unknown one left out", () => {
      const props = { accessKey: "AKIA", secretKey: UNKNOWN, token: "t", region: "us-east-1" };
      const messages = verdict(noStaticProviderCredentials, { type, props });
      assert.equal(messages.length, 1);
      assert.match(messages[0] ?? "", /remove accessKey, token;/);
    });

    it("accepts a profile and a role", () => {
      const props = {
        profile: "admin",
        assumeRoles: '[{"roleArn":"arn:aws:iam::123456789012:role/deploy"}]',
      };
      assert.deepEqual(verdict(noStaticProviderCredentials, { type, props }), []);
    });
  });

  describe(`pinned-account on ${type}`, () => {
    for (const allowedAccountIds of [
      '["123456789012"]',
      ["123456789012"],
      "123456789012",
      UNKNOWN,
      [UNKNOWN],
    ]) {
      it(`accepts ${shown(allowedAccountIds)}`, () => {
        assert.deepEqual(verdict(pinnedAccount, { type, props: { allowedAccountIds } }), []);
      });
    }

    for (const allowedAccountIds of [undefined, null, "", "[]", []]) {
      it(`reports ${shown(allowedAccountIds)}`, () => {
        const messages = verdict(pinnedAccount, { type, props: { allowedAccountIds } });
        assert.equal(messages.length, 1);
        assert.match(messages[0] ?? "", /"sample": set allowedAccountIds to the account/);
      });
    }
  });
}
