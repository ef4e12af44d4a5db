import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { rules } from "../../policy/rules/index.ts";
import { startPolicyPack } from "../support/policyProcess.ts";

const run = promisify(execFile);
const dir = fileURLToPath(new URL("../../policy/", import.meta.url));

// What the service does with a published pack: unpack, install what package.json asks for, run. Slow: it installs from
// the registry, or from npm's cache.
describe("the published package, alone in an empty folder", function () {
  this.timeout(300_000);
  let folder: string;
  let files: string[];

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "policy-package-"));
    const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: dir });
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf("["))) as [
      { filename: string; files: { path: string }[] },
    ];
    files = packed.files.map((file) => file.path);
    await run("tar", ["-xzf", packed.filename], { cwd: folder });
  });
  after(async () => rm(folder, { recursive: true }));

  it("holds compiled JavaScript and what the service reads, no source and no test", () => {
    const rest = files.filter((file) => !/^bin\/(lib\/|rules\/)?\w+\.js$/.test(file));
    assert.deepEqual(rest.sort(), [
      "PulumiPolicy.yaml",
      "README.md",
      "audit.json",
      "bin/package.json",
      "package.json",
      "start.cjs",
    ]);
    assert.ok(files.includes("bin/index.js"));
  });

  it("pins its dependencies exactly", async () => {
    const { dependencies } = JSON.parse(
      await readFile(path.join(folder, "package", "package.json"), "utf8"),
    ) as {
      dependencies: Record<string, string>;
    };
    assert.deepEqual(Object.keys(dependencies), ["@pulumi/policy", "@pulumi/pulumi"]);
    for (const version of Object.values(dependencies)) assert.match(version, /^\d+\.\d+\.\d+$/);
  });

  it("runs as a pack, with its readme", async () => {
    const home = path.join(folder, "package");
    await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], {
      cwd: home,
    });
    const pack = await startPolicyPack({ dir: home, stack: "dev", project: "other", dryRun: false });
    try {
      assert.equal(pack.info.policies.length, rules.length);
      assert.equal(pack.info.readme, await readFile(path.join(dir, "README.md"), "utf8"));
      const type = "aws:iam/user:User";
      const user = { type, name: "x", urn: `urn:pulumi:dev::other::${type}::x`, props: { name: "root" } };
      assert.equal((await pack.analyze(user)).length, 1);
    } finally {
      await pack.stop();
    }
  });
});
