import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { deploy, makeRunFolder } from "./deploy.ts";
import { startEmulator } from "./emulator.ts";
import { findOrInstallEngine } from "./engine.ts";
import { emulatorEnvironment, isolate, preferThisNode } from "./environment.ts";
import { messageOf } from "./plugin/errors.ts";
import { configure } from "./plugin/provider.ts";
import { rehearse } from "./rehearsal.ts";
import { handover, report } from "./report.ts";
import { seedAccount } from "./seed.ts";
import { readStackConfig } from "./stackConfig.ts";

const projectDir = join(import.meta.dirname, "..");
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
  preferThisNode();
  log(engine.command === undefined ? `${withoutEngine}\n(${engine.reason})` : `Pulumi CLI ${engine.version}`);
  if (config.omitted.length > 0) log(`Left out of the stack config here: ${config.omitted.join(", ")}`);
  signal.throwIfAborted();
  const emulator = await startEmulator(config.accountId);
  log(`AWS emulator (moto) at ${emulator.endpoint}, account ${config.accountId}`);
  const run = { config, projectDir, log, signal };
  let dir: string | undefined;
  try {
    const aws = emulatorEnvironment(emulator.endpoint, config.region);
    Object.assign(process.env, aws);
    for (const made of await seedAccount(config, await configure({ region: config.region }, aws)))
      log(`Made beforehand in the emulator: ${made}`);
    signal.throwIfAborted();
    let isDeployed = false;
    let commands: readonly string[] = Object.entries(aws).map(([name, value]) => `export ${name}=${value}`);
    if (engine.command === undefined) {
      const outputs = await rehearse(run);
      isDeployed = outputs !== undefined;
      if (outputs)
        report(stack, outputs, "install the Pulumi CLI, then npm start -- --keep", []).forEach(log);
    } else {
      dir = await makeRunFolder(projectDir, stack);
      const deployed = await deploy(run, engine, dir, aws);
      signal.throwIfAborted();
      isDeployed = deployed !== undefined;
      if (deployed) {
        const read = "pulumi stack output administrators --show-secrets";
        commands = [...deployed.commands, `${read} --stack ${stack}`];
        const toRead = keep ? "the last of the pulumi commands below" : `npm start -- --keep, then ${read}`;
        const left = await handover(projectDir, stack, config.region);
        report(stack, deployed.outputs, toRead, left).forEach(log);
      }
    }
    if (isDeployed && keep) {
      log("\nThe sandbox stays up until Ctrl-C. In another terminal:");
      for (const command of [...commands, "aws iam list-users"]) log(`  ${command}`);
      if (!signal.aborted) await once(signal, "abort");
    }
    if (engine.command === undefined) log(withoutEngine);
    return isDeployed;
  } finally {
    await emulator.stop();
    if (dir !== undefined) await rm(dir, { recursive: true, force: true });
  }
}

function options(): { stack: string; keep: boolean } {
  const { values } = parseArgs({
    options: { stack: { type: "string", default: "dev" }, keep: { type: "boolean", default: false } },
  });
  return values;
}

// The state holds passwords, encrypted as they are: what the engine and the others write is for the user alone.
process.umask(0o077);
const controller = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    if (!controller.signal.aborted) log("\nStopping ...");
    controller.abort(name);
  });
}
try {
  process.exit((await main(controller.signal)) ? 0 : 1);
} catch (error) {
  if (controller.signal.aborted) {
    log("Stopped, nothing is left running.");
    process.exit(130);
  }
  console.error(`${messageOf(error)}\nUsage: npm start -- [--stack NAME] [--keep]`);
  process.exit(1);
}
