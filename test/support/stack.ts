import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { IAMClient } from "@aws-sdk/client-iam";
import { engineEnvironment } from "../../sandbox/deploy.ts";
import { startEmulator, type Emulator } from "../../sandbox/emulator.ts";
import { findEngine } from "../../sandbox/engine.ts";
import { emulatorEnvironment, isolate, preferThisNode } from "../../sandbox/environment.ts";
import { awsClients, type AwsClients } from "./emulator.ts";
import { startCli, type CliRun, type RunningCli } from "./pulumiCli.ts";

/** The project's folder. */
export const projectDir = join(import.meta.dirname, "../..");
/** The project's policy pack. */
export const policyDir = join(projectDir, "policy");
/** Name of every stack here. */
export const stackName = "test";
const providers = join(projectDir, "sandbox/plugin/bin");
/** The stand-ins always, whatever official plugins there are: a test's result must not depend on a download. */
const pluginDirs = [join(providers, "aws"), join(providers, "random")];

/** The stack config in the namespace of the program, or any other one with a full key (`aws:region`). */
export type StackConfig = Readonly<Record<string, unknown>>;

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
  /** Without the preview that a user sees first, and that would take as long again. */
  up(options?: RunOptions): Promise<CliRun>;
  preview(options?: RunOptions): Promise<CliRun>;
  refresh(options?: { readonly clearPendingCreates?: boolean }): Promise<CliRun>;
  destroy(): Promise<CliRun>;
  /** The stack outputs, secrets in plain text. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
  /** Every file of the backend in one text: state, its backups and the history. */
  stateFiles(): Promise<string>;
  /** Runs any command of the CLI on this stack. */
  cli(...args: readonly string[]): Promise<CliRun>;
  /** The same, without waiting for its end. */
  start(...args: readonly string[]): RunningCli;
}

/** What {@link useEngine} gives: readable while tests run. */
export interface EngineInUse {
  /** The emulator's address. */
  readonly endpoint: string;
  readonly aws: AwsClients;
  readonly iam: IAMClient;
  /**
   * Empties the emulated account and makes a new stack, without deploying it.
   *
   * @param endpoint - what the stack takes for AWS, by default the emulator
   */
  stack(config: StackConfig, endpoint?: string): Promise<TestStack>;
  /** Makes a new stack in the account as it is, without deploying it. */
  stackBeside(config: StackConfig, endpoint?: string): Promise<TestStack>;
  /** Empties the emulated account. */
  emptyAccount(): Promise<void>;
}

/**
 * Registers hooks that find the Pulumi engine and run one emulator for the tests of the enclosing `describe`. Where
 * there is no engine, its tests are skipped: the in-process rehearsal's tests are those that always run.
 */
export function useEngine(): EngineInUse {
  let emulator: Emulator | undefined;
  let aws: AwsClients | undefined;
  const environment = { ...process.env };
  const folders: string[] = [];

  before(async function () {
    // The very first run installs the emulator.
    this.timeout(300_000);
    const engine = await findEngine();
    if (engine.command === undefined) this.skip();
    isolate();
    preferThisNode();
    // Every child would write down its coverage of the whole SDK, and compile it without a cache: half as long again.
    Reflect.deleteProperty(process.env, "NODE_V8_COVERAGE");
    if (engine.directory !== undefined) {
      process.env.PATH = [engine.directory, process.env.PATH].join(delimiter);
    }
    emulator = await startEmulator();
    aws = awsClients(emulator.endpoint);
  });
  after(async () => {
    for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
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
    async stack(config, endpoint) {
      await emptyAccount();
      return this.stackBeside(config, endpoint);
    },
    async stackBeside(config, endpoint = running(emulator).endpoint) {
      const folder = await mkdtemp(join(tmpdir(), "iam-administrators-e2e-"));
      folders.push(folder);
      return makeStack(folder, endpoint, config);
    },
  };
}

/** One administrator in the stack output `administrators`. */
export interface AdministratorOutputs {
  readonly arn: string;
  readonly mustResetPassword?: boolean;
  readonly initialPassword?: string;
  readonly encryptedPassword?: string;
  readonly decryptCommand?: string;
}

/** What the stack says of one administrator, secrets in plain text. */
export async function outputsOf(stack: TestStack, name: string): Promise<AdministratorOutputs> {
  const { administrators } = await stack.outputs();
  const outputs = (administrators as Record<string, AdministratorOutputs>)[name];
  if (outputs === undefined) throw new Error(`the stack has no administrator ${name}`);
  return outputs;
}

function running<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the engine and the emulator run only while tests do");
  return value;
}

