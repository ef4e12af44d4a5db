import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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

  /** Writes these files, and reads the stack dev in another folder than before. */
  function read(files: Readonly<Record<string, string>>, configFile?: string) {
    const folder = mkdtempSync(join(dir, "project-"));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return readStackFile(folder, "dev", configFile && join(folder, configFile));
  }

  // The same file as pulumi 3.260 reads it: test/e2e asks the CLI itself.
  it("is read with the values that Pulumi reads in it: merge keys, octal numbers, dates", () => {
    const { values } = read({
      "Pulumi.yaml": "name: iam-administrators",
      "Pulumi.dev.yaml": [
        "first: &first { name: a, tags: { hired: 2024-1-5, at: 2024-01-15T12:00:00.50+02:00, no: 2024-02-30 } }",
        "config:",
        '  administrators: [*first, { <<: *first, name: b }, { name: c, "<<": [*first] }]',
        "  iam-administrators:config:protect: false",
        "  requireMfa:",
        "  accountAlias: 012",
        "  aws:allowedAccountIds: [012345670123, 000123456789, 0o17, 0x1F, 0b11, 1_000, 1e3, 1:30, yes]",
      ].join("\n"),
    });
    const tags = {
      hired: "2024-01-05 00:00:00 +0000 UTC",
      at: "2024-01-15 12:00:00.5 +0200 +0200",
      no: "2024-02-30",
    };
    assert.deepEqual(values, {
      "iam-administrators:administrators": ["a", "b", "c"].map((name) => ({ name, tags })),
      "iam-administrators:protect": false,
      "iam-administrators:requireMfa": "",
      "iam-administrators:accountAlias": "10",
      "aws:allowedAccountIds": [1402433619, 123456789, 15, 31, 3, 1000, 1000, "1:30", "yes"],
    });
  });

  it("lies over what Pulumi.yaml says, key by key, in the folder that Pulumi.yaml names", () => {
    const { name, values, projectKeys, exists } = read({
      "Pulumi.yaml": `name: mine
stackConfigDir: stacks
config:
  protect: false
  iam-administrators:protect: { default: false }
  iam-administrators:group: { value: { name: Foo, path: /x/ } }
  iam-administrators:passwordPolicy.minimumLength: { value: 20 }
  iam-administrators:group.existing: { value: true }
  aws:region: eu-west-1
  aws:typed: { type: string }
`,
      "stacks/Pulumi.dev.yaml":
        "config: { iam-administrators:group: { name: Bar }, iam-administrators:passwordPolicy: { maxAgeDays: 9 } }",
    });
    assert.deepEqual([name, exists], ["stacks/Pulumi.dev.yaml", true]);
    assert.deepEqual(values, {
      "iam-administrators:group": { name: "Bar", existing: true },
      "iam-administrators:passwordPolicy": { maxAgeDays: 9, minimumLength: 20 },
      "mine:protect": false,
      "iam-administrators:protect": false,
      "aws:region": "eu-west-1",
    });
    assert.deepEqual([...projectKeys], ["mine:protect", "iam-administrators:protect", "aws:region"]);
  });

  it("may be missing where Pulumi.yaml says everything, have another name, or another ending", () => {
    const project = "name: iam-administrators\nconfig: { protect: false }\n";
    const { values, exists, problem } = read({ "Pulumi.yml": project, "Pulumi.prod.yml": "" });
    assert.deepEqual([values, exists], [{ "iam-administrators:protect": false }, false]);
    assert.equal(problem, "Pulumi.dev.yml does not exist; the stacks here are prod.");
    const other = read({ "Pulumi.yaml": project, "a.yaml": "environment: [b]" }, "a.yaml");
    assert.deepEqual([other.exists, other.hasEnvironment, other.path], [true, true, other.name]);
  });

  it("with its keys beside config says so", () => {
    const { problem } = read({ "Pulumi.dev.yaml": "iam-administrators:protect: false" });
    assert.equal(problem, 'Pulumi.dev.yaml must have its keys under "config:".');
  });

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
