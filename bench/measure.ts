import { spawn } from "node:child_process";
import { once } from "node:events";
import { TreeWatch, type TreeUsage } from "./processes.ts";

/** What one run of a command took. */
export interface Measurement {
  /** Seconds on the clock. */
  readonly wall: number;
  readonly usage: TreeUsage;
  /** Everything it printed. */
  readonly output: string;
}

/** A command, and where it runs. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

const onWindows = process.platform === "win32";

/**
 * Runs a command to its end.
 *
 * @throws {Error} with the end of its output when it fails: the time that a failure takes is worth nothing
 */
export async function measure({ file, args, cwd, env = {} }: Command): Promise<Measurement> {
  const start = performance.now();
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that a signal within it does not end the benchmark.
    detached: !onWindows,
  });
  const end = () => {
    if (child.pid !== undefined) process.kill(onWindows ? child.pid : -child.pid, "SIGINT");
  };
  process.once("exit", end);
  const watch = new TreeWatch(child.pid ?? 0);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  try {
    const [exitCode] = (await once(child, "close")) as [number | null];
    const wall = (performance.now() - start) / 1000;
    if (exitCode !== 0) {
      throw new Error(`${[file, ...args].join(" ")} ended with ${exitCode}:\n${output.slice(-30_000)}`);
    }
    return { wall, usage: watch.stop(), output };
  } finally {
    watch.stop();
    process.removeListener("exit", end);
  }
}
