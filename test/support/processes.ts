import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const hasProc = existsSync("/proc/self/environ");

/** A process's children, their children and so on: the CLI puts its plugins into process groups of their own. */
export function descendants(...roots: readonly number[]): number[] {
  const family = new Set(roots);
  const parents = processes();
  for (let before = 0; before !== family.size;) {
    before = family.size;
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid);
  }
  return [...family].filter((pid) => !roots.includes(pid));
}

/** A process's arguments and environment; empty when it is gone. */
export function programOf(pid: number): string {
  if (!hasProc) return ps("eww", "-o", "args=", "-p", String(pid)).trim();
  return (read(`/proc/${pid}/cmdline`) + read(`/proc/${pid}/environ`)).replaceAll("\0", " ").trim();
}

/** Waits until none of the processes is left, or some seconds have passed; returns those that are. */
export async function leftOver(pids: Iterable<number>, seconds = 5): Promise<string[]> {
  const running = () => {
    const all = processes();
    return [...pids].filter((pid) => all.has(pid));
  };
  for (let waited = 0; waited < seconds * 1000 && running().length > 0; waited += 100) await sleep(100);
  return running().map((pid) => `${pid} ${programOf(pid)}`);
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

/** Every running process with its parent; what has ended and was not yet waited for is not running. */
function processes(): Map<number, number> {
  const lines = hasProc
    ? readdirSync("/proc").flatMap((pid) => {
        const [, state = "Z", parent = "0"] = /^.*\) (\S+) (\d+)/s.exec(read(`/proc/${pid}/stat`)) ?? [];
        return /^\d+$/.test(pid) ? [`${pid} ${parent} ${state}`] : [];
      })
    : ps("-A", "-o", "pid=,ppid=,stat=").split("\n");
  return new Map(
    lines.flatMap((line) => {
      const [pid, parent, state = "Z"] = line.trim().split(/\s+/);
      return state.startsWith("Z") ? [] : [[Number(pid), Number(parent)] as const];
    }),
  );
}

function ps(...args: readonly string[]): string {
  try {
    return execFileSync("ps", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    // It answers so when there is no such process.
    return "";
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // The process is gone.
    return "";
  }
}
