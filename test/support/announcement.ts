import { findEngine } from "../../sandbox/engine.ts";

/** Mocha's hook before the first test, in its main process: what whoever waits for the first line wants to know. */
export async function mochaGlobalSetup(): Promise<void> {
  const engine = await findEngine();
  console.log(
    engine.command === undefined
      ? `Tests that need the Pulumi CLI are skipped: ${engine.reason}.`
      : `Tests that need the Pulumi CLI run with ${engine.version}, for some minutes.`,
  );
  console.log("Three test files run at a time; each is printed when it has ended.");
}
