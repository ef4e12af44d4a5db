import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { releaseNotes } from "../../release/checkRelease.ts";
import {
  publishedManifest,
  withRepository,
  type Manifest,
  type ProjectManifest,
} from "../../release/manifests.ts";
import { packageSchema } from "../../release/packageSchema.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const manifest = (folder: string) => JSON.parse(read(`${folder}/package.json`)) as Manifest;

describe("What is published", () => {
  it("says what the project's package.json decides (npm run schema)", () => {
    const project = JSON.parse(read("package.json")) as ProjectManifest;
    for (const folder of ["components", "policy"]) {
      const own = manifest(folder);
      assert.deepEqual(own, publishedManifest(own, project, folder));
      assert.equal(read(`${folder}/LICENSE`), read("LICENSE"));
    }
    for (const file of ["components/README.md", "examples/go/main.go", "examples/go/go.mod"]) {
      const other = withRepository(read(file), "github:someone/else");
      assert.notEqual(other, read(file), file);
      assert.equal(withRepository(other, project.repository), read(file));
    }
  });

  it("has the schema that the components' classes give (npm run schema)", function () {
    this.timeout(300_000);
    const schema = packageSchema(join(root, "components"), manifest("components"));
    assert.deepEqual(JSON.parse(read("components/schema.json")), JSON.parse(JSON.stringify(schema)));
  });

  it("has whole numbers, a secret password, and no type of a name that languages take for their own", () => {
    const schema = read("components/schema.json");
    assert.doesNotMatch(schema, /"number"|Args"/);
    const { resources, types } = JSON.parse(schema) as Record<
      "resources" | "types",
      Record<
        string,
        Record<"properties" | "inputProperties", Record<string, { secret?: boolean }> | undefined>
      >
    >;
    const properties = [...Object.values(resources), ...Object.values(types)].flatMap((type) =>
      Object.entries({ ...type.inputProperties, ...type.properties }),
    );
    const secrets = properties.filter(([, { secret = false }]) => secret).map(([name]) => name);
    assert.deepEqual([...new Set(secrets)].sort(), ["password"]);
  });
});

describe("A release", () => {
  const versions = { "package.json": "1.2.3", "policy/package.json": "1.2.3" };
  const changelog =
    "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-29\n\n### Added\n\n- This.\n\n## [1.2.2] - 2026-10-01\n\n- That.\n";

  it("has the text that the CHANGELOG has for its version", () => {
    assert.equal(releaseNotes("v1.2.3", versions, changelog), "### Added\n\n- This.");
  });

  it("is refused where tag, packages and CHANGELOG do not agree, with all that does not", () => {
    assert.throws(
      () => releaseNotes("1.2.3", versions, changelog),
      /the tag 1\.2\.3 is not of the form vX\.Y\.Z/,
    );
    assert.throws(() => releaseNotes("v1.2.4", { ...versions, "package.json": "1.2.4" }, changelog), {
      message:
        "the tag v1.2.4 cannot be released: policy/package.json has the version 1.2.3; " +
        'CHANGELOG.md has no heading "## [1.2.4] - YYYY-MM-DD"',
    });
    const empty = changelog.replace("### Added\n\n- This.\n\n", "");
    assert.throws(() => releaseNotes("v1.2.3", versions, empty), /CHANGELOG\.md says nothing of 1\.2\.3/);
  });
});
