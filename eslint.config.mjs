import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  // The conventional program of the benchmark imports all of @pulumi/aws: to read its types would take as long as the rest.
  { ignores: ["**/node_modules", "policy/bin", "dist", "coverage", ".sandbox", "bench/conventional"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Outputs and numbers read well inside template strings; the types already forbid objects.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      // `new Component()` for its effect is how Pulumi programs declare resources.
      "no-new": "off",
      "max-lines": ["error", { max: 220, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: { "max-lines": "off" },
  },
  {
    // A policy document is judged by plain functions, which the pack and the rest of the project share.
    files: ["policy/iam/**/*.ts"],
    rules: restrictImports(
      ["^@pulumi/", "^\\.\\./"],
      "policy/iam is pure: no Pulumi, nothing of the pack's rules",
    ),
  },
  {
    files: ["policy/lib/**/*.ts"],
    rules: restrictImports(["/rules/", "^\\.\\./\\.\\./"], "policy/lib knows policy/iam and no rule"),
  },
  {
    files: ["policy/rules/**/*.ts", "policy/index.ts"],
    rules: restrictImports(
      ["^\\.\\./\\.\\./"],
      "the pack is published alone: import nothing from outside of it",
    ),
  },
  {
    files: ["**/*.ts"],
    ignores: ["policy/**", "sandbox/**", "test/**", "bench/**"],
    rules: restrictImports(["policy/(?!iam/)"], "outside of the pack only policy/iam may be imported"),
  },
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
  },
);

/** Forbids imports whose path matches one of the regular expressions. */
function restrictImports(patterns, message) {
  return {
    "no-restricted-imports": ["error", { patterns: patterns.map((regex) => ({ regex, message })) }],
  };
}
