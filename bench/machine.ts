import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { promisify } from "node:util";
import { projectDir } from "./workshop.ts";

const require = createRequire(import.meta.url);

/** Under what conditions something was measured. */
export interface Conditions {
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  readonly versions: string;
  readonly runs: number;
  /** How many processes wanted the processors, over the last minute: before and after. */
  readonly load: readonly [number, number];
}

/** The load of the last minute; always 0 on Windows, which has no such figure. */
export function load(): number {
  return loadavg()[0] ?? 0;
}

/** The machine, the versions and the commit. */
export async function conditions(runs: number, cli: string | undefined): Promise<Omit<Conditions, "load">> {
  const processors = cpus();
  const git = async (...args: string[]) =>
    (await promisify(execFile)("git", args, { cwd: projectDir })).stdout.trim();
  const changed = await git("status", "--porcelain", "--untracked-files=no");
  const packages = ["pulumi", "policy", "aws"].map(
    (name) => `@pulumi/${name} ${versionOf(`@pulumi/${name}`)}`,
  );
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: `${await git("rev-parse", "--short", "HEAD")}${changed === "" ? "" : " with changes"}`,
    machine: `${processors.length} x ${processors[0]?.model.trim() ?? "?"}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${type()} ${release()}`,
    versions: [`Node ${process.version}`, `Pulumi CLI ${cli ?? "none"}`, ...packages].join(", "),
    runs,
  };
}

function versionOf(name: string): string {
  const manifest = readFileSync(require.resolve(`${name}/package.json`), "utf8");
  return (JSON.parse(manifest) as { version: string }).version.replace(/^v/, "");
}
