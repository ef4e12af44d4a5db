import assert from "node:assert/strict";
import fc from "fast-check";
import { evaluate } from "../../policy/iam/evaluate.ts";
import { matches } from "../../policy/iam/glob.ts";
import { parseDocument } from "../../policy/iam/policyDocument.ts";
import type { Value } from "../../policy/iam/values.ts";
import { noFullAdminDocuments } from "../../policy/rules/noFullAdminDocuments.ts";
import { noPrivilegeEscalation } from "../../policy/rules/noPrivilegeEscalation.ts";
import { IAM_PATHS } from "../support/escalationPaths.ts";
import { UNKNOWN, verdict } from "./policyRule.ts";

// Random documents against a slow evaluation that shares no code with the rules: a regular expression for each pattern.
// It follows AWS's documentation; that AWS does the same is not proved here.

type Listed = string | readonly string[] | undefined;

interface Statement extends Partial<Record<"Action" | "NotAction" | "Resource" | "NotResource", Listed>> {
  readonly Effect: string;
  readonly Condition?: object;
}

const isFull = (policy: unknown) => verdict(noFullAdminDocuments, { props: { policy } }).length === 1;
const isEscalating = (policy: unknown) => verdict(noPrivilegeEscalation, { props: { policy } }).length === 1;
const Version = "2012-10-17";

function regex(pattern: string, flags: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*+/g, ".*");
  return new RegExp(`^${escaped.replaceAll("?", ".")}$`, `s${flags}`);
}

const hit = (listed: Listed, text: string, flags: string) =>
  [listed ?? []].flat().some((pattern) => regex(pattern, flags).test(text));

function isAbout(statement: Statement, action: string, resource: string): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  return (
    (NotAction === undefined ? hit(Action, action, "i") : !hit(NotAction, action, "i")) &&
    (NotResource === undefined ? hit(Resource, resource, "") : !hit(NotResource, resource, ""))
  );
}

/** The partitions that the statements' ARNs name, and aws where no Allow names one. */
function partitionsOf(statements: readonly Statement[]): string[] {
  const namedBy = (effect: string) =>
    statements
      .filter(({ Effect }) => Effect === effect)
      .flatMap(({ Resource, NotResource }) => [Resource ?? [], NotResource ?? []].flat())
      .flatMap((arn) => /^arn:(aws[a-z-]*)(:|$)/.exec(arn)?.[1] ?? []);
  const allowed = namedBy("Allow");
  return [...new Set([...(allowed.length > 0 ? allowed : ["aws"]), ...namedBy("Deny")])];
}

const KINDS = ["user", "group", "role", "policy"];
// Some of the powers without which nobody has all of iam, by the kind of resource that they act on.
const CORE = Object.entries({
  user: "CreateUser AttachUserPolicy PutUserPolicy CreateAccessKey UpdateLoginProfile",
  group: "AddUserToGroup AttachGroupPolicy",
  role: "CreateRole AttachRolePolicy UpdateAssumeRolePolicy PassRole",
  policy: "CreatePolicyVersion SetDefaultPolicyVersion",
}).flatMap(([kind, actions]) => actions.split(" ").map((name) => ({ kind, action: `iam:${name}` })));
const others = ["Create", "Delete", "Get"].flatMap((verb) => KINDS.map((kind) => ({ kind, verb })));
const ALL = CORE.concat(others.map(({ kind, verb }) => ({ kind, action: `iam:${verb}${kind}` })));
const NAMES = ["Administrators", "very/deep/path/x@y=z", "zoë.example", "+q,7"];

/** Whether the statements allow each of the powers, whatever a Condition asks for or another one denies. */
function slowlyHas(statements: readonly Statement[], needed: typeof ALL): boolean {
  const allows = statements.filter(({ Effect }) => Effect === "Allow");
  return partitionsOf(allows).some((partition) =>
    needed.every(({ kind, action }) =>
      NAMES.every((name) => {
        const resource = `arn:${partition}:iam::123456789012:${kind}/${name}`;
        return allows.some((statement) => isAbout(statement, action, resource));
      }),
    ),
  );
}

/** Whether a statement with its condition still allows, or denies in any case. */
function applies({ Effect, Condition = {} }: Statement, action: string, tagsAreFree: boolean): boolean {
  const [key = ""] = Object.values(Condition).flatMap((keys: object) => Object.keys(keys));
  // Whoever changes a boundary always says to which.
  const changes = key === "iam:PermissionsBoundary" && /:Put\w+PermissionsBoundary$/.test(action);
  if (Effect === "Deny") return key === "" || changes;
  // Any boundary will do where there can be one, and a request without one never passes where not.
  if (key === "iam:PermissionsBoundary")
    return /:((Put|Attach)(User|Role)Policy|(Put|Delete)(User|Role)PermissionsBoundary)$/.test(action);
  return key !== "aws:ResourceTag/team" || tagsAreFree;
}

