import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { descendants, programOf } from "./processes.ts";

const projectDir = join(import.meta.dirname, "../..");
const runsDir = join(projectDir, ".sandbox/runs");

/** How to start the sandbox's command. */
export interface CommandOptions {
  /** What follows `npm start --`. */
  readonly args?: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Refuse every https connection, so that nothing can be downloaded. @default true */
  readonly offline?: boolean;
}

/** A running `node sandbox/main.ts`, in a process group of its own as a shell gives it. */
export interface Command {
  readonly pid: number;
  /** All that it has printed so far, stdout and stderr. */
  readonly printed: () => string;
  /** Waits for a text, or for the end. */
  until(text: string): Promise<void>;
  /** Sends a signal as a terminal does, to the whole process group. */
  interrupt(signal: NodeJS.Signals): void;
  /** Sends a signal to the command alone. */
  kill(signal: NodeJS.Signals): void;
  /** Waits for the end. */
  exited(): Promise<number | NodeJS.Signals>;
  /** Every process that the command, or a process of it, has started so far, with its environment. */
  readonly descendants: ReadonlyMap<number, string>;
  /** The run folders of this command that there are now. */
  readonly runFolders: () => string[];
}

// What Node's own downloads go through. A preload, because whether a test passes must not depend on the network.
const noNetwork =
  "data:text/javascript,import https from 'node:https';" +
  "https.get=https.request=()=>{throw new Error('no network in this test')}";

/** Starts the command that `npm start` runs. */
export function startCommand({ args = [], env, offline = true }: CommandOptions): Command {
  const preload = offline ? ["--import", noNetwork] : [];
  const child = spawn(process.execPath, [...preload, join(projectDir, "sandbox/main.ts"), ...args], {
    cwd: projectDir,
    detached: true,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pid = child.pid ?? 0;
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  }
  const closed = once(child, "close");
  const descendants = new Map<number, string>();
  const watching = setInterval(() => {
    noteDescendants(pid, descendants);
  }, 100);
  void closed.then(() => {
    clearInterval(watching);
  });
  return {
    pid,
    printed: () => printed,
    descendants,
    until: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (printed.includes(text)) resolve();
        };
        look();
        for (const stream of [child.stdout, child.stderr]) stream.on("data", look);
        void closed.then(() => {
          resolve();
        });
      }),
    interrupt: (signal) => process.kill(-pid, signal),
    kill: (signal) => child.kill(signal),
    async exited() {
      await closed;
      return child.exitCode ?? child.signalCode ?? "SIGKILL";
    },
    runFolders: () =>
      (existsSync(runsDir) ? readdirSync(runsDir) : []).filter((name) => name.endsWith(`-${pid}`)),
  };
}

function noteDescendants(root: number, found: Map<number, string>): void {
  for (const pid of [...found.keys(), ...descendants(root, ...found.keys())]) {
    // A new process is its parent's copy for a moment, so that the last look is the true one.
    const program = programOf(pid);
    if (program !== "" && !/^ps\s/.test(program)) found.set(pid, program);
  }
}

/** Runs with a stack config of the test's own in the project's folder, where the command looks for it. */
export async function withStackFile(content: string, run: (stack: string) => Promise<void>): Promise<void> {
  const file = join(projectDir, `Pulumi.test-${process.pid}.yaml`);
  await writeFile(file, content);
  try {
    await run(basename(file).slice("Pulumi.".length, -".yaml".length));
  } finally {
    await rm(file, { force: true });
  }
}
