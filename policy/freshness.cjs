// Ties bin/ to the sources it was built from, so that a stale build is noticed and never silently enforced.
// `npm run build` runs this file after tsc to write the stamp; start.cjs asks it before it loads the build.
"use strict";
/* global __dirname */
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const STAMP = path.join(__dirname, "bin", "package.json");

/** One hash over everything the compiled JavaScript depends on. */
function sourceHash() {
  const hash = crypto.createHash("sha256");
  const sources = ["lib", "rules"].flatMap((folder) =>
    fs
      .readdirSync(path.join(__dirname, folder))
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `${folder}/${file}`),
  );
  for (const file of ["index.ts", "tsconfig.json", ...sources.sort()]) {
    // A checkout on Windows may have other line ends than the build's: they compile to the same program.
    const text = fs.readFileSync(path.join(__dirname, file), "utf8").replaceAll("\r\n", "\n");
    hash.update(`${file}\0${text}\0`);
  }
  return hash.digest("hex");
}

/** @throws Error with one sentence that says what to run, when bin/ is missing or not built from these sources. */
function requireFreshBuild() {
  if (!fs.existsSync(STAMP)) {
    throw new Error("The policy pack is not built: run `npm run build --workspace policy`.");
  }
  if (JSON.parse(fs.readFileSync(STAMP, "utf8")).builtFrom !== sourceHash()) {
    throw new Error(
      "The policy pack's build is older than its source: run `npm run build --workspace policy`.",
    );
  }
}

if (require.main === module) {
  // bin/ needs a package.json of its own anyway: its files are CommonJS, the sources beside it are ES modules.
  fs.writeFileSync(STAMP, `${JSON.stringify({ type: "commonjs", builtFrom: sourceHash() }, null, 2)}\n`);
}

module.exports = { requireFreshBuild, sourceHash };
