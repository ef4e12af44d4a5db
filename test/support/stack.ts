import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { parse } from "yaml";
import type { AdministratorOutput } from "../../components/administratorOutputs.ts";
import { startEmulator, type Emulator } from "../../sandbox/emulator.ts";
import { findEngine } from "../../sandbox/engine.ts";
import { emulatorEnvironment, isolate, preferThisNode } from "../../sandbox/environment.ts";
import { engineEnvironment, policyFlags, writeStack } from "../../sandbox/stackFolder.ts";
import { awsClients, type AwsClients } from "./emulator.ts";
import { startFaultProxy, type FaultProxy } from "./faultProxy.ts";
import { startCli } from "./pulumiCli.ts";
import type { AccessKey } from "./permissions.ts";
import { contentsOf, currentPassword } from "./stackAccount.ts";
import { assertSucceeded } from "./stackAsserts.ts";

export const projectDir = join(import.meta.dirname, "../..");
export const policyDir = join(projectDir, "policy");
/** Name of every stack here. */
export const stackName = "test";
/** Official plugins, `aws random`, that are to be used as the CLI's folder or PATH has them. @default none */
const officialPlugins = process.env.E2E_OFFICIAL_PLUGINS?.split(" ") ?? [];
/** Else the stand-ins always, whatever official plugins there are: a test's result must not depend on a download. */
const standIns = ["aws", "random"].filter((name) => !officialPlugins.includes(name));

/** The stack config in the namespace of the program, or any other one with a full key (`aws:region`). */
export type StackConfig = Readonly<Record<string, unknown>>;

/** How to run one engine operation. */
export interface RunOptions {
  /** Judged by the project's policy pack; an object configures its rules. @default false */
  readonly policies?: boolean | Readonly<Record<string, unknown>>;
  /** Look at the real resources first. @default false */
  readonly refresh?: boolean;
  /** Show a preview first, as a user gets it. @default false, since it takes as long again */
  readonly preview?: boolean;
}

/** What the stack outputs say, secrets in plain text. */
interface StackOutputs {
  readonly administrators: Readonly<Record<string, AdministratorOutput & { initialPassword?: string }>>;
  readonly groupArn: string;
  readonly groupName: string;
  readonly signInUrl?: string;
}

/** A stack of the project's program, in a folder and a file backend of its own. */
export type TestStack = Awaited<ReturnType<typeof makeStack>>;

/**
 * Registers hooks that find the Pulumi engine and run one emulator for the tests of the enclosing `describe`. Where
 * there is no engine, its tests are skipped: the in-process rehearsal's tests are those that always run.
 *
 * @param sharesPlugins - whether all commands use the same processes of the stand-ins, for tests to which it does not matter
 *   how plugins begin and end: every command would start them, a fifth of its time. @default false
 */
export function useEngine({ sharesPlugins = false } = {}) {
  let running: { emulator: Emulator; aws: AwsClients; proxy: FaultProxy } | undefined;
  let plugins: ChildProcess[] = [];
  const environment = { ...process.env };
  const folders: string[] = [];

  before(async function () {
    const engine = await findEngine();
    if (engine.command === undefined) this.skip();
    isolate();
    // Where the packages of Python and Go come from, for the test of the component package.
    const sources = Object.entries(environment).filter(([name]) => /^(?:PIP_|GO)/.test(name));
    Object.assign(process.env, Object.fromEntries(sources));
    preferThisNode();
    // Every child would write down its coverage of the whole SDK, and compile it without a cache: half as long again.
    Reflect.deleteProperty(process.env, "NODE_V8_COVERAGE");
    if (engine.directory !== undefined) {
      process.env.PATH = [engine.directory, process.env.PATH].join(delimiter);
    }
    const emulator = await startEmulator();
    const proxy = await startFaultProxy(emulator.endpoint);
    running = { emulator, proxy, aws: awsClients(emulator.endpoint) };
    if (sharesPlugins) plugins = await startPlugins(proxy.endpoint);
  });
  after(async () => {
    for (const plugin of plugins) plugin.kill();
    for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, environment);
    await running?.proxy.stop();
    await running?.emulator.stop();
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  });

  const inUse = () => {
    if (running === undefined) throw new Error("the engine and the emulator run only while tests do");
    return running;
  };
  return {
    get endpoint() {
      return inUse().emulator.endpoint;
    },
    get aws() {
      return inUse().aws;
    },
    get iam() {
      return inUse().aws.iam;
    },
    /** What stacks take for AWS: it notes every call, and makes trouble where a test wants it. */
    get proxy() {
      return inUse().proxy;
    },
    contents: () => contentsOf(inUse().aws.iam),
    passwordOf: (userName: string) => currentPassword(inUse().emulator.endpoint, userName),
    async emptyAccount() {
      await fetch(`${this.endpoint}/moto-api/reset`, { method: "POST" });
    },
    /** Empties the account, and makes a new stack without deploying it. */
    async stack(config?: StackConfig) {
      await this.emptyAccount();
      return this.stackBeside(config);
    },
    /** Makes a new stack in the account as it is, without deploying it. */
    async stackBeside(config: StackConfig = {}) {
      const folder = await mkdtemp(join(tmpdir(), "iam-administrators-e2e-"));
      folders.push(folder);
      return makeStack(folder, this.proxy, config);
    },
  };
}

