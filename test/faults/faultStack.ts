import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { IAMClient } from "@aws-sdk/client-iam";
import { engineEnvironment } from "../../sandbox/deploy.ts";
import { startEmulator, type Emulator } from "../../sandbox/emulator.ts";
import { findEngine } from "../../sandbox/engine.ts";
import { emulatorEnvironment, isolate } from "../../sandbox/environment.ts";
import { nameOf } from "../../sandbox/result.ts";
import { startFaultProxy, type FaultProxy } from "../support/faultProxy.ts";

const run = promisify(execFile);

/** The project's folder. */
export const projectDir = join(import.meta.dirname, "../..");
const providers = join(projectDir, "sandbox/provider/bin");
/** The stand-ins always, whatever official plugins there are: a test's result must not depend on a download. */
const pluginDirs = [join(providers, "aws"), join(providers, "random")];
/**
 * Whether everything is tried, which takes many minutes: the environment variable FAULT_SEEDS says at how many random
 * moments an `up` is killed. Without it, every run of the tests tries one mixture of faults and a few moments.
 */
export const isThorough = process.env.FAULT_SEEDS !== undefined;
/** Name of every stack here. */
export const stackName = "test";

/** How a command of the CLI ended. */
export interface CliRun {
  /** Absent where it was killed. */
  readonly exitCode: number | undefined;
  /** Stdout and stderr. */
  readonly printed: string;
  /** What happened to the resources: `create User Administrator`. */
  readonly steps: readonly string[];
  /** The engine's event log, one JSON document a line. */
  readonly eventLog: string;
}

/** A command of the CLI that runs. */
export interface RunningCli {
  readonly pid: number;
  readonly done: Promise<CliRun>;
  /**
   * SIGKILL for the CLI alone, whose language host may live on for minutes, or for everything that it started; resolves
   * when that is gone.
   *
   * @returns what the CLI had started, to be ended later
   */
  kill(whom: "the CLI" | "everything"): Promise<readonly number[]>;
}

/** A stack of the project's program in a folder, a file backend and an empty AWS account. */
export interface FaultStack {
  readonly dir: string;
  readonly proxy: FaultProxy;
  /** A client of the account that no fault befalls. */
  readonly iam: IAMClient;
  /** Replaces the keys of the program's namespace. */
  configure(config: Readonly<Record<string, unknown>>): Promise<void>;
  /** Sets a config value as a secret, `path` below the program's namespace. */
  setSecret(path: string, value: string): Promise<void>;
  cli(...args: readonly string[]): Promise<CliRun>;
  start(...args: readonly string[]): RunningCli;
}

/** What {@link useFaults} gives: readable while tests run. */
export interface FaultsInUse {
  /** Empties the emulated account and makes a new stack, without deploying it. */
  stack(config: Readonly<Record<string, unknown>>, options?: { readonly seed?: number }): Promise<FaultStack>;
}

/**
 * Registers hooks that find the Pulumi engine and run one emulator for the tests of the enclosing `describe`. Where
 * there is no engine, its tests are skipped.
 */
export function useFaults(): FaultsInUse {
  let emulator: Emulator | undefined;
  const environment = { ...process.env };
  const cleanUp: (() => Promise<void>)[] = [];

  before(async function () {
    // The very first run installs the emulator.
    this.timeout(300_000);
    const engine = await findEngine();
    if (engine.command === undefined) this.skip();
    isolate();
    // Every child would write down its coverage of the whole SDK, and compile it without a cache: half as long again.
    Reflect.deleteProperty(process.env, "NODE_V8_COVERAGE");
    if (engine.directory !== undefined)
      process.env.PATH = [engine.directory, process.env.PATH].join(delimiter);
    emulator = await startEmulator();
  });
  after(async () => {
    for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, environment);
    await emulator?.stop();
    await Promise.all(cleanUp.map((task) => task()));
  });

  return {
    async stack(config, { seed = 1 } = {}) {
      if (emulator === undefined) throw new Error("the emulator runs only while tests do");
      const target = emulator.endpoint;
      await fetch(`${target}/moto-api/reset`, { method: "POST" });
      const proxy = await startFaultProxy({ target, seed });
      const dir = await mkdtemp(join(tmpdir(), "iam-administrators-faults-"));
      cleanUp.push(proxy.stop, () => rm(dir, { recursive: true, force: true }));
      return makeStack(dir, proxy, target, config);
    },
  };
}

