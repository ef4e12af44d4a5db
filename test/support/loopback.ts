import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A server that listens on a free port of loopback. */
export interface Loopback {
  readonly port: number;
  readonly url: string;
  /** Ends it, with every connection to it. */
  readonly close: () => Promise<void>;
}

/** Has a server, one for HTTPS too, listen on loopback. */
export async function listen(server: Server): Promise<Loopback> {
  // The server itself does not close what has become a tunnel.
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    const closed = once(server.close(), "close");
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { port, url: `http://127.0.0.1:${port}`, close };
}

/**
 * A proxy for HTTPS.
 *
 * @param lead - where a connection leads that is asked for with this host and port
 */
export function createProxy(lead: (asked: string) => Socket): Server {
  return createServer().on("connect", ({ url = "" }, client, head) => {
    const there = lead(url);
    for (const socket of [client, there]) {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        there.destroy();
      });
    }
    there.on("connect", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      there.write(head);
      there.pipe(client).pipe(there);
    });
  });
}
