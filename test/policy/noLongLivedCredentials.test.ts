import assert from "node:assert/strict";
import { noLongLivedCredentials } from "../../policy/rules/noLongLivedCredentials.ts";
import { UNKNOWN, verdict } from "../support/policyRule.ts";

const OWNER_INPUTS = {
  "aws:iam/accessKey:AccessKey": "user",
  "aws:iam/serviceSpecificCredential:ServiceSpecificCredential": "userName",
  "aws:iam/signingCertificate:SigningCertificate": "userName",
  "aws:iam/sshKey:SshKey": "username",
};

describe("no-long-lived-credentials", () => {
  for (const [type, owner] of Object.entries(OWNER_INPUTS)) {
    describe(type, () => {
      it("is reported with its user's name", () => {
        const messages = verdict(noLongLivedCredentials, { type, props: { [owner]: "robot" } });
        assert.equal(messages.length, 1);
        assert.match(messages[0] ?? "", /"sample": remove this credential of user "robot"/);
      });

      it("is reported though inactive", () => {
        assert.equal(
          verdict(noLongLivedCredentials, { type, props: { [owner]: "robot", status: "Inactive" } }).length,
          1,
        );
      });

      it("is accepted for an exempt user only", () => {
        const config = { exempt: ["robot"] };
        assert.deepEqual(verdict(noLongLivedCredentials, { type, props: { [owner]: "robot" }, config }), []);
        assert.equal(
          verdict(noLongLivedCredentials, { type, props: { [owner]: "robot2" }, config }).length,
          1,
        );
        assert.equal(verdict(noLongLivedCredentials, { type, props: {}, config }).length, 1);
      });

      it("is reported for an unknown user, unless that may be an exempt one", () => {
        const props = { [owner]: UNKNOWN };
        assert.equal(verdict(noLongLivedCredentials, { type, props }).length, 1);
        assert.deepEqual(verdict(noLongLivedCredentials, { type, props, config: { exempt: ["robot"] } }), []);
      });
    });
  }

  it("says of an access key without a user that it is the deployer's own", () => {
    assert.deepEqual(verdict(noLongLivedCredentials, { props: {} }), [
      'AccessKey "sample": remove this credential of whoever deploys and use a role\'s temporary ones, ' +
        "or name a user and put it in this rule's exempt",
    ]);
  });
});
