import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import type { PolicyResource } from "./policyProcess.ts";

/** The options of the resources registered so far, by `<type> <logical name>`. */
export type RecordedOptions = ReadonlyMap<string, NonNullable<PolicyResource["options"]>>;

type Register = (request: RegisterResourceRequest, done: unknown) => Promise<void>;
const prototype = MockMonitor.prototype as unknown as { registerResource: Register };
const register = prototype.registerResource;

/**
 * Pulumi's test monitor keeps a resource's options to itself, while policies judge by them. From this call on they
 * are recorded before the resource is handed to the mocks.
 */
export function recordResourceOptions(): RecordedOptions {
  const recorded = new Map<string, NonNullable<PolicyResource["options"]>>();
  prototype.registerResource = function (request, done) {
    recorded.set(`${request.getType()} ${request.getName()}`, {
      protect: request.getProtect(),
      ignoreChanges: request.getIgnorechangesList(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      ...(request.getParent() === "" ? {} : { parent: request.getParent() }),
    });
    return register.call(this, request, done);
  };
  return recorded;
}
