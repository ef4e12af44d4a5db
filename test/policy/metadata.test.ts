import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { rules } from "../../policy/rules/index.ts";
import { verdict } from "../support/policyRule.ts";

/** Levels, severities and configuration keys, as the documentation of the pack promises them. */
const PROMISED = {
  "no-root-usage": ["mandatory", "critical", { allowBootstrap: false }],
  "password-reset-required": ["mandatory", "high", { exempt: [], projects: ["iam-administrators"] }],
  "initial-password-encrypted": ["advisory", "medium", {}],
  "no-long-lived-credentials": ["mandatory", "high", { exempt: [] }],
  "permissions-through-groups-only": ["mandatory", "high", {}],
  "no-full-admin-documents": ["mandatory", "critical", { boundaries: [] }],
  "no-privilege-escalation": ["mandatory", "critical", { exempt: [] }],
  "no-pass-role-escalation": ["advisory", "high", { exempt: [] }],
  "administrator-access-only-in-administrator-group": [
    "mandatory",
    "critical",
    { groups: ["Administrators"], roles: [], permissionSets: [] },
  ],
  "additive-group-membership": ["mandatory", "high", {}],
  "mfa-required": ["mandatory", "high", { groups: ["Administrators"] }],
  "administrators-from-one-project": [
    "mandatory",
    "critical",
    { groups: ["Administrators"], projects: ["iam-administrators"] },
  ],
  "backup-administrator": ["advisory", "medium", { minimum: 2 }],
  "account-password-policy": ["mandatory", "medium", { minimumLength: 14, reusePrevention: 24 }],
  "administrators-protected": ["advisory", "low", { groups: ["Administrators"] }],
  "no-static-provider-credentials": ["mandatory", "high", {}],
  "pinned-account": ["advisory", "low", {}],
};

describe("the pack's rules", () => {
  it("are these, at these levels and severities, with these configuration keys and defaults", () => {
    const actual = rules.map(({ name, enforcementLevel, severity, configSchema }) => {
      const schemas = Object.entries(configSchema?.properties ?? {});
      return [
        name,
        [enforcementLevel, severity, Object.fromEntries(schemas.map(([key, { default: d }]) => [key, d]))],
      ];
    });
    assert.deepEqual(Object.fromEntries(actual), PROMISED);
  });

  for (const rule of rules) {
    describe(rule.name, () => {
      it("says in the service what it is, what to do and where AWS says so", () => {
        assert.ok(rule.displayName);
        assert.match(rule.description, /^[A-Z].*\.$/);
        assert.match(rule.remediationSteps ?? "", /^[A-Z].*\.$/s);
        assert.match(rule.url ?? "", /^https:\/\/docs\.aws\.amazon\.com\//);
        assert.equal(rule.framework?.name, "CIS AWS Foundations Benchmark");
        assert.equal(rule.framework.version, "5.0.0");
        assert.match(rule.framework.reference, /^1\.\d+$/);
        assert.ok(rule.framework.specification);
      });

      it("describes every configuration key", () => {
        for (const schema of Object.values(rule.configSchema?.properties ?? {}))
          assert.match(schema.description ?? "", /\.$/);
      });

      for (const key of ["exmept", "constructor", "toString", "__proto__", "hasOwnProperty"]) {
        it(`refuses the configuration key ${key}, instead of ignoring it`, () => {
          const config = JSON.parse(`{"${key}": ["a"]}`) as Record<string, unknown>;
          assert.throws(
            () => verdict(rule, { type: rule.types[0] ?? "", config }),
            new RegExp(`^Error: policy config of ${rule.name}: unknown key "${key}" \\(known: .+\\)$`),
          );
        });
      }
    });
  }
});

describe("a rule's configuration", () => {
  for (const [name, config, expected] of [
    ["no-root-usage", { allowBootstrap: "false" }, 'allowBootstrap must be true or false, not "false"'],
    [
      "password-reset-required",
      { exempt: "Administrator" },
      'exempt must be a list of names, not "Administrator"',
    ],
    ["password-reset-required", { exempt: [1] }, "exempt must be a list of names, not [1]"],
    ["password-reset-required", { exempt: [""] }, 'exempt must be a list of names, not [""]'],
    ["backup-administrator", { minimum: 0 }, "minimum must be a whole number from 1 to 100, not 0"],
    ["backup-administrator", { minimum: 1.5 }, "minimum must be a whole number from 1 to 100, not 1.5"],
    [
      "account-password-policy",
      { minimumLength: 5 },
      "minimumLength must be a whole number from 6 to 128, not 5",
    ],
    [
      "account-password-policy",
      { reusePrevention: 25 },
      "reusePrevention must be a whole number from 1 to 24, not 25",
    ],
    [
      "account-password-policy",
      { minimumLength: "14" },
      'minimumLength must be a whole number from 6 to 128, not "14"',
    ],
  ] as const) {
    it(`${name} refuses ${JSON.stringify(config)}`, () => {
      const rule = rules.find((candidate) => candidate.name === name);
      assert.ok(rule);
      assert.throws(() => verdict(rule, { type: rule.types[0] ?? "", config }), {
        message: `policy config of ${name}: ${expected}`,
        // The SDK shows the stack.
        stack: `policy config of ${name}: ${expected}`,
      });
    });
  }
});

describe("the pack's README", () => {
  const readme = readFileSync(new URL("../../policy/README.md", import.meta.url), "utf8");
  const rows = readme.split("\n").filter((line) => line.startsWith("| `"));

  for (const rule of rules) {
    it(`tells ${rule.name} as it is, and what it cannot see`, () => {
      const [row, blind, ...others] = rows.filter((line) => line.startsWith(`| \`${rule.name}\` |`));
      assert.ok(row && blind);
      assert.deepEqual(others, []);
      assert.ok(row.includes(`| ${rule.enforcementLevel ?? ""}, ${rule.severity ?? ""}`));
      assert.ok(row.includes(rule.framework?.reference ?? "none"));
      assert.equal(row.includes("can remediate"), rule.remediateResource !== undefined);
      for (const [key, schema] of Object.entries(rule.configSchema?.properties ?? {})) {
        assert.ok(row.includes(`\`${key}\` ${JSON.stringify(schema.default)}`), `${key} with its default`);
      }
    });
  }

  it("shows a configuration that the rules accept", () => {
    const example = /```json\n(.*?)```/s.exec(readme)?.[1] ?? "";
    const config = JSON.parse(example) as Record<string, { enforcementLevel?: string }>;
    for (const [name, { enforcementLevel, ...values }] of Object.entries(config)) {
      assert.match(enforcementLevel ?? "mandatory", /^(advisory|mandatory|remediate|disabled)$/);
      const rule = rules.find((candidate) => candidate.name === name);
      assert.ok(rule, name);
      assert.doesNotThrow(() => verdict(rule, { type: rule.types[0] ?? "", config: values }));
    }
  });
});
