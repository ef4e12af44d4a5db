import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/dependencies.md"), "utf8");

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

interface LockedPackage {
  readonly license?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), "utf8"));
}

const project = read("package.json") as Manifest;
const pack = read("policy/package.json") as Manifest;
const { packages } = read("package-lock.json") as { packages: Readonly<Record<string, LockedPackage>> };
const installed = Object.entries(packages).filter(
  ([path, { link = false }]) => path.includes("node_modules/") && !link,
);
const direct = { ...project.dependencies, ...project.devDependencies, ...pack.dependencies };

describe("The packages", () => {
  it("that are direct dependencies are listed, each with its licence", () => {
    const listed = Array.from(page.matchAll(/^\| `([^`]+)` +\| (\S[^|]*\S) +\|/gm), ([, name, licence]) => [
      name,
      licence,
    ]);
    const expected = Object.keys(direct).map((name) => [name, packages[`node_modules/${name}`]?.license]);
    assert.deepEqual(listed.sort(), expected.sort());
  });

  it("have exact versions", () => {
    for (const [name, version] of Object.entries(direct)) assert.match(version, /^\d+\.\d+\.\d+$/, name);
  });

  it("are all locked by a hash", () => {
    assert.ok(installed.length > 100);
    for (const [path, { integrity = "" }] of installed) assert.match(integrity, /^sha512-/, path);
  });

  it("have no licence but those that are listed", () => {
    const [, sentence = ""] = /one of these licences: (.*?)\n\n/s.exec(page) ?? [];
    const listed = Array.from(sentence.matchAll(/`([^`]+)`/g), ([, licence]) => licence);
    const used = new Set(installed.map(([, { license }]) => license));
    assert.deepEqual([...used].sort(), listed.sort());
  });

  it("with install scripts are those about which package.json decides", () => {
    const scripted = installed.flatMap(([path, { hasInstallScript = false }]) =>
      hasInstallScript ? path.replace(/^.*node_modules\//, "") : [],
    );
    assert.deepEqual([...new Set(scripted)].sort(), Object.keys(project.allowScripts ?? {}).sort());
  });
});
