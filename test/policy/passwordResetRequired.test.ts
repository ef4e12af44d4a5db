import assert from "node:assert/strict";
import { passwordResetRequired } from "../../policy/rules/passwordResetRequired.ts";
import { remedy, shown, UNKNOWN, urnOf, verdict, type Sample } from "../support/policyRule.ts";

const user = "Admin_2";

describe("password-reset-required", () => {
  it("accepts a profile whose user must choose a password, written as a boolean or as text", () => {
    for (const value of [true, "true"]) {
      assert.deepEqual(verdict(passwordResetRequired, { props: { user, passwordResetRequired: value } }), []);
    }
  });

  for (const value of [false, "false", null, undefined, "", "yes", 1, {}]) {
    it(`reports ${shown(value)} and names the user`, () => {
      const messages = verdict(passwordResetRequired, { props: { user, passwordResetRequired: value } });
      assert.equal(messages.length, 1);
      assert.match(
        messages[0] ?? "",
        /^UserLoginProfile "sample": set passwordResetRequired to true .*"Admin_2"/,
      );
    });
  }

  it("waits with a value that is not known yet", () => {
    assert.deepEqual(verdict(passwordResetRequired, { props: { user, passwordResetRequired: UNKNOWN } }), []);
  });

  it("reports a known false of a user who is not known yet, as long as nobody is exempt", () => {
    const props = { user: UNKNOWN, passwordResetRequired: false };
    assert.equal(verdict(passwordResetRequired, { props }).length, 1);
    assert.deepEqual(verdict(passwordResetRequired, { props, config: { exempt: ["Administrator"] } }), []);
  });

  it("accepts the exempt user, by the exact name, and nobody else", () => {
    const config = { exempt: ["Administrator"] };
    assert.deepEqual(verdict(passwordResetRequired, { props: { user: "Administrator" }, config }), []);
    for (const other of ["administrator", "Admin", "Administrator2", undefined, ""]) {
      assert.equal(verdict(passwordResetRequired, { props: { user: other }, config }).length, 1);
    }
  });

  it("remediates a violation by setting the one input, and leaves the others alone", () => {
    const fixed = remedy(passwordResetRequired, { props: { user, passwordLength: 24, pgpKey: UNKNOWN } });
    assert.deepEqual(Object.keys(fixed as object), [
      "user",
      "passwordLength",
      "pgpKey",
      "passwordResetRequired",
    ]);
    assert.equal((fixed as Record<string, unknown>).passwordResetRequired, true);
    assert.equal((fixed as Record<string, unknown>).passwordLength, 24);
  });

  it("remediates neither a compliant profile nor an exempt user's nor an unknown value", () => {
    const config = { exempt: [user] };
    assert.equal(remedy(passwordResetRequired, { props: { user, passwordResetRequired: true } }), undefined);
    assert.equal(remedy(passwordResetRequired, { props: { user }, config }), undefined);
    assert.equal(
      remedy(passwordResetRequired, { props: { user, passwordResetRequired: UNKNOWN } }),
      undefined,
    );
    assert.equal(remedy(passwordResetRequired, { props: { user: UNKNOWN }, config }), undefined);
  });

  describe("with this project's administrators", () => {
    const project = "iam-administrators";
    const administrator = "iam-administrators:index:Administrator";
    const parents = ["iam-administrators:index:AdministratorGroup"];
    const ignoreChanges = ["passwordLength", "passwordResetRequired", "pgpKey"];
    const said = { name: user, consoleAccess: true, passwordResetRequired: true };
    /** A component as the program registers it, and then the profile inside as AWS reads it back. */
    const judge = (stack: string, component: Sample, profile: Sample = {}, config = {}) => {
      const outer = { type: administrator, name: user, parents, project, stack, ...component, config };
      const inner = {
        props: { user, passwordResetRequired: false },
        parents: [...parents, administrator],
        parent: urnOf(outer),
        project: outer.project,
        stack,
        ignoreChanges,
        config,
        ...profile,
      };
      return {
        component: verdict(passwordResetRequired, outer),
        profile: verdict(passwordResetRequired, inner),
        remedy: remedy(passwordResetRequired, inner),
      };
    };

    it("leaves a profile that shows what AWS last said to the component around it", () => {
      const found = judge("trusted", { props: said });
      assert.deepEqual(found, { component: [], profile: [], remedy: undefined });
      assert.deepEqual(judge("trusted", { props: said }, { parent: undefined }).profile, []);
    });

    for (const path of ['["passwordResetRequired"]', "['passwordResetRequired']", "*", '["*"]']) {
      it(`takes ${path} in ignoreChanges for what it says`, () => {
        assert.deepEqual(judge("trusted", { props: said }, { ignoreChanges: [path] }).profile, []);
      });
    }

    describe("believes a component no further than it may speak", () => {
      for (const [index, [why, component, profile]] of (
        [
          ["no console access", { props: { ...said, consoleAccess: false } }],
          ["no console access, as null", { props: { ...said, consoleAccess: null } }],
          ["nothing said", { props: { name: user } }],
          ["no reset", { props: { ...said, passwordResetRequired: false } }],
          ["a reset of 0", { props: { ...said, passwordResetRequired: 0 } }],
          ['a reset of "no"', { props: { ...said, passwordResetRequired: "no" } }],
          ["another user", { props: { ...said, name: "Admin_3" } }],
          ["no user of the profile", { props: {} }, { props: { passwordResetRequired: false } }],
          ["another project", { props: said, project: "other" }],
          ["another parent", { props: said }, { parent: "urn:pulumi:dev::iam-administrators::x::y" }],
          ["no parent", { props: said }, { parents: [], parent: undefined }],
          ["a parent of another type", { props: said }, { parents: ["my:index:Administrator"] }],
          ["changes that are not ignored", { props: said }, { ignoreChanges: ["pgpKey"] }],
        ] satisfies [string, Sample, Sample?][]
      ).entries()) {
        it(why, () => {
          assert.equal(judge(`forged${index}`, component, profile).profile.length, 1);
        });
      }
    });

    it("believes the projects that are configured", () => {
      const config = { projects: ["admins"] };
      assert.deepEqual(judge("renamed", { props: said, project: "admins" }, {}, config).profile, []);
      assert.equal(judge("renamed", { props: said }, {}, config).profile.length, 1);
    });

    it("forgets what a component no longer says", () => {
      assert.deepEqual(judge("changing", { props: said }).profile, []);
      assert.equal(judge("changing", { props: { ...said, passwordResetRequired: false } }).profile.length, 1);
    });

    for (const value of [false, "false", 0, "no", {}]) {
      it(`reports a component that asks for a reset of ${shown(value)}, without remediation`, () => {
        const props = { name: user, passwordResetRequired: value };
        assert.equal(verdict(passwordResetRequired, { type: administrator, props }).length, 1);
        assert.equal(remedy(passwordResetRequired, { type: administrator, props }), undefined);
        const withoutConsole = { ...props, consoleAccess: false };
        assert.deepEqual(verdict(passwordResetRequired, { type: administrator, props: withoutConsole }), []);
        const config = { exempt: [user] };
        assert.deepEqual(verdict(passwordResetRequired, { type: administrator, props, config }), []);
      });
    }

    it("accepts the component that asks for a reset, says nothing of it, or does not know yet", () => {
      for (const value of [true, undefined, UNKNOWN]) {
        const props = { name: user, passwordResetRequired: value };
        assert.deepEqual(verdict(passwordResetRequired, { type: administrator, props }), []);
      }
    });

    it("reports, and does not remediate, another program's profile where changes are ignored", () => {
      const other = {
        props: { user, passwordResetRequired: false },
        ignoreChanges: ["passwordResetRequired"],
      };
      assert.equal(verdict(passwordResetRequired, other).length, 1);
      assert.equal(remedy(passwordResetRequired, other), undefined);
    });
  });
});