// Names that some pattern below may mean.
const FAMILIES = [...NAMES, "app-1", "team/x", "mine"];
const OF_KIND = { user: "User", "own user": "User", role: "Role", policy: "Policy" } as Record<
  string,
  string
>;
const folder = (kind: string) => (kind === "SAML provider" ? "saml-provider" : kind.replace("own ", ""));

/** Whether a published action is allowed on every resource of its kind, in some account. */
function slowlyEscalates(statements: readonly Statement[]): boolean {
  // What a document of this version calls one's own user is the user's name when AWS reads it.
  const read = JSON.parse(JSON.stringify(statements).replaceAll("${aws:username}", "mine")) as Statement[];
  const about = (action: string, resource: string, tagsAreFree = false) =>
    read
      // What is not of iam itself has to be named.
      .filter(({ NotAction }) => NotAction === undefined || action.startsWith("iam:"))
      .filter((one) => applies(one, action, tagsAreFree) && isAbout(one, action, resource));
  const can = (action: string, resource: string, tagsAreFree: boolean) => {
    const found = about(action, resource, tagsAreFree);
    return found.some(({ Effect }) => Effect === "Allow") && found.every(({ Effect }) => Effect === "Allow");
  };
  // An account that the document may name, and one that it cannot.
  const accounts = ["123456789012", "999999999999"];
  const places = partitionsOf(statements).flatMap((aws) => accounts.map((id) => `arn:${aws}:iam::${id}`));
  const resources = (kind: string) =>
    kind === "own user" ? ["user/mine"] : NAMES.map((name) => `${folder(kind)}/${name}`);
  const asksForTags = JSON.stringify(read).includes("aws:ResourceTag/");
  /** Whether the holder can set tags of some resource of a kind, of which not all are denied in one statement. */
  const tags = (kind: string) =>
    ["Tag", "Untag"].some((verb) =>
      places.some((place) => {
        const action = `iam:${verb}${OF_KIND[kind] ?? ""}`;
        const on = (name: string) => about(action, `${place}:${folder(kind)}/${name}`);
        const isDenied = read.some((one) =>
          NAMES.every((name) => on(name).some((found) => found === one && found.Effect === "Deny")),
        );
        return !isDenied && FAMILIES.some((name) => on(name).some(({ Effect }) => Effect === "Allow"));
      }),
    );
  return places.some((place) =>
    IAM_PATHS.some(({ action, kind }) => {
      const tagsAreFree = asksForTags && kind in OF_KIND && tags(kind);
      return resources(kind).every((name) => can(action, `${place}:${name}`, tagsAreFree));
    }),
  );
}

const anyCase = (text: string) =>
  fc
    .nat(255)
    .map((bits) =>
      text.replace(/./g, (letter, at: number) =>
        (bits >> (at % 8)) & 1 ? letter.toUpperCase() : letter.toLowerCase(),
      ),
    );
const action = fc
  .constantFrom(
    ...["*", "iam:*", "i?m:*", "*:*", "**", "iam:?*", "*m:*"],
    ..."ACDPURS".split("").map((letter) => `iam:${letter}*`),
    ...["User", "Group", "Role", "Policy", "Key", "Profile", "Device"].map((word) => `iam:*${word}*`),
    ...["s3:*", "iam:Get*", "iam:PassRole", "ec2:Run?nstances", "sts:*", "*:CreateAccessKey", "iam:?ttach*"],
    ...IAM_PATHS.map(({ action: published }) => published),
  )
  .chain(anyCase);
const resource = fc.constantFrom(
  ...["*", "**", "arn:*", "arn:aws:*", "arn:aws:iam::*", "arn:*:iam::*:*"],
  ...KINDS.flatMap((kind) => [`arn:aws:iam::*:${kind}/*`, `arn:aws-cn:*:${kind}/*`]),
  ...KINDS.flatMap((kind) => [`arn:aws:iam::*:${kind}/app-*`, `arn:*:iam::*:${kind}/team/*`]),
  ...["arn:aws:s3:::bucket/*", "arn:aws:iam::*:user/${aws:username}", "${*}"],
);
// Not among exclusions: to deny one account and all others but that one is nobody's document.
const place = fc.oneof({ weight: 20, arbitrary: resource }, fc.constant("arn:aws:iam::123456789012:*"));
const oneOrMore = (item: fc.Arbitrary<string>, maxLength: number) =>
  fc.oneof(item, fc.array(item, { minLength: 1, maxLength }));
