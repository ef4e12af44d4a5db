import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import * as pulumi from "@pulumi/pulumi";
import {
  componentProviderHost,
  type ComponentResourceConstructor,
} from "@pulumi/pulumi/provider/experimental/provider.js";
import { isRoot } from "./deployer.ts";
import {
  AccountSettings,
  Administrator,
  AdministratorGroup,
  AdministratorRole,
  RootActivityAlarm,
} from "./index.ts";

/** Serves the components to programs in every language, until Pulumi ends this process. */
export function servePackage(): Promise<void> {
  return componentProviderHost({
    name: "iam-administrators",
    dirname: import.meta.dirname,
    components: [
      served(AccountSettings),
      served(Administrator, ["group"]),
      served(AdministratorGroup, ["deployedBy"], (inputs, opts) => ({
        ...inputs,
        deployedBy: inputs.deployedBy ?? rootDeployer(opts),
      })),
      served(AdministratorRole, ["administrators", "alarmTopicArn"]),
      served(RootActivityAlarm),
    ],
  });
}

/** A component's inputs, as a program sends them that may be written in any language. */
type Inputs = Readonly<Record<string, unknown>>;

/**
 * The component, behind a look at its inputs.
 *
 * @param mayBeOutputs - the inputs whose values need not be known before the component is made
 * @param complete - adds what only the host knows to the inputs
 */
function served(
  component: ComponentResourceConstructor,
  mayBeOutputs: readonly string[] = [],
  complete: (inputs: Inputs, opts: pulumi.ComponentResourceOptions) => Inputs = (inputs) => inputs,
): ComponentResourceConstructor {
  return new Proxy(component, {
    construct(target, [name, inputs, opts]: [string, Inputs, pulumi.ComponentResourceOptions]) {
      for (const [key, value] of Object.entries(inputs)) {
        const reason = refusal(key, value, mayBeOutputs);
        // Not Pulumi's InputPropertyError: with it, the engine prints the value, passwords and all.
        if (reason !== undefined) throw new pulumi.RunError(`${component.name} "${name}", ${key}: ${reason}`);
      }
      return new target(name, complete(inputs, opts), opts);
    },
  });
}

/** Why an input cannot be taken from another program, or undefined. */
function refusal(key: string, value: unknown, mayBeOutputs: readonly string[]): string | undefined {
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
