import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStackFile, replaceSecrets } from "../../config/stackFile.ts";

describe("A stack's file", () => {
  const dir = mkdtempSync(join(tmpdir(), "stack-file-"));
  after(() => {
    rmSync(dir, { recursive: true });
  });

  for (const [what, yaml, values, problem] of [
    ["is missing", undefined, {}, /^Pulumi\.dev\.yaml does not exist; the stacks here are none\.$/],
    ["has no config", "encryptionsalt: x\n", {}, /^$/],
    ["is empty", "", {}, /^$/],
    ["has no keys", "- config\n", {}, /^Pulumi\.dev\.yaml must have its keys under "config:"\.$/],
    ["has an alias of nothing", "config: *a\n", {}, /^Pulumi\.dev\.yaml is not YAML: .*alias.*$/],
    [
      "has a wrong line",
      "config:\n  a:b: [1\n",
      { "a:b": [1] },
      /^Pulumi\.dev\.yaml is not YAML: .* line 3.*$/,
    ],
  ] as const) {
    it(`that ${what} is read as far as it can be, and what is wrong is a sentence`, () => {
      if (yaml !== undefined) writeFileSync(join(dir, "Pulumi.dev.yaml"), yaml);
      const read = readStackFile(dir, "dev");
      assert.deepEqual(read.values, values);
      assert.match(read.problem ?? "", problem);
    });
  }

  it("has its secrets replaced by their property paths, and left out for undefined", () => {
    const secure = { secure: "v1:x" };
    const list = [{ name: "a", password: secure }, secure, { secure: "v1:x", other: 1 }];
    const paths: string[] = [];
    const replace = (path: string) => (path.endsWith("d") ? paths.push(path) : undefined);
    assert.deepEqual(replaceSecrets({ "a:list": list, "a:text": secure, "a:end": secure }, replace), {
      "a:list": [{ name: "a", password: 1 }, undefined, { secure: "v1:x", other: 1 }],
      "a:end": 2,
    });
    assert.deepEqual(paths, ["a:list[0].password", "a:end"]);
  });
});
