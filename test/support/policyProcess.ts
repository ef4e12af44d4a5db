import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import grpc from "@grpc/grpc-js";
import rpc from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import type analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import {
  analyzeRequest,
  analyzeStackRequest,
  configureRequest,
  packInfo,
  stackRequest,
  violations,
  type PackConfig,
  type PackInfo,
  type PolicyResource,
  type Violation,
} from "./policyWire.ts";

export {
  UNKNOWN,
  type EnforcementLevel,
  type PackConfig,
  type PackInfo,
  type PolicyResource,
  type Violation,
} from "./policyWire.ts";

/** What to start a policy pack with. */
export interface PackOptions {
  /** The pack's folder, absolute: the one with `PulumiPolicy.yaml`. */
  readonly dir: string;
  readonly stack: string;
  readonly project: string;
  /** Whether this is a preview. */
  readonly dryRun: boolean;
  /** @default every rule at its own level with its own defaults */
  readonly config?: PackConfig;
  /** The pack's whole environment. @default PATH and HOME, so that no credentials get in */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a remediation makes of a resource's inputs. */
export interface Remediation {
  readonly policy: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** Why the remediation could not run, empty when it did. */
  readonly diagnostic: string;
}

/** A policy pack running as its own process. */
export interface PolicyPackProcess {
  readonly pid: number;
  /** Name, version, description and every rule with its metadata. */
  readonly info: PackInfo;
  /** Before a resource is created or changed: a "mandatory" violation blocks. */
  analyze(resource: PolicyResource): Promise<Violation[]>;
  /** After all resources, with their outputs. */
  analyzeStack(resources: readonly PolicyResource[]): Promise<Violation[]>;
  /** Before analyze: the inputs that rules at level "remediate" make. */
  remediate(resource: PolicyResource): Promise<Remediation[]>;
  /** Ends the process. May be called again. */
  stop(): Promise<void>;
}

// The pack holds its parent's end of a pipe as stdin: whatever way the parent dies, the pipe closes and the pack ends.
const DIE_WITH_PARENT = "data:text/javascript,process.stdin.on('close',()=>process.exit()).resume().unref()";
const START_TIMEOUT_MS = 60_000;

/**
 * Starts a compiled policy pack the way the engine does, and speaks the engine's protocol to it.
 *
 * @throws Error with what the pack printed, when it does not start.
 * @see https://github.com/pulumi/pulumi/blob/master/proto/pulumi/analyzer.proto
 */
export async function startPolicyPack(options: PackOptions): Promise<PolicyPackProcess> {
  const child = launch(options);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  try {
    const client = new rpc.AnalyzerClient(
      `127.0.0.1:${await portOf(child)}`,
      grpc.credentials.createInsecure(),
    );
    const info = packInfo(
      await call<analyzer.AnalyzerInfo>((done) => client.getAnalyzerInfo(new empty.Empty(), done)),
    );
    await call((done) => client.configureStack(stackRequest(options), done));
    await call((done) => client.configure(configureRequest(info, options.config ?? {}), done));
    return {
      pid: child.pid ?? 0,
      info,
      analyze: async (resource) => {
        const request = await analyzeRequest(resource);
        return violations(await call<analyzer.AnalyzeResponse>((done) => client.analyze(request, done)));
      },
      analyzeStack: async (resources) => {
        const request = await analyzeStackRequest(resources);
        return violations(await call<analyzer.AnalyzeResponse>((done) => client.analyzeStack(request, done)));
      },
      remediate: async (resource) => {
        const request = await analyzeRequest(resource);
        const response = await call<analyzer.RemediateResponse>((done) => client.remediate(request, done));
        return response.getRemediationsList().map((remediation) => ({
          policy: remediation.getPolicyname(),
          props: remediation.getProperties()?.toJavaScript() ?? {},
          diagnostic: remediation.getDiagnostic(),
        }));
      },
      stop: async () => {
        client.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function launch({ dir, stack, project, dryRun, env }: PackOptions): ChildProcess {
  const runner = createRequire(path.join(dir, "package.json")).resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, ["--import", DIE_WITH_PARENT, runner, "127.0.0.1:0", dir], {
    cwd: dir,
    // Ctrl-C in the terminal is for the parent: it stops the pack once the calls under way are answered.
    detached: process.platform !== "win32",
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      ...(env ?? { PATH, HOME }),
      PULUMI_NODEJS_PROJECT: project,
      PULUMI_NODEJS_STACK: stack,
      PULUMI_NODEJS_DRY_RUN: String(dryRun),
    },
  });
  return child;
}

/** The first line that a pack prints is its port. */
async function portOf(child: ChildProcess): Promise<number> {
  let printed = "";
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (errors += text));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      fail(`did not start within ${START_TIMEOUT_MS / 1000} s`);
    }, START_TIMEOUT_MS);
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new Error(`The policy pack ${reason}.${errors && `\n${errors.trim()}`}`));
    };
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      const port = /^(\d+)\r?\n/.exec(printed)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
    child.once("error", (error) => {
      fail(`could not be run: ${error.message}`);
    });
    // "close" rather than "exit": only then is all of stderr read.
    child.once("close", (code) => {
      fail(`ended at once with exit code ${code ?? "none"}`);
    });
  });
}

/** One call of the protocol; its error's first line is the sentence, the rest is a stack of the pack's. */
function call<T>(method: (done: (error: Error | null, response: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    method((error, response) => {
      if (error) reject(error);
      else resolve(response);
    });
  });
}