async function makeStack(
  dir: string,
  proxy: FaultProxy,
  emulator: string,
  config: Readonly<Record<string, unknown>>,
): Promise<FaultStack> {
  await mkdir(join(dir, "state"));
  await writeFile(
    join(dir, "Pulumi.yaml"),
    JSON.stringify({
      name: "iam-administrators",
      main: join(projectDir, "index.ts"),
      runtime: { name: "nodejs", options: { typescript: false } },
    }),
  );
  const env = {
    ...engineEnvironment({ dir, env: emulatorEnvironment(proxy.endpoint, "us-east-1"), pluginDirs }, "test"),
    // The user's own keeps credentials of backends, and gets a log file for every command.
    PULUMI_HOME: join(dir, "home"),
    // Without it the CLI has no --event-log.
    PULUMI_DEBUG_COMMANDS: "true",
  };
  await run("pulumi", ["stack", "init", stackName, "--non-interactive"], { cwd: dir, env });
  const salt = /^encryptionsalt: (.*)$/m.exec(
    await readFile(join(dir, `Pulumi.${stackName}.yaml`), "utf8"),
  )?.[1];
  const configure = (values: Readonly<Record<string, unknown>>) => {
    const keys = Object.entries(values).map(([key, value]) => [`iam-administrators:${key}`, value] as const);
    const settings = { "aws:region": "us-east-1", ...Object.fromEntries(keys) };
    // JSON is YAML.
    const text = JSON.stringify({ encryptionsalt: salt, config: settings });
    return writeFile(join(dir, `Pulumi.${stackName}.yaml`), text);
  };
  await configure(config);
  let runs = 0;
  const start = (...args: readonly string[]) => startCli(args, dir, env, join(dir, `events-${++runs}.jsonl`));
  return {
    dir,
    proxy,
    iam: new IAMClient({
      endpoint: emulator,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    }),
    configure,
    async setSecret(path, value) {
      const set = await start("config", "set", "--path", "--secret", `iam-administrators:${path}`, value)
        .done;
      if (set.exitCode !== 0) throw new Error(set.printed);
    },
    start,
    cli: (...args) => start(...args).done,
  };
}

/** The commands that take `--event-log`. */
const operations = new Set(["up", "preview", "refresh", "destroy"]);

function startCli(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  eventFile: string,
): RunningCli {
  const [command = ""] = args;
  const all = [
    ...args,
    ...(operations.has(command) ? ["--event-log", eventFile] : []),
    ...["--stack", stackName, "--non-interactive", "--color", "never"],
  ];
  const child = spawn("pulumi", all, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const { pid = 0 } = child;
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  }
  // Not "close": after a kill of the CLI alone its children still hold the pipes.
  const done = once(child, "exit").then(async ([code]): Promise<CliRun> => {
    if (code !== null) {
      for (const stream of [child.stdout, child.stderr]) if (!stream.closed) await once(stream, "close");
    }
    const eventLog = await readFile(eventFile, "utf8").catch(() => "");
    return { exitCode: (code as number | null) ?? undefined, printed, steps: stepsIn(eventLog), eventLog };
  });
  return {
    pid,
    done,
    async kill(whom) {
      const started = await descendants(pid);
      kill([pid, ...(whom === "everything" ? started : [])]);
      await done;
      if (whom === "everything") await ended(started);
      return started;
    },
  };
}

/** A process's children, their children and so on: the CLI puts its plugins into process groups of their own. */
export async function descendants(pid: number): Promise<number[]> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid="]);
  const pairs = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.flatMap(([child = 0, of]) => (of === parent ? [child, ...below(child)] : []));
  return below(pid);
}

/** SIGKILL for these processes, as far as they still run. */
export function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
}

/**
 * Waits until none of these processes runs any more.
 *
 * @throws Error when one of them does after twenty seconds
 */
export async function ended(pids: readonly number[]): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const { stdout } = await run("ps", ["-A", "-o", "pid=,stat=,args="]);
    // What has ended stays listed as a zombie until its parent, or init, has asked for its status.
    const running = stdout.split("\n").filter((line) => {
      const [pid = "", stat = ""] = line.trim().split(/\s+/);
      return pids.includes(Number(pid)) && !stat.startsWith("Z");
    });
    if (running.length === 0) return;
    if (Date.now() > deadline) throw new Error(`still running:\n${running.join("\n")}`);
    await sleep(100);
  }
}

function stepsIn(eventLog: string): string[] {
  return eventLog.split("\n").flatMap((line) => {
    const metadata = line.startsWith("{") ? parseEvent(line)?.resourcePreEvent?.metadata : undefined;
    if (metadata === undefined || metadata.op === "same" || metadata.op === "refresh") return [];
    return [
      `${metadata.op} ${metadata.type.slice(metadata.type.lastIndexOf(":") + 1)} ${nameOf(metadata.urn)}`,
    ];
  });
}

/** The last line of a killed command's log may be cut off. */
function parseEvent(line: string): EngineEvent | undefined {
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return undefined;
  }
}
