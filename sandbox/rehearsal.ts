import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import * as rpc from "@pulumi/pulumi/runtime/rpc.js";
import { setPassword, type PasswordSetting } from "../components/initialPassword.ts";
import { recordResourceOptions, type RecordedOptions } from "./mockMonitor.ts";
import {
  startPolicyPack,
  type PolicyPackProcess,
  type PolicyResource,
  type Violation,
} from "./policyProcess.ts";
import { createAwsBackend } from "./provider/awsProvider.ts";
import type { Backend } from "./provider/backend.ts";
import { createRandomBackend } from "./provider/randomProvider.ts";
import type { Properties } from "./provider/values.ts";
import { distinct, withoutSecrets, type PolicyFinding, type SandboxResult } from "./result.ts";
import type { SandboxConfig } from "./stackConfig.ts";

const project = "iam-administrators";

/** What a rehearsal without the engine needs. */
export interface Rehearsal {
  readonly config: SandboxConfig;
  readonly endpoint: string;
  /** The project's folder, with index.ts. */
  readonly projectDir: string;
  readonly policyDir: string;
  readonly log: (line: string) => void;
  /** Stops the rehearsal, with an error, before the next resource. */
  readonly signal: AbortSignal;
}

/**
 * Runs the program in this process under Pulumi's test monitor, first as a preview and then for real: resources go to
 * the emulator through the stand-in plugins, and the policy pack judges them from a process of its own. There is no
 * engine here: no diff, no update, no state.
 */
export async function rehearse(rehearsal: Rehearsal): Promise<SandboxResult> {
  const { config, log } = rehearsal;
  const backends: Record<string, Backend> = {
    aws: createAwsBackend({
      endpoint: rehearsal.endpoint,
      region: config.region,
      ...(process.env.SANDBOX_CALLER_ARN === undefined ? {} : { callerArn: process.env.SANDBOX_CALLER_ARN }),
    }),
    random: createRandomBackend(),
  };
  const pack = await startPolicyPack({
    dir: rehearsal.policyDir,
    stack: config.stack,
    project,
    dryRun: true,
  });
  try {
    log("Previewing ...");
    const preview = new Pass(pack, backends, true, rehearsal.signal, () => undefined);
    await preview.run(rehearsal);
    rehearsal.signal.throwIfAborted();
    if (preview.stopped) return preview.result({});
    log("Creating ...");
    const update = new Pass(pack, backends, false, rehearsal.signal, log);
    const outputs = await update.run(rehearsal);
    rehearsal.signal.throwIfAborted();
    return update.result(outputs);
  } finally {
    await pack.stop();
  }
}

/** One run of the program, as a preview or for real. */
class Pass implements pulumi.runtime.Mocks {
  private readonly pack: PolicyPackProcess;
  private readonly backends: Readonly<Record<string, Backend>>;
  private readonly isPreview: boolean;
  private readonly signal: AbortSignal;
  private readonly log: (line: string) => void;
  private readonly errors: string[] = [];
  private readonly findings: PolicyFinding[] = [];
  private readonly resources: PolicyResource[] = [];
  private options: RecordedOptions = new Map();

  public constructor(
    pack: PolicyPackProcess,
    backends: Readonly<Record<string, Backend>>,
    isPreview: boolean,
    signal: AbortSignal,
    log: (line: string) => void,
  ) {
    this.pack = pack;
    this.backends = backends;
    this.isPreview = isPreview;
    this.signal = signal;
    this.log = log;
  }

  /** Whether nothing more may be created: something failed, or a mandatory policy was violated. */
  public get stopped(): boolean {
    return this.signal.aborted || this.errors.length > 0 || this.findings.some(({ mandatory }) => mandatory);
  }

  public async run({ config, projectDir }: Rehearsal): Promise<Record<string, unknown>> {
    await pulumi.runtime.setMocks(this, project, config.stack, this.isPreview);
    this.options = recordResourceOptions();
    pulumi.runtime.setAllConfig({ ...config.values }, [...config.secretKeys]);
    await this.judge({
      type: "pulumi:providers:aws",
      name: "default",
      urn: this.urn("pulumi:providers:aws", "default"),
      props: providerInputs(config),
    });
    let outputs: Record<string, unknown> = {};
    try {
      // The query makes Node evaluate the program anew in each pass.
      const program = pathToFileURL(join(projectDir, "index.ts"));
      program.search = this.isPreview ? "preview" : "update";
      const exported = (await import(program.href)) as Record<string, unknown>;
      await pulumi.runtime.disconnect();
      // In a preview most outputs are not known, and would be waited for in vain.
      if (!this.isPreview && !this.stopped) outputs = await plainOutputs(exported);
    } catch (error) {
      this.errors.push(error instanceof Error ? error.message : String(error));
    }
    if (this.stopped) return {};
    this.findings.push(
      ...(await this.pack.analyzeStack(this.resources)).map((violation) => toFinding(violation)),
    );
    return outputs;
  }

