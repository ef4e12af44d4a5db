import type { Pluggable } from "@smithy/types";

/**
 * Middleware of a client: where nobody listens at its endpoint, it fails at once and in one sentence. The SDK alone would ask
 * again for a while, as if AWS were busy.
 */
export function failOnRefusedConnections<Input extends object, Output extends object>(): Pluggable<
  Input,
  Output
> {
  return {
    applyToStack(stack) {
      // Behind the step that asks again.
      stack.add(
        (next) => (sent) =>
          next(sent).catch((error: unknown) => {
            throw describeRefusal(error, sent.request);
          }),
        { step: "deserialize", name: "failOnRefusedConnections" },
      );
    },
  };
}

/** What a refused connection is told as; any other error stays. */
function describeRefusal(error: unknown, request: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== "ECONNREFUSED") return error;
  const { protocol, hostname, port } = request as Partial<URL>;
  // Without the cause: the SDK looks for it there, too.
  return new Error(`the connection to ${protocol}//${hostname}${port ? `:${port}` : ""} was refused`);
}
