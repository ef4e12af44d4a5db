import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { listen, type Loopback } from "../support/loopback.ts";

/** What `npm publish` sends. */
interface Publication {
  readonly name: string;
  readonly versions: Readonly<Record<string, unknown>>;
  readonly _attachments: Readonly<Record<string, { readonly data: string }>>;
}

/**
 * A registry of npm packages: it keeps what is published to it, and sends npm on to another registry for everything else.
 * Verdaccio does the same, and brings some 300 packages along.
 *
 * @param upstream - the URL of the other registry
 */
export async function startNpmRegistry(upstream: string): Promise<Loopback> {
  const published = new Map<string, Publication>();

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, url = "" } = request;
    const [, name = "", , file] = decodeURIComponent(url).split("/");
    const found = published.get(name);
    if (method === "PUT") {
      published.set(name, (await json(request)) as Publication);
      response.writeHead(201).end("{}");
    } else if (found === undefined) response.writeHead(302, { location: new URL(url, upstream).href }).end();
    else if (file === undefined) response.end(JSON.stringify({ ...found, _attachments: undefined }));
    else response.end(Buffer.from(found._attachments[file]?.data ?? "", "base64"));
  };
  return listen(createServer((request, response) => void answer(request, response)));
}
