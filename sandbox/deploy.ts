import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { parse } from "yaml";
import type { SandboxConfig } from "./stackConfig.ts";

/** Where and with what the engine runs. */
export interface Deployment {
  readonly command: PulumiCommand;
  readonly config: SandboxConfig;
  /** The run's own folder: project file, stack config and state. */
  readonly dir: string;
  /** The project's folder, with index.ts and the policy pack. */
  readonly projectDir: string;
  /** The engine's environment, from {@link engineEnvironment}. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** The environment of an engine that keeps its state, and all else, in the run's folder. */
export function engineEnvironment(
  {
    dir,
    env,
    pluginDirs,
  }: {
    readonly dir: string;
    readonly env: Readonly<Record<string, string>>;
    /** Folders of the stand-in plugins, before everything else on PATH. */
    readonly pluginDirs: readonly string[];
  },
  passphrase: string,
): Record<string, string> {
  return {
    ...env,
    PATH: [...pluginDirs, process.env.PATH ?? ""].join(delimiter),
    PULUMI_BACKEND_URL: `file://${join(dir, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/**
 * Makes the stack in the run's folder, with the sandbox's copy of its config, and runs `pulumi up` with the policy pack, its
 * own display on this terminal. The preview before the update stops at a violation, before anything is created.
 *
 * @returns the stack's outputs with `[secret]` for every secret, or undefined when the update failed
 * @throws {Error} when the CLI cannot make the stack
 */
export async function deploy(deployment: Deployment): Promise<Record<string, unknown> | undefined> {
  const { config, dir, projectDir } = deployment;
  const project = parse(await readFile(join(projectDir, "Pulumi.yaml"), "utf8")) as object;
  // JSON is YAML, and this one is the project's own with the program where it is.
  const copy = JSON.stringify({ ...project, main: join(projectDir, "index.ts") });
  await writeFile(join(dir, "Pulumi.yaml"), copy);
  await writeFile(join(dir, `Pulumi.${config.stack}.yaml`), JSON.stringify({ config: config.values }));
  await answerOf(deployment, ["stack", "init"]);
  for (const [path, value] of Object.entries(config.secrets))
    await answerOf(deployment, ["config", "set", "--path", "--secret", path, value]);
  const up = ["up", "--yes", "--policy-pack", join(projectDir, "policy"), "--suppress-permalink=true"];
  if (!(await onTerminal(deployment, up))) return undefined;
  return JSON.parse(await answerOf(deployment, ["stack", "output", "--json"])) as Record<string, unknown>;
}

async function answerOf(
  { command, config, dir, env, signal }: Deployment,
  args: readonly string[],
): Promise<string> {
  signal.throwIfAborted();
  const all = [...args, "--stack", config.stack, "--non-interactive"];
  return (await promisify(execFile)(command.command, all, { cwd: dir, env: { ...process.env, ...env } }))
    .stdout;
}

/** Runs a command on this terminal, and waits for its end; whether it succeeded. */
async function onTerminal(
  { command, config, dir, env, signal }: Deployment,
  args: readonly string[],
): Promise<boolean> {
  signal.throwIfAborted();
  const all = [...args, "--stack", config.stack];
  const running = spawn(command.command, all, {
    cwd: dir,
    env: { ...process.env, ...env },
    stdio: "inherit",
  });
  // Ctrl-C reaches the engine by itself, as it does every process of the terminal; a second interrupt would cut it off.
  const stop = () => signal.reason !== "SIGINT" && running.kill("SIGINT");
  signal.addEventListener("abort", stop);
  const [exitCode] = (await once(running, "close")) as [number | null];
  signal.removeEventListener("abort", stop);
  return exitCode === 0;
}