  public result(outputs: Record<string, unknown>): SandboxResult {
    return {
      succeeded: !this.stopped,
      errors: [...new Set(this.errors)],
      outputs,
      findings: distinct(this.findings),
      created: this.isPreview ? [] : this.resources.map(({ type, name }) => ({ type, name })),
    };
  }

  public async newResource(
    args: pulumi.runtime.MockResourceArgs,
  ): Promise<pulumi.runtime.MockResourceResult> {
    const { type, name } = args;
    const inputs = withoutSecretMarks(args.inputs as Record<string, unknown>);
    const options = this.options.get(`${type} ${name}`) ?? {};
    const resource = { type, name, urn: this.urn(type, name), props: inputs, options };
    await this.judge(resource);
    if (this.stopped) return { id: undefined, state: inputs };
    try {
      const made = await this.make(type, name, inputs, args.id);
      this.resources.push({ ...resource, props: made.state });
      if (type !== "pulumi:pulumi:Stack") this.log(`  ${args.id ? "import" : "create"} ${type} ${name}`);
      return made;
    } catch (error) {
      this.errors.push(`${type} ${name}: ${error instanceof Error ? error.message : String(error)}`);
      return { id: undefined, state: inputs };
    }
  }

  public async call({ token, inputs }: pulumi.runtime.MockCallArgs): Promise<pulumi.runtime.MockCallResult> {
    return this.backend(token).invoke(token, inputs as Properties);
  }

  private async make(type: string, name: string, inputs: Properties, importId: string | undefined) {
    if (type.startsWith("iam-administrators:") || type.startsWith("pulumi:"))
      return { id: undefined, state: inputs };
    if (type === "pulumi-nodejs:dynamic:Resource") return this.makeDynamic(inputs);
    const backend = this.backend(type);
    if (importId) {
      const found = await backend.read(type, importId);
      if (found === undefined) throw new Error(`cannot be imported, there is no ${importId}`);
      return { id: found.id, state: found.outputs };
    }
    if (this.isPreview)
      return { id: undefined, state: backend.preview(type, backend.check(type, name, inputs)) };
    const { id, outputs } = await backend.create(type, name, inputs);
    return { id, state: outputs };
  }

  /** The program's one dynamic resource; the engine would run it in a process of its own. */
  private async makeDynamic(inputs: Properties) {
    const setting = inputs as unknown as PasswordSetting;
    if (!this.isPreview) await setPassword(setting);
    return { id: setting.userName, state: inputs };
  }

  private backend(token: string): Backend {
    const backend = this.backends[token.slice(0, token.indexOf(":"))];
    if (backend === undefined) throw new Error(`the sandbox has no stand-in for the plugin of ${token}`);
    return backend;
  }

  private async judge(resource: PolicyResource): Promise<void> {
    const violations = await this.pack.analyze(resource);
    this.findings.push(...violations.map((violation) => toFinding(violation, resource.name)));
  }

  private urn(type: string, name: string): string {
    return `urn:pulumi:${pulumi.getStack()}::${project}::${type}::${name}`;
  }
}

function toFinding({ policy, level, message }: Violation, resource?: string): PolicyFinding {
  return { policy, mandatory: level === "mandatory", message, resource };
}

/** The default provider's inputs, which the engine takes from the stack config. */
function providerInputs({ values }: SandboxConfig): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (key.startsWith("aws:") ? [[key.slice(4), value]] : [])),
  );
}

function withoutSecretMarks(inputs: Record<string, unknown>): Properties {
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => [
      key,
      rpc.isRpcSecret(value) ? rpc.unwrapRpcSecret(value) : value,
    ]),
  );
}

/** The values of the program's exports, secrets left out. */
function plainOutputs(exported: Record<string, unknown>): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    pulumi.output({ ...exported }).apply((outputs) => {
      resolve(withoutSecrets(outputs) as Record<string, unknown>);
    });
  });
}
