import assert from "node:assert/strict";
import { backupAdministrator } from "../../policy/rules/backupAdministrator.ts";
import { shown, UNKNOWN, verdict } from "../support/policyRule.ts";

const withConsole = { name: "Administrator" };
const without = { name: "robot", consoleAccess: false };

describe("backup-administrator", () => {
  it("accepts two administrators with console access, said or by default", () => {
    const administrators = [withConsole, { name: "Admin_2", consoleAccess: true }, without];
    assert.deepEqual(verdict(backupAdministrator, { props: { administrators } }), []);
  });

  for (const administrators of [[withConsole], [withConsole, without], [without, without], [], undefined]) {
    it(`reports ${shown(administrators)}`, () => {
      const messages = verdict(backupAdministrator, { props: { administrators } });
      assert.equal(messages.length, 1);
      assert.match(messages[0] ?? "", /^AdministratorGroup "sample": [01] of its administrators can sign in/);
    });
  }

  it("counts what is not known yet as having access, and still reports where even that is too few", () => {
    const maybe = { name: UNKNOWN, consoleAccess: UNKNOWN };
    assert.deepEqual(verdict(backupAdministrator, { props: { administrators: [maybe, UNKNOWN] } }), []);
    assert.deepEqual(verdict(backupAdministrator, { props: { administrators: UNKNOWN } }), []);
    assert.equal(verdict(backupAdministrator, { props: { administrators: [maybe, without] } }).length, 1);
  });

  it("asks for the configured minimum and says how many are missing", () => {
    const props = { administrators: [withConsole] };
    assert.deepEqual(verdict(backupAdministrator, { props, config: { minimum: 1 } }), []);
    assert.match(
      verdict(backupAdministrator, { props, config: { minimum: 3 } })[0] ?? "",
      /add at least 2 more/,
    );
  });

  it("does not judge an adopted group, whose other members it cannot see", () => {
    for (const group of [{ existing: true }, { existing: UNKNOWN }, UNKNOWN]) {
      assert.deepEqual(verdict(backupAdministrator, { props: { group, administrators: [withConsole] } }), []);
    }
  });
});
