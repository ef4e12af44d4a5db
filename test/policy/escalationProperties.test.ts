import assert from "node:assert/strict";
import fc from "fast-check";
import { noFullAdminDocuments } from "../../policy/rules/noFullAdminDocuments.ts";
import { noPrivilegeEscalation } from "../../policy/rules/noPrivilegeEscalation.ts";
import { verdict } from "../support/policyRule.ts";
import { isAbout, type Statement } from "../support/slowEvaluator.ts";

// Random documents with Deny and conditions, against a slow evaluation that shares no code with the rule.

/** The published actions, and the kind of resource of which each must be allowed on every one. */
const WAYS: Readonly<Record<string, string>> = {
  "iam:CreatePolicyVersion": "policy",
  "iam:SetDefaultPolicyVersion": "policy",
  "iam:CreateAccessKey": "user",
  "iam:CreateLoginProfile": "user",
  "iam:UpdateLoginProfile": "user",
  "iam:PutRolePolicy": "role",
  "iam:AttachRolePolicy": "role",
  "iam:UpdateAssumeRolePolicy": "role",
  "iam:PutGroupPolicy": "group",
  "iam:AttachGroupPolicy": "group",
  "iam:AddUserToGroup": "group",
};
/** Those that one's own user is enough for. */
const OWN_WAYS = ["iam:PutUserPolicy", "iam:AttachUserPolicy"];

const NAMES = ["Zeus", "very/deep/path/x@y=z", "OrganizationAccountAccessRole", "q+9,z"];
const OWN = "mine";

/** Conditions, and whether each keeps every published way from being gone. */
const CONDITIONS = [
  { condition: undefined, binds: false },
  { condition: undefined, binds: false },
  { condition: { StringLike: { "iam:PermissionsBoundary": "*" } }, binds: "for those without a boundary" },
  { condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } }, binds: false },
  { condition: { StringEquals: { "aws:ResourceTag/team": "a" } }, binds: true },
] as const;

interface Sample extends Statement {
  /** Whether the condition binds; the rule knows no such element. */
  readonly binds: (typeof CONDITIONS)[number]["binds"];
}

const BOUNDED = /^iam:(Put|Attach)(User|Role)Policy$/;

/** Whether a statement with this condition still allows, or denies in any case. */
function applies({ Effect, Condition, binds }: Sample, action: string): boolean {
  if (Effect === "Deny") return Condition === undefined;
  return binds === "for those without a boundary" ? BOUNDED.test(action) : !binds;
}

function slowlyCan(statements: readonly Sample[], action: string, resource: string): boolean {
  const about = statements.filter(
    (statement) => isAbout(statement, { action, resource }) && applies(statement, action),
  );
  return about.some(({ Effect }) => Effect === "Allow") && !about.some(({ Effect }) => Effect === "Deny");
}

function slowlyEscalates(statements: readonly Sample[]): boolean {
  // What a document calls one's own user is the user's name when AWS reads it.
  const read = statements.map(
    (statement) => JSON.parse(JSON.stringify(statement).replaceAll("${aws:username}", OWN)) as Sample,
  );
  // An account that the document may name, and one that it cannot.
  return ["arn:aws:iam::123456789012", "arn:aws:iam::999999999999"].some(
    (place) =>
      Object.entries(WAYS).some(([action, kind]) =>
        NAMES.every((name) => slowlyCan(read, action, `${place}:${kind}/${name}`)),
      ) || OWN_WAYS.some((action) => slowlyCan(read, action, `${place}:user/${OWN}`)),
  );
}

const action = fc.constantFrom(
  ...[...Object.keys(WAYS), ...OWN_WAYS],
  ...[
    "iam:*Policy",
    "iam:Attach*",
    "iam:put*",
    "IAM:Update*",
    "iam:Create*",
    "iam:*r*",
    "iam:Get*",
    "iam:?ttach*",
  ],
  ...["s3:*", "ec2:Run*", "*:CreateAccessKey"],
);
const resource = fc.constantFrom(
  ...["*", "arn:aws:iam::*:*", "arn:*:iam::123456789012:*"],
  ...["user", "group", "role", "policy"].flatMap((kind) => [
    `arn:aws:iam::*:${kind}/*`,
    `arn:aws:iam::*:${kind}/app-*`,
    `arn:*:iam::*:${kind}/team/*`,
  ]),
  ...["arn:aws:iam::*:user/${aws:username}", "arn:aws:s3:::bucket/*"],
);
const list = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });
const common = {
  Effect: fc.constantFrom("Allow", "Allow", "Allow", "Deny"),
  of: fc.constantFrom(...CONDITIONS),
};
const statement: fc.Arbitrary<Sample> = fc
  .oneof(
    fc.record({ ...common, Action: list(action), Resource: list(resource) }),
    fc.record({ ...common, Action: list(action), Resource: list(resource) }),
    fc.record({ ...common, NotAction: list(action), Resource: list(resource) }),
    fc.record({ ...common, Action: list(action), NotResource: list(resource) }),
  )
  .map(({ of, ...rest }) => ({
    ...rest,
    binds: of.binds,
    ...(of.condition !== undefined && { Condition: of.condition }),
  }));

const isReported = (statements: readonly Sample[]): boolean => {
  const policy = { Statement: statements };
  const sample = { type: "aws:iam/policy:Policy", props: { policy } };
  // A document of full power is the other rule's.
  return verdict(noPrivilegeEscalation, sample).length + verdict(noFullAdminDocuments, sample).length > 0;
};

describe("documents of any shape", function () {
  this.timeout(60_000);

  it("are reported when a published action is allowed on every resource of its kind", () => {
    let reported = 0;
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 4 }), (given) => {
        const escalates = slowlyEscalates(given);
        if (escalates) reported++;
        assert.ok(!escalates || isReported(given));
      }),
      { numRuns: 3000 },
    );
    assert.ok(reported > 300, `only ${reported} of the random documents escalate`);
  });

  it("are not reported by the rule for escalations when none is", () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 4 }), (given) => {
        if (slowlyEscalates(given)) return;
        accepted++;
        const policy = { Statement: given };
        assert.deepEqual(
          verdict(noPrivilegeEscalation, { type: "aws:iam/policy:Policy", props: { policy } }),
          [],
        );
      }),
      { numRuns: 3000 },
    );
    assert.ok(accepted > 300, `only ${accepted} of the random documents are harmless`);
  });
});
