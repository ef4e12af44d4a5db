import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import { setPassword, type PasswordSetting } from "../components/initialPassword.ts";
import { judge, type JudgedResource, type PolicyFinding } from "./judge.ts";
import { configureAws } from "./plugin/aws/configure.ts";
import { randomTable } from "./plugin/random/table.ts";
import { StandIn } from "./plugin/standIn.ts";
import type { Properties } from "./plugin/values.ts";
import { withoutSecretMarks } from "./plugin/wire.ts";
import { secretMark } from "./report.ts";
import { isObject, type SandboxConfig } from "./stackConfig.ts";

const project = "iam-administrators";

/** How a rehearsal without the engine went. */
export interface Rehearsal {
  /** What went wrong, each a message for the user. */
  readonly errors: readonly string[];
  readonly findings: readonly PolicyFinding[];
  /** The stack's outputs, `[secret]` for every secret; none after an error. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What a rehearsal without the engine needs. */
export interface RehearsalOptions {
  readonly config: SandboxConfig;
  /** The emulator's address. */
  readonly endpoint: string;
  /** The project's folder, with index.ts. */
  readonly projectDir: string;
  readonly log: (line: string) => void;
  /** Stops the rehearsal, with an error, before the next resource. */
  readonly signal: AbortSignal;
}

/**
 * Runs the program once, in this process, under Pulumi's own test monitor: the rules of the policy pack judge each resource,
 * and the stand-in makes it in the emulator. There is no engine: no diff, no update, no state.
 */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const { config, endpoint, projectDir, signal } = options;
  const values = Object.entries(config.values).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const texts = Object.fromEntries(values) as Record<string, string>;
  const provider = Object.fromEntries(
    Object.entries(texts).flatMap(([key, value]) => (key.startsWith("aws:") ? [[key.slice(4), value]] : [])),
  ) as Record<string, string>;
  const aws = await configureAws(provider, { ...process.env, AWS_ENDPOINT_URL: endpoint });
  const run = new Run({ aws, random: new StandIn(randomTable, () => ({})) }, options);
  await pulumi.runtime.setMocks(run, project, config.stack, false);
  run.watch(pulumi.runtime.getMonitor() as unknown as MockMonitor);
  const secretKeys = Object.keys(config.secrets).map((path) => /^[^.[]+/.exec(path)?.[0] ?? path);
  pulumi.runtime.setAllConfig(texts, [...new Set(secretKeys)]);
  run.judge({ type: "pulumi:providers:aws", name: "default", inputs: provider, options: {} });
  let outputs: unknown = {};
  try {
    const exported = (await import(pathToFileURL(join(projectDir, "index.ts")).href)) as object;
    await pulumi.runtime.disconnect();
    if (run.errors.length === 0) outputs = await visible({ ...exported });
  } catch (error) {
    run.fail(error);
  }
  signal.throwIfAborted();
  return {
    errors: [...new Set(run.errors)],
    findings: run.findings,
    outputs: outputs as Rehearsal["outputs"],
  };
}

type Plugins = Readonly<Record<string, Pick<StandIn<never>, keyof StandIn<never>>>>;

/** The engine's part of the run, as Pulumi's test monitor asks for it. */
class Run implements pulumi.runtime.Mocks {
  public readonly errors: string[] = [];
  public readonly findings: PolicyFinding[] = [];
  private readonly plugins: Plugins;
  private readonly options: RehearsalOptions;
  private readonly resourceOptions = new Map<string, JudgedResource["options"]>();

  public constructor(plugins: Plugins, options: RehearsalOptions) {
    this.plugins = plugins;
    this.options = options;
  }

  /** The test monitor keeps a resource's options to itself, while policies judge by them. */
  public watch(monitor: MockMonitor): void {
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request: RegisterResourceRequest, done) => {
      const options = {
        protect: request.getProtect() ?? false,
        ignoreChanges: request.getIgnorechangesList(),
      };
      this.resourceOptions.set(`${request.getType()} ${request.getName()}`, options);
      return register(request, done);
    };
  }

  public judge(resource: Omit<JudgedResource, "urn">): void {
    const urn = ["urn:pulumi", this.options.config.stack, project, resource.type, resource.name].join("::");
    this.findings.push(...judge({ ...resource, urn }));
  }

  public fail(error: unknown, what = ""): void {
    this.errors.push(`${what}${error instanceof Error ? error.message : String(error)}`);
  }

  public async newResource({ type, name, ...args }: pulumi.runtime.MockResourceArgs): Promise<MockResource> {
    const inputs = withoutSecretMarks(args.inputs as Properties);
    this.judge({ type, name, inputs, options: this.resourceOptions.get(`${type} ${name}`) ?? {} });
    if (this.errors.length > 0 || this.options.signal.aborted) return { id: undefined, state: inputs };
    try {
      const made = await this.make(type, name, inputs, args.id);
      if (type !== "pulumi:pulumi:Stack")
        this.options.log(`  ${args.id ? "import" : "create"} ${type} ${name}`);
      return made;
    } catch (error) {
      this.fail(error, `${type} ${name}: `);
      return { id: undefined, state: inputs };
    }
  }

  public call({ token, inputs }: pulumi.runtime.MockCallArgs): Promise<pulumi.runtime.MockCallResult> {
    return this.plugin(token).invoke(token, inputs as Properties);
  }

  private async make(
    type: string,
    name: string,
    given: Properties,
    importId?: string,
  ): Promise<MockResource> {
    if (/^(?:iam-administrators|pulumi):/.test(type)) return { id: undefined, state: given };
    if (type === "pulumi-nodejs:dynamic:Resource") {
      // The program's one dynamic resource; the engine would run it in a process of its own.
      const setting = given as unknown as PasswordSetting;
      await setPassword(setting);
      return { id: setting.userName, state: given };
    }
    const plugin = this.plugin(type);
    if (importId) {
      const found = await plugin.read(type, importId);
      if (found === undefined) throw new Error(`cannot be imported, there is no ${importId}`);
      return { id: found.id, state: found.outputs };
    }
    const inputs = plugin.check(type, name, given);
    const problems = Object.entries(plugin.validate(type, inputs)).map(
      ([input, reason]) => `${input}: ${reason}`,
    );
    if (problems.length > 0) throw new Error(problems.join("; "));
    const { id, outputs } = await plugin.create(type, inputs);
    return { id, state: outputs };
  }

  private plugin(token: string) {
    const plugin = this.plugins[token.slice(0, token.indexOf(":"))];
    if (plugin === undefined) throw new Error(`the sandbox has no stand-in for the plugin of ${token}`);
    return plugin;
  }
}

type MockResource = pulumi.runtime.MockResourceResult;

/** The values of outputs, whatever is a secret in them replaced. */
async function visible(value: unknown): Promise<unknown> {
  if (pulumi.Output.isInstance(value)) {
    if (await pulumi.isSecret(value)) return secretMark;
    return visible(await new Promise((resolve) => value.apply(resolve)));
  }
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(async ([key, member]) => [key, await visible(member)] as const);
  return Object.fromEntries((await Promise.all(members)).filter(([, member]) => member !== undefined));
}
