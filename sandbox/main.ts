import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { deploy, engineEnvironment } from "./deploy.ts";
import { startEmulator } from "./emulator.ts";
import { findOrInstallEngine } from "./engine.ts";
import { emulatorEnvironment, isolate, preferThisNode } from "./environment.ts";
import { standInsNeeded } from "./plugins.ts";
import { rehearse } from "./rehearsal.ts";
import { report } from "./report.ts";
import { handover } from "./handover.ts";
import { makeRunFolder } from "./runFolder.ts";
import { seedAccount } from "./seed.ts";
import { readStackConfig } from "./stackConfig.ts";

const projectDir = join(import.meta.dirname, "..");
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
  preferThisNode();
  log(engine.command === undefined ? `${withoutEngine}\n(${engine.reason})` : `Pulumi CLI ${engine.version}`);
  if (config.omitted.length > 0) log(`Left out of the stack config here: ${config.omitted.join(", ")}`);
  signal.throwIfAborted();
  const emulator = await startEmulator({ accountId: config.accountId });
  log(`AWS emulator (moto) at ${emulator.endpoint}, account ${config.accountId}`);
  const dir = await makeRunFolder(join(projectDir, ".sandbox"), stack);
  try {
    const aws = emulatorEnvironment(emulator.endpoint, config.region);
    Object.assign(process.env, aws);
    for (const made of await seedAccount(config, emulator.endpoint))
      log(`Made beforehand in the emulator: ${made}`);
    signal.throwIfAborted();
    if (engine.command === undefined) {
      const run = await rehearse({ config, endpoint: emulator.endpoint, projectDir, log, signal });
      const succeeded = reportRehearsal(stack, run);
      if (succeeded && keep)
        await stayUp(signal, [
          `export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=${config.region}`,
          `export AWS_ENDPOINT_URL=${emulator.endpoint}`,
        ]);
      log(withoutEngine);
      return succeeded;
    }
    const pluginDirs = await standInsNeeded(engine.command, dir, log);
    const env = engineEnvironment({ dir, env: aws, pluginDirs }, randomBytes(24).toString("base64url"));
    if (engine.directory !== undefined) env.PATH = [engine.directory, env.PATH].join(delimiter);
    const outputs = await deploy({ command: engine.command, config, dir, projectDir, env, signal });
    signal.throwIfAborted();
    if (outputs === undefined) return false;
    report(stack, outputs, true, await handover(projectDir, stack, config.region)).forEach(log);
    if (keep) {
      const file = join(dir, "env.sh");
      const variables = Object.entries(env).map(
        ([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`,
      );
      await writeFile(file, variables.join(""), { mode: 0o600 });
      await stayUp(signal, [`. ${file}`, `cd ${dir} && pulumi stack --stack ${stack}`]);
    }
    return true;
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

/** Says how a rehearsal without the engine went; whether all is well. */
function reportRehearsal(
  stack: string,
  { errors, findings, outputs }: Awaited<ReturnType<typeof rehearse>>,
): boolean {
  const blocking = findings.filter(({ mandatory }) => mandatory);
  const isWell = errors.length === 0 && blocking.length === 0;
  if (errors.length > 0) log(`\nStopped:\n${indent(errors.join("\n"))}`);
  if (findings.length > 0)
    log(blocking.length > 0 ? "\nThe policy pack would stop pulumi up:" : "\nPolicies");
  for (const { policy, mandatory, message, resource } of findings)
    log(indent(`${mandatory ? "mandatory" : "advisory"}  ${policy} (${resource}): ${message}`));
  if (isWell) report(stack, outputs, false).forEach(log);
  return isWell;
}

function indent(text: string): string {
  return text.replace(/^/gm, "  ");
}

/** Leaves the emulator running until Ctrl-C, and says how to look at what is in it. */
async function stayUp(signal: AbortSignal, commands: readonly string[]): Promise<void> {
  log("\nThe sandbox stays up until Ctrl-C. In another terminal:");
  for (const command of [...commands, "aws iam list-users"]) log(`  ${command}`);
  await new Promise<void>((resolve) => {
    // A timer, because a promise alone does not keep the process alive.
    const alive = setInterval(() => undefined, 60_000);
    signal.addEventListener("abort", () => {
      clearInterval(alive);
      resolve();
    });
  });
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
