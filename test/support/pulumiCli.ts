import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { descendants, kill, leftOver } from "./processes.ts";

/** How a command of the CLI ended, with what the engine said through its events. */
export interface CliRun {
  /** Absent where it was killed. */
  readonly exitCode: number | undefined;
  /** Number of resources by what happened to them, as the engine sums them up: `{ create: 3, same: 1 }`. */
  readonly changes: Readonly<Record<string, number>>;
  /** What is planned or happens to the resources, in order, `same` left out: `create User Administrator`. */
  readonly steps: readonly string[];
  /** What `refresh` found to be otherwise than the state says: `update User Administrator`. */
  readonly drift: readonly string[];
  /** Errors that the engine or the program reported. */
  readonly errors: readonly string[];
  /** Warnings, but not those about the stand-in plugins. */
  readonly warnings: readonly string[];
  readonly policies: readonly PolicyEvent[];
  /** Stdout and stderr. */
  readonly printed: string;
  /** The engine's event log, one JSON document a line. */
  readonly eventLog: string;
}

/** A violation as the engine reports it. */
export interface PolicyEvent {
  readonly rule: string;
  readonly level: string;
  /** Logical name of the resource. */
  readonly resource: string;
  readonly message: string;
}

/** Where a command runs. */
export interface CliOptions {
  readonly stack: string;
  readonly cwd: string;
  /** The whole environment, with the CLI on PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the engine writes its event log. */
  readonly eventFile: string;
}

/** The commands that take `--event-log`. */
const operations = new Set(["up", "preview", "refresh", "destroy"]);

/**
 * Starts a command of the CLI as a user does. The Automation API would read outputs and history after each one, which
 * takes as long again.
 */
export function startCli(args: readonly string[], { stack, cwd, env, eventFile }: CliOptions) {
  const all = [
    ...args,
    ...(operations.has(args[0] ?? "") ? ["--event-log", eventFile] : []),
    ...(["package", "install"].includes(args[0] ?? "") ? [] : ["--stack", stack]),
    ...["--non-interactive", "--color", "never"],
  ];
  const child = spawn("pulumi", all, {
    cwd,
    // Without it the CLI has no --event-log.
    env: { ...env, PULUMI_DEBUG_COMMANDS: "true" },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
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
    return { exitCode: (code as number | null) ?? undefined, printed, eventLog, ...summary(eventLog) };
  });
  return {
    pid,
    done,
    /**
     * SIGKILL for the CLI alone, whose language host may live on for minutes, or for everything that it started; resolves
     * when that is gone, with what the CLI had started, to be ended later.
     *
     * @throws Error when something of it still runs after twenty seconds
     */
    async kill(whom: "the CLI" | "everything"): Promise<readonly number[]> {
      const started = descendants(pid);
      kill([pid, ...(whom === "everything" ? started : [])]);
      await done;
      const left = whom === "everything" ? await leftOver(started, 20) : [];
      if (left.length > 0) throw new Error(`still running:\n${left.join("\n")}`);
      return started;
    },
  };
}

/** The last part of a URN, the resource's logical name. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function summary(eventLog: string): Omit<CliRun, "exitCode" | "printed" | "eventLog"> {
  const events = eventLog.split("\n").flatMap(parseEvent);
  const pick = <T>(of: (event: EngineEvent) => T | undefined): T[] =>
    events.map(of).filter((part) => part !== undefined);
  const said = (severity: string) =>
    pick((event) => event.diagnosticEvent)
      .filter((diagnostic) => diagnostic.severity === severity)
      .map((diagnostic) => diagnostic.message.trim());
  return {
    changes: pick((event) => event.summaryEvent).at(-1)?.resourceChanges ?? {},
    ...stepsIn(events),
    errors: said("error"),
    warnings: said("warning").filter((message) => !message.includes("from $PATH at")),
    policies: pick((event) => event.policyEvent).map((event) => ({
      rule: event.policyName,
      level: event.enforcementLevel,
      resource: nameOf(event.resourceUrn ?? ""),
      message: event.message.trim(),
    })),
  };
}

/** The last line of a killed command's log may be cut off. */
function parseEvent(line: string): EngineEvent[] {
  try {
    return line === "" ? [] : [JSON.parse(line) as EngineEvent];
  } catch {
    return [];
  }
}

function stepsIn(events: readonly EngineEvent[]): Pick<CliRun, "steps" | "drift"> {
  const steps: string[] = [];
  const drift: string[] = [];
  const refreshing = new Set<string>();
  for (const { resourcePreEvent: begun, resOutputsEvent: done } of events) {
    if (begun?.metadata.op === "refresh") refreshing.add(begun.metadata.urn);
    else if (begun !== undefined && isStep(begun.metadata)) steps.push(stepText(begun.metadata));
    // A refresh that is over has the operation that would have led to what it found; one within an update has not.
    if (done !== undefined && refreshing.delete(done.metadata.urn)) {
      if (!["same", "refresh"].includes(done.metadata.op)) drift.push(stepText(done.metadata));
    }
  }
  return { steps, drift };
}

/** Default providers are the engine's own affair, and no part of what it shows as planned. */
function isStep({ op, type }: { op: string; type: string }): boolean {
  return op !== "same" && !type.startsWith("pulumi:providers:");
}

function stepText({ op, type, urn }: { op: string; type: string; urn: string }): string {
  return `${op} ${type.slice(type.lastIndexOf(":") + 1)} ${nameOf(urn)}`;
}
