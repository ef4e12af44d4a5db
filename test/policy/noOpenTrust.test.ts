import { noOpenTrust as rule } from "../../policy/rules/noOpenTrust.ts";
import { assertAccepts, assertReports, UNKNOWN } from "./policyRule.ts";

const GITHUB = "token.actions.githubusercontent.com";
const trust = (Principal: unknown, Action: string, Condition?: object) => ({
  Statement: { Sid: "Trust", Effect: "Allow", Principal, Action, Condition },
});
const provider = (path: string) => ({ Federated: `arn:aws:iam::123456789012:${path}` });
const role = (assumeRolePolicy: unknown, config = {}) => ({
  props: { name: "ci", assumeRolePolicy },
  config,
});

const everybody = trust("*", "sts:AssumeRole");

// Whom a trust policy lets in is test/policy/trust.test.ts.
describe("no-open-trust", () => {
  it("says who is let in, by which statement, and what to require", () => {
    assertReports(
      rule,
      /^Role "sample": assumeRolePolicy lets anybody with an AWS account assume the role \(statement "Trust"\): name accounts/,
      [role(everybody), role(JSON.stringify(everybody))],
    );
    assertReports(
      rule,
      /lets whoever gets a token of token\.actions\.githubusercontent\.com .*: require token\.actions\.githubusercontent\.com:sub, such as repo:ORGANIZATION\/REPOSITORY:\*$/,
      [role(trust(provider(`oidc-provider/${GITHUB}`), "sts:AssumeRoleWithWebIdentity"))],
    );
    assertReports(rule, /assertion of arn:aws:iam::123456789012:saml-provider\/Corp, .*require SAML:aud/, [
      role(trust(provider("saml-provider/Corp"), "sts:AssumeRoleWithSAML")),
    ]);
  });

  it("reports a document that cannot be read, and waits with one that is not known", () => {
    assertReports(rule, /assumeRolePolicy cannot be judged because it is not JSON; write/, [role("{")]);
    assertAccepts(rule, [role(UNKNOWN), role(undefined), role({ Statement: [UNKNOWN] })]);
  });

  it("accepts the roles that are exempt, by name, pattern or prefix", () => {
    const prefixed = { namePrefix: "public-", assumeRolePolicy: everybody };
    const exempt = ["public-*", "ci"];
    assertAccepts(rule, [role(everybody, { exempt }), { props: prefixed, config: { exempt } }]);
    assertReports(rule, /lets anybody/, [role(everybody, { exempt: ["ci-*"] })]);
  });
});
