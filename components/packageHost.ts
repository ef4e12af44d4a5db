import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import * as pulumi from "@pulumi/pulumi";
import { isRoot } from "./deployer.ts";
import {
  AccountSettings,
  Administrator,
  AdministratorGroup,
  AdministratorRole,
  RootActivityAlarm,
} from "./index.ts";
import schema from "./schema.json" with { type: "json" };

/** Serves the components to programs in every language, until Pulumi ends this process. */
export function servePackage(): Promise<void> {
  const provider: pulumi.provider.Provider = {
    version: schema.version,
    // Made beforehand: to analyze the classes takes seconds, whenever the package is started.
    schema: JSON.stringify(schema),
    construct,
  };
  return pulumi.provider.main(provider, process.argv.slice(2));
}

/** A component's inputs, as a program sends them that may be written in any language. */
type Inputs = Readonly<Record<string, unknown>>;

/** A component, and what the host does for it. */
interface Served {
  readonly component: new (
    name: string,
    args: never,
    opts: pulumi.ComponentResourceOptions,
  ) => pulumi.ComponentResource;
  /** The inputs whose values need not be known before the component is made. @default none */
  readonly mayBeOutputs?: readonly string[];
  /** Adds what only the host knows to the inputs. @default nothing */
  readonly complete?: (inputs: Inputs, opts: pulumi.ComponentResourceOptions) => Inputs;
}

const served: Readonly<Record<keyof typeof schema.resources, Served>> = {
  "iam-administrators:index:AccountSettings": { component: AccountSettings },
  "iam-administrators:index:Administrator": { component: Administrator, mayBeOutputs: ["group"] },
  "iam-administrators:index:AdministratorGroup": {
    component: AdministratorGroup,
    mayBeOutputs: ["deployedBy"],
    complete: (inputs, opts) => ({ ...inputs, deployedBy: inputs.deployedBy ?? rootDeployer(opts) }),
  },
  "iam-administrators:index:AdministratorRole": {
    component: AdministratorRole,
    mayBeOutputs: ["administrators", "alarmTopicArn"],
  },
  "iam-administrators:index:RootActivityAlarm": { component: RootActivityAlarm },
};

function construct(
  name: string,
  type: string,
  inputs: Inputs,
  opts: pulumi.ComponentResourceOptions,
): Promise<pulumi.provider.ConstructResult> {
  if (!isServed(type)) throw new pulumi.RunError(`the package has no component ${type}`);
  const { component, mayBeOutputs = [], complete = () => inputs } = served[type];
  for (const [key, value] of Object.entries(inputs)) {
    const reason = whyNotTaken(key, value, mayBeOutputs);
    // Not Pulumi's InputPropertyError: with it, the engine prints the value, passwords and all.
    if (reason !== undefined) throw new pulumi.RunError(`${component.name} "${name}", ${key}: ${reason}`);
  }
  const made = new component(name, complete(inputs, opts) as never, opts);
  const outputs = Object.keys(schema.resources[type].properties).map((key) => [key, made[key as never]]);
  return Promise.resolve({ urn: made.urn, state: Object.fromEntries(outputs) as pulumi.Inputs });
}

function isServed(type: string): type is keyof typeof served {
  return Object.hasOwn(served, type);
}

/** Why an input cannot be taken from another program, or undefined. */
function whyNotTaken(key: string, value: unknown, mayBeOutputs: readonly string[]): string | undefined {
  const all = Array.isArray(value) ? (value as unknown[]) : [{ [key]: value }];
  if (all.some((one) => (one as Inputs | null)?.password !== undefined)) {
    // A dynamic resource sets it, which needs a program in Node.
    return (
      "a custom initial password can be set by a program that imports the TypeScript classes, and by no other. Take " +
      "password out: AWS makes one, which is in initialPasswords or, with pgpKey, encrypted."
    );
  }
  if (mayBeOutputs.includes(key) || !holdsOutput(value)) return undefined;
  return "what decides which resources there are must be known when the program runs, and is no output or secret.";
}

function holdsOutput(value: unknown): boolean {
  if (pulumi.Output.isInstance(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsOutput);
}

/** The caller's ARN where root deploys, so that policies see it. */
function rootDeployer(opts: pulumi.ComponentResourceOptions): pulumi.Output<string | undefined> {
  const provider = (opts.providers as Record<string, pulumi.ProviderResource> | undefined)?.aws;
  const caller = getCallerIdentityOutput({}, provider === undefined ? {} : { provider });
  return caller.arn.apply((arn) => (isRoot(arn) ? arn : undefined));
}
