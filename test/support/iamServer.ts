import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { text } from "node:stream/consumers";
import { listen } from "./loopback.ts";

/** What a request to IAM says: `Action` and its parameters. */
export type IamRequest = Readonly<Record<string, string>>;

/** An answer of IAM: the XML inside of `<XResult>`, or the code of an error. */
export type IamAnswer = { readonly result: string } | { readonly error: string; readonly status: number };

/** A stand-in for IAM on loopback, for the few calls that the program itself makes. */
export interface IamServer {
  readonly requests: readonly IamRequest[];
  readonly close: () => Promise<void>;
}

/** Starts the stand-in, and points the AWS SDK of this process there and nowhere else until it is closed. */
export async function startIamServer(answer: (request: IamRequest) => IamAnswer): Promise<IamServer> {
  const requests: IamRequest[] = [];
  const noted = (request: IamRequest) => {
    requests.push(request);
    return answer(request);
  };
  const { url, close } = await listen(createServer(answering(noted)));
  const { env } = process;
  process.env = {
    ...env,
    ...{ AWS_ENDPOINT_URL_IAM: url, AWS_ENDPOINT_URL_STS: url, AWS_REGION: "us-east-1" },
    ...{ AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
    ...{ AWS_SESSION_TOKEN: undefined, AWS_PROFILE: undefined },
  };
  return {
    requests,
    close: async () => {
      process.env = env;
      await close();
    },
  };
}

/** Reads requests and writes answers in AWS's query protocol. */
export function answering(
  answer: (request: IamRequest, incoming: IncomingMessage) => IamAnswer,
): RequestListener {
  return (incoming, response) => {
    void text(incoming).then((body) => {
      const parameters = new URLSearchParams(body);
      parameters.delete("Version");
      const request = Object.fromEntries(parameters);
      const given = answer(request, incoming);
      const { Action = "" } = request;
      response.writeHead("error" in given ? given.status : 200, { "content-type": "text/xml" });
      response.end(
        "error" in given
          ? `<R><Error><Code>${given.error}</Code><Message>refused</Message></Error></R>`
          : `<R><${Action}Result>${given.result}</${Action}Result></R>`,
      );
    });
  };
}
