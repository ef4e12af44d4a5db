import * as pulumi from "@pulumi/pulumi";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

/** The engine's word for a value that is not known yet; put it where a preview would not know. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** How far a rule's verdict goes. */
export type EnforcementLevel = "advisory" | "mandatory" | "disabled" | "remediate";

/** A resource as the engine shows it to a policy pack. */
export interface PolicyResource {
  /** Such as `aws:iam/user:User`. */
  readonly type: string;
  /** The logical name. */
  readonly name: string;
  readonly urn: string;
  /** Inputs for a resource, outputs for a stack: plain values, {@link UNKNOWN}, outputs and secrets. */
  readonly props: Readonly<Record<string, unknown>>;
  /** @default none set */
  readonly options?: {
    readonly protect?: boolean;
    readonly ignoreChanges?: readonly string[];
    readonly deleteBeforeReplace?: boolean;
    readonly additionalSecretOutputs?: readonly string[];
    readonly aliases?: readonly string[];
    readonly parent?: string;
  };
  /** @default none, as for components and providers */
  readonly provider?: Pick<PolicyResource, "type" | "name" | "urn" | "props">;
  /** The parent's URN; only a stack's resources have one. @default none */
  readonly parent?: string;
  /** URNs; only a stack's resources have them. @default none */
  readonly dependencies?: readonly string[];
}

/** What a rule reports. */
export interface Violation {
  readonly policy: string;
  readonly level: EnforcementLevel;
  readonly severity: string;
  readonly message: string;
  /** The resource that a stack rule names; empty when the rule names none. */
  readonly urn: string;
}

/** Configuration in the form of `pulumi up --policy-pack-config`: by rule, or a level for `all`. */
export type PackConfig = Readonly<
  Record<
    string,
    EnforcementLevel | { readonly enforcementLevel?: EnforcementLevel; readonly [key: string]: unknown }
  >
>;