/** Starts the stand-ins for all commands to come: the CLI attaches to them, and starts none of its own. */
async function startPlugins(endpoint: string): Promise<ChildProcess[]> {
  const bin = join(projectDir, "sandbox/plugin/bin");
  const env = { ...process.env, ...emulatorEnvironment(endpoint, "us-east-1") };
  const plugins = standIns.map((name) => spawn(join(bin, name, `pulumi-resource-${name}`), { env }));
  const ports = await Promise.all(plugins.map(({ stdout }) => once(createInterface(stdout), "line")));
  const attached = standIns.map((name, index) => `${name}:${String(ports[index])}`);
  if (attached.length > 0) process.env.PULUMI_DEBUG_PROVIDERS = attached.join();
  return plugins;
}

/**
 * The CLI in a folder, with a file backend below it, a proxy for AWS, and the stand-ins for plugins.
 *
 * @param more - more of the environment. @default none
 */
export async function cliIn(dir: string, proxy: FaultProxy, more: Readonly<Record<string, string>> = {}) {
  const home = join(dir, "home");
  const plugins = join(process.env.PULUMI_HOME ?? join(homedir(), ".pulumi"), "plugins");
  for (const folder of [join(dir, "state"), home]) await mkdir(folder);
  if (officialPlugins.length > 0) await symlink(plugins, join(home, "plugins"));
  proxy.nameCaller(undefined);
  const env: Record<string, string> = {
    // What is left of it: useEngine has taken the rest out.
    ...(process.env as Record<string, string>),
    ...engineEnvironment({ dir, env: emulatorEnvironment(proxy.endpoint, "us-east-1"), standIns }, "test"),
    // The user's own keeps credentials of backends, and gets a log file for every command.
    PULUMI_HOME: home,
    // The CLI installs what a component package needs, which here is installed already.
    npm_config_dry_run: "true",
    ...more,
  };
  let runs = 0;
  /** Starts any command of the CLI. */
  const start = (...args: readonly string[]) =>
    startCli(args, { stack: stackName, cwd: dir, env, eventFile: join(dir, `events-${++runs}.jsonl`) });
  /** Runs one to its end. */
  const cli = (...args: readonly string[]) => start(...args).done;
  return {
    dir,
    start,
    cli,
    /** What a command printed; it throws where that fails. */
    asked: async (...args: readonly string[]) => {
      const { exitCode, printed } = await cli(...args);
      if (exitCode !== 0) throw new Error(printed);
      return printed;
    },
    /** Who AWS says is deploying, from the next operation on. @default the emulator's own caller, who is no IAM user */
    deployAs(callerArn: string) {
      proxy.nameCaller(callerArn);
    },
    /** Whose permissions the next operations have. @default everybody's: the emulator asks nobody */
    deployWith({ id, secret }: AccessKey) {
      Object.assign(env, { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret });
    },
  };
}

async function makeStack(dir: string, proxy: FaultProxy, config: StackConfig) {
  const { asked, ...pulumi } = await cliIn(dir, proxy);

  const file = join(dir, `Pulumi.${stackName}.yaml`);
  await writeStack(dir, projectDir, basename(file), {});
  await asked("stack", "init");
  const written = async () =>
    parse(await readFile(file, "utf8")) as { encryptionsalt: string; config: Record<string, object> };
  const { encryptionsalt } = await written();
  /** Replaces the whole stack config. */
  const configure = async (values: StackConfig) => {
    const keys = Object.entries({ "aws:region": "us-east-1", ...values });
    const full = keys.map(([key, value]) => [key.includes(":") ? key : `iam-administrators:${key}`, value]);
    // JSON is YAML.
    await writeFile(file, JSON.stringify({ encryptionsalt, config: Object.fromEntries(full) as unknown }));
  };
  await configure(config);

  const flagsOf = async ({ policies = false, refresh = false }: RunOptions) => {
    const flags = refresh ? ["--refresh"] : [];
    if (policies === false) return flags;
    return [...flags, ...(await policyFlags(dir, policyDir, policies === true ? {} : policies))];
  };
  const up = async ({ preview = false, ...options }: RunOptions = {}) =>
    pulumi.cli("up", "--yes", ...(preview ? [] : ["--skip-preview"]), ...(await flagsOf(options)));
  return {
    ...pulumi,
    configure,
    /** A value as `pulumi config set --secret` writes it, for a config. */
    async secret(value: string) {
      await asked("config", "set", "--secret", "secret", value);
      return (await written()).config["iam-administrators:secret"] ?? {};
    },
    up,
    /** Configures the stack, where a config is given, and asserts that `up` succeeds. */
    async deploy(changed?: StackConfig, options?: RunOptions) {
      if (changed !== undefined) await configure(changed);
      const run = await up(options);
      assertSucceeded(run);
      return run;
    },
    preview: async (options: RunOptions = {}) => pulumi.cli("preview", ...(await flagsOf(options))),
    refresh: (...flags: readonly string[]) => pulumi.cli("refresh", "--yes", "--skip-preview", ...flags),
    destroy: () => pulumi.cli("destroy", "--yes", "--skip-preview"),
    outputs: async () =>
      JSON.parse(await asked("stack", "output", "--json", "--show-secrets")) as StackOutputs,
  };
}
