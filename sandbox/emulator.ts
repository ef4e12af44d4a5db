import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** A running AWS emulator: empty at first, gone with everything in it when stopped. */
export interface Emulator {
  /** `http://127.0.0.1:<port>`, for every service and region. */
  readonly endpoint: string;
  /** Ends the server and waits until it is gone; stopping twice is harmless. */
  stop(): Promise<void>;
}

const pythonInVenv = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];

/**
 * Starts moto on a free loopback port and waits until it answers. It ends when stopped, and also when this process
 * ends in whatever way: it watches the pipe that is its standard input.
 *
 * @param accountId - the account that every call is made in
 * @throws {Error} when setup.mjs has not installed it, or with the server's last lines when it does not start
 */
export async function startEmulator(accountId = "123456789012"): Promise<Emulator> {
  const python = join(import.meta.dirname, "../.sandbox/venv", ...pythonInVenv);
  if (!existsSync(python)) throw new Error("The AWS emulator is not installed: node sandbox/setup.mjs");
  // A handful of variables only: nothing of the caller's AWS environment reaches the server.
  const { PATH, SystemRoot } = process.env;
  const moto = { MOTO_ACCOUNT_ID: accountId, MOTO_IAM_LOAD_MANAGED_POLICIES: "true" };
  const server = spawn(python, [join(import.meta.dirname, "emulatorServer.py")], {
    env: { PATH, SystemRoot, ...moto, PYTHONUNBUFFERED: "1" },
    // Ctrl-C in the terminal is for the parent: it stops the emulator when nothing needs it any more.
    detached: process.platform !== "win32",
    stdio: ["pipe", "ignore", "pipe"],
  });
  const endpoint = await new Promise<string>((resolve, reject) => {
    let said = "";
    // Read to the end: a full pipe would stop the server.
    server.stderr.setEncoding("utf8").on("data", (part: string) => {
      said = (said + part).slice(-2000);
      const [, address] = /Running on (http:\/\/[\d.:]+)/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    server.on("error", reject).on("close", () => {
      reject(new Error(`The AWS emulator did not start: ${said.trim()}`));
    });
  });
  return { endpoint, stop: () => stop(server) };
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, "exit");
  server.kill("SIGKILL");
  await gone;
}
