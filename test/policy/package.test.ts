import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { startPolicyPack } from "./policyProcess.ts";

const dir = path.join(import.meta.dirname, "../../policy");

// What the service does. Slow: it installs from the registry, or from npm's cache.
it("the published policy package runs alone, with what its package.json asks for and its readme", async function () {
  this.timeout(300_000);
  const folder = await mkdtemp(path.join(tmpdir(), "policy-package-"));
  const home = path.join(folder, "package");
  const run = async (command: string, args: string, cwd: string) =>
    (await promisify(execFile)(command, args.split(" "), { cwd })).stdout;
  try {
    const packed = await run("npm", `pack --silent --pack-destination ${folder}`, dir);
    await run("tar", `-xzf ${packed.trim()}`, folder);
    await run("npm", "install --ignore-scripts --no-audit --no-fund --prefer-offline", home);
    const pack = await startPolicyPack({ dir: home });
    assert.equal(pack.info.getReadme(), await readFile(path.join(dir, "README.md"), "utf8"));
    const type = "aws:iam/user:User";
    const found = await pack.analyze({
      type,
      urn: `urn:pulumi:dev::other::${type}::x`,
      props: { name: "root" },
    });
    assert.equal(found[0]?.rule, "no-root-usage");
    await pack.stop();
    await assert.rejects(readFile(path.join(home, "index.ts")), { code: "ENOENT" });
  } finally {
    await rm(folder, { recursive: true });
  }
});
