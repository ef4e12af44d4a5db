import assert from "node:assert/strict";
import fc from "fast-check";
import { matches } from "../../policy/lib/glob.ts";
import { noFullAdminDocuments } from "../../policy/rules/noFullAdminDocuments.ts";
import { UNKNOWN, verdict } from "../support/policyRule.ts";
import {
  hit,
  partitionsOf,
  regex,
  slowlyAllows,
  type Listed,
  type Statement,
} from "../support/slowEvaluator.ts";

// Random documents against a slow evaluation that shares no code with the rule, without Condition and Deny, as the rule
// has it.

const judge = (policy: unknown) =>
  verdict(noFullAdminDocuments, { type: "aws:iam/policy:Policy", props: { policy } });
const isReported = (statements: readonly unknown[]) =>
  judge({ Version: "2012-10-17", Statement: statements }).length === 1;

// All of iam, reads and tags included: a part of the service's actions, with the kind of resource that each acts on.
const IAM_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  user: [
    ..."AttachUserPolicy ChangePassword CreateAccessKey CreateLoginProfile CreateUser DeactivateMFADevice".split(
      " ",
    ),
    ..."DeleteAccessKey DeleteLoginProfile DeleteUser DeleteUserPermissionsBoundary DeleteUserPolicy".split(
      " ",
    ),
    ..."DetachUserPolicy EnableMFADevice GetUser ListAccessKeys PutUserPermissionsBoundary PutUserPolicy".split(
      " ",
    ),
    ..."TagUser UntagUser UpdateAccessKey UpdateLoginProfile UpdateUser UploadSSHPublicKey".split(" "),
  ],
  group: [
    ..."AddUserToGroup AttachGroupPolicy CreateGroup DeleteGroup DeleteGroupPolicy DetachGroupPolicy".split(
      " ",
    ),
    ..."GetGroup ListAttachedGroupPolicies PutGroupPolicy RemoveUserFromGroup UpdateGroup".split(" "),
  ],
  role: [
    ..."AttachRolePolicy CreateRole CreateServiceLinkedRole DeleteRole DeleteRolePermissionsBoundary".split(
      " ",
    ),
    ..."DeleteRolePolicy DetachRolePolicy GetRole ListRolePolicies PassRole PutRolePermissionsBoundary".split(
      " ",
    ),
    ..."PutRolePolicy TagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription".split(" "),
  ],
  policy: [
    ..."CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion GetPolicy GetPolicyVersion".split(
      " ",
    ),
    ..."ListPolicyVersions SetDefaultPolicyVersion TagPolicy UntagPolicy".split(" "),
  ],
};
// Some of the powers without which nobody has all of iam.
const CORE = [
  "CreateUser AttachUserPolicy PutUserPolicy CreateAccessKey UpdateLoginProfile AddUserToGroup AttachGroupPolicy",
  "CreateRole AttachRolePolicy UpdateAssumeRolePolicy PassRole CreatePolicyVersion SetDefaultPolicyVersion",
].flatMap((line) => line.split(" "));

const EXOTIC = ["+q,7", "zoë.example", "very/deep/path/x@y=z", "Administrators"];

function everyPower(partition: string, account: string, only: (action: string) => boolean = () => true) {
  return Object.entries(IAM_ACTIONS).flatMap(([kind, actions]) =>
    actions.filter(only).flatMap((action) =>
      EXOTIC.map((name) => ({
        action: `iam:${action}`,
        resource: `arn:${partition}:iam::${account}:${kind}/${name}`,
      })),
    ),
  );
}

const oneOrMore = <T extends string>(item: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<Listed> =>
  fc.oneof(item, fc.array(item, { minLength: 1, maxLength }));
const anyCase = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) =>
      Array.from(text, (letter, index) => (upper[index] ? letter.toUpperCase() : letter.toLowerCase())).join(
        "",
      ),
    );
const mostlyWide = [
  ...["*", "iam:*", "i?m:*", "*:*", "**", "iam:?*", "*m:*"],
  ...["iam:A*", "iam:C*", "iam:D*", "iam:P*", "iam:U*", "iam:R*", "iam:S*"],
  ...["iam:*User*", "iam:*Group*", "iam:*Role*", "iam:*Policy*", "iam:*Key*", "iam:*Profile*", "iam:*Device"],
  ...["s3:*", "iam:Get*", "iam:PassRole", "ec2:Run?nstances", "sts:*"],
];
const action = fc.constantFrom(...mostlyWide).chain(anyCase);
const resource = fc.constantFrom(
  ...["*", "**", "arn:*", "arn:aws:*", "arn:aws:iam::*", "arn:*:iam::*:*", "arn:aws:iam::123456789012:*"],
  ...["user", "group", "role", "policy"].flatMap((kind) => [
    `arn:aws:iam::*:${kind}/*`,
    `arn:aws-cn:*:${kind}/*`,
  ]),
  ...["arn:aws:s3:::bucket/*", "arn:aws:iam::*:user/team/*", "arn:aws:iam::*:role/a*", "${*}"],
);
const effect = fc.constantFrom("Allow", "Allow", "Allow", "Deny");
const positive: fc.Arbitrary<Statement> = fc.record({
  Effect: effect,
  Action: oneOrMore(action, 8),
  Resource: oneOrMore(resource, 5),
});
const negative: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({ Effect: effect, NotAction: oneOrMore(action, 3), Resource: oneOrMore(resource, 3) }),
  fc.record({ Effect: effect, Action: oneOrMore(action, 3), NotResource: oneOrMore(resource, 3) }),
  fc.record({ Effect: effect, NotAction: oneOrMore(action, 3), NotResource: oneOrMore(resource, 3) }),
);
const statements = fc.array(fc.oneof(positive, positive, negative), { maxLength: 5 });
/** The places in which a document allows something: the partitions that its ARNs name, else aws. */
const placesOf = (given: readonly Statement[]) =>
  partitionsOf(given.filter(({ Effect }) => Effect === "Allow")).map(
    (partition) => [partition, "123456789012"] as const,
  );

