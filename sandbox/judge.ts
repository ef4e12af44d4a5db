import type { PolicyResourceOptions, ResourceValidationArgs } from "@pulumi/policy";
import { rules } from "../policy/rules/index.ts";

/** A resource as policies see it. */
export interface JudgedResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly options: Partial<Pick<PolicyResourceOptions, "protect" | "ignoreChanges">>;
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
export function judge({ type, name, urn, inputs, options }: JudgedResource): PolicyFinding[] {
  const findings: PolicyFinding[] = [];
  for (const rule of rules) {
    if (!rule.types.includes(type) || typeof rule.validateResource !== "function") continue;
    const subject: ResourceValidationArgs = {
      type,
      name,
      urn,
      props: { ...inputs },
      opts: { ...defaultOptions, ...options },
      stackTags: new Map(),
      isType: () => false,
      asType: () => undefined,
      getConfig: (() => ({})) as ResourceValidationArgs["getConfig"],
      notApplicable: (reason) => {
        throw new Error(reason);
      },
    };
    void rule.validateResource(subject, (message) => {
      const mandatory = rule.enforcementLevel === "mandatory";
      findings.push({
        policy: rule.name,
        mandatory,
        message: `${rule.description}\n${message}`,
        resource: name,
      });
    });
  }
  return findings;
}

const defaultOptions: PolicyResourceOptions = {
  protect: false,
  ignoreChanges: [],
  aliases: [],
  additionalSecretOutputs: [],
  customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
};
