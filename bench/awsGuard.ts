import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { benchDir, projectDir } from "./workshop.ts";

/** The last releases of what AWSGuard 0.3.1 asks for, and this project's own versions of the rest. */
const dependencies = { "@pulumi/awsguard": "0.3.1", "@pulumi/aws": "4.38.1", "aws-sdk": "2.1692.0" };

/** Every rule on, as its documentation says. */
const programs = {
  "index.js": 'const { AwsGuard } = require("@pulumi/awsguard");\nnew AwsGuard({ all: "mandatory" });\n',
  "ts/index.ts": 'import { AwsGuard } from "@pulumi/awsguard";\n\nnew AwsGuard({ all: "mandatory" });\n',
};

/** The folders of AWSGuard as a policy pack. */
export interface AwsGuardPacks {
  /** In plain JavaScript. */
  readonly javascript: string;
  /** In TypeScript, for the runner's ts-node, as Pulumi's templates have it. */
  readonly typescript: string;
}

/**
 * Installs AWSGuard, once.
 *
 * @throws {Error} when npm cannot install it
 */
export async function installAwsGuard(log: (line: string) => void): Promise<AwsGuardPacks> {
  const dir = join(benchDir, "awsguard");
  const packs = { javascript: dir, typescript: join(dir, "ts") };
  const common = { name: "bench-awsguard", version: "0.0.1", private: true };
  const manifest = JSON.stringify({
    ...common,
    main: "index.js",
    dependencies: { ...dependencies, ...(await projectVersions()) },
  });
  const stamp = join(dir, "node_modules", ".bench");
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === manifest) return packs;
  log("installing AWSGuard with the packages that it needs ...");
  await mkdir(packs.typescript, { recursive: true });
  await writeFile(join(dir, "package.json"), manifest);
  await writeFile(join(packs.typescript, "package.json"), JSON.stringify({ ...common, main: "index.ts" }));
  for (const pack of Object.values(packs))
    await writeFile(join(pack, "PulumiPolicy.yaml"), "runtime: nodejs\n");
  for (const [file, text] of Object.entries(programs)) await writeFile(join(dir, file), text);
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await promisify(execFile)("npm", args, { cwd: dir, shell: process.platform === "win32" });
  await writeFile(stamp, manifest);
  return packs;
}

async function projectVersions(): Promise<Readonly<Record<string, string>>> {
  const read = async (...path: string[]) =>
    JSON.parse(await readFile(join(projectDir, ...path, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
  const { typescript = "" } = (await read()).dependencies;
  return { ...(await read("policy")).dependencies, typescript };
}
