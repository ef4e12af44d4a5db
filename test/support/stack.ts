import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation/index.js";
import type { EngineEvent, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import type { IAMClient } from "@aws-sdk/client-iam";
import { engineEnvironment } from "../../sandbox/deploy.ts";
import { startEmulator, type Emulator } from "../../sandbox/emulator.ts";
import { findEngine } from "../../sandbox/engine.ts";
import { emulatorEnvironment, isolate } from "../../sandbox/environment.ts";
import { nameOf } from "../../sandbox/result.ts";
import { awsClients, type AwsClients } from "./emulator.ts";

const projectDir = join(import.meta.dirname, "../..");
/** The project's policy pack. */
export const policyDir = join(projectDir, "policy");
const providers = join(projectDir, "sandbox/provider/bin");
/** The stand-ins always, whatever official plugins there are: a test's result must not depend on a download. */
const pluginDirs = [join(providers, "aws"), join(providers, "random")];

/** The stack config in the namespace of the program, or any other one with a full key (`aws:region`). */
export type StackConfig = Readonly<Record<string, unknown>>;

/** How one engine operation went. */
export interface Outcome {
  readonly succeeded: boolean;
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
  /** Everything that the command wrote to stdout and stderr. */
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

/** How a command of the CLI ended. */
export interface CliResult {
  readonly exitCode: number;
  /** Stdout and stderr. */
  readonly printed: string;
}

/** How to run one engine operation. */
export interface RunOptions {
  /** Run with the project's policy pack. @default false */
  readonly policyPack?: boolean;
  /** Config of the policy pack's rules. @default none */
  readonly policyConfig?: Readonly<Record<string, unknown>>;
  /** Look at the real resources first. @default false */
  readonly refresh?: boolean;
}

/** A stack of the project's program, in a folder and a file backend of its own. */
export interface TestStack {
  /** The stack's own folder. */
  readonly dir: string;
  /** Replaces the whole stack config. */
  configure(config: StackConfig): Promise<void>;
  /** Who AWS says is deploying, from the next operation on. @default a role's session */
  deployAs(callerArn: string): void;
  /** Sets a config value as a secret, `path` in the form of `pulumi config set --path`. */
  setSecret(path: string, value: string): Promise<void>;
  up(options?: RunOptions): Promise<Outcome>;
  preview(options?: RunOptions): Promise<Outcome>;
  refresh(options?: { readonly clearPendingCreates?: boolean }): Promise<Outcome>;
  destroy(): Promise<Outcome>;
  /** The stack outputs, secrets in plain text. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
  /** Every file of the backend in one text: state, its backups and the history. */
  stateFiles(): Promise<string>;
  /** Runs the CLI as a user does: `cli("up", "--yes")` shows a preview first, which the Automation API's `up` leaves out. */
  cli(...args: string[]): Promise<CliResult>;
}

/** What {@link useEngine} gives: readable while tests run. */
export interface EngineInUse {
  /** The emulator's address. */
  readonly endpoint: string;
  readonly aws: AwsClients;
  readonly iam: IAMClient;
  /** Empties the emulated account and makes a new stack, without deploying it. */
  stack(config: StackConfig): Promise<TestStack>;
  /** Empties the emulated account. */
  emptyAccount(): Promise<void>;
}

/**
 * Registers hooks that find the Pulumi engine and run one emulator for the tests of the enclosing `describe`. Where
 * there is no engine, its tests are skipped: the in-process rehearsal's tests are those that always run.
 */
export function useEngine(): EngineInUse {
  let engine: PulumiCommand | undefined;
  let emulator: Emulator | undefined;
  let aws: AwsClients | undefined;
  const environment = { ...process.env };
  const folders: string[] = [];

  before(async function () {
    this.timeout(300_000);
    const found = await findEngine();
    if (found.command === undefined) this.skip();
    isolate();
    // Every child would write down its coverage of the whole SDK, and compile it without a cache: half as long again.
    Reflect.deleteProperty(process.env, "NODE_V8_COVERAGE");
    if (found.directory !== undefined) process.env.PATH = [found.directory, process.env.PATH].join(delimiter);
    engine = found.command;
    emulator = await startEmulator();
    aws = awsClients(emulator.endpoint);
  });
  after(async () => {
    Object.assign(process.env, environment);
    await emulator?.stop();
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  });

  const emptyAccount = async () => {
    await fetch(`${running(emulator).endpoint}/moto-api/reset`, { method: "POST" });
  };
  return {
    get endpoint() {
      return running(emulator).endpoint;
    },
    get aws() {
      return running(aws);
    },
    get iam() {
      return running(aws).iam;
    },
    emptyAccount,
    async stack(config) {
      await emptyAccount();
      const folder = await mkdtemp(join(tmpdir(), "iam-administrators-e2e-"));
      folders.push(folder);
      return makeStack(folder, running(engine), running(emulator).endpoint, config);
    },
  };
}

function running<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the engine and the emulator run only while tests do");
  return value;
}

const name = "test";

async function makeStack(
  dir: string,
  command: PulumiCommand,
  endpoint: string,
  config: StackConfig,
): Promise<TestStack> {
  await mkdir(join(dir, "state"));
  // The program runs in the folder of its project file, and reads the stack's file there.
  for (const part of ["index.ts", "package.json", "node_modules"]) {
    await symlink(join(projectDir, part), join(dir, part));
  }
  await writeFile(
    join(dir, "Pulumi.yaml"),
    JSON.stringify({
      name: "iam-administrators",
      main: "index.ts",
      runtime: { name: "nodejs", options: { typescript: false } },
    }),
  );
  const env = emulatorEnvironment(endpoint, "us-east-1");
  const workspace = await LocalWorkspace.create({
    pulumiCommand: command,
    workDir: dir,
    envVars: {
      ...engineEnvironment({ dir, env, pluginDirs }, "test"),
      // The user's own keeps credentials of backends, and gets a log file for every command.
      PULUMI_HOME: join(dir, "home"),
    },
  });
  // Before the config is written: making the stack adds its encryption salt to that file.
  const stack = await Stack.create(name, workspace);
  const settings = await workspace.stackSettings(name);
  const configure = async (values: StackConfig) => {
    const keys = Object.entries({ "aws:region": "us-east-1", ...values });
    const full = keys.map(([key, value]) => [key.includes(":") ? key : `iam-administrators:${key}`, value]);
    // JSON is YAML; the Automation API's own serializer knows no nested values.
    const file = { encryptionsalt: settings.encryptionSalt, config: Object.fromEntries(full) as unknown };
    await writeFile(join(dir, `Pulumi.${name}.yaml`), JSON.stringify(file));
  };
  await configure(config);

  const operate = async (run: (watch: Watch) => Promise<unknown>): Promise<Outcome> => {
    const watch = new Watch();
    try {
      await run(watch);
      return watch.outcome(true);
    } catch (error) {
      watch.failed(error);
      return watch.outcome(false);
    }
  };
  const common = async (watch: Watch, options: RunOptions) => ({
    ...watch.options,
    ...(options.policyPack === true ? { policyPacks: [policyDir] } : {}),
    ...(options.policyConfig === undefined
      ? {}
      : { policyPackConfigs: [await policyConfigFile(dir, options.policyConfig)] }),
    ...(options.refresh === true ? { refresh: true } : {}),
  });
  return {
    dir,
    configure,
    deployAs: (callerArn) => {
      workspace.envVars.SANDBOX_CALLER_ARN = callerArn;
    },
    setSecret: (path, value) => stack.setConfig(path, { value, secret: true }, true),
    up: (options = {}) => operate(async (watch) => stack.up(await common(watch, options))),
    preview: (options = {}) => operate(async (watch) => stack.preview(await common(watch, options))),
    refresh: (options = {}) =>
      operate((watch) =>
        stack.refresh({ ...watch.options, clearPendingCreates: options.clearPendingCreates ?? false }),
      ),
    destroy: () => operate((watch) => stack.destroy(watch.options)),
    outputs: async () =>
      Object.fromEntries(
        Object.entries(await stack.outputs()).map(([key, { value }]) => [key, value as unknown]),
      ),
    stateFiles: () => textOfFiles(join(dir, "state")),
    cli: (...args) => runCli(args, dir, workspace.envVars),
  };
}

function runCli(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<CliResult> {
  const all = [...args, "--stack", name, "--non-interactive", "--color", "never"];
  return new Promise((resolve) => {
    execFile("pulumi", all, { cwd, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ exitCode: Number(error?.code ?? 0), printed: stdout + stderr });
    });
  });
}

