import { createHash } from "node:crypto";
import { once } from "node:events";
import { Agent, createServer, request as httpRequest } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * What goes wrong with a call. "dropped" closes the connection without an answer; "unheard" does so after AWS has
 * done what was asked; "absent" is what AWS says of a thing that was made a moment ago; "busy" is its
 * EntityTemporarilyUnmodifiable.
 */
export type FaultKind = "throttled" | "internalError" | "dropped" | "unheard" | "late" | "absent" | "busy";

/** Which calls a fault befalls. */
export interface FaultRule {
  readonly kind: FaultKind;
  /** Names of the AWS operations, such as `CreateUser`. @default every operation */
  readonly actions?: readonly string[];
  /** Users, or groups where no user is concerned. @default all */
  readonly entities?: readonly string[];
  /** How many calls of one operation on one entity fail, before the others pass. @default every one */
  readonly times?: number;
  /** Share of the calls that fail, from 0 to 1; which ones follows from the seed. @default 1 */
  readonly share?: number;
  /** How late, in milliseconds. @default 1500 */
  readonly delay?: number;
}

/** One call that reached the proxy. */
export interface ProxiedCall {
  /** The AWS operation, such as `CreateUser`. */
  readonly action: string;
  /** The user that it is about, or the group, or nothing. */
  readonly entity: string;
  /** Which call of this operation on this entity it is, from 1. */
  readonly attempt: number;
  readonly fault?: FaultKind | undefined;
  /** What was asked for, by the names of AWS. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The HTTP status that the emulator answered, whether or not the caller heard of it. */
  status?: number;
}

/** A proxy in front of the emulator, on loopback. */
export interface FaultProxy {
  /** What AWS_ENDPOINT_URL is to be. */
  readonly endpoint: string;
  /** Every call so far, in the order of arrival. */
  readonly calls: readonly ProxiedCall[];
  /** From now on these faults happen, the first rule that fits a call deciding, and attempts count anew. */
  setRules(rules: readonly FaultRule[]): void;
  /**
   * Calls back once, at the given call counted from now, or at the next call of the given operation: before the emulator
   * hears of it, or after the emulator's answer while the caller does not know it yet. The call goes on when the callback
   * has ended.
   */
  interrupt(at: number | string, phase: "before" | "after", callback: () => void | Promise<void>): void;
  readonly stop: () => Promise<void>;
}

/** How to start a proxy. */
export interface FaultProxyOptions {
  /** The emulator's address. */
  readonly target: string;
  /** Decides which calls fail where a rule has a share. @default 1 */
  readonly seed?: number;
}

interface Interruption {
  /** The operation, or how many calls there still are until the one that is meant. */
  at: number | string;
  readonly phase: "before" | "after";
  readonly callback: () => void | Promise<void>;
}

interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const errorAnswers: Partial<Record<FaultKind, ErrorAnswer>> = {
  throttled: { status: 400, code: "Throttling", message: "Rate exceeded" },
  internalError: {
    status: 500,
    code: "ServiceFailure",
    message: "The request processing has failed because of an unknown error, exception or failure.",
  },
  absent: { status: 404, code: "NoSuchEntity", message: "The user with name {entity} cannot be found." },
  busy: {
    status: 409,
    code: "EntityTemporarilyUnmodifiable",
    message: "Login Profile for User {entity} cannot be modified while login profile is being created.",
  },
};

/** Starts a proxy on a free loopback port, without any rule. */
export async function startFaultProxy({ target, seed = 1 }: FaultProxyOptions): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const calls: ProxiedCall[] = [];
  let rules: readonly FaultRule[] = [];
  let attempts = new Map<string, number>();
  let interruption: Interruption | undefined;

  const record = (
    body: string,
    headers: IncomingMessage["headers"],
  ): [ProxiedCall, FaultRule | undefined] => {
    const { action, entity, parameters } = whatIsAsked(body, headers);
    const key = `${action} ${entity}`;
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    const rule = rules.find(
      ({ kind, actions, entities, times = Infinity, share = 1 }) =>
        (actions?.includes(action) ?? true) &&
        (entities?.includes(entity) ?? true) &&
        attempt <= times &&
        (share === 1 || fraction(`${seed} ${kind} ${key} ${attempt}`) < share),
    );
    const call: ProxiedCall = { action, entity, attempt, fault: rule?.kind, parameters };
    calls.push(call);
    return [call, rule];
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const [call, rule] = record(body.toString(), request.headers);
    let interrupted: typeof interruption;
    if (interruption !== undefined && isDue(interruption, call.action)) {
      interrupted = interruption;
      interruption = undefined;
    }
    if (interrupted?.phase === "before") await interrupted.callback();
    if (rule?.kind === "late") await sleep(rule.delay ?? 1500);
    if (rule?.kind === "dropped") {
      request.socket.destroy();
      return;
    }
    const error = rule === undefined ? undefined : errorAnswers[rule.kind];
    if (error !== undefined) {
      response.writeHead(error.status, { "content-type": "text/xml" }).end(errorXml(error, call.entity));
      return;
    }
    const answer = await forward(request, body);
    call.status = answer.status;
    if (interrupted?.phase === "after") await interrupted.callback();
    if (rule?.kind === "unheard") {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };

  const forward = async (request: IncomingMessage, body: Buffer) => {
    const { url = "/", method, headers } = request;
    const onward = httpRequest(new URL(url, target), { method, headers, agent });
    onward.end(body);
    const [answer] = (await once(onward, "response")) as [IncomingMessage];
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) };
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => {
      // The caller is gone, or the emulator is: to a caller that is there this looks like a lost connection.
      request.socket.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls,
    setRules(next) {
      rules = next;
      attempts = new Map();
    },
    interrupt(at, phase, callback) {
      interruption = { at, phase, callback };
    },
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

/** A number from 0 to 1 that looks random and is always the same for the same text. */
export function fraction(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE() / 2 ** 32;
}

function isDue(interruption: Interruption, action: string): boolean {
  if (typeof interruption.at === "string") return interruption.at === action;
  interruption.at -= 1;
  return interruption.at === 0;
}

function whatIsAsked(body: string, headers: IncomingMessage["headers"]) {
  const target = headers["x-amz-target"];
  const isJson = typeof target === "string";
  if (isJson) return { action: target.slice(target.lastIndexOf(".") + 1), entity: "", parameters: {} };
  const parameters: Record<string, string> = Object.fromEntries(new URLSearchParams(body));
  const { Action: action = "", UserName, GroupName } = parameters;
  return { action, entity: UserName ?? GroupName ?? "", parameters };
}

function errorXml({ status, code, message }: ErrorAnswer, entity: string): string {
  const type = status < 500 ? "Sender" : "Receiver";
  return (
    `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>${type}</Type>` +
    `<Code>${code}</Code><Message>${message.replace("{entity}", entity)}</Message></Error>` +
    "<RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>"
  );
}
