import assert from "node:assert/strict";
import { noPassRoleEscalation as rule } from "../../policy/rules/noPassRoleEscalation.ts";
import { PASS_ROLE_PATHS } from "../support/escalationPaths.ts";
import { assertAccepts, assertReports, UNKNOWN, verdict } from "./policyRule.ts";

const allow = (statement: object) => ({ Effect: "Allow", Resource: "*", ...statement });
const policy = (...statements: object[]) => ({
  props: { name: "ci", policy: { Statement: statements.map(allow) } },
});
const lambda = { Action: ["lambda:CreateFunction", "lambda:InvokeFunction"] };
const pass = { Action: "iam:PassRole" };
const passedTo = (...services: string[]) => ({ StringEquals: { "iam:PassedToService": services } });
const passing = (Condition: object) => policy({ ...pass, Condition }, lambda);
const expected = /^Policy "sample": policy leads to full power; iam:PassRole of every role and /;

describe("no-pass-role-escalation", () => {
  it("reports each published path, and not where roles are not passed, or named ones only, or nothing runs", () => {
    for (const Action of PASS_ROLE_PATHS) {
      const message = new RegExp(`; iam:PassRole of every role and ${Action.join(", ")} \\(`);
      assertReports(rule, message, [policy(pass, { Action })]);
      const named = { ...pass, Resource: "arn:aws:iam::*:role/app-*" };
      assertAccepts(rule, [policy({ Action }), policy(named, { Action }), policy(pass)]);
    }
  });

  it("says which path it is, by which actions and statements, and what to do", () => {
    assert.deepEqual(verdict(rule, policy({ Sid: "Pass", ...pass }, { Action: "ec2:RunInstances" })), [
      'Policy "sample": policy leads to full power; iam:PassRole of every role and ec2:RunInstances (ec2-001, ' +
        'statement "Pass", statement 2): name the roles in iam:PassRole, or pass them to other services only ' +
        "(iam:PassedToService)",
    ]);
  });

  it("reads letter case, wildcards and exclusions, and passes over conditions and denials that spare", () => {
    const spare = { Effect: "Deny", ...lambda, Condition: { Bool: { "aws:SecureTransport": "false" } } };
    const Condition = { StringLike: { "aws:RequestedRegion": "*" } };
    const excluding = { Effect: "Allow", NotResource: "arn:aws:s3:::bucket/*" };
    const Statement = [pass, lambda].map((statement) => ({ ...excluding, ...statement }));
    assertReports(rule, expected, [
      policy({ Action: ["IAM:P?SSROLE", "lambda:*Function"], Resource: "arn:*:*:*:*:*" }),
      policy({ ...pass, Condition }, { ...lambda, Condition }, spare),
      { props: { policy: { Statement } } },
    ]);
  });

  it("names the first five ways of many", () => {
    const [message = ""] = verdict(rule, policy({ Action: ["iam:PassRole", "ec2:*", "lambda:*", "glue:*"] }));
    assert.equal(message.match(/iam:PassRole of every role and/g)?.length, 5);
    assert.match(message, /; and 10 more$/);
  });

  it("reports conditions that let roles pass to what runs code", () => {
    const conditions = [
      passedTo("ec2.amazonaws.com", "lambda.amazonaws.com"),
      { StringLike: { "iam:PassedToService": "*" } },
      { StringLike: { "iam:PassedToService": ["lambda*"] } },
      { StringNotEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
      { StringEqualsIfExists: { "iam:PassedToService": "lambda.amazonaws.com" } },
      { StringEquals: { "aws:ResourceAccount": "${aws:PrincipalAccount}" } },
    ];
    assertReports(rule, expected, conditions.map(passing));
    const inChina = { Resource: "arn:aws-cn:iam::*:role/*", Condition: passedTo("lambda.amazonaws.com.cn") };
    assertReports(rule, expected, [policy({ ...pass, ...inChina }, lambda)]);
  });

  it("accepts conditions that let roles pass to other services only", () => {
    const conditions = [
      passedTo("ec2.amazonaws.com", "lambda.amazonaws.com.cn"),
      { StringLike: { "iam:PassedToService": ["ecs-tasks.amazonaws.com", "e*"] } },
      { StringEqualsIfExists: { "iam:PassedToService": "glue.amazonaws.com" } },
      { StringNotLike: { "iam:PassedToService": "lambda.*" } },
      { StringNotEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
    ];
    assertAccepts(rule, conditions.map(passing));
  });

  it("counts what runs code wherever it may, be it for one name only, but not on another service", () => {
    const named = { ...lambda, Resource: "arn:aws:lambda:*:*:function:app-*" };
    assertReports(rule, expected, [policy(pass, named)]);
    assertAccepts(rule, [policy(pass, { ...lambda, Resource: "arn:aws:s3:::bucket/*" })]);
  });

  it("reports tasks with overrides of any definition, and accepts those of named ones", () => {
    for (const action of ["ecs:RunTask", "ecs:StartTask"]) {
      const task = (Resource: string) => policy(pass, { Action: action, Resource });
      assertReports(rule, new RegExp(`every role and ${action} \\(ecs-00`), [
        ...[
          "*",
          "arn:aws:ecs:*:*:task-definition/*",
          "arn:aws:ecs:eu-west-1:123456789012:task-definition/*:*",
        ].map(task),
      ]);
      assertAccepts(rule, [task("arn:aws:ecs:*:123456789012:task-definition/nightly:*")]);
    }
  });

  it("is silenced by a denial of it everywhere, and by no other", () => {
    const deny = { Effect: "Deny", Action: "lambda:CreateFunction" };
    const Resource = "arn:aws:lambda:*:*:function:protected";
    assertAccepts(rule, [policy(pass, lambda, deny)]);
    assertReports(rule, expected, [
      policy(pass, lambda, { ...deny, Resource }),
      policy(pass, lambda, { ...deny, Resource: undefined, NotResource: Resource }),
    ]);
  });

  it("waits with a role that is not known yet", () => {
    assertAccepts(rule, [policy({ ...pass, Resource: UNKNOWN }, lambda)]);
    assertReports(rule, expected, [policy({ ...pass, Resource: [UNKNOWN, "*"] }, lambda)]);
  });

  it("accepts the exempt", () => {
    assertAccepts(rule, [{ ...policy(pass, lambda), config: { exempt: ["c?"] } }]);
    assertReports(rule, expected, [{ ...policy(pass, lambda), config: { exempt: ["deploy-*"] } }]);
  });
});