async function policyConfigFile(dir: string, config: Readonly<Record<string, unknown>>): Promise<string> {
  const file = join(dir, "policy-config.json");
  await writeFile(file, JSON.stringify(config));
  return file;
}

async function textOfFiles(dir: string): Promise<string> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "utf8")));
  return texts.join("\n");
}

/** Gathers what one operation says through the engine's events and what it prints. */
class Watch {
  private readonly events: EngineEvent[] = [];
  private printed = "";

  public readonly options = {
    color: "never" as const,
    onEvent: (event: EngineEvent) => {
      this.events.push(event);
    },
    onOutput: (text: string) => {
      this.printed += text;
    },
    onError: (text: string) => {
      this.printed += text;
    },
  };

  /** A command that could not even begin has printed nothing; otherwise its error repeats what it printed. */
  public failed(error: unknown): void {
    if (this.printed === "") this.printed = error instanceof Error ? error.message : String(error);
  }

  public outcome(succeeded: boolean): Outcome {
    const pick = <T>(of: (event: EngineEvent) => T | undefined): T[] =>
      this.events.map(of).filter((part) => part !== undefined);
    const said = (severity: string) =>
      pick((event) => event.diagnosticEvent)
        .filter((diagnostic) => diagnostic.severity === severity)
        .map((diagnostic) => diagnostic.message.trim());
    return {
      succeeded,
      changes: pick((event) => event.summaryEvent).at(-1)?.resourceChanges ?? {},
      ...this.steps(),
      errors: said("error"),
      warnings: said("warning").filter((message) => !message.includes("from $PATH at")),
      policies: pick((event) => event.policyEvent).map((event) => ({
        rule: event.policyName,
        level: event.enforcementLevel,
        resource: nameOf(event.resourceUrn ?? ""),
        message: event.message.trim(),
      })),
      printed: this.printed,
      eventLog: this.events.map((event) => JSON.stringify(event)).join("\n"),
    };
  }

  private steps(): Pick<Outcome, "steps" | "drift"> {
    const steps: string[] = [];
    const drift: string[] = [];
    const refreshing = new Set<string>();
    for (const { resourcePreEvent: begun, resOutputsEvent: done } of this.events) {
      if (begun?.metadata.op === "refresh") refreshing.add(begun.metadata.urn);
      else if (begun !== undefined && isStep(begun.metadata)) steps.push(stepText(begun.metadata));
      // A refresh that is over has the operation that would have led to what it found; one within an update has not.
      if (done !== undefined && refreshing.delete(done.metadata.urn)) {
        if (!["same", "refresh"].includes(done.metadata.op)) drift.push(stepText(done.metadata));
      }
    }
    return { steps, drift };
  }
}

/** Default providers are the engine's own affair, and no part of what it shows as planned. */
function isStep({ op, type }: { op: string; type: string }): boolean {
  return op !== "same" && !type.startsWith("pulumi:providers:");
}

function stepText({ op, type, urn }: { op: string; type: string; urn: string }): string {
  return `${op} ${type.slice(type.lastIndexOf(":") + 1)} ${nameOf(urn)}`;
}
