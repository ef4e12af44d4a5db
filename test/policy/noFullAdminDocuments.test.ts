import assert from "node:assert/strict";
import { noFullAdminDocuments as rule } from "../../policy/rules/noFullAdminDocuments.ts";
import { hostileDocuments } from "./hostileDocuments.ts";
import { assertAccepts, assertReports, UNKNOWN, verdict } from "./policyRule.ts";

// What random documents cannot show; documentProperties.test.ts has the rest.

const allow = (statement: object) => ({ Effect: "Allow", ...statement });
const full = { Statement: [allow({ Action: "*", Resource: "*" })] };
const policy = (document: unknown) => ({ props: { policy: document } });
const allowing = (statement: object) => policy({ Statement: allow(statement) });
const kinds = (arn: (kind: string) => string) => ["user", "group", "role", "policy"].map(arn);
const expected = /^Policy "sample": policy allows every action, or all of iam, on every resource; /;

describe("no-full-admin-documents", () => {
  it("reports every resource of one account or partition, however it is written", () => {
    const own = "${aws:PrincipalAccount}";
    for (const Resource of [
      ...["arn:aws:iam::999999999999:*", "arn:aws:iam::99??????????:*", "arn:aws:iam::99*:*"],
      ...[`arn:aws:iam::${own}:*`, "arn:aws:iam:*:*:*", "arn:*:*:*:*:*"],
      ...["arn:aws-us-gov:iam::*", "arn:aws-iso:iam::*:*", "arn:aws-iso*"],
      ...["arn:aws-e*:iam::*:*", "arn:aws-??:iam::*:*"],
      kinds((kind) => `arn:aws:iam::${kind === "user" ? own : "999999999999"}:${kind}/*`),
    ]) {
      assertReports(rule, expected, [allowing({ Action: "iam:*", Resource })]);
    }
  });

  it("reports exclusions that leave a part of iam in", () => {
    const statements = [
      { NotAction: [], Resource: "*" },
      { NotAction: ["iam:Get*", "iam:List*", "iam:Attach*"], Resource: "*" },
      { NotAction: "sts:*", NotResource: "arn:aws:s3:::bucket" },
      { Action: "*", NotResource: "arn:aws:iam::123456789012:user/root" },
      { Action: "iam:*", NotResource: [] },
      { Action: "iam:*", NotResource: "arn:aws:iam::*:user/*" },
    ];
    assertReports(rule, expected, statements.map(allowing));
  });

  it("accepts what allows less", () => {
    const statements = [
      { Action: "*", Resource: kinds((kind) => `arn:aws:iam::*:${kind}/+*`) },
      { Action: "*", Resource: kinds((kind) => `arn:aws:iam::*:${kind}/\${aws:username}`) },
      { Action: "*", Resource: ["${*}", "arn:aws:iam::${*}:*", "arn:aws:iam::*:${*}"] },
      { NotAction: "s3:*", Resource: "arn:aws:s3:::bucket/*" },
      ...["*", "arn:*:iam::*:*", "arn:aws:iam::*:*"].map((NotResource) => ({ Action: "*", NotResource })),
      { Action: "*", NotResource: ["arn:aws-cn:iam::*:*", "arn:aws-cn:s3:::bucket"] },
      { NotAction: "sts:*", NotResource: "arn:aws:iam::*" },
      { Action: "*" },
      { Resource: "*" },
    ];
    assertAccepts(rule, statements.map(allowing));
  });

  it("does not add up what no single account has", () => {
    const Resource = kinds((kind) => `arn:aws:iam::${(kind < "m" ? "1" : "2").repeat(12)}:${kind}/*`);
    assertAccepts(rule, [allowing({ Action: "iam:*", Resource })]);
  });

  it("reads keys and effects in any letter case, and blanks around an action", () => {
    const statement = [{ sid: "NothingToSeeHere", effect: "allow", ACTION: " iam:* ", resource: "*" }];
    assertReports(rule, expected, [policy({ Id: "x", statement })]);
  });

  it("reports a document that cannot be judged, and says why", () => {
    const second = (key: string) => `{"Statement":[{"Action":"*",${key}:"s3:*"}]}`;
    const deep = `{"Statement":[{"Action":${"[".repeat(5000)}"iam:*"${"]".repeat(5000)}}]}`;
    for (const [reason, ...documents] of [
      ["it is not JSON", "", "{", encodeURIComponent(JSON.stringify(full))],
      ["it is not a JSON object", JSON.stringify(JSON.stringify(full)), "[]", "null", [], undefined],
      ["it has no Statement", "{}", { Version: "2012-10-17" }],
      ["it has a Statement that is not an object", { Statement: ["Allow everything"] }],
      ['it has the key "Action" twice in one object', second('"Action"')],
      ['it has the key "action" twice in one object', second('"action"')],
      ['it has the key "\\u0061ction" twice in one object', second('"\\u0061ction"')],
      ["it has the element ACTION twice in one object", { Statement: [{ Action: "s3:*", ACTION: "*" }] }],
      ["it has the element statement twice in one object", { Statement: [], statement: full.Statement }],
      ["it is nested too deeply", deep, JSON.parse(deep)],
    ] as const) {
      const message = `cannot be judged because ${reason}; write it as a JSON policy document`;
      for (const document of documents) {
        assert.deepEqual(verdict(rule, policy(document)), [`Policy "sample": policy ${message}`]);
      }
    }
  });

  it("accepts one key in two objects, text that looks like one, and tags that differ in letter case only", () => {
    const Condition = { StringEquals: { "aws:RequestTag/Env": "a", "aws:RequestTag/env": "a" } };
    const Statement = [allow({ Sid: "Action", Action: "s3:*", Resource: '"Action":' }), allow({ Condition })];
    assertAccepts(rule, [policy(JSON.stringify({ Statement }))]);
  });

  it("waits with what is not known yet and judges the rest", () => {
    assertAccepts(rule, [policy(UNKNOWN)]);
    for (const unknown of [
      UNKNOWN,
      allow({ Action: UNKNOWN, Resource: "*" }),
      allow({ Action: "*", Resource: UNKNOWN }),
      { Effect: UNKNOWN, Action: "*", Resource: "*" },
      allow({ NotAction: ["s3:*", UNKNOWN], Resource: "*" }),
      allow({ Action: "*", NotResource: UNKNOWN }),
    ]) {
      assertAccepts(rule, [policy({ Statement: [unknown] })]);
      assertReports(rule, expected, [policy({ Statement: [unknown, ...full.Statement] })]);
    }
    assertReports(rule, expected, [allowing({ Action: [UNKNOWN, "*"], Resource: ["*", UNKNOWN] })]);
    assertReports(rule, expected, [allowing({ Action: "*", Resource: "*", Condition: UNKNOWN })]);
  });

  it("reports each inline policy of a role by its place and name, and no trust policy", () => {
    const type = "aws:iam/role:Role";
    const harmless = { name: "ok", policy: { Statement: allow({ Action: "s3:*", Resource: "*" }) } };
    const inlinePolicies = [harmless, { name: "bad", policy: JSON.stringify(full) }, { policy: full }];
    const messages = verdict(rule, { type, props: { inlinePolicies, assumeRolePolicy: full } });
    assert.deepEqual(
      messages.map((message) => message.split(" allows ")[0]),
      ['Role "sample": inlinePolicies[1] "bad"', 'Role "sample": inlinePolicies[2] "unnamed"'],
    );
    for (const none of [undefined, [], [{}], [{ name: "" }], UNKNOWN, [UNKNOWN], [{ policy: UNKNOWN }]]) {
      assertAccepts(rule, [{ type, props: { inlinePolicies: none, assumeRolePolicy: full } }]);
    }
  });

  it("accepts the managed policies that are configured as boundaries, unless they cannot be read", () => {
    const boundary = {
      props: { name: "boundary-1a2b", policy: full },
      config: { boundaries: ["boundary-*"] },
    };
    assertAccepts(rule, [boundary]);
    const differing = (props: object) => ({ ...boundary, props: { ...boundary.props, ...props } });
    const inline = { ...differing({ role: "boundary-1" }), type: "aws:iam/rolePolicy:RolePolicy" };
    assertReports(rule, /allows every|cannot/, [
      differing({ name: "x" }),
      differing({ policy: "{" }),
      inline,
    ]);
  });

  it("comes to an end on documents that cost the most", () => {
    for (const [what, document] of Object.entries(hostileDocuments(6144))) {
      assert.ok(document.length > 5000, what);
      assert.ok(verdict(rule, policy(document)).length <= 1, what);
    }
  });
});
