import assert from "node:assert/strict";
import { evaluate, least, type ConcreteRequest } from "../../policy/iam/evaluate.ts";
import { parseDocument, type Statement } from "../../policy/iam/policyDocument.ts";
import { UNKNOWN } from "../../policy/iam/values.ts";

const ROLE = "arn:aws:iam::111111111111:role/app/web";
const USER = "arn:aws:iam::111111111111:user/eve";

function read(...Statement: readonly object[]): readonly Statement[] {
  const document = parseDocument({ Version: "2012-10-17", Statement } as never);
  assert.ok("statements" in document);
  return document.statements;
}

const allow = (parts: object) => ({ Effect: "Allow", Action: "iam:*", Resource: "*", ...parts });
const deny = (parts: object) => ({ ...allow(parts), Effect: "Deny" });
const asked = (parts: Partial<ConcreteRequest> = {}): ConcreteRequest => ({
  action: "iam:PutRolePolicy",
  resource: ROLE,
  ...parts,
});
const verdict = (statements: readonly object[], parts: Partial<ConcreteRequest> = {}) =>
  evaluate(read(...statements), asked(parts));

// Statements, denials and conditions of which nothing is known: documentProperties.test.ts, against a slow evaluation.
describe("The evaluator of one action on one resource", () => {
  it("decides a condition by what the request carries", () => {
    const admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    const only = (PolicyARN: string) => [allow({ Condition: { ArnEquals: { "iam:PolicyARN": PolicyARN } } })];
    const carrying = { context: { "iam:policyarn": [admin] } };
    assert.equal(verdict(only(admin), carrying), "surely");
    assert.equal(verdict(only("arn:aws:iam::111111111111:policy/app"), carrying), "no");
    assert.equal(verdict(only(admin)), "perhaps");
    assert.equal(
      verdict(only(admin), { context: { "iam:policyarn": [admin, "arn:aws:iam::1:policy/x"] } }),
      "perhaps",
    );
    const tagged = [allow({ Condition: { StringEquals: { "aws:ResourceTag/team": "a" } } })];
    assert.equal(verdict(tagged, { context: { "aws:resourcetag/team": ["a"] } }), "surely");
    assert.equal(verdict(tagged, { context: { "aws:resourcetag/team": ["b"] } }), "no");
    assert.equal(verdict(tagged, { context: { "aws:resourcetag/team": [undefined] } }), "no");
  });

  it("puts in the principal's own values for policy variables", () => {
    const own = [allow({ Resource: "arn:aws:iam::${aws:PrincipalAccount}:user/${aws:username}" })];
    const by = (name: string | undefined) => ({
      resource: USER,
      context: { "aws:principalaccount": ["111111111111"], "aws:username": [name] },
    });
    assert.equal(verdict(own, by("eve")), "surely");
    assert.equal(verdict(own, by("bob")), "no");
    // A role has no user name.
    assert.equal(verdict(own, by(undefined)), "no");
    assert.equal(verdict(own, { resource: USER }), "perhaps");
    assert.equal(
      verdict([allow({ Resource: "arn:aws:iam::*:user/${aws:username, 'eve'}" })], by(undefined)),
      "surely",
    );
    const sameTeam = { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } };
    const teams = { "aws:resourcetag/team": ["a"], "aws:principaltag/team": ["a"] };
    assert.equal(verdict([allow({ Condition: sameTeam })], { context: teams }), "surely");
    assert.equal(
      verdict([allow({ Condition: sameTeam })], {
        context: { ...teams, "aws:principaltag/team": [undefined] },
      }),
      "no",
    );
  });

  it("reads no variables in a document of the old version, or none", () => {
    const Statement = [allow({ Resource: "arn:aws:iam::*:user/${aws:username}" })];
    for (const Version of ["2008-10-17", undefined]) {
      const document = parseDocument({ Version, Statement });
      assert.ok("statements" in document);
      const request = asked({ resource: USER, context: { "aws:username": ["eve"] } });
      assert.equal(evaluate(document.statements, request), "no");
    }
  });

  it("takes what is not known yet as allowing nothing and denying everything", () => {
    assert.equal(verdict([allow({ Condition: UNKNOWN })]), "no");
    assert.equal(verdict([allow({}), deny({ Resource: UNKNOWN, Condition: UNKNOWN })]), "no");
  });

  it("asks a boundary too", () => {
    const boundary = read(allow({ Action: "s3:*" }));
    assert.equal(least(evaluate(read(allow({})), asked()), evaluate(boundary, asked())), "no");
    assert.equal(least("surely", "perhaps"), "perhaps");
  });
});
