import assert from "node:assert/strict";
import { noPassRoleEscalation as rule } from "../../policy/rules/noPassRoleEscalation.ts";
import { PASS_ROLE_PATHS, SPELLINGS } from "../support/escalationPaths.ts";
import { UNKNOWN, verdict } from "../support/policyRule.ts";

const judge = (policy: unknown, config = {}) =>
  verdict(rule, { type: "aws:iam/policy:Policy", props: { name: "ci", policy }, config });
const allow = (statement: object) => ({ Effect: "Allow", Resource: "*", ...statement });
const judgeAllow = (...statements: object[]) => judge({ Statement: statements.map(allow) });
const lambda = { Action: ["lambda:CreateFunction", "lambda:InvokeFunction"] };
const pass = { Action: "iam:PassRole" };
const passedTo = (...services: string[]) => ({ StringEquals: { "iam:PassedToService": services } });

describe("no-pass-role-escalation", () => {
  for (const [id, actions] of Object.entries(PASS_ROLE_PATHS)) {
    describe(`reports ${id}, ${actions.replaceAll(" ", " and ")}`, () => {
      for (const [way, spell] of Object.entries(SPELLINGS)) {
        it(way, () => {
          assert.equal(judge(spell(actions.split(" "))).length, 1);
        });
      }

      it("not where one action is missing, or the role is named", () => {
        const list = actions.split(" ");
        assert.deepEqual(judgeAllow({ Action: list.filter((action) => action !== "iam:PassRole") }), []);
        assert.deepEqual(judgeAllow({ Action: ["iam:PassRole"] }), []);
        const [role, ...others] = list;
        assert.deepEqual(
          judgeAllow({ Action: role, Resource: "arn:aws:iam::*:role/app-*" }, { Action: others }),
          [],
        );
      });
    });
  }

  it("says which path it is, by which actions and statements, and what to do", () => {
    assert.deepEqual(judgeAllow({ Sid: "Pass", ...pass }, { Action: "ec2:RunInstances" }), [
      'Policy "sample": policy leads to full power; iam:PassRole of every role and ec2:RunInstances (ec2-001, ' +
        'statement "Pass", statement 2): name the roles in iam:PassRole, or pass them to other services only ' +
        "(iam:PassedToService)",
    ]);
  });

  it("names the first five ways of many", () => {
    const [message = ""] = judgeAllow({ Action: ["iam:PassRole", "ec2:*", "lambda:*", "glue:*"] });
    assert.equal(message.match(/iam:PassRole of every role and/g)?.length, 5);
    assert.match(message, /; and \d+ more$/);
  });

  describe("asks to which service roles may be passed", () => {
    for (const Condition of [
      passedTo("lambda.amazonaws.com"),
      passedTo("ec2.amazonaws.com", "lambda.amazonaws.com"),
      { StringLike: { "iam:PassedToService": "*" } },
      { StringLike: { "iam:PassedToService": ["lambda*"] } },
      { StringNotEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
      { StringEqualsIfExists: { "iam:PassedToService": "lambda.amazonaws.com" } },
      { StringEquals: { "aws:ResourceAccount": "${aws:PrincipalAccount}" } },
    ]) {
      it(`and reports ${JSON.stringify(Condition)} beside Lambda`, () => {
        assert.equal(judgeAllow({ ...pass, Condition }, lambda).length, 1);
      });
    }

    for (const Condition of [
      passedTo("ec2.amazonaws.com"),
      { StringLike: { "iam:PassedToService": ["ecs-tasks.amazonaws.com", "e*"] } },
      { StringEqualsIfExists: { "iam:PassedToService": "glue.amazonaws.com" } },
      { StringNotLike: { "iam:PassedToService": "lambda.*" } },
      { StringNotEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
    ]) {
      it(`and accepts ${JSON.stringify(Condition)} beside Lambda`, () => {
        assert.deepEqual(judgeAllow({ ...pass, Condition }, lambda), []);
      });
    }
  });

  it("knows the services' names in China", () => {
    const Resource = "arn:aws-cn:iam::*:role/*";
    assert.equal(
      judgeAllow({ ...pass, Resource, Condition: passedTo("lambda.amazonaws.com.cn") }, lambda).length,
      1,
    );
  });

  it("counts what runs code wherever it may, be it for one name only", () => {
    const Resource = "arn:aws:lambda:*:*:function:app-*";
    assert.equal(judgeAllow(pass, { ...lambda, Resource }).length, 1);
  });

  it("accepts actions on resources of another service, which allow nothing", () => {
    assert.deepEqual(judgeAllow(pass, { ...lambda, Resource: "arn:aws:s3:::bucket/*" }), []);
  });

  it("is silenced by a denial of it everywhere, and by no other", () => {
    const statements = [allow(pass), allow(lambda)];
    const deny = { Effect: "Deny", Action: "lambda:CreateFunction" };
    assert.deepEqual(judge({ Statement: [...statements, { ...deny, Resource: "*" }] }), []);
    const Resource = "arn:aws:lambda:*:*:function:protected";
    assert.equal(judge({ Statement: [...statements, { ...deny, Resource }] }).length, 1);
    assert.equal(judge({ Statement: [...statements, { ...deny, NotResource: Resource }] }).length, 1);
  });

  it("waits with a role that is not known yet", () => {
    assert.deepEqual(judgeAllow({ ...pass, Resource: UNKNOWN }, lambda), []);
    assert.equal(judgeAllow({ ...pass, Resource: [UNKNOWN, "*"] }, lambda).length, 1);
  });

  it("accepts the exempt", () => {
    const policy = { Statement: [allow({ Action: ["iam:PassRole", "ec2:RunInstances"] })] };
    assert.equal(judge(policy, { exempt: ["deploy-*"] }).length, 1);
    assert.deepEqual(judge(policy, { exempt: ["c?"] }), []);
  });
});
