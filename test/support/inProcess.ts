import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emulatorEnvironment } from "../../sandbox/environment.ts";
import type { Rehearsal } from "../../sandbox/rehearsal.ts";

/** What a rehearsal is run with. */
export interface RehearsalOptions {
  /** Stack config, keys without a namespace being the program's. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly endpoint: string;
  /** Make first what the config says that the account has already. @default false */
  readonly seed?: boolean;
  /** Who AWS says is deploying. @default a role's session */
  readonly callerArn?: string;
}

/** What the process of a rehearsal, {@link rehearseInProcess}, is told. */
export interface RehearsalOrder {
  /** Folder of `Pulumi.test.yaml`. */
  readonly dir: string;
  readonly endpoint: string;
  readonly seed: boolean;
}

/** How a rehearsal went. */
export interface RehearsalRun extends Rehearsal {
  /** The lines of progress. */
  readonly log: readonly string[];
  /** What was made beforehand. */
  readonly made: readonly string[];
  /** All that the process wrote to stdout and stderr, but for the result. */
  readonly printed: string;
}

const child = join(import.meta.dirname, "inProcessRun.ts");

/**
 * Runs the sandbox's rehearsal without the engine, in a process of its own: the program is evaluated once a process,
 * and Pulumi's test monitor is one for the process.
 */
export async function rehearseInProcess(options: RehearsalOptions): Promise<RehearsalRun> {
  const dir = await mkdtemp(join(tmpdir(), "iam-administrators-rehearsal-"));
  try {
    await writeFile(join(dir, "Pulumi.test.yaml"), JSON.stringify({ config: options.config }));
    const order: RehearsalOrder = { dir, endpoint: options.endpoint, seed: options.seed ?? false };
    const { PATH = "", HOME = "", NODE_V8_COVERAGE } = process.env;
    const running = spawn(process.execPath, [child, JSON.stringify(order)], {
      env: {
        PATH,
        HOME,
        ...(NODE_V8_COVERAGE === undefined ? {} : { NODE_V8_COVERAGE }),
        ...emulatorEnvironment(options.endpoint, "us-east-1"),
        ...(options.callerArn === undefined ? {} : { SANDBOX_CALLER_ARN: options.callerArn }),
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const messages: unknown[] = [];
    running.on("message", (message) => messages.push(message));
    let printed = "";
    for (const stream of [running.stdout, running.stderr]) {
      stream?.setEncoding("utf8").on("data", (part: string) => (printed += part));
    }
    await once(running, "close");
    const [result] = messages;
    if (result === undefined) throw new Error(`the rehearsal ended without a result:\n${printed}`);
    return { ...(result as Omit<RehearsalRun, "printed">), printed };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
