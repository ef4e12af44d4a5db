import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createStack, deploy, engineEnvironment } from "./deploy.ts";
import { startEmulator, type Emulator } from "./emulator.ts";
import { findOrInstallEngine } from "./engine.ts";
import { emulatorEnvironment, isolate } from "./environment.ts";
import { standInsNeeded } from "./plugins.ts";
import { rehearse } from "./rehearsal.ts";
import { report } from "./report.ts";
import { makeRunFolder } from "./runFolder.ts";
import { seedAccount } from "./seed.ts";
import { readStackConfig, type SandboxConfig } from "./stackConfig.ts";

const projectDir = join(import.meta.dirname, "..");
const policyDir = join(projectDir, "policy");
const usage = "npm start -- [--stack NAME] [--keep]";
const withoutEngine =
  "REHEARSAL WITHOUT THE PULUMI ENGINE: the program ran against the emulator, with no diff, no update and no state.";

function log(line: string): void {
  console.log(line);
}

async function main(signal: AbortSignal): Promise<boolean> {
  const { stack, keep } = options();
  isolate();
  const config = readStackConfig(projectDir, stack);
  const engine = await findOrInstallEngine();
  log(engine.command === undefined ? `${withoutEngine}\n(${engine.reason})` : `Pulumi CLI ${engine.version}`);
  if (config.omitted.length > 0) log(`Left out of the stack config here: ${config.omitted.join(", ")}`);
  signal.throwIfAborted();
  const emulator = await startEmulator({ accountId: config.accountId, log });
  log(`AWS emulator (moto) at ${emulator.endpoint}, account ${config.accountId}`);
  const dir = await makeRunFolder(join(projectDir, ".sandbox"), stack);
  try {
    const env = emulatorEnvironment(emulator.endpoint, config.region);
    Object.assign(process.env, env);
    for (const made of await seedAccount(config, emulator.endpoint))
      log(`Made beforehand in the emulator: ${made}`);
    signal.throwIfAborted();
    if (engine.command === undefined) {
      const result = await rehearse({
        config,
        endpoint: emulator.endpoint,
        projectDir,
        policyDir,
        log,
        signal,
      });
      report(result).forEach(log);
      if (keep && result.succeeded) await lookAround(emulator, env, signal);
      log(withoutEngine);
      return result.succeeded;
    }
    const pluginDirs = await standInsNeeded(engine.command, dir, log);
    const deployment = {
      command: engine.command,
      config,
      dir,
      projectDir,
      policyDir,
      pluginDirs,
      env,
      log,
      signal,
    };
    const passphrase = randomBytes(24).toString("base64url");
    const result = await deploy(await createStack(deployment, passphrase), deployment);
    signal.throwIfAborted();
    report(result).forEach(log);
    if (keep && result.succeeded) {
      const { PATH = "", ...variables } = engineEnvironment(deployment, passphrase);
      const path = engine.directory === undefined ? PATH : `${engine.directory}:${PATH}`;
      await lookAround(emulator, { ...variables, PATH: path }, signal, dir, config);
    }
    return result.succeeded;
  } finally {
    await emulator.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

function options(): { stack: string; keep: boolean } {
  const { values } = parseArgs({
    options: { stack: { type: "string", default: "dev" }, keep: { type: "boolean", default: false } },
  });
  if (!/^[A-Za-z0-9_.-]+$/.test(values.stack))
    throw new Error(`--stack "${values.stack}" is not a stack's name.`);
  return values;
}

/** Leaves the emulator running until Ctrl-C, and says how to look at what is in it. */
async function lookAround(
  emulator: Emulator,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
  dir?: string,
  config?: SandboxConfig,
): Promise<void> {
  log("\nThe sandbox stays up until Ctrl-C. In another terminal:");
  if (dir !== undefined && config !== undefined) {
    const file = join(dir, "env.sh");
    const lines = Object.entries(env).map(
      ([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
    );
    await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o600 });
    log(`  . ${file}`);
    log(`  cd ${dir} && pulumi stack --stack ${config.stack}`);
  } else {
    log(`  export AWS_ENDPOINT_URL=${emulator.endpoint} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test`);
  }
  log("  aws iam list-users");
  await new Promise((resolve) => {
    // A timer, because a promise alone does not keep the process alive.
    const alive = setInterval(() => undefined, 60_000);
    signal.addEventListener("abort", () => {
      clearInterval(alive);
      resolve(undefined);
    });
  });
}

// The state holds passwords, encrypted as they are: what the engine and the others write is for the user alone.
process.umask(0o077);
const controller = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    if (!controller.signal.aborted) log("\nStopping ...");
    controller.abort();
  });
}
try {
  const succeeded = await main(controller.signal);
  process.exit(succeeded ? 0 : 1);
} catch (error) {
  if (controller.signal.aborted) {
    log("Stopped, nothing is left running.");
    process.exit(130);
  }
  console.error(error instanceof Error ? error.message : String(error));
  console.error(`Usage: ${usage}`);
  process.exit(1);
}
