import { createServer } from "node:https";
import { connect } from "node:net";
import { cert, key } from "../support/certificate.ts";
import { answering, type IamRequest } from "../support/iamServer.ts";
import { createProxy, listen } from "../support/loopback.ts";

/** One request to AWS. */
export interface SeenRequest {
  /** The host and port that the proxy was asked for. */
  readonly host: string;
  readonly action: string;
  /** Who signed it: the id of the access key. */
  readonly key: string;
  /** The region that it was signed for. */
  readonly region: string;
  /** What was asked for beside the action. */
  readonly parameters: IamRequest;
}

/** AWS as somebody sees it who reaches it through a proxy only: whatever host is asked for, it is this server on loopback. */
export interface AwsBehindProxy {
  readonly proxy: string;
  /** A test may empty it. */
  readonly seen: SeenRequest[];
  readonly close: () => Promise<unknown>;
}

/** Starts it; every user has a password, every role can be assumed, and the account is 123456789012. */
export async function startAwsBehindProxy(): Promise<AwsBehindProxy> {
  const seen: SeenRequest[] = [];
  const askedFor = new Map<number | undefined, string>();
  const answer = answering(({ Action = "", ...parameters }, { socket, headers }) => {
    const scope = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(headers.authorization ?? "");
    const [, signer = "", region = ""] = scope ?? [];
    const host = askedFor.get(socket.remotePort) ?? "";
    seen.push({ host, action: Action, key: signer, region, parameters });
    return { result: answers[Action]?.(parameters) ?? "" };
  });
  const aws = await listen(createServer({ key, cert }, answer));
  const lead = (asked: string) => {
    const onward = connect(aws.port, "127.0.0.1");
    return onward.on("connect", () => askedFor.set(onward.localPort, asked));
  };
  const proxy = await listen(createProxy(lead));
  return { seen, proxy: proxy.url, close: () => Promise.all([proxy.close(), aws.close()]) };
}

const answers: Partial<Record<string, (parameters: IamRequest) => string>> = {
  GetCallerIdentity: () => "<Account>123456789012</Account>",
  AssumeRole: ({ RoleArn = "" }) =>
    `<Credentials><AccessKeyId>${RoleArn.replace(/^.*\//, "")}</AccessKeyId><SecretAccessKey>x</SecretAccessKey>` +
    "<SessionToken>x</SessionToken><Expiration>2126-01-01T00:00:00Z</Expiration></Credentials>",
};
