import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const requirements = join(import.meta.dirname, "requirements.txt");
const onWindows = process.platform === "win32";

/** Where the emulator's virtual environment lives, and who is told about the slow steps. */
export interface SetupOptions {
  /** Folder that holds `venv`. @default `.sandbox` at the root of the repository */
  readonly dir?: string;
  /** Receives one line per slow step. @default nobody */
  readonly log?: (line: string) => void;
}

/**
 * Makes the virtual environment with the pinned emulator, once: later calls, other processes' too, find it ready.
 *
 * @returns the path of its Python.
 * @throws Error with one sentence when Python 3 or its venv module is missing, or when pip cannot install.
 */
export async function prepareEmulator(options: SetupOptions = {}): Promise<string> {
  const dir = options.dir ?? join(import.meta.dirname, "..", ".sandbox");
  const log = options.log ?? (() => undefined);
  const venv = join(dir, "venv");
  const python = onWindows ? join(venv, "Scripts", "python.exe") : join(venv, "bin", "python");
  const systemPython = await findPython();
  const stamp = createHash("sha256")
    .update(await readFile(requirements))
    .update(systemPython.version)
    .update(venv)
    .digest("hex");
  const stampFile = join(venv, "stamp");
  if (await holds(stampFile, stamp)) return python;

  await mkdir(dir, { recursive: true });
  const unlock = await lock(join(dir, "venv.lock"));
  try {
    if (await holds(stampFile, stamp)) return python;
    log("Installing the AWS emulator (moto) from PyPI, once");
    await rm(venv, { recursive: true, force: true });
    await makeVenv(systemPython.command, venv);
    await pipInstall(python);
    await writeFile(stampFile, stamp);
    return python;
  } finally {
    await unlock();
  }
}

const needsPython =
  "The sandbox's AWS emulator needs Python 3.10 or newer with its venv module: " +
  "install python3 (on Debian and Ubuntu also python3-venv).";

async function findPython(): Promise<{ command: string; version: string }> {
  const print = "import sys, venv, ensurepip; assert sys.version_info >= (3, 10); print(sys.version)";
  for (const command of ["python3", "python"]) {
    const answer = await run(command, ["-c", print]).catch(() => undefined);
    if (answer) return { command, version: answer.stdout };
  }
  throw new Error(needsPython);
}

async function makeVenv(command: string, venv: string): Promise<void> {
  await run(command, ["-m", "venv", venv]).catch((error: unknown) => {
    throw new Error(needsPython, { cause: error });
  });
}

async function pipInstall(python: string): Promise<void> {
  const args = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"];
  await run(python, [...args, "-r", requirements]).catch((error: unknown) => {
    const { stderr = "" } = error as { stderr?: string };
    throw new Error(`pip could not install the AWS emulator from PyPI: ${lastLines(stderr)}`, {
      cause: error,
    });
  });
}

/** The last lines of a program's output, for an error message. */
export function lastLines(text: string): string {
  return text.trim().split("\n").slice(-8).join("\n");
}

async function holds(file: string, expected: string): Promise<boolean> {
  return (await readFile(file, "utf8").catch(() => "")) === expected;
}

/** Takes the lock, waiting for another process that holds it; a lock whose owner has died is broken. */
async function lock(path: string): Promise<() => Promise<void>> {
  const owner = join(path, "pid");
  for (;;) {
    try {
      await mkdir(path);
      await writeFile(owner, String(process.pid));
      return () => rm(path, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    // Between mkdir and the write of its pid an owner looks nameless: give it a moment before judging.
    await sleep(300);
    const pid = Number(await readFile(owner, "utf8").catch(() => "0"));
    if (!isRunning(pid)) await rm(path, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
