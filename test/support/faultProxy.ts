import { createHash } from "node:crypto";
import { once } from "node:events";
import { Agent, createServer, request as httpRequest } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { listen } from "./loopback.ts";

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
}

/** One call that reached the proxy. */
export interface ProxiedCall {
  /** The AWS operation, such as `CreateUser`. */
  readonly action: string;
  /** The user that it is about, or the group, or nothing. */
  readonly entity: string;
  readonly fault?: FaultKind | undefined;
  /** The host that was asked for: another one than the proxy's, where it is used as a proxy. */
  readonly host: string;
  /** The service, by its name in permissions: `iam`. */
  readonly service: string;
  /** What was asked for, by the names of AWS. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A proxy in front of the emulator, on loopback. */
export type FaultProxy = Awaited<ReturnType<typeof startFaultProxy>>;

interface Interruption {
  /** The operation, or how many calls there still are until the one that is meant. */
  at: number | string;
  readonly phase: "before" | "after";
  readonly callback: () => void | Promise<void>;
}

/** Status, code and message of AWS's answer. */
const errorAnswers: Partial<Record<FaultKind, readonly [status: number, code: string, message: string]>> = {
  throttled: [400, "Throttling", "Rate exceeded"],
  internalError: [500, "ServiceFailure", "The request processing has failed because of an unknown error."],
  absent: [404, "NoSuchEntity", "The user with name {entity} cannot be found."],
  busy: [409, "EntityTemporarilyUnmodifiable", "Login Profile for User {entity} cannot be modified."],
};

/** Starts a proxy on a free loopback port, without any rule. */
export async function startFaultProxy(target: string) {
  const agent = new Agent({ keepAlive: true });
  const calls: ProxiedCall[] = [];
  let rules: readonly FaultRule[] = [];
  let seed = 1;
  let attempts = new Map<string, number>();
  let interruption: Interruption | undefined;
  let callerArn: string | undefined;

  const record = (call: ProxiedCall): ProxiedCall => {
    const { action, entity } = call;
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
    const recorded = { ...call, fault: rule?.kind };
    calls.push(recorded);
    return recorded;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const { action, entity, fault } = record(whatIsAsked(body.toString(), request.headers));
    let interrupted: Interruption | undefined;
    if (interruption !== undefined && isDue(interruption, action)) {
      interrupted = interruption;
      interruption = undefined;
    }
    if (interrupted?.phase === "before") await interrupted.callback();
    if (fault === "late") await sleep(300);
    if (fault === "dropped") {
      request.socket.destroy();
      return;
    }
    const error = fault && errorAnswers[fault];
    if (error !== undefined) {
      response.writeHead(error[0], { "content-type": "text/xml" }).end(errorXml(error, entity));
      return;
    }
    const answer = await forward(request, body);
    if (interrupted?.phase === "after") await interrupted.callback();
    if (fault === "unheard") {
      request.socket.destroy();
      return;
    }
    if (action === "GetCallerIdentity" && callerArn !== undefined) {
      answer.body = Buffer.from(answer.body.toString().replace(/<Arn>.*<\/Arn>/, `<Arn>${callerArn}</Arn>`));
      answer.headers["content-length"] = String(answer.body.length);
    }
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };

  const forward = async ({ url = "/", method, headers }: IncomingMessage, body: Buffer) => {
    // Who uses it as a proxy sends the whole URL.
    const onward = httpRequest(new URL(new URL(url, target).pathname, target), { method, headers, agent });
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
  const { url: endpoint, close } = await listen(server);
  return {
    endpoint,
    /** Every call so far, in the order of arrival. */
    calls: calls as readonly ProxiedCall[],
    /** From now on these faults happen, the first rule that fits a call deciding; a seed decides where a rule has a share. */
    setRules(nextRules: readonly FaultRule[], nextSeed = 1) {
      rules = nextRules;
      seed = nextSeed;
      attempts = new Map();
    },
    /** From now on this is who AWS says is calling. @default whom the emulator names */
    nameCaller(arn: string | undefined) {
      callerArn = arn;
    },
    /**
     * Calls back once, at the given call counted from now, or at the next call of the given operation: before the emulator
     * hears of it, or after the emulator's answer while the caller does not know it yet. The call goes on when the callback
     * has ended.
     */
    interrupt(at: Interruption["at"], phase: Interruption["phase"], callback: Interruption["callback"]) {
      interruption = { at, phase, callback };
    },
    async stop() {
      agent.destroy();
      await close();
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

function whatIsAsked(body: string, headers: IncomingMessage["headers"]): ProxiedCall {
  const { "x-amz-target": target, host = "", authorization = "" } = headers;
  const [, signedFor = ""] = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(authorization) ?? [];
  const service = signedFor === "monitoring" ? "cloudwatch" : signedFor;
  if (typeof target === "string") {
    return { action: target.replace(/.*\./, ""), entity: "", host, service, parameters: {} };
  }
  const parameters: Record<string, string> = Object.fromEntries(new URLSearchParams(body));
  const { Action: action = "", UserName, GroupName } = parameters;
  return { action, entity: UserName ?? GroupName ?? "", host, service, parameters };
}

function errorXml([status, code, message]: readonly [number, string, string], entity: string): string {
  const type = status < 500 ? "Sender" : "Receiver";
  return (
    `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>${type}</Type>` +
    `<Code>${code}</Code><Message>${message.replace("{entity}", entity)}</Message></Error>` +
    "<RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>"
  );
}
