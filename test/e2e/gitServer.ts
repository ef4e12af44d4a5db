import { execFile, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { cert, key } from "../support/certificate.ts";
import { createProxy, listen } from "../support/loopback.ts";

const host = "git.example.com";

/** A git repository on loopback, under a name of its own: Pulumi insists on HTTPS, and can use no URL with a port. */
export interface GitServer {
  /** The repository's address, as Pulumi takes it. */
  readonly address: string;
  /** The environment in which the address leads here, and every other one to where it always does. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<unknown>;
}

/**
 * Serves what is in a folder, as its `.gitignore` says, as a repository of one commit with one tag.
 *
 * @param source - the folder
 * @param tag - name of the tag
 * @param dir - an empty folder for repository and certificate
 */
export async function startGitServer(source: string, tag: string, dir: string): Promise<GitServer> {
  const repository = join(dir, "owner/repo.git");
  const run = promisify(execFile);
  await run("git", ["init", "--quiet", "--bare", "--initial-branch", "main", repository]);
  const options = ["--git-dir", repository, "--work-tree", source, "-c", "user.name=x", "-c", "user.email=x"];
  for (const args of [
    ["add", "--all"],
    ["commit", "--quiet", "--message", tag],
    ["tag", tag],
  ])
    await run("git", [...options, ...args]);

  const SSL_CERT_FILE = join(dir, "certificate.pem");
  await writeFile(SSL_CERT_FILE, cert);
  const server = await listen(
    createServer({ cert, key }, (request, response) => void answer(dir, request, response)),
  );
  const proxy = await listen(
    createProxy((asked) => {
      const { hostname, port } = new URL(`tcp://${asked}`);
      return hostname === host ? connect(server.port, "127.0.0.1") : connect(Number(port), hostname);
    }),
  );
  return {
    address: `${host}/owner/repo.git`,
    env: { HTTPS_PROXY: proxy.url, SSL_CERT_FILE },
    close: () => Promise.all([server.close(), proxy.close()]),
  };
}

/** Has git's own CGI program answer, which this process's environment is no business of. */
async function answer(dir: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "", url = "", headers } = request;
  const { pathname, search } = new URL(url, `https://${host}`);
  const env = {
    ...{ PATH: process.env.PATH ?? "", GIT_PROJECT_ROOT: dir, GIT_HTTP_EXPORT_ALL: "1" },
    ...{ REQUEST_METHOD: method, PATH_INFO: pathname, QUERY_STRING: search.slice(1) },
    CONTENT_TYPE: headers["content-type"] ?? "",
    HTTP_CONTENT_ENCODING: headers["content-encoding"] ?? "",
    GIT_PROTOCOL: String(headers["git-protocol"] ?? ""),
  };
  const cgi = spawn("git", ["http-backend"], { env });
  request.pipe(cgi.stdin);
  const all = await buffer(cgi.stdout);
  const end = all.indexOf("\r\n\r\n");
  const lines = all.subarray(0, end).toString().split("\r\n");
  const fields = Object.fromEntries(lines.map((line) => line.split(": ", 2) as [string, string]));
  response.writeHead(Number.parseInt(fields.Status ?? "200"), fields).end(all.subarray(end + 4));
}
