import type { PolicyResourceOptions, ResourceValidationArgs } from "@pulumi/policy";
import { rules } from "../policy/rules/index.ts";

/** A resource as policies see it. */
export interface JudgedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly options: Partial<PolicyResourceOptions>;
}

/** What a rule said about a resource. */
export interface PolicyFinding {
  readonly policy: string;
  /** A mandatory one blocks the deployment. */
  readonly mandatory: boolean;
  readonly message: string;
  /** Logical name of the resource. */
  readonly resource: string;
}

/** Judges a resource by every rule of the policy pack, with the rules' own defaults. */
export function judge({ type, name, inputs, options }: JudgedResource): PolicyFinding[] {
  const subject: ResourceValidationArgs = {
    type,
    name,
    urn: `urn:pulumi:rehearsal::iam-administrators::${type}::${name}`,
    props: { ...inputs },
    opts: { ...noOptions, ...options },
    stackTags: new Map(),
    isType: () => false,
    asType: () => undefined,
    getConfig: (() => ({})) as ResourceValidationArgs["getConfig"],
    notApplicable: (reason) => {
      throw new Error(reason);
    },
  };
  return rules.flatMap((rule) => {
    const messages: string[] = [];
    if (rule.types.includes(type) && typeof rule.validateResource === "function")
      void rule.validateResource(subject, (message) => messages.push(`${rule.description}\n${message}`));
    const mandatory = rule.enforcementLevel === "mandatory";
    return messages.map((message) => ({ policy: rule.name, mandatory, message, resource: name }));
  });
}

const noOptions: PolicyResourceOptions = {
  protect: false,
  ignoreChanges: [],
  aliases: [],
  additionalSecretOutputs: [],
  customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
};
