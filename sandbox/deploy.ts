import { readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import {
  LocalWorkspace,
  type EngineEvent,
  type PulumiCommand,
  Stack,
} from "@pulumi/pulumi/automation/index.js";
import { parse } from "yaml";
import {
  distinct,
  nameOf,
  withoutSecrets,
  type CreatedResource,
  type PolicyFinding,
  type SandboxResult,
} from "./result.ts";
import type { SandboxConfig } from "./stackConfig.ts";

/** Where and with what the engine runs. */
export interface Deployment {
  readonly command: PulumiCommand;
  readonly config: SandboxConfig;
  /** The run's own folder: project file, stack config and state. */
  readonly dir: string;
  /** The project's folder, with index.ts. */
  readonly projectDir: string;
  readonly policyDir: string;
  /** Folders of the stand-in plugins, before everything else on PATH. */
  readonly pluginDirs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The environment of an engine that keeps its state, and all else, in the run's folder. */
export function engineEnvironment(
  deployment: Pick<Deployment, "dir" | "env" | "pluginDirs">,
  passphrase: string,
): Record<string, string> {
  return {
    ...deployment.env,
    PATH: [...deployment.pluginDirs, process.env.PATH ?? ""].join(delimiter),
    PULUMI_BACKEND_URL: `file://${join(deployment.dir, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/** Makes the stack in the run's folder, with the sandbox's copy of its config. */
export async function createStack(deployment: Deployment, passphrase: string): Promise<Stack> {
  const { config, dir, projectDir } = deployment;
  const project = parse(await readFile(join(projectDir, "Pulumi.yaml"), "utf8")) as object;
  await writeFile(
    join(dir, "Pulumi.yaml"),
    // JSON is YAML, and this one is the project's own with the program where it is.
    JSON.stringify({ ...project, main: join(projectDir, "index.ts") }),
  );
  const plain = Object.fromEntries(
    Object.entries(config.values).map(([key, value]) => [key, parsed(key, value)]),
  );
  await writeFile(join(dir, `Pulumi.${config.stack}.yaml`), JSON.stringify({ config: plain }));
  const workspace = await LocalWorkspace.create({
    pulumiCommand: deployment.command,
    workDir: dir,
    envVars: engineEnvironment(deployment, passphrase),
  });
  const stack = await Stack.createOrSelect(config.stack, workspace);
  for (const [path, value] of Object.entries(config.secrets)) {
    await stack.setConfig(path, { value, secret: true }, true);
  }
  return stack;
}

/**
 * Previews and then updates the stack with the real engine and the policy pack. The preview comes first because
 * a violation found there stops the run before anything is created.
 */
export async function deploy(stack: Stack, deployment: Deployment): Promise<SandboxResult> {
  const watch = new Watch(deployment.log);
  const options = {
    policyPacks: [deployment.policyDir],
    color: "never" as const,
    onEvent: (event: EngineEvent) => {
      watch.see(event);
    },
    signal: deployment.signal,
  };
  try {
    deployment.log("Previewing ...");
    await stack.preview(options);
    deployment.log("Creating ...");
    watch.creating = true;
    const { outputs } = await stack.up(options);
    const visible = Object.entries(outputs).map(
      ([name, output]) => [name, withoutSecrets(output.value)] as const,
    );
    return watch.result(true, Object.fromEntries(visible));
  } catch (error) {
    if (watch.errors.length === 0 && !watch.blocked) {
      watch.errors.push(...errorLines(error instanceof Error ? error.message : String(error)));
    }
    return watch.result(false, {});
  }
}

/** Follows the engine's events: shows progress and gathers what the policies and the program say. */
class Watch {
  public creating = false;
  public readonly errors: string[] = [];
  private readonly findings: PolicyFinding[] = [];
  private readonly log: (line: string) => void;
  private readonly created: CreatedResource[] = [];

  public constructor(log: (line: string) => void) {
    this.log = log;
  }

  public get blocked(): boolean {
    return this.findings.some(({ mandatory }) => mandatory);
  }

  public see(event: EngineEvent): void {
    const { diagnosticEvent: diagnostic, policyEvent: policy, resOutputsEvent: done } = event;
    if (diagnostic?.severity === "error") this.errors.push(diagnostic.message.trim());
    if (policy !== undefined) {
      this.findings.push({
        policy: policy.policyName,
        mandatory: policy.enforcementLevel === "mandatory",
        message: policy.message.trim(),
        resource: policy.resourceUrn === undefined ? undefined : nameOf(policy.resourceUrn),
      });
    }
    if (done !== undefined && this.creating && done.metadata.op !== "same") {
      this.created.push({ type: done.metadata.type, name: nameOf(done.metadata.urn) });
      this.log(`  ${done.metadata.op} ${done.metadata.type} ${nameOf(done.metadata.urn)}`);
    }
  }

  public result(succeeded: boolean, outputs: Readonly<Record<string, unknown>>): SandboxResult {
    const errors = [...new Set(this.errors)];
    return { succeeded, errors, outputs, findings: distinct(this.findings), created: this.created };
  }
}

/** What the CLI says of a failure that it sends no event for, without the rest of its output. */
function errorLines(output: string): string[] {
  const lines = output.split("\n").flatMap((line) => /(?:^|\s)([Ee]rror: .*)/.exec(line)?.[1] ?? []);
  return lines.length > 0 ? lines : [output];
}

function parsed(key: string, value: string): unknown {
  if (key === "aws:region" || !/^[[{]|^(?:true|false)$/.test(value)) return value;
  return JSON.parse(value) as unknown;
}
