import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { rules } from "../../policy/rules/index.ts";
import { verdict } from "./policyRule.ts";

/** What a rule says of an empty resource, with a configuration. */
function configured(name: string, config: object): string[] {
  const rule = rules.find((candidate) => candidate.name === name);
  assert.ok(rule, name);
  return verdict(rule, { config });
}

describe("the pack's rules", () => {
  it("say in the service what they are, what to do and where AWS says so", () => {
    for (const {
      displayName,
      description,
      remediationSteps = "",
      url = "",
      framework,
      configSchema,
    } of rules) {
      assert.ok(displayName);
      assert.match(description, /^[A-Z].*\.$/);
      assert.match(remediationSteps, /^[A-Z].*\.$/s);
      assert.match(url, /^https:\/\/docs\.aws\.amazon\.com\//);
      assert.match(framework?.reference ?? "", /^2\.\d+$/);
      assert.ok(framework?.specification);
      for (const key of Object.values(configSchema?.properties ?? {}))
        assert.match(key.description ?? "", /\.$/);
    }
  });

  it("leave resources of other types alone", () => {
    for (const rule of rules) {
      assert.throws(() => verdict(rule, { type: "aws:s3/bucket:Bucket" }), /not applicable: does not look/);
    }
  });

  it("refuse a configuration key that they do not know, instead of ignoring it", () => {
    for (const { name } of rules) {
      for (const key of ["exmept", "constructor", "toString", "__proto__", "hasOwnProperty"]) {
        const config = JSON.parse(`{"${key}": ["a"]}`) as object;
        const message = new RegExp(`^policy config of ${name}: unknown key "${key}" \\(known: .+\\)$`);
        assert.throws(() => configured(name, config), { message });
      }
    }
  });

  it("refuse a value that they do not understand", () => {
    for (const [name, config, expected] of [
      ["no-root-usage", { allowBootstrap: "false" }, 'true or false, not "false"'],
      ["password-reset-required", { exempt: "Administrator" }, 'a list of names, not "Administrator"'],
      ["password-reset-required", { exempt: [1] }, "a list of names, not [1]"],
      ["password-reset-required", { exempt: [""] }, 'a list of names, not [""]'],
      ["backup-administrator", { minimum: 0 }, "a whole number from 1 to 100, not 0"],
      ["backup-administrator", { minimum: 1.5 }, "a whole number from 1 to 100, not 1.5"],
      ["account-password-policy", { minimumLength: 5 }, "a whole number from 6 to 128, not 5"],
      ["account-password-policy", { reusePrevention: 25 }, "a whole number from 1 to 24, not 25"],
      ["account-password-policy", { minimumLength: "14" }, 'a whole number from 6 to 128, not "14"'],
    ] as const) {
      const message = `policy config of ${name}: ${Object.keys(config).join()} must be ${expected}`;
      // The SDK shows the stack.
      assert.throws(() => configured(name, config), { message, stack: message });
    }
  });
});

describe("the pack's README", () => {
  const readme = readFileSync(new URL("../../policy/README.md", import.meta.url), "utf8");
  const rows = readme.split("\n").filter((line) => line.startsWith("| `"));

  it("tells each rule, its level, severity and defaults as they are, and what it cannot see", () => {
    for (const rule of rules) {
      const [row = "", blind, ...others] = rows.filter((line) => line.startsWith(`| \`${rule.name}\` |`));
      assert.ok(blind, rule.name);
      assert.deepEqual(others, []);
      const can = rule.remediateResource ? ", can remediate" : "";
      const { enforcementLevel = "", severity = "", framework, configSchema } = rule;
      const told = `| ${enforcementLevel}, ${severity}${can} | ${framework?.reference ?? ""}`;
      assert.ok(row.includes(told), row);
      const cell = row.split(" | ").at(-1) ?? "";
      const defaults = Array.from(cell.matchAll(/`(\w+)` (false|\d+|\[[^\]]*\])/g));
      assert.deepEqual(
        defaults.map(([, key, value = ""]) => [key, JSON.parse(value) as unknown]),
        Object.entries(configSchema?.properties ?? {}).map(([key, schema]) => [key, schema.default]),
      );
    }
  });

  it("shows a configuration that the rules accept", () => {
    const example = /```json\n(.*?)```/s.exec(readme)?.[1] ?? "";
    const config = JSON.parse(example) as Record<string, { enforcementLevel?: string }>;
    for (const [name, { enforcementLevel = "mandatory", ...values }] of Object.entries(config)) {
      assert.match(enforcementLevel, /^(advisory|mandatory|remediate|disabled)$/);
      assert.doesNotThrow(() => configured(name, values));
    }
  });
});
