import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";

/** What a {@link Check} sees beside the new inputs. */
export interface Known<Inputs> {
  readonly urn: string;
  /** The inputs that the state has; absent where it has no such resource. */
  readonly olds: Partial<Inputs> | undefined;
  /** Whether a component's outputs are in the state: what it is about was made, and not only begun. */
  readonly isComplete: boolean;
}

/** Refuses a change by throwing. */
export type Check<Inputs> = (news: Inputs, known: Known<Inputs>) => void | Promise<void>;

/** Whether there is an engine that can call a hook; Pulumi's test monitor cannot. */
export function hasEngine(): boolean {
  // Pulumi's own `hasEngine` says no in the host of the component package.
  return pulumi.runtime.getEngine() !== undefined;
}

/**
 * What an engine calls back, run where it was made: in the host of the component package, Pulumi's SDK finds its engine by
 * the asynchronous context alone.
 */
export function calledBack<Args extends unknown[], Result>(
  callback: (...args: Args) => Result,
): (...args: Args) => Result {
  const inContext = AsyncLocalStorage.snapshot();
  return (...args) => inContext(callback, ...args);
}

const providers: pulumi.ProviderResource[] = [];

/**
 * The name of a hook that holds all that its check closes over beside what the engine hands it. So the closure that is
 * registered first serves every resource whose hook has the name.
 *
 * @param what - what the hook does
 * @param provider - the AWS provider that the check asks, undefined for the stack's own
 * @param mark - what tells other values apart that the check uses
 */
export function hookName(what: string, provider: pulumi.ProviderResource | undefined, mark = ""): string {
  if (provider !== undefined && !providers.includes(provider)) providers.push(provider);
  const asked = provider === undefined ? [] : [`provider ${providers.indexOf(provider) + 1}`];
  return [what, ...asked].join(" ") + mark;
}

/** The provider that a component with these options will ask AWS with, undefined for the stack's own. */
export function awsProvider(
  opts: pulumi.ComponentResourceOptions | undefined,
): pulumi.ProviderResource | undefined {
  const given = [opts?.provider, ...Object.values(opts?.providers ?? {})] as (Provider | undefined)[];
  return (
    given.find((provider) => provider?.getPackage() === "aws") ??
    opts?.parent?.getProvider("aws:iam/getUsers:getUsers")
  );
}

/** Part of the SDK, but missing from its type declarations. */
type Provider = pulumi.ProviderResource & { getPackage(): string };

const registered = new Map<string, pulumi.ResourceHook>();

/**
 * Hooks that run a check in the preview already, before a resource or a component is created or changed. Nothing but
 * a hook sees what the state has. Registered once for a name, see {@link hookName}.
 */
export function beforeChange<Inputs>(name: string, check: Check<Inputs>): pulumi.ResourceHookBinding {
  if (!hasEngine()) return {};
  const hook = register(name, ({ newInputs, oldInputs, oldOutputs = {}, urn }) =>
    check(newInputs as Inputs, {
      urn,
      olds: oldInputs as Partial<Inputs> | undefined,
      isComplete: Object.keys(oldOutputs).length > 0,
    }),
  );
  return { beforeCreate: [hook], beforeUpdate: [hook] };
}

/** As {@link beforeChange}, and only before what exists is changed. */
export function beforeUpdate<Inputs>(name: string, check: Check<Inputs>): pulumi.ResourceHookBinding {
  const { beforeUpdate = [] } = beforeChange(name, check);
  return { beforeUpdate };
}

/**
 * Hooks that run a check before a resource is deleted, in the preview already. The state keeps the hook's name, and the
 * engine deletes nothing whose hook no program has registered: a `pulumi destroy` prints the name and stops.
 *
 * @param check - refuses the deletion of the resource with this URN by throwing
 */
export function beforeDelete(name: string, check: (urn: string) => void): pulumi.ResourceHookBinding {
  if (!hasEngine()) return {};
  return {
    beforeDelete: [
      register(name, ({ urn }) => {
        check(urn);
      }),
    ],
  };
}

function register(name: string, callback: pulumi.ResourceHookFunction): pulumi.ResourceHook {
  const hook =
    registered.get(name) ??
    new pulumi.ResourceHook(`iam-administrators:${name}`, calledBack(callback), { onDryRun: true });
  registered.set(name, hook);
  return hook;
}

const registeredOnError = new Map<string, pulumi.ErrorHook>();

/** Hooks that look at a failure, and say whether to try again. Registered once for a name. */
export function onError(
  name: string,
  callback: (args: pulumi.ErrorHookArgs) => Promise<boolean>,
): pulumi.ResourceHookBinding {
  if (!hasEngine()) return {};
  const hook =
    registeredOnError.get(name) ?? new pulumi.ErrorHook(`iam-administrators:${name}`, calledBack(callback));
  registeredOnError.set(name, hook);
  return { onError: [hook] };
}

/**
 * Hooks that try again while AWS does not know yet what it has just made; the AWS plugin itself gives up at once.
 * Five times, half a minute in all.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
export function untilSettled(): pulumi.ResourceHookBinding {
  return onError("settling", async ({ name, errors, failedOperation }) => {
    const isSettling = /NoSuchEntity|EntityTemporarilyUnmodifiable/.test(errors[0] ?? "");
    if (failedOperation === "delete" || !isSettling || errors.length > 5) return false;
    if (errors.length === 1)
      await pulumi.log.info(`${name}: waiting for AWS to settle, at most half a minute`);
    await sleep(1000 * 2 ** (errors.length - 1));
    return true;
  });
}

/** All hooks of several bindings. */
export function mergeHooks(
  ...bindings: (pulumi.ResourceHookBinding | undefined)[]
): pulumi.ResourceHookBinding {
  const merged: Record<string, unknown[]> = {};
  for (const binding of bindings) {
    for (const [when, hooks = []] of Object.entries(binding ?? {}) as [string, unknown[] | undefined][]) {
      merged[when] = [...(merged[when] ?? []), ...hooks];
    }
  }
  return merged;
}
