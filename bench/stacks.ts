import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { engineEnvironment } from "../sandbox/deploy.ts";
import type { Emulator } from "../sandbox/emulator.ts";
import { emulatorEnvironment } from "../sandbox/environment.ts";
import { measure, type Measurement } from "./measure.ts";

/** The engine and what it works with. */
export interface Engine {
  readonly command: PulumiCommand;
  readonly emulator: Emulator;
  /** Folders of the stand-in plugins. */
  readonly pluginDirs: readonly string[];
}

/** What a stack of the benchmark consists of. */
export interface StackOptions {
  /** The stack's own folder, which is made. */
  readonly dir: string;
  /** The program: a file with its full path. */
  readonly main: string;
  /** The options of the runtime. @default Node runs the program, and not ts-node */
  readonly runtime?: Readonly<Record<string, unknown>>;
  /** Whether what ts-node compiled before is still there. @default true */
  readonly warm?: boolean;
  /** Folder of the policy pack. */
  readonly policyDir: string;
  /** The stack's config, in the form of its file. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A stack that has never been deployed, each time it is measured. */
export interface BenchStack {
  preview(): Promise<StackMeasurement>;
  /** Creates everything, in an empty account. */
  up(): Promise<StackMeasurement>;
  /**
   * The same, with the state written once, at the end. Otherwise the engine writes all of it to a file backend at every
   * step; Pulumi Cloud gets what has changed.
   */
  upWithoutCheckpoints(): Promise<StackMeasurement>;
}

/** What an operation took, and how many resources it was about, components among them. */
export interface StackMeasurement extends Measurement {
  readonly resources: number;
}

const name = "dev";
const flags = ["--stack", name, "--non-interactive", "--color", "never"];

/** Makes a stack, with the CLI as a user has it: the Automation API's own start is not part of the figures. */
export async function makeStack(engine: Engine, options: StackOptions): Promise<BenchStack> {
  const { dir, main, runtime = { typescript: false }, warm = true, policyDir, config } = options;
  const [state, fresh, temporary] = [join(dir, "state"), join(dir, "fresh"), join(dir, "tmp")];
  for (const folder of [state, temporary]) await mkdir(folder, { recursive: true });
  await writeFile(
    join(dir, "Pulumi.yaml"),
    JSON.stringify({
      name: "iam-administrators",
      main,
      runtime: { name: "nodejs", options: runtime },
    }),
  );
  const { emulator, pluginDirs } = engine;
  const awsEnv = emulatorEnvironment(emulator.endpoint, "us-east-1");
  const env = engineEnvironment({ dir, env: awsEnv, pluginDirs }, "bench");
  const pulumi = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    measure({
      file: engine.command.command,
      args: [...args, ...flags],
      cwd: dir,
      // Where ts-node keeps what it compiled.
      env: { ...env, ...more, TMPDIR: temporary },
    });

  await pulumi(["stack", "init"]);
  const file = join(dir, `Pulumi.${name}.yaml`);
  const salt = /^encryptionsalt: (.*)$/m.exec(await readFile(file, "utf8"))?.[1];
  await writeFile(file, JSON.stringify({ encryptionsalt: salt, config }));
  await cp(state, fresh, { recursive: true });

  const operate = async (args: readonly string[], more?: Readonly<Record<string, string>>) => {
    await rm(state, { recursive: true });
    await cp(fresh, state, { recursive: true });
    if (!warm) {
      await rm(temporary, { recursive: true });
      await mkdir(temporary);
    }
    await fetch(`${emulator.endpoint}/moto-api/reset`, { method: "POST" });
    const measured = await pulumi([...args, "--policy-pack", policyDir], more);
    const resources = Number(/^\s*\+ (\d+) (?:to create|created)/m.exec(measured.output)?.[1]);
    return { ...measured, resources };
  };
  const up = ["up", "--yes", "--skip-preview"];
  return {
    preview: () => operate(["preview"]),
    up: () => operate(up),
    upWithoutCheckpoints: () => operate(up, { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" }),
  };
}
