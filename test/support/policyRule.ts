import proxy from "@pulumi/policy/proxy.js";
import type { ResourceValidationArgs } from "@pulumi/policy";
import type { Rule } from "../../policy/lib/rule.ts";

/** What the engine sends where it does not know a text, a list or an object yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value for a test's title. */
export function shown(value: unknown): string {
  if (value === UNKNOWN) return "a value that is not known yet";
  return value === undefined ? "an absent value" : JSON.stringify(value);
}

/** A resource as a test writes it. */
export interface Sample {
  /** @default the rule's first type */
  readonly type?: string;
  readonly props?: Readonly<Record<string, unknown>>;
  /** @default "sample" */
  readonly name?: string;
  /** The types of the parents, outermost first. @default none */
  readonly parents?: readonly string[];
  /** The parent's URN. @default none, as from an engine that does not say */
  readonly parent?: string;
  /** @default "other", a project that makes no administrators */
  readonly project?: string;
  /** @default "dev"; rules that compare resources do so within a stack */
  readonly stack?: string;
  /** @default none */
  readonly ignoreChanges?: readonly string[];
  /** @default false */
  readonly protect?: boolean;
  /** The rule's configuration. @default none, so that the defaults hold */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** What a rule reports about a resource, its inputs behind the SDK's own proxy for unknowns. */
export function verdict(rule: Rule, sample: Sample): string[] {
  const messages: string[] = [];
  const validate = rule.validateResource;
  if (typeof validate !== "function") throw new Error(`${rule.name} has no single validation`);
  void validate(validationArgs(rule, sample), (message) => messages.push(message));
  return messages;
}

/** The inputs that a rule's remediation makes, or undefined where it leaves them alone. */
export function remedy(rule: Rule, sample: Sample): unknown {
  return rule.remediateResource?.(validationArgs(rule, sample));
}

/** The URN of a sample, for its children to name as their parent. */
export function urnOf(sample: Sample): string {
  const { type = "none", name = "sample", parents = [], project = "other", stack = "dev" } = sample;
  return `urn:pulumi:${stack}::${project}::${[...parents, type].join("$")}::${name}`;
}

function validationArgs(rule: Rule, sample: Sample): ResourceValidationArgs {
  const { name = "sample", props = {}, protect = false, config = {} } = sample;
  const type = sample.type ?? rule.types[0] ?? "none";
  return {
    type,
    name,
    urn: urnOf({ ...sample, type }),
    props: unknownChecking({ ...props }),
    opts: {
      protect,
      ignoreChanges: [...(sample.ignoreChanges ?? [])],
      ...(sample.parent !== undefined && { parent: sample.parent }),
      aliases: [],
      additionalSecretOutputs: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    },
    stackTags: new Map(),
    isType: () => false,
    asType: () => undefined,
    getConfig: (() => config) as ResourceValidationArgs["getConfig"],
    notApplicable: (reason) => {
      throw new Error(`not applicable: ${reason ?? ""}`);
    },
  };
}

// The SDK keeps the proxy to itself: its declarations are empty.
const { unknownCheckingProxy: unknownChecking } = proxy as unknown as {
  readonly unknownCheckingProxy: (props: object) => Record<string, unknown>;
};
