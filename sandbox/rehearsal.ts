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
export async function rehearse({
  config,
  endpoint,
  projectDir,
  log,
  signal,
}: RehearsalOptions): Promise<Rehearsal> {
  const texts = Object.fromEntries(
    Object.entries(config.values).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  const awsKeys = Object.keys(texts).filter((key) => key.startsWith("aws:"));
  const provider = Object.fromEntries(awsKeys.map((key) => [key.slice("aws:".length), texts[key] ?? ""]));
  const plugins: Plugins = {
    aws: await configureAws(provider, { ...process.env, AWS_ENDPOINT_URL: endpoint }),
    random: new StandIn(randomTable, () => ({})),
  };
  const errors: string[] = [];
  const findings = judge({ type: "pulumi:providers:aws", name: "default", inputs: provider, options: {} });
  const fail = (error: unknown, what = "") =>
    errors.push(`${what}${error instanceof Error ? error.message : String(error)}`);
  const optionsOf = new Map<string, JudgedResource["options"]>();
  const mocks: pulumi.runtime.Mocks = {
    async call({ token, inputs }) {
      try {
        return await pluginOf(plugins, token).invoke(token, inputs as Properties);
      } catch (error) {
        // The SDK looks for the message where gRPC puts it.
        throw Object.assign(new Error(), { details: error instanceof Error ? error.message : String(error) });
      }
    },
    async newResource({ type, name, id: importId, inputs: given }) {
      const inputs = withoutSecretMarks(given as Properties);
      const unmade = { id: undefined, state: inputs };
      findings.push(...judge({ type, name, inputs, options: optionsOf.get(`${type} ${name}`) ?? {} }));
      if (errors.length > 0 || signal.aborted || type === "pulumi:pulumi:Stack") return unmade;
      try {
        const isComponent = type.startsWith("iam-administrators:");
        const made = isComponent ? unmade : await make(plugins, { type, name, inputs, importId });
        log(`  ${importId ? "import" : "create"} ${type} ${name}`);
        return made;
      } catch (error) {
        fail(error, `${type} ${name}: `);
        return unmade;
      }
    },
  };
  await pulumi.runtime.setMocks(mocks, project, config.stack, false);
  // The test monitor keeps a resource's options to itself, while policies judge by them.
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: RegisterResourceRequest, done) => {
    const options = { protect: request.getProtect() ?? false, ignoreChanges: request.getIgnorechangesList() };
    optionsOf.set(`${request.getType()} ${request.getName()}`, options);
    return register(request, done);
  };
  const secretKeys = Object.keys(config.secrets).map((path) => /^[^.[]+/.exec(path)?.[0] ?? path);
  pulumi.runtime.setAllConfig(texts, [...new Set(secretKeys)]);
  let outputs: unknown = {};
  try {
    const exported = (await import(pathToFileURL(join(projectDir, "index.ts")).href)) as object;
    await pulumi.runtime.disconnect();
    if (errors.length === 0) outputs = await visible({ ...exported });
  } catch (error) {
    fail(error);
  }
  signal.throwIfAborted();
  return { errors: [...new Set(errors)], findings, outputs: outputs as Rehearsal["outputs"] };
}

type Plugins = Readonly<Record<string, Pick<StandIn<never>, keyof StandIn<never>>>>;

function pluginOf(plugins: Plugins, token: string): Plugins[string] {
  const plugin = plugins[token.slice(0, token.indexOf(":"))];
  if (plugin === undefined) throw new Error(`the sandbox has no stand-in for the plugin of ${token}`);
  return plugin;
}

interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
  readonly importId: string | undefined;
}

async function make(plugins: Plugins, { type, name, inputs: given, importId }: Registration) {
  if (type === "pulumi-nodejs:dynamic:Resource") {
    // The program's one dynamic resource; the engine would run it in a process of its own.
    const setting = given as unknown as PasswordSetting;
    await setPassword(setting);
    return { id: setting.userName, state: given };
  }
  const plugin = pluginOf(plugins, type);
  if (importId) {
    const found = await plugin.read(type, importId);
    if (found === undefined) throw new Error(`cannot be imported, there is no ${importId}`);
    return { id: found.id, state: found.outputs };
  }
  const inputs = plugin.check(type, name, given);
  const problems = Object.entries(plugin.validate(type, inputs)).map((problem) => problem.join(": "));
  if (problems.length > 0) throw new Error(problems.join("; "));
  const { id, outputs } = await plugin.create(type, inputs);
  return { id, state: outputs };
}

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
