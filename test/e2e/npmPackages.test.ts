import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Loopback } from "../support/loopback.ts";
import { cliIn, policyDir, projectDir, useEngine } from "../support/stack.ts";
import { administratorsGroup, administratorUser } from "../support/stackAccount.ts";
import { assertSucceeded } from "../support/stackAsserts.ts";
import { startNpmRegistry } from "./npmRegistry.ts";

const run = promisify(execFile);

// As `pulumi new typescript` makes it: CommonJS, compiled by ts-node whenever it runs.
const program = {
  "Pulumi.yaml": "name: iam-administrators\nruntime: nodejs\n",
  "package.json": '{ "name": "program", "main": "index.ts" }',
  "tsconfig.json":
    '{ "compilerOptions": { "strict": true, "target": "es2022", "module": "nodenext", "types": [] }, "files": ["index.ts"] }',
  "index.ts": `
    import { AdministratorGroup, type Member } from "iam-administrators-components";
    const administrators: Member[] = [{ name: "Administrator" }, { name: "Admin_2", backup: true }];
    const group = new AdministratorGroup("administrators", { administrators, protect: false });
    export const members = [...group.administrators.keys()];
  `,
};

// npm is real, the registry only keeps what npm sends.
describe("The packages for npm, published to a registry and installed in a new project", function () {
  this.timeout(600_000);
  const engine = useEngine();
  let registry: Loopback | undefined;
  let folder: string;
  const npm = (cwd: string, ...args: readonly string[]) =>
    run("npm", [...args, "--registry", registry?.url ?? "", "--userconfig", join(folder, ".npmrc")], { cwd });
  const installed = (name: string) => join(folder, "node_modules", name);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "iam-administrators-npm-"));
    registry = await startNpmRegistry((await run("npm", ["config", "get", "registry"])).stdout.trim());
    await writeFile(join(folder, ".npmrc"), `${registry.url.replace("http:", "")}/:_authToken=loopback\n`);
    for (const [name, text] of Object.entries(program)) await writeFile(join(folder, name), text);

    await run("npm", ["run", "build:components"], { cwd: projectDir });
    await npm(projectDir, "publish", "./dist/components");
    await npm(projectDir, "publish", policyDir);
    const names = ["iam-administrators-components", "iam-administrators-policy"];
    const { dependencies } = JSON.parse(await readFile(join(projectDir, "package.json"), "utf8")) as {
      dependencies: { typescript: string };
    };
    const flags = ["--no-audit", "--no-fund", "--prefer-offline"];
    await npm(folder, "install", ...flags, ...names, `typescript@${dependencies.typescript}`);
  });
  after(async () => {
    // Without an engine nothing was begun.
    if (registry === undefined) return;
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("hold what they need and no sources, each with its licence", async () => {
    for (const name of ["iam-administrators-components", "iam-administrators-policy"]) {
      const files = await readdir(installed(name));
      for (const file of ["LICENSE", "README.md", "package.json"])
        assert.ok(files.includes(file), `${name}: ${file}`);
      assert.deepEqual(
        files.filter((file) => /(?<!\.d)\.ts$|^node_modules$/.test(file)),
        [],
      );
    }
  });

  it("deploy from Pulumi's default TypeScript, judged by the policy pack", async () => {
    const { cli } = await cliIn(folder, engine.proxy);
    assertSucceeded(await cli("stack", "init"));
    const pack = installed("iam-administrators-policy");
    const up = await cli("up", "--yes", "--skip-preview", "--policy-pack", pack);
    assertSucceeded(up);
    assert.deepEqual(await engine.contents(), {
      users: {
        Admin_2: administratorUser({ tags: { backup: "true" } }),
        Administrator: administratorUser(),
      },
      groups: { Administrators: administratorsGroup },
    });
    assert.ok(up.policies.some(({ rule }) => rule === "initial-password-encrypted"));
  });

  it("are imported by CommonJS", async () => {
    const script =
      'import("iam-administrators-components").then((found) => console.log(Object.keys(found).join()))';
    const { stdout } = await run(process.execPath, ["--input-type=commonjs", "--eval", script], {
      cwd: folder,
    });
    assert.match(stdout, /AdministratorGroup/);
  });

  it("serve the components to other languages, too", async () => {
    const { asked } = await cliIn(await mkdtemp(join(folder, "schema-")), engine.proxy);
    const printed = await asked("package", "get-schema", installed("iam-administrators-components"));
    assert.match(printed, /"iam-administrators:index:AdministratorGroup"/);
  });
});