const condition = fc.constantFrom(
  ...[{}, {}, { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }],
  { Condition: { StringLike: { "iam:PermissionsBoundary": "*" } } },
  { Condition: { StringEquals: { "aws:ResourceTag/team": "a" } } },
);
const Effect = fc.constantFrom("Allow", "Allow", "Allow", "Deny");
const positive: fc.Arbitrary<Statement> = fc
  .record({ Effect, Action: oneOrMore(action, 8), Resource: oneOrMore(place, 5), condition })
  .map(({ condition: one, ...rest }) => ({ ...rest, ...one }));
const negative: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({ Effect, NotAction: oneOrMore(action, 3), Resource: oneOrMore(resource, 3) }),
  fc.record({ Effect, Action: oneOrMore(action, 3), NotResource: oneOrMore(resource, 3) }),
  fc.record({ Effect, NotAction: oneOrMore(action, 3), NotResource: oneOrMore(resource, 3) }),
);
const statements = fc.oneof(
  fc.array(positive, { maxLength: 5 }),
  fc.array(fc.oneof(positive, negative), { maxLength: 5 }),
);
const eachDocument = (numRuns: number, check: (given: Statement[]) => void) => {
  fc.assert(fc.property(statements, check), { numRuns });
};

describe("documents of any shape", function () {
  this.timeout(300_000);

  it("are of full power when they allow all of iam, and not when a core power is missing", () => {
    const seen = { full: 0, lacking: 0 };
    eachDocument(2000, (Statement) => {
      const hasExclusion = Statement.some(({ NotAction, NotResource }) => NotAction ?? NotResource);
      if (slowlyHas(Statement, ALL)) {
        seen.full++;
        assert.ok(isFull({ Statement }));
      } else if (!hasExclusion && !slowlyHas(Statement, CORE)) {
        seen.lacking++;
        assert.ok(!isFull({ Statement }));
      }
    });
    assert.ok(seen.full > 100 && seen.lacking > 100, JSON.stringify(seen));
  });

  it("are of full power with an exclusion unless it takes out all of iam", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 6 }), (NotAction) => {
        const full = isFull({ Statement: { Effect: "Allow", NotAction, Resource: "*" } });
        if (CORE.some((power) => !hit(NotAction, power.action, "i"))) assert.ok(full);
        if (hit(NotAction, "iam:", "i")) assert.ok(!full);
      }),
    );
  });

  it("are escalations when a published action is allowed on every resource of its kind, and else not", () => {
    const seen = { escalating: 0, harmless: 0 };
    eachDocument(2000, (Statement) => {
      const usesIdentityCenter = Statement.some(({ Action }) =>
        ["sso:CreateAccountAssignment", "identitystore:CreateGroupMembership"].some((action) =>
          hit(Action, action, "i"),
        ),
      );
      if (slowlyEscalates(Statement)) {
        seen.escalating++;
        // A document of full power is the other rule's.
        assert.ok(isEscalating({ Version, Statement }) || isFull({ Statement }));
      } else if (!usesIdentityCenter) {
        seen.harmless++;
        assert.ok(!isEscalating({ Version, Statement }));
      }
    });
    assert.ok(seen.escalating > 200 && seen.harmless > 200, JSON.stringify(seen));
  });

  it("get the same verdict as text, as text with escapes, with single items listed, split up and beside others", () => {
    const harmless = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:*:s3:::bucket/*" };
    const escape = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
    const listed = (key: string, value: unknown) => (/(ction|source)$/.test(key) ? [value].flat() : value);
    eachDocument(300, (Statement) => {
      const text = JSON.stringify({ Version, Statement }, null, 3);
      const split = Statement.flatMap((one) => [one.Action].flat().map((Action) => ({ ...one, Action })));
      const expected = [isFull({ Version, Statement }), isEscalating({ Version, Statement })];
      for (const variant of [
        text,
        text.replace(/[*a-z](?=[^"]*")/g, escape),
        JSON.stringify({ Version, Statement }, listed),
        { Version, Statement: split },
        { Version, Statement: [harmless, ...Statement] },
        { Version, Statement: Statement.length === 1 ? Statement[0] : Statement },
      ]) {
        assert.deepEqual([isFull(variant), isEscalating(variant)], expected);
      }
    });
  });

  it("never get a milder verdict by allowing more, nor a harder one by what is not known yet", () => {
    fc.assert(
      fc.property(statements, positive, fc.infiniteStream(fc.nat(3)), (Statement, more, dice) => {
        const veil = (_key: string, value: unknown) => (dice.next().value === 0 ? UNKNOWN : value);
        if (isFull({ Statement })) assert.ok(isFull({ Statement: [...Statement, more] }));
        else assert.ok(!isFull(JSON.parse(JSON.stringify({ Statement }, veil))));
      }),
      { numRuns: 1000 },
    );
  });

  it("never crash a rule, whatever they are", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.jsonValue()), (value) => {
        const statement = { Effect: value, Action: value, NotResource: value };
        for (const policy of [value, { Statement: value }, { Statement: [statement] }]) {
          assert.ok(verdict(noFullAdminDocuments, { props: { policy } }).length <= 1);
          assert.ok(verdict(noPrivilegeEscalation, { props: { policy } }).length <= 1);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("mean every one of a kind by a pattern if names of any beginning and any end match it", () => {
    const letters = ["a", "b", "c"];
    // Between, such a name holds any two characters at any distance that a pattern may ask for, and no third one near.
    const gaps = Array.from({ length: 8 }, (_, gap) => "/".repeat(gap));
    const pairs = letters.flatMap((one) => letters.flatMap((other) => gaps.map((gap) => one + gap + other)));
    const apart = "/".repeat(10);
    const middle = `${apart}${pairs.join(apart)}${apart}`.repeat(4);
    const ends = letters.flatMap((one) => letters.map((other) => one + other));
    const part = fc.string({ unit: fc.constantFrom(...letters, "*", "*", "?"), minLength: 1, maxLength: 9 });
    const seen = { every: 0, family: 0 };
    fc.assert(
      fc.property(part, (pattern) => {
        fc.pre(pattern.includes("*"));
        const Resource = `arn:aws:iam::*:role/${pattern}`;
        const matchesEvery = ends.every((first) =>
          ends.every((last) => matches(pattern, first + middle + last)),
        );
        const found = isEscalating({ Statement: { Effect: "Allow", Action: "iam:PutRolePolicy", Resource } });
        assert.equal(found, matchesEvery);
        seen[matchesEvery ? "every" : "family"]++;
      }),
      { numRuns: 600 },
    );
    assert.ok(seen.every > 30 && seen.family > 100, JSON.stringify(seen));
  });

  it("get the same verdict on one action and one resource as a slow evaluation of it", () => {
    const names = ["user/mine", "user/app-1", "role/team/x", "group/Administrators", "policy/app-x"];
    const seen = { surely: 0, perhaps: 0, no: 0 };
    fc.assert(
      fc.property(
        statements,
        fc.constantFrom(...IAM_PATHS),
        fc.constantFrom(...names),
        (Statement, way, name) => {
          const resource = `arn:aws:iam::123456789012:${name}`;
          const document = parseDocument({ Version, Statement } as unknown as Value);
          assert.ok("statements" in document);
          const context = { "aws:username": ["mine"] };
          const found = evaluate(document.statements, { action: way.action, resource, context });
          const read = JSON.parse(
            JSON.stringify(Statement).replaceAll("${aws:username}", "mine"),
          ) as Statement[];
          const about = read.filter((one) => isAbout(one, way.action, resource));
          // A tag that the resource does not have never fits; of anything else nothing is known.
          const fitting = about.filter(
            ({ Condition = {} }) => !JSON.stringify(Condition).includes("ResourceTag"),
          );
          const has = (effect: string, sure: boolean) =>
            fitting.some(({ Effect, Condition }) => Effect === effect && (!sure || Condition === undefined));
          const allowed = has("Allow", true) ? "surely" : has("Allow", false) ? "perhaps" : "no";
          const denied = has("Deny", true)
            ? "no"
            : has("Deny", false) && allowed !== "no"
              ? "perhaps"
              : allowed;
          assert.equal(found, denied);
          seen[found]++;
        },
      ),
      { numRuns: 3000 },
    );
    assert.ok(seen.surely > 50 && seen.perhaps > 20 && seen.no > 100, JSON.stringify(seen));
  });

  it("have patterns that match as their regular expression does", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", ":", "*", "?"), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (pattern, candidate) => {
        assert.equal(matches(pattern, candidate), regex(pattern, "").test(candidate));
      }),
      { numRuns: 10_000 },
    );
  });
});
