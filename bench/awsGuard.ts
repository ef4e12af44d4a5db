import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { benchDir, projectDir } from "./workshop.ts";

/** The last releases of what AWSGuard 0.3.1 asks for, and this project's own versions of the SDK. */
const dependencies = { "@pulumi/awsguard": "0.3.1", "@pulumi/aws": "4.38.1", "aws-sdk": "2.1692.0" };

/** With every rule on, as its README says; plain JavaScript, which starts faster than the README's TypeScript. */
const program = 'const { AwsGuard } = require("@pulumi/awsguard");\nnew AwsGuard({ all: "mandatory" });\n';

/**
 * Installs AWSGuard as a policy pack of its own, once.
 *
 * @returns the pack's folder
 * @throws {Error} when npm cannot install it
 */
export async function installAwsGuard(log: (line: string) => void): Promise<string> {
  const dir = join(benchDir, "awsguard");
  const manifest = JSON.stringify({
    name: "bench-awsguard",
    version: "0.0.1",
    private: true,
    main: "index.js",
    dependencies: { ...dependencies, ...(await policySdk()) },
  });
  const stamp = join(dir, "node_modules", ".bench");
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === manifest) return dir;
  log("installing AWSGuard with the packages that it needs ...");
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "package.json"), manifest);
  await writeFile(join(dir, "PulumiPolicy.yaml"), "runtime: nodejs\n");
  await writeFile(join(dir, "index.js"), program);
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await promisify(execFile)("npm", args, { cwd: dir, shell: process.platform === "win32" });
  await writeFile(stamp, manifest);
  return dir;
}

async function policySdk(): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(join(projectDir, "policy", "package.json"), "utf8");
  return (JSON.parse(text) as { dependencies: Record<string, string> }).dependencies;
}
