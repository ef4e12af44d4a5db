import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join, relative, resolve } from "node:path";
import { fullKey, isObject, isSecret, namespace, withFullKeys, type Values } from "./namespace.ts";
import { parsePulumiYaml } from "./pulumiYaml.ts";

/** A stack's config as it is written down. */
export interface StackFile {
  /** The file's absolute path. */
  readonly path: string;
  /** Its name in a message: relative to the project, or as the user named it. */
  readonly name: string;
  /** The values by full keys, `namespace:key`: those of Pulumi.yaml, and over them the file's. Secrets are `{ secure: ... }`. */
  readonly values: Values;
  /** Whether there is such a file. */
  readonly exists: boolean;
  /** The project's name. */
  readonly project: string;
  /** The keys that Pulumi.yaml alone has. */
  readonly projectKeys: ReadonlySet<string>;
  /** Whether Pulumi ESC adds to it what nobody but Pulumi can read. */
  readonly hasEnvironment: boolean;
  /** What is wrong with the file, a sentence: it is not there, is not YAML, or has no keys under `config:`. */
  readonly problem?: string;
}

/**
 * Reads the config of a stack where and as Pulumi reads it: `Pulumi.<stack>.yaml` in the folder that Pulumi.yaml names, and
 * `config:` of Pulumi.yaml under it.
 *
 * @param projectDir - the folder of Pulumi.yaml
 * @param stack - name of the stack
 * @param configFile - what `--config-file` names, relative to the working directory. @default the stack's own file
 * @throws {Error} when no stack can have this name
 * @see https://www.pulumi.com/docs/iac/concepts/projects/project-file/
 */
export function readStackFile(projectDir: string, stack: string, configFile?: string): StackFile {
  if (!/^[\w.-]+$/.test(stack)) throw new Error(`--stack "${stack}" is not a stack's name`);
  const project = readProject(projectDir);
  const own = join(resolve(projectDir), project.stackConfigDir, `Pulumi.${stack}${project.extension}`);
  const path = configFile === undefined ? own : resolve(configFile);
  const name = configFile ?? relative(projectDir, own);
  const { content, problem = project.problem } = readObject(path, name);
  const config = content.config ?? {};
  const values: Record<string, unknown> = withFullKeys(isObject(config) ? config : {}, project.name);
  const fileKeys = new Set(Object.keys(values));
  for (const [key, value] of Object.entries(project.config)) addBelow(values, key, value);
  const projectKeys = new Set(Object.keys(values).filter((key) => !fileKeys.has(key)));
  const misplaced = !isObject(config) || Object.keys(content).some((key) => key.includes(":"));
  const wrong = problem ?? (misplaced ? `${name} must have its keys under "config:".` : undefined);
  return {
    ...{ path, name, values, projectKeys },
    exists: existsSync(path),
    project: project.name,
    hasEnvironment: content.environment !== undefined,
    ...(wrong === undefined ? {} : { problem: wrong }),
  };
}

/** Why administrators cannot be read here, without pulumi, a sentence; undefined where nothing is in the way. */
export function unreadable({ name, values, hasEnvironment }: StackFile): string | undefined {
  if (isSecret(values[fullKey("administrators")]))
    return `The list administrators is encrypted as a whole, and only pulumi reads it: encrypt the passwords in ${name} alone.`;
  return hasEnvironment
    ? `The environment that ${name} imports is not read here, only by pulumi: what stands there alone is missing.`
    : undefined;
}

/** The accounts that the stack is pinned to. */
export function allowedAccounts({ "aws:allowedAccountIds": given = [] }: Values): string[] {
  return [given].flat().map(String);
}

/** What Pulumi.yaml says about config. */
function readProject(projectDir: string) {
  // In the order in which Pulumi looks for them.
  const file = ["Pulumi.json", "Pulumi.yaml", "Pulumi.yml"].find((name) =>
    existsSync(join(projectDir, name)),
  );
  const { content, problem } =
    file === undefined ? { content: {} } : readObject(join(projectDir, file), file);
  const name = typeof content.name === "string" ? content.name : namespace;
  // Before there was stackConfigDir, config was the folder.
  const folder = content.stackConfigDir ?? content.config;
  const definitions = withFullKeys(isObject(content.config) ? content.config : {}, name);
  const values = Object.entries(definitions).map(
    ([key, value]) => [key, isObject(value) ? (value.default ?? value.value) : value] as const,
  );
  return {
    name,
    extension: extname(file ?? "Pulumi.yaml"),
    stackConfigDir: typeof folder === "string" ? folder : "",
    config: Object.fromEntries(values.filter(([, value]) => value !== undefined)),
    problem,
  };
}

function readObject(path: string, name: string): { content: Values; problem?: string } {
  if (!existsSync(path)) return { content: {}, problem: `${name} does not exist; ${stacksBeside(path)}.` };
  const { value, error } = parsePulumiYaml(readFileSync(path, "utf8"));
  const content = isObject(value) ? value : {};
  if (error !== undefined) return { content, problem: `${name} is not YAML: ${error}` };
  return isObject(value ?? {})
    ? { content }
    : { content, problem: `${name} must have its keys under "config:".` };
}

function stacksBeside(path: string): string {
  const files = existsSync(dirname(path)) ? readdirSync(dirname(path)) : [];
  const stacks = files.flatMap((file) => /^Pulumi\.(.+)\.(?:yaml|yml|json)$/.exec(file)?.[1] ?? []);
  return `the stacks here are ${stacks.join(", ") || "none"}`;
}

/** Pulumi reads a key of Pulumi.yaml as a path, `group.name`, and adds it to what a stack has. */
function addBelow(values: Record<string, unknown>, path: string, value: unknown): void {
  const [, key = "", rest = ""] = /^([^.[]*)(.*)$/s.exec(path) ?? [];
  const steps = rest.match(/[^.[\]"]+/g) ?? [];
  const last = steps.pop();
  if (last === undefined) {
    if (!(key in values)) values[key] = value;
    return;
  }
  // What stands in the file may stand there twice, by an alias.
  let target = (values[key] = structuredClone(values[key] ?? {}));
  for (const step of steps) if (isObject(target)) target = target[step] ??= {};
  if (isObject(target)) target[last] ??= value;
}

/**
 * Puts other values in place of the secrets.
 *
 * @param replace - is told the property path of a secret; for undefined the key is left out
 */
export function replaceSecrets(values: Values, replace: (path: string) => unknown, parent = ""): Values {
  const replaced = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => replaced(item, `${path}[${index}]`));
    if (!isObject(value)) return value;
    return isSecret(value) ? replace(path) : replaceSecrets(value, replace, `${path}.`);
  };
  const entries = Object.entries(values).map(([key, value]) => [key, replaced(value, parent + key)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