describe("documents of any shape", function () {
  this.timeout(60_000);

  it("are reported when they allow all of iam on every resource of an account", () => {
    let reported = 0;
    fc.assert(
      fc.property(statements, (given) => {
        const all = placesOf(given).some((place) =>
          everyPower(...place).every((power) => slowlyAllows(given, power)),
        );
        if (all) reported++;
        assert.ok(!all || isReported(given));
      }),
      { numRuns: 2000 },
    );
    assert.ok(reported > 100, `only ${reported} of the random documents had full power`);
  });

  it("are not reported when a core power of iam is missing everywhere", () => {
    let accepted = 0;
    const inCore = (name: string): boolean => CORE.includes(name);
    fc.assert(
      fc.property(fc.array(positive, { maxLength: 5 }), (given) => {
        const core = placesOf(given).some((place) =>
          everyPower(...place, inCore).every((power) => slowlyAllows(given, power)),
        );
        if (!core) accepted++;
        assert.ok(core || !isReported(given));
      }),
      { numRuns: 2000 },
    );
    assert.ok(accepted > 100, `only ${accepted} of the random documents lacked a power`);
  });

  it("with an exclusion are reported unless it takes out all of iam", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 6 }), (NotAction) => {
        const left = everyPower("aws", "123456789012", (name) => CORE.includes(name)).some(
          (power) => !hit(NotAction, power.action, "i"),
        );
        assert.ok(!left || isReported([{ Effect: "Allow", NotAction, Resource: "*" }]));
        assert.ok(
          !NotAction.some((item) => regex(item, "i").test("iam:")) ||
            !isReported([{ Effect: "Allow", NotAction, Resource: "*" }]),
        );
      }),
    );
  });

  it("get the same verdict as text, as text with escapes, with single items listed, split up and mixed with harmless ones", () => {
    const harmless: Statement = {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::bucket/*",
    };
    const deny: Statement = { Effect: "Deny", Action: "*", Resource: "*" };
    fc.assert(
      fc.property(statements, (given) => {
        const document = { Version: "2012-10-17", Statement: given };
        const text = JSON.stringify(document);
        const escaped = text.replace(
          /[*a-z](?=[^"]*")/g,
          (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
        );
        const listed = given.map((statement) =>
          Object.fromEntries(
            Object.entries(statement).map(([key, value]) => [key, key === "Effect" ? value : [value].flat()]),
          ),
        );
        const split = given.flatMap((statement) =>
          statement.Action === undefined
            ? statement
            : [statement.Action].flat().map((Action) => ({ ...statement, Action })),
        );
        const conditional = given.map((statement) => ({
          ...statement,
          Condition: { Bool: { "aws:SecureTransport": "true" } },
        }));
        const expected = judge(document).length;
        for (const variant of [text, escaped, JSON.stringify(document, null, 3)])
          assert.equal(judge(variant).length, expected);
        for (const variant of [listed, split, conditional, [harmless, ...given], [...given, deny]]) {
          assert.equal(isReported(variant) ? 1 : 0, expected);
        }
        if (given.length === 1) assert.equal(judge({ Statement: given[0] }).length, expected);
      }),
      { numRuns: 500 },
    );
  });

  it("never get a milder verdict by allowing more", () => {
    fc.assert(
      fc.property(statements, positive, (given, more) => {
        assert.ok(!isReported(given) || isReported([...given, more]));
      }),
      { numRuns: 500 },
    );
  });

  it("are never reported for what is not known yet", () => {
    fc.assert(
      fc.property(statements, fc.infiniteStream(fc.nat(3)), (given, dice) => {
        const veil = (value: unknown): unknown => {
          if (dice.next().value === 0) return UNKNOWN;
          if (Array.isArray(value)) return value.map(veil);
          if (typeof value !== "object" || value === null) return value;
          return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, veil(inner)]));
        };
        assert.ok(isReported(given) || !isReported(given.map(veil)));
      }),
      { numRuns: 1000 },
    );
  });

  it("never crash the rule, whatever they are", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.jsonValue()), (document) => {
        assert.ok(judge(document).length <= 1);
        assert.ok(judge({ Statement: document }).length <= 1);
        assert.ok(
          judge({ Statement: [{ Effect: document, Action: document, NotResource: document }] }).length <= 1,
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe("patterns", () => {
  it("match as their regular expression does", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", ":", "*", "?"), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (pattern, candidate) => {
        assert.equal(matches(pattern, candidate), regex(pattern, "").test(candidate));
      }),
      { numRuns: 20_000 },
    );
  });
});
