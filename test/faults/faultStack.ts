import { startFaultProxy, type FaultProxy } from "../support/faultProxy.ts";
import { useEngine, type StackConfig, type TestStack } from "../support/stack.ts";
import type { IAMClient } from "@aws-sdk/client-iam";

/**
 * Whether everything is tried, which takes many minutes: the environment variable FAULT_SEEDS says at how many random
 * moments an `up` is killed. Without it, every run of the tests tries one mixture of faults and a few moments.
 */
export const isThorough = process.env.FAULT_SEEDS !== undefined;

/** A stack in an empty AWS account, with a proxy between them that makes trouble. */
export interface FaultStack extends TestStack {
  readonly proxy: FaultProxy;
  /** A client of the account that no fault befalls. */
  readonly iam: IAMClient;
}

/** What {@link useFaults} gives: readable while tests run. */
export interface FaultsInUse {
  /** Empties the emulated account and makes a new stack, without deploying it. */
  stack(config: StackConfig, options?: { readonly seed?: number }): Promise<FaultStack>;
}

/** {@link useEngine}, with a proxy in front of the emulator for each stack. */
export function useFaults(): FaultsInUse {
  const engine = useEngine();
  const proxies: FaultProxy[] = [];
  after(() => Promise.all(proxies.map((proxy) => proxy.stop())));
  return {
    async stack(config, { seed = 1 } = {}) {
      const proxy = await startFaultProxy({ target: engine.endpoint, seed });
      proxies.push(proxy);
      const stack = await engine.stack(config, proxy.endpoint);
      return { ...stack, proxy, iam: engine.iam };
    },
  };
}
