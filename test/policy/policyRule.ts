import assert from "node:assert/strict";
import proxy from "@pulumi/policy/proxy.js";
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import type { Rule } from "../../policy/lib/rule.ts";
import { rules } from "../../policy/rules/index.ts";

/** What the engine sends where it does not know a text, a list or an object yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A resource as a test writes it: its type is by default the rule's first, its stack dev, its name sample. */
export interface Sample {
  readonly type?: string | undefined;
  readonly props?: object;
  readonly name?: string;
  /** The types of the parents, outermost first. */
  readonly parents?: readonly string[];
  /** The parent's URN. @default none, as from an engine that does not say */
  readonly parent?: string | undefined;
  /** @default "other", a project that makes no administrators */
  readonly project?: string | undefined;
  readonly stack?: string;
  readonly ignoreChanges?: readonly string[];
  readonly protect?: boolean;
  /** The rule's configuration. */
  readonly config?: object;
}

/** What a rule reports about a resource, its inputs behind the SDK's own proxy for unknowns. */
export function verdict(rule: Rule, sample: Sample): string[] {
  const messages: string[] = [];
  const validate = rule.validateResource;
  if (typeof validate !== "function") throw new Error(`${rule.name} has no single validation`);
  void validate(validationArgs(rule, sample), (message) => messages.push(message));
  return messages;
}

/** Asserts that a rule reports nothing about any of the resources. */
export function assertAccepts(rule: Rule, samples: readonly Sample[]): void {
  for (const sample of samples) assert.deepEqual(verdict(rule, sample), [], JSON.stringify(sample));
}

/** Asserts that a rule has one message about each of the resources, and which. */
export function assertReports(rule: Rule, expected: RegExp, samples: readonly Sample[]): void {
  for (const sample of samples) {
    const messages = verdict(rule, sample);
    assert.equal(messages.length, 1, JSON.stringify(sample));
    assert.match(messages.join(), expected);
  }
}

/** A resource at the end of a preview: its outputs as props, and the names of the resources that an input is made from. */
export interface StackSample extends Sample {
  readonly madeFrom?: Readonly<Record<string, readonly string[]>>;
}

/** What a rule reports about the resources of a stack together, by the resource's name. */
export function stackVerdict(rule: Rule, samples: readonly StackSample[], config: object = {}): string[][] {
  const resources = samples.map((sample): PolicyResource => {
    const { type, name, urn, props, opts } = validationArgs(rule, sample);
    const none = { propertyDependencies: {}, dependencies: [], isType: () => false, asType: () => undefined };
    return { type, name, urn, props, opts, ...none };
  });
  samples.forEach(({ madeFrom = {} }, index) => {
    for (const [input, names] of Object.entries(madeFrom)) {
      const found = resources.filter(({ name }) => names.includes(name));
      Object.assign(resources[index]?.propertyDependencies ?? {}, { [input]: found });
    }
  });
  const messages: string[][] = [];
  const args = { resources, getConfig: () => config as never, stackTags: new Map() };
  void rule.validateStack?.(
    { ...args, notApplicable: (reason) => assert.fail(reason) },
    (message, urn = "") => messages.push([urn.slice(urn.lastIndexOf(":") + 1), message]),
  );
  return messages;
}

/** The names of the rules that report a resource, with the configuration in the form of `--policy-pack-config`. */
export function reporters(sample: Sample, configuration: Readonly<Record<string, object>> = {}): string[] {
  const found = rules.filter((rule) => {
    const { enforcementLevel, ...config } = { enforcementLevel: "", ...configuration[rule.name] };
    if (enforcementLevel === "disabled" || !rule.types.includes(sample.type ?? "")) return false;
    return verdict(rule, { ...sample, config }).length > 0;
  });
  return found.map(({ name }) => name);
}

/** The inputs that a rule's remediation makes, or undefined where it leaves them alone. */
export function remedy(rule: Rule, sample: Sample): unknown {
  return rule.remediateResource?.(validationArgs(rule, sample));
}

/** The URN of a sample, for its children to name as their parent. */
export function urnOf({ type = "none", name = "sample", parents = [], project = "other", stack }: Sample) {
  return `urn:pulumi:${stack ?? "dev"}::${project}::${[...parents, type].join("$")}::${name}`;
}

function validationArgs(rule: Rule, sample: Sample): ResourceValidationArgs {
  const { name = "sample", type = rule.types[0], props, protect = false, config = {} } = sample;
  const { parent, ignoreChanges = [] } = sample;
  const args = {
    type,
    name,
    urn: urnOf({ ...sample, type }),
    props: unknownChecking({ ...props }),
    opts: { protect, ignoreChanges, parent },
    getConfig: () => config,
    notApplicable: (reason: string) => {
      throw new Error(`not applicable: ${reason}`);
    },
  };
  // What no rule looks at is left out.
  return args as unknown as ResourceValidationArgs;
}

// The SDK keeps the proxy to itself: its declarations are empty.
const { unknownCheckingProxy: unknownChecking } = proxy as unknown as {
  readonly unknownCheckingProxy: (props: object) => object;
};
