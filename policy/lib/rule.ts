import type {
  EnforcementLevel,
  ResourceValidation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  Severity,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Fields } from "../iam/values.ts";
import { framework, type RECOMMENDATIONS } from "./cis.ts";
import { readInputs } from "./inputs.ts";
import { asAwsResources, typesOfOtherProviders } from "./otherProviders.ts";
import { configured, type Configured, type Settings } from "./settings.ts";
import { readStack, type StackResource } from "./stackResources.ts";
import type { Subject } from "./subject.ts";

/** What a rule's author writes; {@link rule} turns it into a policy. */
export interface RuleDefinition<S extends Settings> {
  /** The rule's id, in kebab-case. */
  readonly name: string;
  readonly title: string;
  /** One sentence: what must be so. */
  readonly description: string;
  readonly enforcementLevel: EnforcementLevel;
  readonly severity: Severity;
  /** The recommendation of the CIS AWS Foundations Benchmark that the rule enforces or serves. */
  readonly cis: keyof typeof RECOMMENDATIONS;
  /** What to do about a violation. */
  readonly remediationSteps: string;
  /** The AWS page that the rule rests on. */
  readonly url: string;
  /** @default none */
  readonly settings?: S;
  /** Every resource type of the AWS provider, and of this project, that can carry what the rule is about. */
  readonly types: readonly string[];
  /** Reports what must change on the resource, one message per cause. */
  readonly check: (subject: Subject, config: Configured<S>, report: (message: string) => void) => void;
  /**
   * Reports what only all of a stack's resources together tell, and what no resource's inputs do. The engine asks at the
   * end of a preview, and of an update, when it is too late to stop it. @default nothing
   */
  readonly checkStack?: (
    resources: readonly StackResource[],
    config: Configured<S>,
    report: (resource: StackResource, message: string) => void,
  ) => void;
  /** Inputs that make the resource comply, or undefined where it does or no change is safe. @default no remediation */
  readonly remediate?: (subject: Subject, config: Configured<S>) => Fields | undefined;
}

/** A policy, with the resource types that it looks at, which a test compares with the providers'. */
export interface Rule
  extends ResourceValidationPolicy, Partial<Pick<StackValidationPolicy, "validateStack">> {
  readonly types: readonly string[];
}

/**
 * Makes a policy of a definition: the metadata in the SDK's shape, inputs that are safe to touch, checked
 * configuration, and messages that begin with the resource.
 *
 * @see https://www.pulumi.com/docs/insights/policy/policy-packs/authoring/
 */
export function rule<const S extends Settings = Settings>(definition: RuleDefinition<S>): Rule {
  const { name, description, enforcementLevel, severity, remediationSteps, url } = definition;
  const { check, checkStack, remediate } = definition;
  const settings = definition.settings ?? ({} as S);
  const schemas = Object.entries(settings).map(([key, setting]) => [key, setting.schema] as const);
  const own = new Set(definition.types);
  const types = new Set([...own, ...typesOfOtherProviders(own)]);

  const read = (args: ResourceValidationArgs): [Subject, Configured<S>] => {
    if (!types.has(args.type)) notApplicable(args, `does not look at ${args.type}`);
    const { type, urn, opts: options } = args;
    const subject = { type, name: args.name, urn, inputs: readInputs(args.props), options };
    return [subject, configured(name, settings, args.getConfig())];
  };

  const validate: ResourceValidation = (args, reportViolation) => {
    const [subject, config] = read(args);
    for (const part of own.has(subject.type) ? [subject] : asAwsResources(subject)) {
      if (!own.has(part.type)) continue;
      check(part, config, (message) => {
        reportViolation(`${kind(subject.type)} "${subject.name}": ${message}`);
      });
    }
  };

  return {
    name,
    displayName: definition.title,
    description,
    enforcementLevel,
    severity,
    framework: framework(definition.cis),
    tags: ["aws", "iam"],
    remediationSteps,
    url,
    ...(schemas.length > 0 && { configSchema: { properties: Object.fromEntries(schemas) } }),
    types: [...types],
    // The SDK reads this mark of a rule on one type, and spares the rule all other resources.
    validateResource: Object.assign(validate, types.size === 1 && { __pulumiType: definition.types[0] }),
    ...(checkStack && {
      // The SDK takes a policy that judges both, each resource before it changes and the stack at the end.
      validateStack: (args: StackValidationArgs, reportViolation) => {
        const config = configured(name, settings, args.getConfig());
        checkStack(readStack(args.resources, types), config, (resource, message) => {
          reportViolation(`${kind(resource.type)} "${resource.name}": ${message}`, resource.urn);
        });
      },
    }),
    ...(remediate && {
      remediateResource: (args) => {
        const [subject, config] = read(args);
        const changes = own.has(subject.type) ? remediate(subject, config) : undefined;
        // The SDK's own object, changed in place: it keeps secrets secret and unknowns unknown.
        return changes && Object.assign(args.props, changes);
      },
    }),
  };
}

/** The SDK says so with an error, for most rules on each resource: its stack, seen by nobody, took a third of the time. */
function notApplicable(args: ResourceValidationArgs, reason: string): never {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return args.notApplicable(reason);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** `UserLoginProfile` of `aws:iam/userLoginProfile:UserLoginProfile`. */
function kind(type: string): string {
  return type.slice(type.lastIndexOf(":") + 1);
}
