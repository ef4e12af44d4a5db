import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { messageOf } from "./plugin/errors.ts";

/** A Pulumi CLI, or why there is none. */
export type Engine =
  | { readonly command: PulumiCommand; readonly version: string; readonly directory: string | undefined }
  | { readonly command: undefined; readonly reason: string };

/**
 * Finds the Pulumi CLI on PATH, or where its installer, the npm package `pulumi` and the Automation API keep it.
 * It downloads nothing.
 */
export async function findEngine(): Promise<Engine> {
  const home = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const versions = await readdir(join(home, "versions")).catch(() => []);
  versions.sort((a, b) => b.localeCompare(a, undefined, { numeric: true }));
  const roots = [undefined, home, ...versions.map((version) => join(home, "versions", version))];
  const reasons: string[] = [];
  for (const root of roots) {
    try {
      return engineOf(await PulumiCommand.get(root === undefined ? {} : { root }), root);
    } catch (error) {
      // "Not there" is what most of these places answer; an engine that is there and too old is worth telling.
      const tooOld = /.*CLI version.*/.exec(messageOf(error));
      if (tooOld !== null) reasons.push(tooOld[0]);
    }
  }
  return { command: undefined, reason: reasons[0] ?? "there is no Pulumi CLI on PATH or below ~/.pulumi" };
}

/** Finds the Pulumi CLI or, if there is none, downloads it with the Automation API's own installer. */
export async function findOrInstallEngine(): Promise<Engine> {
  const found = await findEngine();
  if (found.command !== undefined) return found;
  const hint = setTimeout(console.error, 2000, "Downloading the Pulumi CLI ...");
  try {
    return engineOf(await PulumiCommand.install(), undefined);
  } catch (error) {
    const [firstLine = ""] = messageOf(error).split("\n");
    return { command: undefined, reason: `${found.reason}, and it could not be downloaded (${firstLine})` };
  } finally {
    clearTimeout(hint);
  }
}

function engineOf(command: PulumiCommand, root: string | undefined): Engine {
  const directory = root === undefined ? undefined : join(root, "bin");
  return { command, version: command.version?.version ?? "unknown", directory };
}
