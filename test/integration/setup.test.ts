import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { descendants, leftOver } from "../support/processes.ts";

const projectDir = join(import.meta.dirname, "../..");
/** What npm is here: it says what it is asked for, and does nothing, or that for a minute. */
const npm = "console.log('npm ' + process.argv.slice(2).join(' ')); process.exit(1);";
const slowNpm =
  "require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 6e4)']);" +
  "process.on('SIGINT', () => {}); console.log('npm begins');";
const lock = { packages: { "": {}, "node_modules/a": { version: "1.0.0" } } };

/** A checkout with these files beside the setup's own. */
function checkout(files: Readonly<Record<string, string>>) {
  const folder = mkdtempDisposableSync(join(tmpdir(), "setup-"));
  const all = {
    "npm.cjs": npm,
    "package-lock.json": JSON.stringify(lock),
    "policy/build.cjs": "exports.requireFreshBuild = () => undefined;",
    "sandbox/requirements.txt": "moto",
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true });
    writeFileSync(join(folder.path, name), text);
  }
  cpSync(join(projectDir, "sandbox/setup.mjs"), join(folder.path, "sandbox/setup.mjs"));
  cpSync(join(projectDir, "preload.mjs"), join(folder.path, "preload.mjs"));
  return folder;
}

/** Starts the setup without Python, in an environment of a production server. */
function start(dir: string, ...args: readonly string[]) {
  const env = { PATH: dir, NODE_ENV: "production", npm_execpath: join(dir, "npm.cjs") };
  const child = spawn(process.execPath, [...args, join(dir, "sandbox/setup.mjs")], { env });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const ended = once(child, "close").then(([status]) => ({ status: status as number | null, printed }));
  return { child, ended, printed: () => printed };
}

describe("The setup", () => {
  const listed = { "node_modules/.package-lock.json": JSON.stringify(lock) };
  const ofPackages = { ...listed, "node_modules/a/package.json": "{}" };
  const node = process.platform === "win32" ? "node_modules/node/bin/node.exe" : "node_modules/node/bin/node";
  const stamp = createHash("sha256").update("moto").digest("hex");
  const python = process.platform === "win32" ? "Scripts/python.exe" : "bin/python";
  const ofAll = { ...ofPackages, [node]: "", ".sandbox/venv/stamp": stamp, [`.sandbox/venv/${python}`]: "" };

  for (const [what, files, status, says] of [
    ["all packages where there are none", {}, 1, /^npm ci --include=dev /m],
    ["all packages where the folder of one is gone", listed, 1, /^npm ci --include=dev /m],
    ["Node where install scripts were off", ofPackages, 1, /^npm rebuild node --ignore-scripts=false$/m],
    ["nothing, and needs no Python, where all is there", ofAll, 0, /^$/],
  ] as const) {
    it(`installs ${what}`, async () => {
      using folder = checkout(files);
      const { status: ended, printed } = await start(folder.path).ended;
      assert.match(printed, says);
      assert.equal(ended, status);
    });
  }

  it("ends with Ctrl-C, and everything that it has started before it", async () => {
    using folder = checkout({ "npm.cjs": slowNpm });
    const { child, ended, printed } = start(folder.path);
    while (!printed().includes("npm begins")) await once(child.stdout, "data");
    const { pid = 0 } = child;
    const started = descendants(pid);
    assert.ok(started.length > 0);
    child.kill("SIGINT");
    assert.equal((await ended).status, 130);
    assert.deepEqual(await leftOver(started, 0), []);
  });

  it("is what an old Node is told of, where the project's own is not there", async () => {
    const old = "data:text/javascript,Object.defineProperty(process.features,'typescript',{value:false})";
    for (const [files, says] of [
      [{}, /install scripts were off: npm rebuild node --ignore-scripts=false$/m],
      [ofAll, /Run pulumi on the Node that the project installs: npm exec -c "pulumi up"$/m],
    ] as const) {
      using folder = checkout(files);
      const preload = pathToFileURL(join(folder.path, "preload.mjs")).href;
      const { status, printed } = await start(folder.path, "--import", old, "--import", preload).ended;
      assert.match(printed, says);
      assert.equal(status, 1);
    }
  });
});
