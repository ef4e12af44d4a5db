import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { basename, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { readStackFile, type StackFile } from "./stackFile.ts";

/**
 * The file that Pulumi has read this run's config from. Pulumi tells a program everything but that: whether there was a
 * `--config-file`, the command line of the CLI knows, two processes above this one.
 *
 * @returns undefined where the command line cannot be read, so that nobody knows
 */
export function fileInUse(): StackFile | undefined {
  const { PULUMI_NODEJS_ROOT_DIRECTORY: projectDir } = process.env;
  const stack = pulumi.getStack();
  // Without a CLI, in tests and rehearsals, there is no command line to name another file.
  if (projectDir === undefined) return readStackFile(".", stack);
  const cli = cliCommand();
  if (cli === undefined) return undefined;
  const option = configFileOption(cli.args);
  if (option === undefined) return readStackFile(projectDir, stack);
  const file = readStackFile(projectDir, stack, resolve(cli.folder ?? projectDir, option));
  return { ...file, name: option };
}

/** The value of `--config-file`. */
export function configFileOption(args: readonly string[]): string | undefined {
  const end = args.indexOf("--");
  const options = end === -1 ? args : args.slice(0, end);
  const values = options.flatMap((arg, index) => {
    if (arg === "--config-file") return options[index + 1] ?? [];
    return arg.startsWith("--config-file=") ? arg.slice("--config-file=".length) : [];
  });
  return values.at(-1);
}

/** The arguments and the working directory of the CLI: it is what has started the language host. */
function cliCommand(): Process | undefined {
  let isHost = false;
  for (let pid = process.pid; pid > 1;) {
    const found = processOf(pid);
    if (found === undefined || isHost) return found;
    isHost = basename(found.args[0] ?? "").startsWith("pulumi-language-nodejs");
    pid = found.parent;
  }
  return undefined;
}

interface Process {
  readonly parent: number;
  readonly args: readonly string[];
  /** Not every system tells it. */
  readonly folder?: string;
}

function processOf(pid: number): Process | undefined {
  try {
    if (process.platform === "linux") {
      const [, parent] = /^.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
      const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return { parent: Number(parent), args, folder: readlinkSync(`/proc/${pid}/cwd`) };
    }
    const line = execFileSync("ps", ["-ww", "-o", "ppid=,args=", "-p", String(pid)], { encoding: "utf8" });
    const [parent, ...args] = line.trim().split(/\s+/);
    return { parent: Number(parent), args };
  } catch {
    return undefined;
  }
}
