import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer as createProxy } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import { connect, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";

const run = promisify(execFile);

const host = "git.example.com";

/** A git repository on loopback, under a name of its own: Pulumi insists on HTTPS, and can use no URL with a port. */
export interface GitServer {
  /** The repository's address, as Pulumi takes it. */
  readonly address: string;
  /** The environment in which the address leads here, and every other one to where it always does. */
  readonly env: Readonly<Record<string, string>>;
  stop(): void;
}

/**
 * Serves what is in a folder, as its `.gitignore` says, as a repository of one commit with one tag.
 *
 * @param source - the folder
 * @param tag - name of the tag
 * @param dir - an empty folder for repository, key and certificate
 */
export async function startGitServer(source: string, tag: string, dir: string): Promise<GitServer> {
  const repository = join(dir, "owner/repo.git");
  const git = (...args: readonly string[]) =>
    run("git", [
      "--git-dir",
      repository,
      "--work-tree",
      source,
      "-c",
      "user.name=x",
      "-c",
      "user.email=x",
      ...args,
    ]);
  await run("git", ["init", "--quiet", "--bare", "--initial-branch", "main", repository]);
  await git("add", "--all");
  await git("commit", "--quiet", "--message", tag);
  await git("tag", tag);

  const [key, certificate] = [join(dir, "key.pem"), join(dir, "certificate.pem")];
  const subject = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
  await run("openssl", [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    key,
    "-out",
    certificate,
    ...subject,
  ]);
  const server = createServer(await tls(key, certificate), (request, response) => {
    const { method = "", url = "", headers } = request;
    const { pathname, search } = new URL(url, `https://${host}`);
    // A CGI program, which the server's own environment is no business of.
    const cgi = spawn("git", ["http-backend"], {
      env: {
        ...{ PATH: process.env.PATH ?? "", GIT_PROJECT_ROOT: dir, GIT_HTTP_EXPORT_ALL: "1" },
        ...{ REQUEST_METHOD: method, PATH_INFO: pathname, QUERY_STRING: search.slice(1) },
        ...{
          CONTENT_TYPE: headers["content-type"] ?? "",
          HTTP_CONTENT_ENCODING: headers["content-encoding"] ?? "",
        },
        ...{ GIT_PROTOCOL: String(headers["git-protocol"] ?? "") },
      },
    });
    request.pipe(cgi.stdin);
    void buffer(cgi.stdout).then((all) => {
      const end = all.indexOf("\r\n\r\n");
      const lines = all.subarray(0, end).toString().split("\r\n");
      const fields = Object.fromEntries(lines.map((line) => line.split(": ", 2) as [string, string]));
      response.writeHead(Number.parseInt(fields.Status ?? "200"), fields).end(all.subarray(end + 4));
    });
  });
  const port = await listen(server);
  const proxy = createProxy().on("connect", ({ url = "" }, client, head) => {
    const { hostname, port: asked } = new URL(`tcp://${url}`);
    const there = hostname === host ? connect(port, "127.0.0.1") : connect(Number(asked), hostname);
    const end = () => {
      client.destroy();
      there.destroy();
    };
    client.on("error", end);
    there.on("error", end).on("connect", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      there.write(head);
      there.pipe(client).pipe(there);
    });
  });
  return {
    address: `${host}/owner/repo.git`,
    env: { HTTPS_PROXY: `http://127.0.0.1:${await listen(proxy)}`, SSL_CERT_FILE: certificate },
    stop: () => {
      server.close();
      proxy.close();
    },
  };
}

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

async function tls(key: string, certificate: string): Promise<ServerOptions> {
  return { key: await readFile(key), cert: await readFile(certificate) };
}
