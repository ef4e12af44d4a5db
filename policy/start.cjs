// The pack's entry: compiled JavaScript, so that no ts-node type-checks it at every start.
// Plain CommonJS: the organization's service may run the published pack on an older Node than ours.
"use strict";
/* global __dirname */
const fs = require("node:fs");
const path = require("node:path");

// Only a checkout has the sources beside it; the published package has nothing to compare with.
if (fs.existsSync(path.join(__dirname, "build.cjs"))) {
  require("./build.cjs").requireFreshBuild();
}
require("./bin/index.js");
