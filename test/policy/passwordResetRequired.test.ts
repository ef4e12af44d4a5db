import assert from "node:assert/strict";
import { passwordResetRequired as rule } from "../../policy/rules/passwordResetRequired.ts";
import { assertAccepts, assertReports, remedy, UNKNOWN, urnOf, verdict } from "./policyRule.ts";
import type { Sample } from "./policyRule.ts";

const user = "Admin_2";
const profile = (required: unknown): Sample => ({ props: { user, passwordResetRequired: required } });
const named = (name: unknown): Sample => ({ props: { user: name, passwordResetRequired: false } });

describe("password-reset-required", () => {
  it("reports every value but true, and accepts one that is not known yet", () => {
    const expected = /^UserLoginProfile "sample": set passwordResetRequired to true .*"Admin_2"/;
    assertReports(rule, expected, [false, "false", null, undefined, "", "yes", 1, {}].map(profile));
    assertAccepts(rule, [true, "true", UNKNOWN].map(profile));
  });

  it("accepts the exempt user, by the exact name, and one who may turn out to be exempt", () => {
    const exempting = (name: unknown) => ({ ...named(name), config: { exempt: ["Administrator"] } });
    assertAccepts(rule, ["Administrator", UNKNOWN].map(exempting));
    const others = ["administrator", "Admin", "Administrator2", undefined, ""];
    assertReports(rule, /name the user in this rule's exempt/, others.map(exempting));
    assertReports(rule, /for user "not known yet"/, [named(UNKNOWN)]);
  });

  it("remediates a violation by setting the one input, in the SDK's own object", () => {
    const sample = { props: { user, passwordLength: 24, pgpKey: UNKNOWN } };
    const fixed = remedy(rule, sample) as Record<string, unknown>;
    assert.deepEqual(Object.keys(fixed), ["user", "passwordLength", "pgpKey", "passwordResetRequired"]);
    assert.deepEqual([fixed.user, fixed.passwordLength, fixed.passwordResetRequired], [user, 24, true]);
  });

  it("remediates neither a compliant profile nor an exempt user's nor an unknown value", () => {
    const config = { exempt: [user] };
    for (const sample of [profile(true), profile(UNKNOWN)]) assert.equal(remedy(rule, sample), undefined);
    for (const sample of [named(user), named(UNKNOWN)])
      assert.equal(remedy(rule, { ...sample, config }), undefined);
  });

  it("reports another program's profile where changes are ignored, which a remediation would replace", () => {
    const sample = { ...profile(false), ignoreChanges: ["passwordResetRequired"] };
    assertReports(rule, /set passwordResetRequired/, [sample]);
    assert.equal(remedy(rule, sample), undefined);
  });
});

describe("password-reset-required with this project's administrators", () => {
  const type = "iam-administrators:index:Administrator";
  const parents = ["iam-administrators:index:AdministratorGroup"];
  const ignoreChanges = ["passwordLength", "passwordResetRequired", "pgpKey"];
  const said = { name: user, consoleAccess: true, passwordResetRequired: true };
  /** A component as the program registers it, and then the profile inside as AWS reads it back. */
  const judge = (stack: string, component: Sample, inner: Sample = {}, config: object = {}) => {
    const outer = { type, name: user, parents, project: "iam-administrators", stack, ...component, config };
    verdict(rule, outer);
    const inside = { parents: [...parents, type], parent: urnOf(outer), project: outer.project, stack };
    return verdict(rule, { ...profile(false), ...inside, ignoreChanges, config, ...inner }).length;
  };

  it("leaves a profile that shows what AWS last said to the component around it", () => {
    assert.equal(judge("trusted", { props: said }), 0);
    assert.equal(judge("trusted", { props: said }, { parent: undefined }), 0);
    for (const path of ['["passwordResetRequired"]', "['passwordResetRequired']", "*", '["*"]']) {
      assert.equal(judge("trusted", { props: said }, { ignoreChanges: [path] }), 0, path);
    }
  });

  for (const [why, component, inner] of [
    ["no console access", { props: { ...said, consoleAccess: false } }],
    ["no console access, as null", { props: { ...said, consoleAccess: null } }],
    ["nothing said", { props: { name: user } }],
    ["no reset", { props: { ...said, passwordResetRequired: false } }],
    ["another user", { props: { ...said, name: "Admin_3" } }],
    ["no user of the profile", { props: {} }, { props: { passwordResetRequired: false } }],
    ["another project", { props: said, project: "other" }],
    ["another parent", { props: said }, { parent: "urn:pulumi:dev::iam-administrators::x::y" }],
    ["no parent", { props: said }, { parents: [], parent: undefined }],
    ["a parent of another type", { props: said }, { parents: ["my:index:Administrator"] }],
    ["changes that are not ignored", { props: said }, { ignoreChanges: ["pgpKey"] }],
  ] satisfies [string, Sample, Sample?][]) {
    it(`does not believe a component with ${why}`, () => {
      assert.equal(judge(`forged by ${why}`, component, inner), 1);
    });
  }

  it("believes the projects that are configured", () => {
    const config = { projects: ["admins"] };
    assert.equal(judge("renamed", { props: said, project: "admins" }, {}, config), 0);
    assert.equal(judge("renamed", { props: said }, {}, config), 1);
  });

  it("forgets what a component no longer says", () => {
    assert.equal(judge("changing", { props: said }), 0);
    assert.equal(judge("changing", { props: { ...said, passwordResetRequired: false } }), 1);
  });

  it("reports a component that asks for no reset of a console user, without remediation", () => {
    const asking = (required: unknown, consoleAccess?: unknown) => ({
      type,
      props: { name: user, passwordResetRequired: required, consoleAccess },
    });
    const violations = [false, "false", 0, "no", {}].map((value) => asking(value));
    const expected = /^Administrator "sample": set passwordResetRequired to true for user "Admin_2"/;
    assertReports(rule, expected, [...violations, asking(false, UNKNOWN)]);
    for (const violation of violations) assert.equal(remedy(rule, violation), undefined);
    assertAccepts(
      rule,
      [true, undefined, UNKNOWN].map((value) => asking(value)),
    );
    assertAccepts(rule, [asking(false, false), { ...asking(false), config: { exempt: [user] } }]);
  });
});
