// Prepares a checkout for `npm start` and `npm test`: the locked packages and the compiled policy pack. Plain
// JavaScript without packages, because it has to run before there is anything else, on Node 20 too.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(root, "node_modules", ".iam-administrators-setup");

if (Number(process.versions.node.split(".")[0]) < 20) {
  fail(`Node ${process.versions.node} is too old to set this project up: install Node 20 or later.`);
}
const wanted = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .update(readFileSync(join(root, "package.json")))
  .digest("hex");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  console.log("Installing the locked packages (the first time this takes about a minute) ...");
  npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], "npm ci did not succeed, its message is above.");
  writeFileSync(stamp, wanted);
}
try {
  createRequire(import.meta.url)("../policy/freshness.cjs").requireFreshBuild();
} catch {
  npm(["run", "--silent", "build"], "The policy pack did not compile, the messages are above.");
}

function npm(args, message) {
  const cli = process.env.npm_execpath;
  const [command, prefix] = cli === undefined ? ["npm", []] : [process.execPath, [cli]];
  const { status } = spawnSync(command, [...prefix, ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: cli === undefined && process.platform === "win32",
  });
  if (status !== 0) fail(message);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
