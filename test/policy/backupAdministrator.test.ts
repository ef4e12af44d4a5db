import { backupAdministrator as rule } from "../../policy/rules/backupAdministrator.ts";
import { assertAccepts, assertReports, UNKNOWN } from "./policyRule.ts";

const one = { name: "Administrator" };
const without = { name: "robot", consoleAccess: false };
const group = (...administrators: unknown[]) => ({ props: { administrators } });

describe("backup-administrator", () => {
  it("accepts two administrators with console access, said or by default", () => {
    assertAccepts(rule, [group(one, { name: "Admin_2", consoleAccess: true }, without)]);
  });

  it("reports fewer, and says how many can sign in and how many are missing", () => {
    const expected = (able: number, missing: number) =>
      new RegExp(`^AdministratorGroup .*: ${able} of its .* can sign in .*; add at least ${missing} more$`);
    assertReports(rule, expected(1, 1), [group(one), group(one, without)]);
    assertReports(rule, expected(0, 2), [group(without, without), group(), {}]);
    assertReports(rule, expected(1, 2), [{ ...group(one), config: { minimum: 3 } }]);
    assertAccepts(rule, [{ ...group(one), config: { minimum: 1 } }]);
  });

  it("counts what is not known yet as having access, and still reports where even that is too few", () => {
    const maybe = { name: UNKNOWN, consoleAccess: UNKNOWN };
    assertAccepts(rule, [group(maybe, UNKNOWN), { props: { administrators: UNKNOWN } }]);
    assertReports(rule, /1 of its/, [group(maybe, without)]);
  });

  it("does not judge an adopted group, whose other members it cannot see", () => {
    for (const adopted of [{ existing: true }, { existing: UNKNOWN }, UNKNOWN]) {
      assertAccepts(rule, [{ props: { group: adopted, administrators: [one] } }]);
    }
  });
});
