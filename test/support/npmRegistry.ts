import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** A registry of npm packages on loopback. */
export interface NpmRegistry {
  readonly url: string;
  stop(): void;
}

/** What `npm publish` sends. */
interface Publication {
  readonly name: string;
  readonly versions: Readonly<Record<string, unknown>>;
  readonly _attachments: Readonly<Record<string, { readonly data: string }>>;
}

/**
 * Keeps what is published to it, and sends npm on to another registry for everything else. Verdaccio does the same, and
 * brings some 300 packages along.
 *
 * @param upstream - the URL of the other registry
 */
export async function startNpmRegistry(upstream: string): Promise<NpmRegistry> {
  const published = new Map<string, Publication>();

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [name = "", , file] = decodeURIComponent(request.url ?? "")
      .slice(1)
      .split("/");
    if (request.method === "PUT") {
      published.set(name, (await json(request)) as Publication);
      response.writeHead(201).end("{}");
      return;
    }
    const found = published.get(name);
    if (found === undefined)
      response.writeHead(302, { location: new URL(request.url ?? "", upstream).href }).end();
    else if (file === undefined) response.end(JSON.stringify({ ...found, _attachments: undefined }));
    else response.end(Buffer.from(found._attachments[file]?.data ?? "", "base64"));
  };

  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () => server.close(),
  };
}