async function makeStack(dir: string, endpoint: string, config: StackConfig): Promise<TestStack> {
  await mkdir(join(dir, "state"));
  // The program runs in the folder of its project file, and reads the stack's file there.
  for (const part of [
    "index.ts",
    "preload.mjs",
    "components",
    "config",
    "guards",
    "package.json",
    "node_modules",
  ]) {
    await symlink(join(projectDir, part), join(dir, part));
  }
  await copyFile(join(projectDir, "Pulumi.yaml"), join(dir, "Pulumi.yaml"));
  const env: Record<string, string> = {
    ...engineEnvironment({ dir, env: emulatorEnvironment(endpoint, "us-east-1"), pluginDirs }, "test"),
    // The user's own keeps credentials of backends, and gets a log file for every command.
    PULUMI_HOME: join(dir, "home"),
  };
  let runs = 0;
  const start = (...args: readonly string[]) =>
    startCli(args, { stack: stackName, cwd: dir, env, eventFile: join(dir, `events-${++runs}.jsonl`) });
  const cli = (...args: readonly string[]) => start(...args).done;
  const asked = async (...args: readonly string[]) => {
    const { exitCode, printed } = await cli(...args);
    if (exitCode !== 0) throw new Error(printed);
    return printed;
  };

  await asked("stack", "init");
  const file = join(dir, `Pulumi.${stackName}.yaml`);
  const salt = /^encryptionsalt: (.*)$/m.exec(await readFile(file, "utf8"))?.[1];
  const configure = async (values: StackConfig) => {
    const keys = Object.entries({ "aws:region": "us-east-1", ...values });
    const full = keys.map(([key, value]) => [key.includes(":") ? key : `iam-administrators:${key}`, value]);
    // JSON is YAML.
    const text = JSON.stringify({ encryptionsalt: salt, config: Object.fromEntries(full) as unknown });
    await writeFile(file, text);
  };
  await configure(config);

  const flagsOf = async ({ policyPack = false, policyConfig, refresh = false }: RunOptions) => [
    ...(policyPack ? ["--policy-pack", policyDir] : []),
    ...(policyConfig === undefined
      ? []
      : ["--policy-pack-config", await policyConfigFile(dir, policyConfig)]),
    ...(refresh ? ["--refresh"] : []),
  ];
  const unseen = ["--yes", "--skip-preview"];
  return {
    dir,
    configure,
    deployAs: (callerArn) => {
      env.SANDBOX_CALLER_ARN = callerArn;
    },
    setSecret: async (path, value) => {
      await asked("config", "set", "--path", "--secret", path, value);
    },
    up: async (options = {}) => cli("up", ...unseen, ...(await flagsOf(options))),
    preview: async (options = {}) => cli("preview", ...(await flagsOf(options))),
    refresh: ({ clearPendingCreates = false } = {}) =>
      cli("refresh", ...unseen, ...(clearPendingCreates ? ["--clear-pending-creates"] : [])),
    destroy: () => cli("destroy", ...unseen),
    outputs: async () =>
      JSON.parse(await asked("stack", "output", "--json", "--show-secrets")) as Record<string, unknown>,
    stateFiles: () => textOfFiles(join(dir, "state")),
    cli,
    start,
  };
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
