import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import grpc from "@grpc/grpc-js";
import rpc from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

const LEVELS = {
  advisory: analyzer.EnforcementLevel.ADVISORY,
  mandatory: analyzer.EnforcementLevel.MANDATORY,
  disabled: analyzer.EnforcementLevel.DISABLED,
  remediate: analyzer.EnforcementLevel.REMEDIATE,
};
type Level = keyof typeof LEVELS;

/** A resource as the engine shows it to a pack; unknowns and secrets in the engine's own form. */
export interface PolicyResource {
  readonly type: string;
  readonly urn: string;
  readonly props: object;
}

/** What to start a policy pack with. */
interface PackOptions {
  /** The pack's folder, absolute: the one with `PulumiPolicy.yaml`. */
  readonly dir: string;
  /** Levels by rule, or one for all. @default each rule's own */
  readonly level?: Level | Readonly<Record<string, Level>>;
}

/** A policy pack running as its own process. */
export type PolicyPackProcess = Awaited<ReturnType<typeof startPolicyPack>>;

// The pack holds its parent's end of a pipe as stdin: whatever way the parent dies, the pipe closes and the pack ends.
const DIE_WITH_PARENT = "data:text/javascript,process.stdin.on('close',()=>process.exit()).resume().unref()";

/**
 * Starts a compiled policy pack the way the engine does, and speaks the engine's protocol to it.
 *
 * @throws Error with what the pack printed, when it does not start.
 * @see https://github.com/pulumi/pulumi/blob/master/proto/pulumi/analyzer.proto
 */
export async function startPolicyPack({ dir, level = {} }: PackOptions) {
  const { PATH, HOME } = process.env;
  const runner = createRequire(path.join(dir, "package.json")).resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const child = spawn(process.execPath, ["--import", DIE_WITH_PARENT, runner, "127.0.0.1:0", dir], {
    cwd: dir,
    // No credentials get in.
    env: { PATH, HOME, PULUMI_NODEJS_PROJECT: "project", PULUMI_NODEJS_STACK: "dev" },
  });
  const printed = text(child.stderr);
  const failed = once(child, "close").then(async () => Promise.reject(new Error(await printed)));
  // The first line that a pack prints is its port.
  const [port] = (await Promise.race([once(createInterface(child.stdout), "line"), failed])) as [string];
  const client = new rpc.AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const info = await call<analyzer.AnalyzerInfo>((done) => client.getAnalyzerInfo(new empty.Empty(), done));

  const configuration = new analyzer.ConfigureAnalyzerRequest();
  for (const policy of info.getPoliciesList()) {
    const name = policy.getName();
    const given = typeof level === "string" ? level : level[name];
    const message = new analyzer.PolicyConfig();
    message.setEnforcementlevel(given ? LEVELS[given] : policy.getEnforcementlevel());
    message.setProperties(struct.Struct.fromJavaScript({}));
    configuration.getPolicyconfigMap().set(name, message);
  }
  await call((done) => client.configure(configuration, done));

  return {
    info,
    /** What the rules report before a resource is created or changed. */
    async analyze(resource: PolicyResource) {
      const answer = await call<analyzer.AnalyzeResponse>((done) => client.analyze(asking(resource), done));
      return answer.getDiagnosticsList().map((diagnostic) => ({
        rule: diagnostic.getPolicyname(),
        level: Object.keys(LEVELS)[diagnostic.getEnforcementlevel()],
        message: diagnostic.getMessage(),
      }));
    },
    /** The inputs that rules at level "remediate" make, by rule. */
    async remediate(resource: PolicyResource) {
      const request = asking(resource);
      const answer = await call<analyzer.RemediateResponse>((done) => client.remediate(request, done));
      const named = answer
        .getRemediationsList()
        .map((one) => [one.getPolicyname(), one.getProperties()] as const);
      return Object.fromEntries(named.map(([name, props]) => [name, props?.toJavaScript()]));
    },
    async stop() {
      client.close();
      child.kill("SIGKILL");
      await once(child, "close");
    },
  };
}

function asking({ type, urn, props }: PolicyResource) {
  const request = new analyzer.AnalyzeRequest();
  request.setType(type);
  request.setName(urn.slice(urn.lastIndexOf(":") + 1));
  request.setUrn(urn);
  request.setProperties(struct.Struct.fromJavaScript(props as Record<string, struct.JavaScriptValue>));
  request.setOptions(new analyzer.AnalyzerResourceOptions());
  return request;
}

function call<T>(method: (done: (error: Error | null, response: T) => void) => unknown): Promise<T> {
  return promisify(method)();
}
