import type {
  EnforcementLevel,
  PolicyResourceOptions,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  Severity,
} from "@pulumi/policy";
import { readInputs, type Fields } from "./inputs.ts";
import { configured, type Configured, type Settings } from "./settings.ts";

/** The resource that a rule judges. */
export interface Subject {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly inputs: Fields;
  readonly options: PolicyResourceOptions;
}

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
  readonly cis: { readonly reference: string; readonly specification: string };
  /** What to do about a violation. */
  readonly remediationSteps: string;
  /** The AWS page that the rule rests on. */
  readonly url: string;
  /** @default none */
  readonly settings?: S;
  /** Every resource type that can carry what the rule is about; it is never asked about others. */
  readonly types: readonly string[];
  /** Reports what must change on the resource, one message per cause. */
  readonly check: (subject: Subject, config: Configured<S>, report: (message: string) => void) => void;
  /** Inputs that make the resource comply, or undefined where it does or where no fix is safe. @default no remediation */
  readonly fix?: (subject: Subject, config: Configured<S>) => Fields | undefined;
}

/** A policy, with the resource types that it looks at, which a test compares with the provider's. */
export interface Rule extends ResourceValidationPolicy {
  readonly types: readonly string[];
}

const BENCHMARK = { name: "CIS AWS Foundations Benchmark", version: "5.0.0" } as const;

/**
 * Makes a policy of a definition: the metadata in the SDK's shape, inputs that are safe to touch, checked
 * configuration, and messages that begin with the resource.
 *
 * @see https://www.pulumi.com/docs/insights/policy/policy-packs/authoring/
 */
export function rule<const S extends Settings = Settings>(definition: RuleDefinition<S>): Rule {
  const { name, description, enforcementLevel, severity, remediationSteps, url, types, check, fix } =
    definition;
  const settings = definition.settings ?? ({} as S);
  const schemas = Object.entries(settings).map(([key, setting]) => [key, setting.schema] as const);

  const judge = <T>(
    args: ResourceValidationArgs,
    verdict: (subject: Subject, config: Configured<S>) => T,
  ): T => {
    if (!types.includes(args.type)) notApplicable(args, `${name} does not look at ${args.type}`);
    const subject = { ...pick(args), inputs: readInputs(args.props), options: args.opts };
    return verdict(subject, configured(name, settings, args.getConfig()));
  };

  return {
    name,
    displayName: definition.title,
    description,
    enforcementLevel,
    severity,
    framework: { ...BENCHMARK, ...definition.cis },
    tags: ["aws", "iam"],
    remediationSteps,
    url,
    ...(schemas.length > 0 && { configSchema: { properties: Object.fromEntries(schemas) } }),
    types,
    validateResource: (args, reportViolation) => {
      judge(args, (subject, config) => {
        check(subject, config, (message) => {
          reportViolation(`${kind(subject.type)} "${subject.name}": ${message}`);
        });
      });
    },
    ...(fix && {
      remediateResource: (args) => {
        const changes = judge(args, fix);
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

function pick({ type, name, urn }: ResourceValidationArgs): Pick<Subject, "type" | "name" | "urn"> {
  return { type, name, urn };
}
