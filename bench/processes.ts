import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

/** What a process of a run does. */
export type Role = "engine" | "program" | "pack" | "plugin" | "other";

/** What the processes of one role used. */
export interface Usage {
  /** Seconds, of user and system together. */
  readonly cpu: number;
  /** Mebibytes: the peak resident sizes of the role's processes, added up. */
  readonly memory: number;
}

/** What a process tree used, by role; empty where the system offers no way to look. */
export type TreeUsage = Readonly<Partial<Record<Role, Usage>>>;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly cpu: number;
  readonly memory: number;
  readonly command: string;
}

const hasProc = existsSync("/proc/self/stat");
const intervalMs = hasProc ? 100 : 500;

/**
 * Watches a process and everything it starts. What a process uses after the last look at it, a tenth of a second at
 * most, is missed: the same for all variants.
 */
export class TreeWatch {
  private readonly root: number;
  private readonly seen = new Map<number, Process>();
  /** Of which processes it is known already whether they belong to the tree. */
  private readonly foreign = new Set<number>();
  private readonly timer: NodeJS.Timeout;

  public constructor(root: number) {
    this.root = root;
    this.timer = setInterval(() => void this.look(), intervalMs);
  }

  /** Ends the watch and says what was used. */
  public stop(): TreeUsage {
    clearInterval(this.timer);
    const usage: Partial<Record<Role, Usage>> = {};
    for (const { command, cpu, memory } of this.seen.values()) {
      const role = roleOf(command);
      const before = usage[role] ?? { cpu: 0, memory: 0 };
      usage[role] = { cpu: before.cpu + cpu, memory: before.memory + memory };
    }
    return usage;
  }

  private async look(): Promise<void> {
    const processes = hasProc ? this.fromProc() : await fromPs();
    let grew = true;
    // A child may be listed before its parent.
    while (grew) {
      grew = false;
      for (const process of processes) {
        const before = this.seen.get(process.pid);
        if (!this.belongs(process)) continue;
        grew ||= before === undefined;
        // One that has ended and not been waited for yet has neither a command nor a size any more.
        const command = process.command.trim() || (before?.command ?? "");
        this.seen.set(process.pid, {
          ...process,
          command,
          memory: Math.max(process.memory, before?.memory ?? 0),
        });
      }
    }
  }

  private belongs({ pid, parent }: Process): boolean {
    return pid === this.root || this.seen.has(pid) || this.seen.has(parent);
  }

  private fromProc(): Process[] {
    const found: Process[] = [];
    for (const name of readdirSync("/proc")) {
      const pid = Number(name);
      if (!Number.isInteger(pid) || this.foreign.has(pid)) continue;
      const process = readProc(pid);
      if (process === undefined) continue;
      // Parents are known before children, whose numbers are higher; a wrap-around costs one process of one run.
      const ours = this.belongs(process) || found.some((other) => other.pid === process.parent);
      if (ours) found.push(process);
      else this.foreign.add(pid);
    }
    return found;
  }
}

/** Clock ticks of /proc in a second: 100 on every Linux that Node supports. */
const ticks = 100;

function readProc(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the name in parentheses, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [parent = 0, user = 0, system = 0] = [fields[1], fields[11], fields[12]].map(Number);
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0;
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return { pid, parent, cpu: (user + system) / ticks, memory: Number(peak) / 1024, command };
  } catch {
    return undefined;
  }
}

/** The other systems' way: coarser, because `ps` shows the present size and not the peak. */
async function fromPs(): Promise<Process[]> {
  const args = ["-A", "-o", "pid=,ppid=,time=,rss=,command="];
  const { stdout } = await promisify(execFile)("ps", args).catch(() => ({ stdout: "" }));
  return stdout.split("\n").flatMap((line) => {
    const [, pid, parent, time = "", size, command = ""] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined) return [];
    const cpu = time.split(/[:-]/).reduce((seconds, part) => seconds * 60 + Number(part), 0);
    return [{ pid: Number(pid), parent: Number(parent), cpu, memory: Number(size) / 1024, command }];
  });
}

/** The CPU seconds that a process has taken so far, where the system tells. */
export function cpuSeconds(pid: number): number | undefined {
  return readProc(pid)?.cpu;
}

function roleOf(command: string): Role {
  if (command.includes("run-policy-pack") || command.includes("pulumi-analyzer")) return "pack";
  if (/@pulumi[/\\]pulumi[/\\]cmd[/\\]run[/\\ ]/.test(command)) return "program";
  if (/pulumi-resource-|[/\\]plugin[/\\]main\.ts|dynamic-provider/.test(command)) return "plugin";
  return /pulumi(?:\.exe)? |pulumi-language-/.test(command) ? "engine" : "other";
}
