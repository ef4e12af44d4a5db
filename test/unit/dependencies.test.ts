import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

type Texts = Readonly<Record<string, string>>;
type Manifest = Readonly<Record<"dependencies" | "devDependencies" | "allowScripts", Texts>>;
interface Lock {
  readonly packages: Readonly<
    Record<string, { license?: string; link?: boolean; integrity?: string; hasInstallScript?: boolean }>
  >;
}

const read = (file: string) => readFileSync(join(import.meta.dirname, "../..", file), "utf8");
const page = read("docs/dependencies.md");
const project = JSON.parse(read("package.json")) as Manifest;
const pack = JSON.parse(read("policy/package.json")) as Manifest;
const lock = JSON.parse(read("package-lock.json")) as Lock;
const installed = Object.entries(lock.packages).filter(
  ([path, { link = false }]) => path.includes("node_modules/") && !link,
);
const direct = { ...project.dependencies, ...project.devDependencies, ...pack.dependencies };

describe("The packages", () => {
  it("that are direct dependencies have exact versions, and are listed, each with its licence", () => {
    const rows = page.matchAll(/^\| `([^`]+)` +\| (\S[^|]*\S) +\|/gm);
    const listed = Array.from(rows, ([, name, licence]) => [name, licence]);
    const expected = Object.keys(direct).map((name) => [
      name,
      lock.packages[`node_modules/${name}`]?.license,
    ]);
    assert.deepEqual(listed.sort(), expected.sort());
    for (const [name, version] of Object.entries(direct)) assert.match(version, /^\d+\.\d+\.\d+$/, name);
  });

  it("that the components run on are the project's own", () => {
    const components = JSON.parse(read("components/package.json")) as Manifest;
    const versions = Object.keys(components.dependencies).map((name) => [name, project.dependencies[name]]);
    assert.deepEqual(components.dependencies, Object.fromEntries(versions));
  });

  it("are all locked by a hash", () => {
    assert.ok(installed.length > 100);
    for (const [path, { integrity = "" }] of installed) assert.match(integrity, /^sha512-/, path);
  });

  it("have no licence but those that are listed", () => {
    const [, sentence = ""] = /one of these licences: (.*?)\n\n/s.exec(page) ?? [];
    const listed = Array.from(sentence.matchAll(/`([^`]+)`/g), ([, licence]) => licence);
    const used = new Set(installed.flatMap(([, { license }]) => license ?? []));
    assert.deepEqual([...used].sort(), listed.sort());
    for (const [path, { license }] of installed)
      if (license === undefined)
        assert.ok(page.includes(`\`${path.replace(/^.*node_modules\//, "")}\`, which`), path);
  });

  it("with install scripts are those about which package.json decides", () => {
    const scripted = installed.filter(([, { hasInstallScript = false }]) => hasInstallScript);
    const names = new Set(scripted.map(([path]) => path.replace(/^.*node_modules\//, "")));
    assert.deepEqual([...names].sort(), Object.keys(project.allowScripts).sort());
  });
});
