import { setTimeout as sleep } from "node:timers/promises";
import type { Properties } from "./values.ts";

type Handler = (args: unknown) => Promise<unknown>;

interface MiddlewareStack {
  add(
    middleware: (next: Handler, call: { clientName?: string; commandName?: string }) => Handler,
    options: { step: "initialize"; name: string },
  ): void;
}

/** Makes the client's errors read as those of the official plugin's AWS SDK for Go, which name the operation and the answer. */
export function explainErrors<Client extends { readonly middlewareStack: object }>(client: Client): Client {
  // Each client types its stack by its own commands' inputs, which this passes through untouched.
  const stack = client.middlewareStack as unknown as MiddlewareStack;
  stack.add(
    (next, { clientName = "", commandName = "" }) =>
      async (args) => {
        try {
          return await next(args);
        } catch (error) {
          if (error instanceof Error) error.message = explain(error, clientName, commandName);
          throw error;
        }
      },
    { step: "initialize", name: "explainErrors" },
  );
  return client;
}

interface ServiceError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

function explain(error: ServiceError, clientName: string, commandName: string): string {
  const operation = `${clientName.replace(/Client$/, "")}: ${commandName.replace(/Command$/, "")}`;
  const { httpStatusCode = 0, requestId = "" } = error.$metadata ?? {};
  // The SDK for Go has a type for the exceptions that the service declares, and calls the others "api error".
  const code = error.name.endsWith("Exception") ? codeOf(error) : `api error ${error.name}`;
  return (
    `operation error ${operation}, https response error StatusCode: ${httpStatusCode}, ` +
    `RequestID: ${requestId}, ${code}: ${error.message}`
  );
}

/** Runs the call; its error says what was being done, as in "creating IAM User (Alice): ...". */
export async function doing<Result>(what: string, call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error) error.message = `${what}: ${error.message}`;
    throw error;
  }
}

/** Whether AWS said that the thing is not there. */
export function isAbsence(error: unknown): boolean {
  return error instanceof Error && ["NoSuchEntity", "NotFound", "ResourceNotFound"].includes(codeOf(error));
}

/** The call's result, or undefined when the thing is not there. */
export async function orAbsent<Result>(call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Tries again for some seconds while AWS answers this error; the official plugin does for two minutes. */
export async function retrying<Result>(code: string, call: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Error) || codeOf(error) !== code || attempt === 12) throw error;
    }
    await sleep(250);
  }
}

function codeOf(error: Error): string {
  return error.name.replace(/Exception$/, "");
}

/** The resource exists and something failed afterwards: the engine keeps it (initializationError in the bridge's provider.go). */
export class UnfinishedResourceError extends Error {
  readonly id: string;
  readonly outputs: Properties;

  constructor(id: string, outputs: Properties, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.id = id;
    this.outputs = outputs;
  }
}
