import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { LocalWorkspace, type PulumiCommand } from "@pulumi/pulumi/automation/index.js";

const require = createRequire(import.meta.url);

/** The packages whose resources the program makes. */
const packages = ["aws", "random"] as const;

/**
 * Sees to the plugins of the program's packages: the official ones where the CLI has or can get them, else the
 * sandbox's stand-ins.
 *
 * @returns the folders of the stand-ins that are needed, for the front of PATH: the engine prefers what it finds there
 */
export async function standInsNeeded(
  command: PulumiCommand,
  workDir: string,
  log: (line: string) => void,
): Promise<string[]> {
  const workspace = await LocalWorkspace.create({ pulumiCommand: command, workDir });
  const installed = await workspace.listPlugins();
  const missing = packages.filter(
    (name) => !installed.some((plugin) => plugin.name === name && plugin.version === sdkVersion(name)),
  );
  for (const [index, name] of missing.entries()) {
    const version = sdkVersion(name);
    log(`Getting the ${name} plugin ${version} ...`);
    try {
      await workspace.installPlugin(name, `v${version}`);
    } catch {
      const needed = missing.slice(index);
      log(`It cannot be had here: the sandbox's stand-in serves for ${needed.join(" and ")}.`);
      return needed.map((standIn) => join(import.meta.dirname, "plugin", "bin", standIn));
    }
  }
  return [];
}

/** The plugin that belongs to an SDK package has the SDK's own version. */
function sdkVersion(name: string): string {
  const manifest: unknown = JSON.parse(readFileSync(require.resolve(`@pulumi/${name}/package.json`), "utf8"));
  return (manifest as { version: string }).version;
}
