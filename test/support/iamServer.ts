import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What a request to IAM says: `Action` and its parameters. */
export type IamRequest = Readonly<Record<string, string>>;

/** An answer of IAM: the XML inside of `<XResult>`, or the code of an error. */
export type IamAnswer = { readonly result: string } | { readonly error: string; readonly status: number };

/** A stand-in for IAM on loopback, for the few calls that the program itself makes. */
export interface IamServer {
  readonly requests: readonly IamRequest[];
  readonly close: () => Promise<void>;
}

/** What leads the AWS SDK here and nowhere else; the values that it finds otherwise are put back at the end. */
const settings = (endpoint: string): Readonly<Record<string, string | undefined>> => ({
  AWS_ENDPOINT_URL_IAM: endpoint,
  AWS_ENDPOINT_URL_STS: endpoint,
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_SESSION_TOKEN: undefined,
  AWS_PROFILE: undefined,
  AWS_REGION: "us-east-1",
});

/** Starts the stand-in, and points the AWS SDK of this process to it until it is closed. */
export async function startIamServer(answer: (request: IamRequest) => IamAnswer): Promise<IamServer> {
  const requests: IamRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const parameters = [...new URLSearchParams(Buffer.concat(chunks).toString())];
      const request = Object.fromEntries(parameters.filter(([name]) => name !== "Version"));
      requests.push(request);
      const given = answer(request);
      const { Action = "" } = request;
      response.writeHead("error" in given ? given.status : 200, { "content-type": "text/xml" });
      response.end(
        "error" in given
          ? `<ErrorResponse><Error><Type>Sender</Type><Code>${given.error}</Code><Message>refused</Message></Error></ErrorResponse>`
          : `<${Action}Response><${Action}Result>${given.result}</${Action}Result></${Action}Response>`,
      );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const restore = setEnvironment(settings(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  return {
    requests,
    close: async () => {
      restore();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function setEnvironment(values: Readonly<Record<string, string | undefined>>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  const set = (name: string, text: string | undefined) => {
    if (text === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = text;
  };
  for (const [name, text] of Object.entries(values)) set(name, text);
  return () => {
    for (const [name, text] of before) set(name, text);
  };
}
