import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { cpus, loadavg, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { startEmulator } from "../sandbox/emulator.ts";
import { findEngine } from "../sandbox/engine.ts";
import { emulatorEnvironment, isolate } from "../sandbox/environment.ts";
import { engineEnvironment, writeStack } from "../sandbox/stackFolder.ts";

/** The project's folder. */
export const projectDir = join(import.meta.dirname, "..");
/** The policy pack's folder. */
export const policyDir = join(projectDir, "policy");
/** How often each variant is measured, unless a benchmark says otherwise. */
export const defaultRounds = Number(process.env.BENCH_ROUNDS ?? 3);

const stack = "dev";
/** Always, whatever official plugins there are: the figures must not depend on a download. */
const standIns = ["aws", "random"];

/** What one run took, by unit. */
export type Figures = Readonly<Record<string, number>>;

/** The engine, for as long as a benchmark runs. */
export interface Engine {
  /** Where the emulated AWS listens. */
  readonly endpoint: string;
  /** A folder that is gone afterwards. */
  readonly workDir: string;
}

/** Which stack to measure. */
export interface StackOptions {
  /** Folder with `Pulumi.yaml` and `index.ts`. */
  readonly program: string;
  /** Folder of the policy pack. */
  readonly pack: string;
  /** The stack config in the form of its file. */
  readonly config: Readonly<Record<string, unknown>>;
  /** More variables for the engine. @default none */
  readonly env?: Readonly<Record<string, string>>;
}

/** A stack that has never been deployed, in an empty account, whenever it is measured. */
export interface Stack {
  /** Where the program keeps what it compiled. */
  readonly temporary: string;
  measure(operation: "preview" | "up"): Promise<Figures>;
}

/**
 * Runs a benchmark that needs the engine, with an emulator of its own.
 *
 * @throws {Error} when there is no Pulumi CLI, or a run fails
 */
export async function withEngine(benchmark: (engine: Engine) => Promise<void>): Promise<void> {
  isolate();
  const found = await findEngine();
  if (found.command === undefined) throw new Error(found.reason);
  // Programs, plugins and policy packs run on the Node that runs this.
  process.env.PATH = [dirname(process.execPath), found.directory ?? "", process.env.PATH].join(delimiter);
  // Ctrl-C ends the CLI, its failure the benchmark, and that takes everything away.
  process.on("SIGINT", () => undefined);
  const workDir = await mkdtemp(join(tmpdir(), "iam-administrators-bench-"));
  const emulator = await startEmulator();
  try {
    await benchmark({ endpoint: emulator.endpoint, workDir });
    printConditions(`Pulumi CLI ${found.version}`);
  } finally {
    await emulator.stop();
    await rm(workDir, { recursive: true, force: true });
  }
}

/**
 * Copies one of the benchmark's own programs and puts this project's packages beside it: before every start, Pulumi
 * looks through all that is installed in a program's folder.
 *
 * @returns the copy's folder
 */
export async function makeProgram(engine: Engine, name: string): Promise<string> {
  const dir = join(engine.workDir, name);
  await cp(join(import.meta.dirname, name), dir, { recursive: true });
  await symlink(join(projectDir, "node_modules"), join(dir, "node_modules"), "junction");
  return dir;
}

/** Makes a stack in a folder of its own. */
export async function makeStack(engine: Engine, options: StackOptions): Promise<Stack> {
  const { program, pack, config } = options;
  const dir = await mkdtemp(join(engine.workDir, "stack-"));
  const [state, fresh, temporary] = [join(dir, "state"), join(dir, "fresh"), join(dir, "tmp")];
  for (const folder of [state, temporary]) await mkdir(folder);
  await writeStack(dir, program, `Pulumi.${stack}.yaml`, config);
  const awsEnv = emulatorEnvironment(engine.endpoint, "us-east-1");
  const env = {
    ...process.env,
    ...engineEnvironment({ dir, env: awsEnv, standIns }, "bench"),
    ...options.env,
    TMPDIR: temporary,
  };
  const pulumi = (...args: string[]) =>
    timed([...args, "--stack", stack, "--non-interactive", "--color", "never"], dir, env);

  await pulumi("stack", "init");
  await cp(state, fresh, { recursive: true });
  return {
    temporary,
    async measure(operation) {
      await rm(state, { recursive: true });
      await cp(fresh, state, { recursive: true });
      await fetch(`${engine.endpoint}/moto-api/reset`, { method: "POST" });
      const flags = operation === "up" ? ["--yes", "--skip-preview"] : [];
      return pulumi(operation, ...flags, "--policy-pack", pack);
    },
  };
}

/** Runs the CLI below a shell, which knows in the end what processor time it and all its processes have used. */
async function timed(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Figures> {
  const start = performance.now();
  const child = spawn("sh", ["-c", 'pulumi "$@" 2>&1 && times', "sh", ...args], { cwd, env });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [exitCode] = (await once(child, "close")) as [number | null];
  const seconds = (performance.now() - start) / 1000;
  if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")}:\n${output}`);
  const ofChildren = output.trim().split("\n").at(-1) ?? "";
  const cpu = Array.from(ofChildren.matchAll(/(\d+)m([\d.]+)s/g), ([, m, s]) => Number(m) * 60 + Number(s));
  return { seconds, "CPU seconds": cpu.reduce((sum, part) => sum + part, 0) };
}

/**
 * Measures every variant once a round, every other round backwards, and prints a Markdown table. What a busy machine adds
 * to a whole round cancels out in the ratios, each of which is the median of the rounds' own.
 *
 * @param variants - by their names; the first is what the others are compared with
 */
export async function compare(
  title: string,
  variants: Readonly<Record<string, () => Promise<Figures>>>,
  rounds = defaultRounds,
): Promise<void> {
  const results = new Map<string, Figures[]>(Object.keys(variants).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const order = Object.entries(variants);
    for (const [name, run] of round % 2 === 0 ? order : order.reverse()) {
      console.error(`${title}, round ${round + 1} of ${rounds}: ${name}`);
      results.get(name)?.push(await run());
    }
  }
  const [reference = []] = results.values();
  const units = Object.keys(reference[0] ?? {});
  const cell = (runs: readonly Figures[], unit: string) => {
    const figures = runs.map((run) => run[unit] ?? Number.NaN);
    const ratio = median(figures.map((figure, round) => figure / (reference[round]?.[unit] ?? Number.NaN)));
    return [spread(figures), ratio.toFixed(2)];
  };
  printTable(
    title,
    ["", ...units.flatMap((unit) => [unit, "x"])],
    Array.from(results, ([name, runs]) => [name, ...units.flatMap((unit) => cell(runs, unit))]),
  );
}

/** Prints a Markdown table. */
export function printTable(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  console.log(`\n${title}:\n\n${lines.join("\n")}`);
}

/** When, where and with what the figures above were measured. */
export function printConditions(...tools: readonly string[]): void {
  const packages = ["pulumi", "policy", "aws"].map((name) => `@pulumi/${name} ${versionOf(name)}`);
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? "processor"}`;
  const versions = [`Node ${process.version}`, ...tools, ...packages].join(", ");
  const load = `load ${loadBefore.toFixed(1)} before, ${currentLoad().toFixed(1)} after`;
  console.log(`\n_${new Date().toISOString().slice(0, 10)}; ${machine}; ${load}; ${versions}._\n`);
}

/** The middle one of some figures; of an even number, the upper of the middle two. */
function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? Number.NaN;
}

/** The processes that wanted a processor over the last minute. */
function currentLoad(): number {
  return loadavg()[0] ?? 0;
}

const loadBefore = currentLoad();

/** `2.81 (2.70-3.23)`: the median, the least and the most. */
function spread(figures: readonly number[]): string {
  const [middle, least, most] = [median(figures), Math.min(...figures), Math.max(...figures)].map(short);
  return least === most ? `${middle}` : `${middle} (${least}-${most})`;
}

/** Three figures of a number, or all before the point. */
export function short(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure.toPrecision(3);
}

function versionOf(name: string): string {
  const manifest = createRequire(import.meta.url).resolve(`@pulumi/${name}/package.json`);
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version.replace(/^v/, "");
}
