// Loaded before the program (nodeargs in Pulumi.yaml) and the sandbox's stand-in plugins, by whatever Node is first on
// PATH: plain JavaScript, so that an old one can still say what it lacks.
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

if (!process.features.typescript) {
  const own = `node_modules/node/bin/node${process.platform === "win32" ? ".exe" : ""}`;
  console.error(
    `This program needs Node 22.18 or later, and ${process.version} is first on PATH. ` +
      (existsSync(new URL(own, import.meta.url))
        ? 'Run pulumi on the Node that the project installs: npm exec -c "pulumi up"'
        : "The project's own Node is not there, because npm's install scripts were off: npm rebuild node --ignore-scripts=false"),
  );
  process.exit(1);
}
// Most of a start is compiling the SDK, the same each time. In the project's folder, not in a temporary one that other
// users share; and not under coverage, which cached code blurs.
if (process.env.NODE_V8_COVERAGE === undefined) {
  module.enableCompileCache(fileURLToPath(new URL("node_modules/.cache/node", import.meta.url)));
}

// Pulumi formats a stack for every promise, with source maps for transpiled programs: half of the program's time at twenty
// administrators. Node runs this program as it stands and knows the true positions by itself.
Object.defineProperty(Error, "prepareStackTrace", {
  get: () => undefined,
  set() {
    // Whoever sets one does without it.
  },
});
