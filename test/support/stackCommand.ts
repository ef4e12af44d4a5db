import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { descendants, leftOver, programOf } from "./processes.ts";

const projectDir = join(import.meta.dirname, "../..");
const runsDir = join(projectDir, ".sandbox/runs");

/** What must reach nothing that the command starts. */
const credentials = {
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "not-a-real-secret-key",
  AWS_SESSION_TOKEN: "not-a-real-session-token",
  AWS_PROFILE: "production-profile",
  PULUMI_ACCESS_TOKEN: "pul-not-a-real-token",
  GITHUB_TOKEN: "ghp-not-a-real-token",
};

// A preload, because whether a test passes must not depend on the network: the CLI's installer fetches.
const noNetwork =
  "data:text/javascript,globalThis.fetch=()=>Promise.reject(new Error('no network in this test'))";

/** A running command. */
export type Command = ReturnType<typeof startCommand>;

/**
 * Starts what `npm start` runs, in a process group of its own as a shell gives it, with somebody's credentials in its
 * environment and no way to download anything.
 *
 * @param args - what follows `npm start --`
 * @param env - the rest of the environment
 */
export function startCommand(args: readonly string[], env: Readonly<Record<string, string>>) {
  const { NODE_V8_COVERAGE } = process.env;
  const child = spawn(
    process.execPath,
    ["--import", noNetwork, join(projectDir, "sandbox/main.ts"), ...args],
    {
      cwd: projectDir,
      detached: true,
      env: { ...env, ...credentials, ...(NODE_V8_COVERAGE === undefined ? {} : { NODE_V8_COVERAGE }) },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const { pid = 0 } = child;
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const programs = new Map<number, string>();
  const watching = setInterval(() => {
    for (const found of [...programs.keys(), ...descendants(pid, ...programs.keys())]) {
      const program = programOf(found);
      // Before it becomes another program, a new process is its parent's copy for a moment.
      if (program !== "" && !/^ps\s|sandbox\/main\.ts/.test(program)) programs.set(found, program);
    }
  }, 100);
  const closed = once(child, "close").finally(() => {
    clearInterval(watching);
  });
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const folder = () => {
    const name = existsSync(runsDir) && readdirSync(runsDir).find((run) => run.endsWith(`-${pid}`));
    return name ? join(runsDir, name) : undefined;
  };
  const command = {
    pid,
    /** All that it has printed so far, stdout and stderr. */
    printed: () => printed,
    /** Waits for a text, or for the end. */
    async until(text: string) {
      while (!printed.includes(text) && !isOver()) await sleep(20);
    },
    /** Sends a signal to the command alone or, as a terminal does, to its whole process group. */
    signal: (name: NodeJS.Signals, whom: "command" | "group") =>
      isOver() || process.kill(whom === "group" ? -pid : pid, name),
    /** Waits for the end. */
    async ended() {
      await closed;
      return child.exitCode ?? child.signalCode;
    },
    /** Every process that the command, or a process of it, has started so far, with its environment. */
    programs,
    /** The command's run folder, where there is one. */
    folder,
    /** Whatever of the command is still there: processes, after some seconds, and its folder. */
    left: async () => [await leftOver(programs.keys()), folder() ?? []].flat(),
    /** What of its processes and its output holds a credential of its environment. */
    leaks: () =>
      [printed, ...programs.values()].filter((text) =>
        Object.values(credentials).some((secret) => text.includes(secret)),
      ),
  };
  started.push(command);
  return command;
}

const started: { signal(name: NodeJS.Signals, whom: "group"): unknown }[] = [];

/** Ends what a failed test has left running. */
export function endCommands(): void {
  for (const command of started.splice(0)) command.signal("SIGINT", "group");
}

/** Waits for a command's end, which is to be this one and to leave no process and no folder. */
export async function assertEnds(command: Command, status: number): Promise<void> {
  assert.equal(await command.ended(), status, command.printed());
  assert.deepEqual(await command.left(), []);
}

/** Runs with a stack config of the test's own in the project's folder, where the command looks for it. */
export async function withStackFile<T>(config: object, run: (stack: string) => Promise<T>): Promise<T> {
  const stack = `test-${process.pid}`;
  const file = join(projectDir, `Pulumi.${stack}.yaml`);
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ config }));
  return run(stack).finally(() => rm(file));
}
