// Compiles the pack and ties bin/ to its sources, so that a stale build is noticed and never silently enforced.
// `npm run build` runs this file; start.cjs asks it before it loads the build.
"use strict";
/* global __dirname, process */
const childProcess = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const BIN = path.join(__dirname, "bin");
const HOW = "run `npm run build --workspace policy`";

/** One hash over everything the compiled JavaScript depends on. */
function sourceHash() {
  const sources = ["iam", "lib", "rules"].flatMap((folder) =>
    fs
      .readdirSync(path.join(__dirname, folder))
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `${folder}/${file}`),
  );
  const hash = crypto.createHash("sha256");
  for (const file of ["build.cjs", "index.ts", "tsconfig.json", ...sources.sort()]) {
    // A checkout on Windows may have other line ends than the build's: they compile to the same program.
    const text = fs.readFileSync(path.join(__dirname, file), "utf8").replaceAll("\r\n", "\n");
    hash.update(`${file}\0${text}\0`);
  }
  return hash.digest("hex");
}

/** What is wrong with bin/, with what to do about it, or undefined. */
function complaint() {
  const stamp = path.join(BIN, "package.json");
  if (!fs.existsSync(stamp)) return `The policy pack is not built: ${HOW}.`;
  if (JSON.parse(fs.readFileSync(stamp, "utf8")).builtFrom === sourceHash()) return undefined;
  return `The policy pack's build is older than its source: ${HOW}.`;
}

/** @throws Error with one sentence that says what to run, when bin/ is missing or not built from these sources. */
function requireFreshBuild() {
  const message = complaint();
  if (message === undefined) return;
  const error = new Error(message);
  error.stack = message;
  throw error;
}

function hasItsPackages() {
  try {
    return require.resolve("@pulumi/policy") !== undefined;
  } catch {
    return false;
  }
}

/** Builds beside bin/ and swaps at the end: a pack that starts meanwhile finds the old build or the new one. */
function build() {
  const next = `${BIN}-${process.pid}`;
  try {
    const tsc = require.resolve("typescript/bin/tsc");
    childProcess.execFileSync(process.execPath, [tsc, "-p", __dirname, "--outDir", next], {
      stdio: "inherit",
    });
    // bin/ needs a package.json of its own anyway: its files are CommonJS, the sources beside it are ES modules.
    const stamp = { type: "commonjs", builtFrom: sourceHash() };
    fs.writeFileSync(path.join(next, "package.json"), `${JSON.stringify(stamp, null, 2)}\n`);
    fs.rmSync(BIN, { recursive: true, force: true });
    fs.renameSync(next, BIN);
  } finally {
    fs.rmSync(next, { recursive: true, force: true });
  }
}

// Pulumi installs what the components need, and not what the pack does: nothing is built then.
const canBuild = !process.argv.includes("--where-possible") || hasItsPackages();
if (require.main === module && canBuild && complaint() !== undefined) build();

module.exports = { requireFreshBuild };
