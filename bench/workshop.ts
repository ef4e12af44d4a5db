import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { startEmulator } from "../sandbox/emulator.ts";
import { findEngine } from "../sandbox/engine.ts";
import { standInsNeeded } from "../sandbox/plugins.ts";
import type { Engine } from "./stacks.ts";

/** The project's folder. */
export const projectDir = join(import.meta.dirname, "..");
/** The policy pack's folder. */
export const policyDir = join(projectDir, "policy");
/** What the benchmarks keep between their runs, and the folders of those that run now. */
export const benchDir = join(projectDir, ".sandbox", "bench");

/**
 * Makes a folder for this process, inside the project so that its packages are found; those of processes that have
 * ended without taking theirs away go first.
 */
export async function makeWorkFolder(): Promise<string> {
  const runs = join(benchDir, "runs");
  await mkdir(runs, { recursive: true, mode: 0o700 });
  for (const pid of await readdir(runs)) {
    try {
      process.kill(Number(pid), 0);
    } catch {
      await rm(join(runs, pid), { recursive: true, force: true });
    }
  }
  const dir = join(runs, String(process.pid));
  await mkdir(dir);
  return dir;
}

/** The engine with an emulator, until stopped; or why there is none. */
export type StartedEngine =
  | { readonly engine: Engine; readonly version: string; readonly stop: () => Promise<void> }
  | { readonly engine: undefined; readonly reason: string };

/** Finds the engine, downloading nothing, and starts an emulator for it. */
export async function startEngine(workDir: string, log: (line: string) => void): Promise<StartedEngine> {
  const found = await findEngine();
  if (found.command === undefined) return { engine: undefined, reason: found.reason };
  const { command, version } = found;
  const pluginDirs = await standInsNeeded(command, workDir, log);
  const emulator = await startEmulator();
  return { engine: { command, emulator, pluginDirs }, version, stop: () => emulator.stop() };
}

/** How the project's own Pulumi.yaml has its program run. */
export async function projectRuntime(): Promise<Readonly<Record<string, unknown>>> {
  const project = await readYaml<{ runtime: { options: Record<string, unknown> } }>("Pulumi.yaml");
  return project.runtime.options;
}

/** The config of the stack `dev`. */
export async function devConfig(): Promise<Readonly<Record<string, unknown>>> {
  return (await readYaml<{ config: Record<string, unknown> }>("Pulumi.dev.yaml")).config;
}

async function readYaml<Shape>(file: string): Promise<Shape> {
  return parse(await readFile(join(projectDir, file), "utf8")) as Shape;
}
