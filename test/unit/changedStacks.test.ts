import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changedStacks, outputsFor } from "../../.github/changedStacks.ts";

const files = ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml", "Pulumi.a.b.yaml", "index.ts"];
const all = ["dev", "prod", "a.b"];

describe("The stacks that a change concerns", () => {
  it("are those whose own file has changed, and is still there", () => {
    assert.deepEqual(changedStacks(files, ["Pulumi.prod.yaml"]), ["prod"]);
    assert.deepEqual(changedStacks(files, ["Pulumi.a.b.yaml", "Pulumi.dev.yaml"]), ["dev", "a.b"]);
    assert.deepEqual(changedStacks(files, ["Pulumi.gone.yaml"]), []);
  });

  it("are all where what they depend on has changed, or what nobody knows, alone and beside a stack's file", () => {
    for (const file of [
      ...["index.ts", "Pulumi.yaml", "preload.mjs", "package.json", "package-lock.json", ".node-version"],
      ...["components/administrator.ts", "config/schema.ts", "guards/lookUp.ts", "policy/rules/index.ts"],
      ...[".github/workflows/deploy-stacks.yml", ".github/changedStacks.ts", "an-unknown-folder/x", "docs"],
    ]) {
      assert.deepEqual(changedStacks(files, [file]), all, file);
      assert.deepEqual(changedStacks(files, ["Pulumi.dev.yaml", file]), all, file);
    }
    assert.deepEqual(changedStacks(files, undefined), all);
  });

  it("are none where documents, tests and tools have changed", () => {
    for (const file of [
      ...[
        "README.md",
        "policy/README.md",
        "docs/operations.md",
        "LICENSE",
        "tsconfig.json",
        ".prettierrc.json",
      ],
      ...["test/unit/config.test.ts", "sandbox/main.ts", "bench/main.ts", "examples/fleet/index.ts"],
      ...["review/main.ts", ".ci/run", ".github/workflows/ci.yml", ".github/workflows/review-stacks.yml"],
    ]) {
      assert.deepEqual(changedStacks(files, [file]), [], file);
    }
  });

  it("are matrices of at most 256, and commented on while they are 20 or less", () => {
    for (const [count, sizes, comment] of [
      [0, [], "true"],
      [20, [20], "true"],
      [21, [21], "false"],
      [256, [256], "false"],
      [1000, [256, 256, 256, 232], "false"],
    ] as const) {
      const stacks = Array.from({ length: count }, (_, index) => `stack-${index}`);
      const outputs = outputsFor(stacks);
      const lists = (JSON.parse(outputs.batches) as string[]).map((batch) => JSON.parse(batch) as string[]);
      assert.deepEqual([lists.map(({ length }) => length), outputs.comment], [sizes, comment]);
      assert.deepEqual(lists.flat(), stacks);
    }
  });

  it("are in a repository those of all commits since the push before, or all without one", () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "changed-stacks-"));
    const cwd = folder.path;
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd });
    git("init", "--quiet");
    for (const file of ["index.ts", "Pulumi.dev.yaml", "Pulumi.prod.yaml", "README.md"]) {
      writeFileSync(join(cwd, file), "");
      git("add", "--all");
      git("commit", "--quiet", "--message", file);
    }
    const GITHUB_OUTPUT = join(cwd, ".git", "output");
    const expected = [
      ["HEAD~2", 'batches=["[\\"prod\\"]"]\ncomment=true\n'],
      ["", 'batches=["[\\"dev\\",\\"prod\\"]"]\ncomment=true\n'],
      ["0".repeat(40), 'batches=["[\\"dev\\",\\"prod\\"]"]\ncomment=true\n'],
    ] as const;
    for (const [base, outputs] of expected) {
      const script = join(import.meta.dirname, "../../.github/changedStacks.ts");
      const env = { ...process.env, GITHUB_OUTPUT };
      assert.equal(String(execFileSync(process.execPath, [script, base], { cwd, env })), outputs);
    }
    assert.equal(readFileSync(GITHUB_OUTPUT, "utf8"), expected.map(([, outputs]) => outputs).join(""));
  });
});
