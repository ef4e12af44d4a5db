// Prepares a checkout for `npm start` and `npm test`: the locked packages, the compiled policy pack, and the AWS emulator
// in a virtual environment. Plain JavaScript without packages, because it has to run before there is anything else, on Node
// 20 too.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const onWindows = process.platform === "win32";

if (Number(process.versions.node.split(".")[0]) < 20)
  fail(`Node ${process.versions.node} is too old to set this project up: install Node 20 or later.`);
installPackages();
compilePolicyPack();
installEmulator();

/** npm writes this copy of the lockfile into node_modules, after `npm ci` of the user's as well. */
function installPackages() {
  const { packages: locked } = JSON.parse(read("package-lock.json"));
  const installed = JSON.parse(read("node_modules/.package-lock.json") ?? "{}").packages ?? {};
  // Optional packages are those of other platforms.
  const missing = Object.entries(locked).some(
    ([path, { version, optional, link }]) =>
      path.startsWith("node_modules/") && !optional && !link && installed[path]?.version !== version,
  );
  if (!missing) return;
  console.log("Installing the locked packages (the first time this takes about a minute) ...");
  npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], "npm ci did not succeed, its message is above.");
}

function compilePolicyPack() {
  try {
    createRequire(import.meta.url)("../policy/build.cjs").requireFreshBuild();
  } catch (error) {
    if (!/policy pack/.test(error.message)) throw error;
    npm(["run", "--silent", "build"], "The policy pack did not compile, the messages are above.");
  }
}

function installEmulator() {
  const needed = "import sys, venv, ensurepip; assert sys.version_info >= (3, 10)";
  const python = ["python3", "python"].find((command) => succeeds(command, ["-c", needed], "ignore"));
  if (python === undefined)
    fail(
      "The sandbox's AWS emulator needs Python 3.10 or newer with its venv module: " +
        "install python3 (on Debian and Ubuntu also python3-venv).",
    );
  const [venv, requirements] = [".sandbox/venv", "sandbox/requirements.txt"];
  const pythonIn = (folder) => `${folder}/${onWindows ? "Scripts/python.exe" : "bin/python"}`;
  const stamp = createHash("sha256").update(read(requirements)).digest("hex");
  if (read(`${venv}/stamp`) === stamp && existsSync(pythonIn(venv))) return;
  console.log("Installing the AWS emulator (moto) from PyPI, once ...");
  // Made beside its place, so that another setup at the same time finds all of it or nothing.
  const next = `${venv}-${process.pid}`;
  mkdirSync(".sandbox", { recursive: true });
  const pip = ["-m", "pip", "install", "--no-deps", "--quiet", "--no-input", "--disable-pip-version-check"];
  const installed =
    succeeds(python, ["-m", "venv", next]) && succeeds(pythonIn(next), [...pip, "-r", requirements]);
  if (installed) {
    writeFileSync(`${next}/stamp`, stamp);
    rmSync(venv, { recursive: true, force: true });
    renameSync(next, venv);
  }
  rmSync(next, { recursive: true, force: true });
  if (!installed) fail("The AWS emulator could not be installed from PyPI, the message is above.");
}

function npm(args, message) {
  const cli = process.env.npm_execpath;
  const [command, prefix] = cli === undefined ? ["npm", []] : [process.execPath, [cli]];
  if (!succeeds(command, [...prefix, ...args], "inherit", cli === undefined && onWindows)) fail(message);
}

function succeeds(command, args, output = "inherit", shell = false) {
  return spawnSync(command, args, { stdio: ["ignore", output, output], shell }).status === 0;
}

function read(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
