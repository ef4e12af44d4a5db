import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ResourceValidationArgs } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";
import { setPassword, type PasswordSetting } from "../components/initialPassword.ts";
import { isObject } from "../config/namespace.ts";
import { rules } from "../policy/rules/index.ts";
import type { Run } from "./deploy.ts";
import { messageOf } from "./plugin/errors.ts";
import { configure, type Provider } from "./plugin/provider.ts";
import { invoke, StandIn } from "./plugin/standIn.ts";
import { withoutSecretMarks, type Properties } from "./plugin/values.ts";
import { policyConfig } from "./policyConfig.ts";
import { secretMark } from "./report.ts";
import { useTestMonitor } from "./testMonitor.ts";

/**
 * Runs the program once, in this process, under Pulumi's own test monitor: the rules of the policy pack judge each resource,
 * and the stand-in makes it in the emulator of this process's environment. There is no engine: no diff, no update, no state.
 * What goes wrong and what the policies say is logged.
 *
 * @returns the stack's outputs with `[secret]` for every secret, or undefined where `pulumi up` would fail
 */
export async function rehearse(run: Run): Promise<Record<string, unknown> | undefined> {
  const { config, projectDir, log, signal } = run;
  const texts = Object.entries(config.values).map(
    ([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  const awsTexts = texts.filter(([key]) => key.startsWith("aws:"));
  const awsConfig = Object.fromEntries(awsTexts.map(([key, value]) => [key.slice("aws:".length), value]));
  const provider = await configure(awsConfig, process.env);
  const errors = new Set<string>();
  const settings = policyConfig(config.values);
  const findings = judge(settings, "pulumi:providers:aws", "default", awsConfig);
  const mocks: pulumi.runtime.Mocks = {
    async call({ token, inputs }) {
      try {
        return await invoke(provider, token, inputs as Properties);
      } catch (error) {
        // The SDK looks for the message where gRPC puts it.
        throw Object.assign(new Error(), { details: messageOf(error) });
      }
    },
    async newResource(args) {
      const inputs = withoutSecretMarks(args.inputs as Properties);
      const unmade = { id: undefined, state: inputs };
      if (errors.size > 0 || signal.aborted || args.type === "pulumi:pulumi:Stack") return unmade;
      try {
        const isComponent = args.type.startsWith("iam-administrators:");
        const made = isComponent ? unmade : await make(provider, args, inputs);
        log(`  ${args.id ? "import" : "create"} ${args.type} ${args.name}`);
        return made;
      } catch (error) {
        errors.add(`${args.type} ${args.name}: ${messageOf(error)}`);
        return unmade;
      }
    },
  };
  await useTestMonitor(mocks, { stack: config.stack, preview: false }, (request) => {
    const inputs = withoutSecretMarks(request.getObject()?.toJavaScript() ?? {});
    const [ignoreChanges, parent] = [request.getIgnorechangesList(), request.getParent()];
    const options = { protect: request.getProtect() ?? false, ignoreChanges, parent };
    findings.push(...judge(settings, request.getType(), request.getName(), inputs, options));
  });
  const secretKeys = Object.keys(config.secrets).map((path) => /^[^.[]+/.exec(path)?.[0] ?? path);
  pulumi.runtime.setAllConfig(Object.fromEntries(texts), secretKeys);
  let outputs: Record<string, unknown> | undefined;
  try {
    const exported = (await import(pathToFileURL(join(projectDir, "index.ts")).href)) as object;
    await pulumi.runtime.disconnect();
    if (errors.size === 0) outputs = (await withMaskedSecrets({ ...exported })) as Record<string, unknown>;
  } catch (error) {
    errors.add(messageOf(error));
  }
  signal.throwIfAborted();
  const blocks = findings.some(({ isMandatory }) => isMandatory);
  if (errors.size > 0) log("\nStopped:");
  for (const error of errors) log(indent(error));
  if (findings.length > 0) log(blocks ? "\nThe policy pack would stop pulumi up:" : "\nPolicies");
  for (const { message } of findings) log(indent(message));
  return blocks ? undefined : outputs;
}

const indent = (text: string) => text.replace(/^/gm, "  ");

/** Judges a resource by every rule of the policy pack, with the config that the stack needs. */
function judge(
  settings: ReturnType<typeof policyConfig>,
  type: string,
  name: string,
  props: Properties,
  opts: { parent?: string } = {},
) {
  const parentTypes = opts.parent?.split("::")[2];
  const types = parentTypes ? `${parentTypes}$${type}` : type;
  const urn = `urn:pulumi:rehearsal::iam-administrators::${types}::${name}`;
  // What the rules use of their arguments.
  const used = { type, name, urn, props, opts };
  return rules.flatMap((rule) => {
    const getConfig = () => settings[rule.name] ?? {};
    const subject = { ...used, getConfig } as unknown as ResourceValidationArgs;
    const found: { isMandatory: boolean; message: string }[] = [];
    const isMandatory = rule.enforcementLevel === "mandatory";
    const what = `${isMandatory ? "mandatory" : "advisory"}  ${rule.name} (${name}): ${rule.description}`;
    if (rule.types.includes(type) && typeof rule.validateResource === "function")
      void rule.validateResource(subject, (text) => found.push({ isMandatory, message: `${what}\n${text}` }));
    return found;
  });
}

async function make(provider: Provider, { type, name, id: importId }: MockResourceArgs, given: Properties) {
  if (type === "pulumi-nodejs:dynamic:Resource") {
    // The program's one dynamic resource; the engine would run it in a process of its own.
    const setting = given as unknown as PasswordSetting;
    await setPassword(setting);
    return { id: setting.userName, state: given };
  }
  const standIn = new StandIn(provider, type);
  if (importId) {
    const found = await standIn.read(importId);
    if (found === undefined) throw new Error(`cannot be imported, there is no ${importId}`);
    return { id: found.id, state: found.outputs };
  }
  const { inputs, problems } = standIn.check(name, given);
  const [problem] = Object.entries(problems);
  if (problem !== undefined) throw new Error(problem.join(": "));
  const { id, outputs } = await standIn.create(inputs);
  return { id, state: outputs };
}

/** The values of outputs, whatever is a secret in them replaced. */
async function withMaskedSecrets(value: unknown): Promise<unknown> {
  if (pulumi.Output.isInstance(value)) {
    if (await pulumi.isSecret(value)) return secretMark;
    return withMaskedSecrets(await new Promise((resolve) => value.apply(resolve)));
  }
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(
    async ([key, member]) => [key, await withMaskedSecrets(member)] as const,
  );
  return Object.fromEntries((await Promise.all(members)).filter(([, member]) => member !== undefined));
}
