import { noLongLivedCredentials as rule } from "../../policy/rules/noLongLivedCredentials.ts";
import { assertAccepts, assertReports, UNKNOWN } from "./policyRule.ts";

/** Every credential, and the input that names its user. */
const OWNERS = {
  "aws:iam/accessKey:AccessKey": "user",
  "aws:iam/serviceSpecificCredential:ServiceSpecificCredential": "userName",
  "aws:iam/signingCertificate:SigningCertificate": "userName",
  "aws:iam/sshKey:SshKey": "username",
};

describe("no-long-lived-credentials", () => {
  for (const [type, owner] of Object.entries(OWNERS)) {
    it(`reports ${type}, inactive or not, and accepts it of exempt users, or who may be one`, () => {
      const of = (user: unknown) => ({ type, props: { [owner]: user, status: "Inactive" } });
      assertReports(rule, /"sample": remove this credential of user "robot" .* name the user/, [of("robot")]);
      assertReports(rule, /of user "not known yet"/, [of(UNKNOWN)]);
      const exempting = (user: unknown) => ({ ...of(user), config: { exempt: ["robot"] } });
      assertAccepts(rule, ["robot", UNKNOWN].map(exempting));
      assertReports(rule, /of user "robot2"/, [exempting("robot2")]);
      assertReports(rule, /of whoever deploys .*, or name a user and put it in/, [exempting(undefined)]);
    });
  }
});
