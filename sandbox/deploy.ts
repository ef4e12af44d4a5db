import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Engine } from "./engine.ts";
import { policyConfig } from "./policyConfig.ts";
import type { SandboxConfig } from "./stackConfig.ts";
import { engineEnvironment, policyFlags, writeStack } from "./stackFolder.ts";

/** What a run of the sandbox, with an engine or without, works with. */
export interface Run {
  readonly config: SandboxConfig;
  /** The project's folder, with index.ts and the policy pack. */
  readonly projectDir: string;
  readonly log: (line: string) => void;
  /** Stops the run, with an error, before its next step. */
  readonly signal: AbortSignal;
}

/** A stack that the sandbox has deployed. */
export interface Deployed {
  /** The stack's outputs, with `[secret]` for every secret. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What to type in another terminal to deploy it again, as long as the sandbox is up. */
  readonly commands: readonly string[];
}

/**
 * Makes a folder below `.sandbox` for one run, private to the user: it holds the run's state. Folders that killed runs
 * left behind go first.
 */
export async function makeRunFolder(projectDir: string, stack: string): Promise<string> {
  const runs = join(projectDir, ".sandbox", "runs");
  await mkdir(runs, { recursive: true, mode: 0o700 });
  for (const name of await readdir(runs))
    if (!isRunning(Number(/\d+$/.exec(name)?.[0])))
      await rm(join(runs, name), { recursive: true, force: true });
  const folder = join(runs, `${stack}-${process.pid}`);
  await mkdir(join(folder, "state"), { recursive: true, mode: 0o700 });
  return folder;
}

function isRunning(pid: number): boolean {
  try {
    return pid !== process.pid && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Makes the stack in the run's folder, with the sandbox's copy of its config, and runs `pulumi up` with the policy pack, its
 * own display on this terminal. The preview before the update stops at a violation, before anything is created. Beside the
 * state it leaves `env.sh`, with which a shell works on the stack.
 *
 * @param dir - the run's folder
 * @param env - variables that lead AWS clients to the emulator
 * @returns undefined when the update failed
 * @throws {Error} when the CLI cannot make the stack
 */
export async function deploy(
  { config, projectDir, log, signal }: Run,
  engine: Extract<Engine, { version: string }>,
  dir: string,
  env: Readonly<Record<string, string>>,
): Promise<Deployed | undefined> {
  const { command } = engine.command;
  const standIns = await standInsNeeded(command, log);
  const own = engineEnvironment({ dir, env, standIns }, randomBytes(24).toString("base64url"));
  if (engine.directory !== undefined) own.PATH = [engine.directory, own.PATH].join(delimiter);
  Object.assign(process.env, own);
  const exports = Object.entries(own).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
  await writeFile(join(dir, "env.sh"), exports.join(""));
  // Beside the stack's own folder, which is not this run's, messages name the file as they name the user's.
  const file = config.file.startsWith("..") ? basename(config.file) : config.file;
  await writeStack(dir, projectDir, file, config.values);

  const stack = ["--stack", config.stack];
  const answer = async (...args: string[]) => {
    signal.throwIfAborted();
    return (await execute(command, [...args, ...stack, "--non-interactive"], { cwd: dir })).stdout;
  };
  await answer("stack", "init");
  for (const [path, value] of Object.entries(config.secrets))
    await answer("config", "set", "--path", "--secret", path, value);
  signal.throwIfAborted();
  const policies = await policyFlags(dir, join(projectDir, "policy"), policyConfig(config.values));
  const up = ["up", ...stack, ...policies];
  const running = spawn(command, [...up, "--yes", "--suppress-permalink=true"], {
    cwd: dir,
    stdio: "inherit",
  });
  // Ctrl-C reaches the engine by itself, as it does every process of the terminal; a second interrupt would cut it off.
  signal.addEventListener("abort", () => signal.reason !== "SIGINT" && running.kill("SIGINT"));
  const [exitCode] = (await once(running, "close")) as [number | null];
  if (exitCode !== 0) return undefined;
  const outputs = JSON.parse(await answer("stack", "output", "--json")) as Record<string, unknown>;
  const shell = [`. ${quoted(join(dir, "env.sh"))}`, `cd ${quoted(dir)}`];
  return { outputs, commands: [...shell, `pulumi ${up.map(quoted).join(" ")}`] };
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

const execute = promisify(execFile);

/**
 * Gets the official plugins of the program's packages where they can be had, and returns the names of the others, for
 * which there are stand-ins.
 */
async function standInsNeeded(command: string, log: Run["log"]): Promise<string[]> {
  const require = createRequire(import.meta.url);
  const missing = ["aws", "random"].map(async (name) => {
    // The plugin that belongs to an SDK package has the SDK's own version.
    const { version } = require(`@pulumi/${name}/package.json`) as { version: string };
    const hint = setTimeout(log, 1000, `Getting the ${name} plugin ${version} ...`);
    const args = ["plugin", "install", "resource", name, `v${version}`];
    const got = await execute(command, args).catch(() => undefined);
    clearTimeout(hint);
    return got === undefined ? [name] : [];
  });
  const needed = (await Promise.all(missing)).flat();
  if (needed.length > 0)
    log(`The sandbox's stand-in serves for ${needed.join(" and ")}: no official plugin can be had here.`);
  return needed;
}
