// Prepares a checkout for `npm start` and `npm test`: the locked packages, the compiled policy pack, and the AWS emulator
// in a virtual environment. Plain JavaScript without packages, because it has to run before there is anything else, on Node
// 20 too.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const onWindows = process.platform === "win32";

if (Number(process.versions.node.split(".")[0]) < 20)
  fail(`Node ${process.versions.node} is too old to set this project up: install Node 20 or later.`);
// What it runs is a process group of its own, and ends before this does: npm would clean up for half a minute, and be in the
// way of the next start.
let running;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    if (running === undefined) process.exit(130);
    onWindows ? running.kill() : process.kill(-running.pid, "SIGKILL");
    running.on("close", () => process.exit(130));
  });
}

await installPackages();
await installNode();
await compilePolicyPack();
await installEmulator();

/** npm writes this copy of the lockfile into node_modules, after `npm ci` of the user's as well. */
async function installPackages() {
  const { packages: locked } = JSON.parse(read("package-lock.json"));
  const installed = JSON.parse(read("node_modules/.package-lock.json") ?? "{}").packages ?? {};
  // Optional packages are those of other platforms.
  const missing = Object.entries(locked).some(
    ([path, { version, optional, link }]) =>
      path.startsWith("node_modules/") &&
      !optional &&
      !link &&
      (installed[path]?.version !== version || !existsSync(path)),
  );
  if (!missing) return;
  console.log("Installing the locked packages (the first time this takes about a minute) ...");
  // Whatever NODE_ENV says: the sandbox and the tests need all of them.
  const options = ["--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  await npm(["ci", ...options], "npm ci did not succeed, its message is above.");
}

/** The package `node` gets its binary by an install script, which may have been switched off. */
async function installNode() {
  if (existsSync(`node_modules/node/bin/node${onWindows ? ".exe" : ""}`)) return;
  console.log("Installing the project's own Node, which needs an install script ...");
  const problem = "The project's own Node could not be installed, the message is above.";
  await npm(["rebuild", "node", "--ignore-scripts=false"], problem);
}

async function compilePolicyPack() {
  try {
    createRequire(import.meta.url)("../policy/build.cjs").requireFreshBuild();
  } catch (error) {
    if (!/policy pack/.test(error.message)) throw error;
    await npm(["run", "--silent", "build"], "The policy pack did not compile, the messages are above.");
  }
}

async function installEmulator() {
  const [venv, requirements] = [".sandbox/venv", "sandbox/requirements.txt"];
  const pythonIn = (folder) => `${folder}/${onWindows ? "Scripts/python.exe" : "bin/python"}`;
  const stamp = createHash("sha256").update(read(requirements)).digest("hex");
  if (read(`${venv}/stamp`) === stamp && existsSync(pythonIn(venv))) return;
  const needed = "import sys, venv, ensurepip; assert sys.version_info >= (3, 10)";
  let python = "python3";
  if (!(await succeeds(python, ["-c", needed], "ignore"))) python = "python";
  if (!(await succeeds(python, ["-c", needed], "ignore")))
    fail(
      "The sandbox's AWS emulator needs Python 3.10 or newer with its venv module: " +
        "install python3 (on Debian and Ubuntu also python3-venv).",
    );
  console.log("Installing the AWS emulator (moto) from PyPI, once ...");
  // Made beside its place, so that another setup at the same time finds all of it or nothing.
  const next = `${venv}-${process.pid}`;
  mkdirSync(".sandbox", { recursive: true });
  const pip = ["-m", "pip", "install", "--no-deps", "--quiet", "--no-input", "--disable-pip-version-check"];
  const installed =
    (await succeeds(python, ["-m", "venv", next])) &&
    (await succeeds(pythonIn(next), [...pip, "-r", requirements]));
  if (installed) {
    writeFileSync(`${next}/stamp`, stamp);
    rmSync(venv, { recursive: true, force: true });
    renameSync(next, venv);
  }
  rmSync(next, { recursive: true, force: true });
  if (!installed) fail("The AWS emulator could not be installed from PyPI, the message is above.");
}

async function npm(args, message) {
  const cli = process.env.npm_execpath;
  const [command, prefix] = cli === undefined ? ["npm", []] : [process.execPath, [cli]];
  if (!(await succeeds(command, [...prefix, ...args], "inherit", cli === undefined && onWindows)))
    fail(message);
}

async function succeeds(command, args, output = "inherit", shell = false) {
  running = spawn(command, args, { stdio: ["ignore", output, output], shell, detached: !onWindows });
  const ended = await new Promise((resolve) => {
    running.on("error", () => resolve(1)).on("close", resolve);
  });
  running = undefined;
  return ended === 0;
}

function read(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
