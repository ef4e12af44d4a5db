import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse, stringify } from "yaml";

/**
 * An engine's environment: it keeps its state, and all else, in the stack's folder, and finds these stand-ins before other
 * plugins.
 */
export function engineEnvironment(
  options: { dir: string; env: Readonly<Record<string, string>>; standIns: readonly string[] },
  passphrase: string,
): Record<string, string> {
  const { dir, env, standIns } = options;
  const pluginDirs = standIns.map((name) => join(import.meta.dirname, "plugin", "bin", name));
  return {
    ...env,
    PATH: [...pluginDirs, process.env.PATH ?? ""].join(delimiter),
    PULUMI_BACKEND_URL: pathToFileURL(join(dir, "state")).href,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/**
 * Writes a stack of a program that is elsewhere into a folder: the project, and the stack's file.
 *
 * @param dir - the stack's folder
 * @param program - the program's folder, with `Pulumi.yaml` and `index.ts`
 * @param file - the stack's file, below the stack's folder
 * @param config - all of the stack's config, also what the program's project has
 */
export async function writeStack(dir: string, program: string, file: string, config: object): Promise<void> {
  const project = parse(await readFile(join(program, "Pulumi.yaml"), "utf8")) as object;
  const here = { main: join(program, "index.ts"), config: undefined, stackConfigDir: dirname(file) };
  await writeFile(join(dir, "Pulumi.yaml"), stringify({ ...project, ...here }));
  await mkdir(join(dir, dirname(file)), { recursive: true });
  // JSON is YAML.
  await writeFile(join(dir, file), JSON.stringify({ config }));
}

/** The options that have the policy pack in a folder judge the stack, with settings of its rules. */
export async function policyFlags(dir: string, pack: string, settings: object): Promise<string[]> {
  const flags = ["--policy-pack", pack];
  if (Object.keys(settings).length === 0) return flags;
  const file = join(dir, "policy-config.json");
  await writeFile(file, JSON.stringify(settings));
  return [...flags, "--policy-pack-config", file];
}