/** A rule's own description of itself. */
export interface RuleInfo {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly level: EnforcementLevel;
  readonly severity: string;
  readonly framework: { name: string; version: string; reference: string; specification: string } | undefined;
  readonly remediationSteps: string;
  readonly url: string;
  readonly tags: readonly string[];
  /** JSON schema by configuration key. */
  readonly configSchema: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A pack's own description of itself. */
export interface PackInfo {
  readonly name: string;
  readonly displayName: string;
  readonly version: string;
  readonly description: string;
  readonly readme: string;
  readonly policies: readonly RuleInfo[];
}

// The numbers of EnforcementLevel and PolicySeverity in pulumi/analyzer.proto.
const LEVELS = ["advisory", "mandatory", "disabled", "remediate"] as const;
const LEVEL_NUMBERS: Readonly<Record<EnforcementLevel, analyzer.EnforcementLevel>> = {
  advisory: analyzer.EnforcementLevel.ADVISORY,
  mandatory: analyzer.EnforcementLevel.MANDATORY,
  disabled: analyzer.EnforcementLevel.DISABLED,
  remediate: analyzer.EnforcementLevel.REMEDIATE,
};
const SEVERITIES = ["", "low", "medium", "high", "critical"] as const;

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** The protocol's request about one resource. */
export async function analyzeRequest(resource: PolicyResource): Promise<analyzer.AnalyzeRequest> {
  return fill(new analyzer.AnalyzeRequest(), resource);
}

/** The protocol's request about all resources of a stack. */
export async function analyzeStackRequest(
  resources: readonly PolicyResource[],
): Promise<analyzer.AnalyzeStackRequest> {
  const request = new analyzer.AnalyzeStackRequest();
  for (const resource of resources) {
    const message = await fill(new analyzer.AnalyzerResource(), resource);
    message.setParent(resource.parent ?? "");
    message.setDependenciesList([...(resource.dependencies ?? [])]);
    request.addResources(message);
  }
  return request;
}

/** What a response says, in this file's words. */
export function violations(response: analyzer.AnalyzeResponse): Violation[] {
  return response.getDiagnosticsList().map((diagnostic) => ({
    policy: diagnostic.getPolicyname(),
    level: LEVELS[diagnostic.getEnforcementlevel()],
    severity: SEVERITIES[diagnostic.getSeverity()],
    message: diagnostic.getMessage(),
    urn: diagnostic.getUrn(),
  }));
}

/** What the pack says of itself, in this file's words. */
export function packInfo(info: analyzer.AnalyzerInfo): PackInfo {
  return {
    name: info.getName(),
    displayName: info.getDisplayname(),
    version: info.getVersion(),
    description: info.getDescription(),
    readme: info.getReadme(),
    policies: info.getPoliciesList().map((policy) => ({
      name: policy.getName(),
      displayName: policy.getDisplayname(),
      description: policy.getDescription(),
      level: LEVELS[policy.getEnforcementlevel()],
      severity: SEVERITIES[policy.getSeverity()],
      framework: policy.getFramework()?.toObject(),
      remediationSteps: policy.getRemediationSteps(),
      url: policy.getUrl(),
      tags: policy.getTagsList(),
      configSchema: (policy.getConfigschema()?.getProperties()?.toJavaScript() ??
        {}) as RuleInfo["configSchema"],
    })),
  };
}

/** Which stack the resources are of. */
export function stackRequest(stack: {
  readonly stack: string;
  readonly project: string;
  readonly dryRun: boolean;
}) {
  const request = new analyzer.AnalyzerStackConfigureRequest();
  request.setStack(stack.stack);
  request.setProject(stack.project);
  request.setDryRun(stack.dryRun);
  return request;
}

/** Every rule's level and values: its own defaults, then the level for all, then what is given for the rule. */
export function configureRequest(info: PackInfo, config: PackConfig) {
  const request = new analyzer.ConfigureAnalyzerRequest();
  const all = settingsOf(config.all).enforcementLevel;
  for (const policy of info.policies) {
    const { enforcementLevel = all ?? policy.level, ...values } = settingsOf(config[policy.name]);
    const defaults = Object.entries(policy.configSchema).flatMap(([key, schema]) =>
      "default" in schema ? [[key, schema.default] as const] : [],
    );
    const message = new analyzer.PolicyConfig();
    message.setEnforcementlevel(LEVEL_NUMBERS[enforcementLevel]);
    message.setProperties(toStruct({ ...Object.fromEntries(defaults), ...values }));
    request.getPolicyconfigMap().set(policy.name, message);
  }
  return request;
}

function settingsOf(config: PackConfig[string] | undefined): Exclude<PackConfig[string], string> {
  return typeof config === "string" ? { enforcementLevel: config } : (config ?? {});
}

function toStruct(fields: Readonly<Record<string, unknown>>) {
  return struct.Struct.fromJavaScript(fields as Record<string, struct.JavaScriptValue>);
}

async function fill<T extends analyzer.AnalyzeRequest | analyzer.AnalyzerResource>(
  message: T,
  resource: PolicyResource,
): Promise<T> {
  message.setType(resource.type);
  message.setName(resource.name);
  message.setUrn(resource.urn);
  message.setProperties(await properties(resource.props));
  message.setOptions(options(resource.options ?? {}));
  if (resource.provider) {
    const provider = new analyzer.AnalyzerProviderResource();
    provider.setType(resource.provider.type);
    provider.setName(resource.provider.name);
    provider.setUrn(resource.provider.urn);
    provider.setProperties(await properties(resource.provider.props));
    message.setProvider(provider);
  }
  return message;
}

function options(given: NonNullable<PolicyResource["options"]>) {
  const message = new analyzer.AnalyzerResourceOptions();
  message.setProtect(given.protect ?? false);
  message.setIgnorechangesList([...(given.ignoreChanges ?? [])]);
  message.setDeletebeforereplace(given.deleteBeforeReplace ?? false);
  message.setDeletebeforereplacedefined(given.deleteBeforeReplace !== undefined);
  message.setAdditionalsecretoutputsList([...(given.additionalSecretOutputs ?? [])]);
  message.setAliasesList([...(given.aliases ?? [])]);
  message.setParent(given.parent ?? "");
  return message;
}

async function properties(props: Readonly<Record<string, unknown>>) {
  return toStruct((await plain(props)) as Record<string, unknown>);
}

/** Plain JSON for any input: an output becomes its value, the engine's unknown, or a signed secret. */
async function plain(value: unknown): Promise<unknown> {
  if (pulumi.Output.isInstance(value)) {
    const known = await (value as unknown as { isKnown: Promise<boolean> }).isKnown;
    const inner = known
      ? await plain(await (value as unknown as { promise(): Promise<unknown> }).promise())
      : UNKNOWN;
    return (await pulumi.isSecret(value)) ? { [SIGNATURE]: SECRET, value: inner } : inner;
  }
  if (pulumi.isUnknown(value)) return UNKNOWN;
  if (value instanceof Promise) return plain(await value);
  if (Array.isArray(value)) return Promise.all(value.map(async (item) => (await plain(item)) ?? null));
  if (typeof value !== "object" || value === null) return value;
  const fields = await Promise.all(
    Object.entries(value).map(async ([key, field]) => [key, await plain(field)] as const),
  );
  return Object.fromEntries(fields.filter(([, field]) => field !== undefined));
}
