import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";

/**
 * Puts Pulumi's own test monitor in the engine's place, for a program of this process.
 *
 * @param see - sees each registration before the monitor does, which keeps parents and options to itself
 */
export async function useTestMonitor(
  mocks: pulumi.runtime.Mocks,
  { stack, preview }: { stack: string; preview: boolean },
  see: (request: RegisterResourceRequest) => void,
): Promise<void> {
  await pulumi.runtime.setMocks(mocks, "iam-administrators", stack, preview);
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: RegisterResourceRequest, done) => {
    see(request);
    return register(request, done);
  };
}
