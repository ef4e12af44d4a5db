import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changedStacks, outputsFor } from "../../.github/changedStacks.ts";

const script = join(import.meta.dirname, "../../.github/changedStacks.ts");
const files = [
  "Pulumi.yaml",
  "Pulumi.dev.yaml",
  "Pulumi.prod.yaml",
  "Pulumi.a.b.yaml",
  "index.ts",
  "README.md",
];
const all = ["dev", "prod", "a.b"];

describe("The stacks that a change concerns", () => {
  it("are those whose own file has changed", () => {
    assert.deepEqual(changedStacks(files, ["Pulumi.prod.yaml"]), ["prod"]);
    assert.deepEqual(changedStacks(files, ["Pulumi.a.b.yaml", "Pulumi.dev.yaml"]), ["dev", "a.b"]);
  });

  it("are none where only a stack's file has gone", () => {
    assert.deepEqual(changedStacks(files, ["Pulumi.gone.yaml"]), []);
  });

  for (const file of [
    "index.ts",
    "Pulumi.yaml",
    "preload.mjs",
    "package.json",
    "package-lock.json",
    ".node-version",
    "components/administrator.ts",
    "config/schema.ts",
    "guards/lookUp.ts",
    "policy/rules/index.ts",
    ".github/workflows/deploy-stacks.yml",
    ".github/changedStacks.ts",
    "a-folder-that-nobody-knows/x",
    "docs",
  ]) {
    it(`are all where ${file} has changed, alone and beside a stack's own file`, () => {
      assert.deepEqual(changedStacks(files, [file]), all);
      assert.deepEqual(changedStacks(files, ["Pulumi.dev.yaml", file]), all);
    });
  }

  for (const file of [
    "README.md",
    "policy/README.md",
    "docs/operations.md",
    "test/unit/config.test.ts",
    "sandbox/main.ts",
    "bench/main.ts",
    "examples/fleet/index.ts",
    ".github/workflows/ci.yml",
    "tsconfig.json",
    ".prettierrc.json",
  ]) {
    it(`are none where ${file} has changed`, () => {
      assert.deepEqual(changedStacks(files, [file]), []);
    });
  }

  it("are all where nobody knows what has changed", () => {
    assert.deepEqual(changedStacks(files, undefined), all);
  });
});

describe("Batches of stacks", () => {
  const batchesOf = (count: number) => {
    const stacks = Array.from({ length: count }, (_, index) => `stack-${index}`);
    const { batches, comment } = outputsFor(stacks);
    const lists = (JSON.parse(batches) as string[]).map((batch) => JSON.parse(batch) as string[]);
    assert.deepEqual(lists.flat(), stacks);
    return [lists.map(({ length }) => length), comment];
  };

  for (const [count, sizes, comment] of [
    [0, [], "true"],
    [1, [1], "true"],
    [20, [20], "true"],
    [21, [21], "false"],
    [256, [256], "false"],
    [257, [256, 1], "false"],
    [1000, [256, 256, 256, 232], "false"],
  ] as const) {
    it(`of ${count} are ${sizes.join(" and ") || "none"}`, () => {
      assert.deepEqual(batchesOf(count), [sizes, comment]);
    });
  }
});

describe("In a repository", () => {
  let dir: string;
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd: dir,
      encoding: "utf8",
    }).trim();
  const commit = (file: string) => {
    writeFileSync(join(dir, file), String(Math.random()));
    git("add", "--all");
    git("commit", "--quiet", "--message", file);
    return git("rev-parse", "HEAD");
  };
  const stacksSince = (base: string) => {
    const output = join(dir, ".git", "output");
    rmSync(output, { force: true });
    execFileSync(process.execPath, [script, base], {
      cwd: dir,
      env: { ...process.env, GITHUB_OUTPUT: output },
    });
    const [, batches = ""] = /^batches=(.*)\ncomment=true\n$/.exec(readFileSync(output, "utf8")) ?? [];
    return batches;
  };
  before(() => {
    dir = mkdtempSync(join(tmpdir(), "changed-stacks-"));
    git("init", "--quiet");
  });
  after(() => {
    rmSync(dir, { recursive: true });
  });

  it("they are those of all commits since the push before, or all without one", () => {
    commit("index.ts");
    const base = commit("Pulumi.dev.yaml");
    commit("Pulumi.prod.yaml");
    const head = commit("README.md");
    assert.equal(stacksSince(base), '["[\\"prod\\"]"]');
    assert.equal(stacksSince("HEAD^1"), "[]");
    assert.equal(stacksSince(head), "[]");
    for (const unknown of ["", "0".repeat(40), "f".repeat(40)]) {
      assert.equal(stacksSince(unknown), '["[\\"dev\\",\\"prod\\"]"]', unknown);
    }
  });
});
