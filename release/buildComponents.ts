// `npm run build:components`: the component package as npm gets it, in dist/components. Node runs no TypeScript below
// node_modules, so that it is JavaScript with types.
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const source = "components";
const target = "dist/components";

rmSync(target, { recursive: true, force: true });
const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
execFileSync(process.execPath, [tsc, "-p", "release/tsconfig.json"], { stdio: "inherit" });
// The compiler renames imports in JavaScript, and leaves those in declarations.
for (const file of readdirSync(target).filter((name) => name.endsWith(".d.ts"))) {
  const text = readFileSync(`${target}/${file}`, "utf8");
  writeFileSync(`${target}/${file}`, text.replaceAll(/"(\.\/\w+)\.ts"/g, '"$1.js"'));
}
for (const file of ["LICENSE", "PulumiPlugin.yaml", "README.md"])
  cpSync(`${source}/${file}`, `${target}/${file}`);

const manifest = JSON.parse(readFileSync(`${source}/package.json`, "utf8")) as object;
const published = {
  ...manifest,
  // The folder itself, with its TypeScript, must not be published by mistake.
  private: undefined,
  exports: { types: "./index.d.ts", default: "./index.js" },
  types: "./index.d.ts",
};
writeFileSync(`${target}/package.json`, `${JSON.stringify(published, undefined, 2)}\n`);
