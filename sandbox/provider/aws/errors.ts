import { setTimeout as sleep } from "node:timers/promises";

type Handler = (args: unknown) => Promise<unknown>;

interface MiddlewareStack {
  add(
    middleware: (next: Handler, call: { clientName?: string; commandName?: string }) => Handler,
    options: { step: "initialize"; name: string },
  ): void;
}

/** Makes the client's errors read as those of the official plugin, whose SDK names the operation and the answer. */
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
  const code = error.name.replace(/Exception$/, "");
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

const absenceNames = ["NoSuchEntity", "NotFound", "ResourceNotFound"];

/** Whether AWS said that the thing is not there. */
export function isAbsence(error: unknown): boolean {
  return error instanceof Error && absenceNames.includes(error.name.replace(/Exception$/, ""));
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

const patienceMs = 3000;

/** Tries again for a few seconds while AWS does not see what was just made, as the official plugin does. */
export async function onceVisible<Result>(call: () => Promise<Result>): Promise<Result> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isAbsence(error) || Date.now() > deadline) throw error;
    }
    await sleep(250);
  }
}
