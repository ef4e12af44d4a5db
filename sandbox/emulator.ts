import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** A running AWS emulator: empty at first, gone with everything in it when stopped. */
export interface Emulator {
  /** `http://127.0.0.1:<port>`, for every service and region. */
  readonly endpoint: string;
  readonly accountId: string;
  readonly pid: number;
  /** Ends the server and waits until it is gone; stopping twice is harmless. */
  stop(): Promise<void>;
}

/** How to start an emulator. */
export interface EmulatorOptions {
  /** The account that every call is made in. @default "123456789012" */
  readonly accountId?: string;
}

type Server = ChildProcessByStdio<Writable, null, Readable>;

const host = "127.0.0.1";
const attempts = 3;
const startSeconds = 60;

/**
 * Starts moto on a free loopback port and waits until it answers. It ends when stopped, and also when this process
 * ends in whatever way: it watches the pipe that is its standard input.
 *
 * @throws {Error} when setup.mjs has not installed it, or with the server's last lines when it does not start.
 */
export async function startEmulator({ accountId = "123456789012" }: EmulatorOptions = {}): Promise<Emulator> {
  const python = join(import.meta.dirname, "../.sandbox/venv", ...pythonInVenv);
  if (!existsSync(python)) throw new Error("The AWS emulator is not installed: node sandbox/setup.mjs");
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const server = launch(python, port, accountId);
    const endpoint = `http://${host}:${port}`;
    const output = collect(server.stderr);
    try {
      await answers(server, endpoint, output);
      return { endpoint, accountId, pid: server.pid ?? 0, stop: () => stop(server) };
    } catch (error) {
      await stop(server);
      const portTaken = output().includes("in use");
      if (!portTaken || attempt === attempts) throw error;
    }
  }
}

const pythonInVenv = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];

function launch(python: string, port: number, accountId: string): Server {
  const script = join(import.meta.dirname, "emulatorServer.py");
  // A handful of variables only: nothing of the caller's AWS environment reaches the server.
  const { PATH, SystemRoot } = process.env;
  const moto = { MOTO_ACCOUNT_ID: accountId, MOTO_IAM_LOAD_MANAGED_POLICIES: "true" };
  return spawn(python, [script, "-H", host, "-p", String(port)], {
    env: { PATH, SystemRoot, ...moto, PYTHONUNBUFFERED: "1" },
    // Ctrl-C in the terminal is for the parent: it stops the emulator when nothing needs it any more.
    detached: process.platform !== "win32",
    stdio: ["pipe", "ignore", "pipe"],
  });
}

/** Keeps the last part of what the server says; reading it also keeps its pipe from filling up. */
function collect(stream: Readable): () => string {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => (text = (text + chunk).slice(-2000)));
  return () => text.trim();
}

async function answers(server: Server, endpoint: string, output: () => string): Promise<void> {
  let failure: Error | undefined;
  server.on("error", (error) => (failure = error));
  const deadline = Date.now() + startSeconds * 1000;
  while (Date.now() < deadline) {
    const answer = await fetch(`${endpoint}/moto-api/`).catch(() => undefined);
    if (failure || server.exitCode !== null) break;
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`The AWS emulator did not start: ${failure?.message ?? output()}`);
}

async function stop(server: Server): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return;
  const gone = once(server, "exit");
  server.kill("SIGKILL");
  await gone;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
