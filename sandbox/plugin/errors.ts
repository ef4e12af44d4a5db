import { setTimeout as sleep } from "node:timers/promises";
import type { Properties } from "./values.ts";

type Send = (command: object, ...rest: unknown[]) => Promise<unknown>;

/** Makes the client's errors read as those of the official plugin's AWS SDK for Go, which name the operation and the answer. */
export function explainErrors<Client extends { send: unknown }>(client: Client): Client {
  const original = (client.send as Send).bind(client);
  const send: Send = (command, ...rest) =>
    original(command, ...rest).catch((cause: unknown) => {
      const error = cause as Error & { $metadata?: { httpStatusCode?: number; requestId?: string } };
      const operation = `${client.constructor.name}: ${command.constructor.name.replace(/Command$/, "")}`;
      const { httpStatusCode = 0, requestId = "" } = error.$metadata ?? {};
      // The SDK for Go has a type for the exceptions that the service declares, and calls the others "api error".
      const code = error.name.endsWith("Exception") ? codeOf(error) : `api error ${error.name}`;
      const answer = `https response error StatusCode: ${httpStatusCode}, RequestID: ${requestId}, ${code}`;
      error.message = `operation error ${operation}, ${answer}: ${error.message}`;
      throw error;
    });
  return Object.assign(client, { send });
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

/** The call's result, or undefined when AWS says that the thing is not there. */
export async function orAbsent<Result>(call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (["NoSuchEntity", "NotFound", "ResourceNotFound"].includes(codeOf(error))) return undefined;
    throw error;
  }
}

/** Tries again for some seconds while AWS answers this error; the official plugin does for two minutes. */
export async function retrying<Result>(code: string, call: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (codeOf(error) !== code || attempt === 12) throw error;
    }
    await sleep(250);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error ? error.name.replace(/Exception$/, "") : "";
}

/** What to tell of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The resource exists and something failed afterwards: the engine keeps it (initializationError in the bridge's provider.go). */
export class UnfinishedResourceError extends Error {
  readonly id: string;
  readonly outputs: Properties;

  constructor(id: string, outputs: Properties, cause: unknown) {
    super(messageOf(cause), { cause });
    this.id = id;
    this.outputs = outputs;
  }
}
