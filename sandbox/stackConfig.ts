import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** A stack's config as the sandbox uses it: the user's own, less what would lead out of the sandbox. */
export interface SandboxConfig {
  readonly stack: string;
  /** Values by their full keys, `namespace:key`, with those of {@link SandboxConfig.secrets} in plain text. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The secrets, by their property path within the config: the sandbox invents their values. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The account that the config is pinned to, or the emulator's usual one. */
  readonly accountId: string;
  readonly region: string;
  /** What was left out, for the user to know. */
  readonly omitted: readonly string[];
}

/** Keys of the AWS provider that stay: the others say whose credentials to use, or which endpoints. */
const awsKeys = new Set([
  "aws:region",
  "aws:allowedAccountIds",
  "aws:forbiddenAccountIds",
  "aws:defaultTags",
]);

/**
 * Reads `Pulumi.<stack>.yaml` for the sandbox. The file itself is never written.
 *
 * @param projectDir - the folder of Pulumi.yaml
 * @param stack - name of the stack
 * @throws {Error} with one sentence, when there is no such file or it is not YAML
 */
export function readStackConfig(projectDir: string, stack: string): SandboxConfig {
  const keys = Object.entries(configOf(projectDir, stack)).map(
    ([key, value]) => [key.includes(":") ? key : `iam-administrators:${key}`, value] as const,
  );
  const leadsOut = (key: string) => key.startsWith("aws:") && !awsKeys.has(key);
  const secrets: Record<string, string> = {};
  const values = Object.fromEntries(
    keys.filter(([key]) => !leadsOut(key)).map(([key, value]) => [key, replaceSecrets(value, key, secrets)]),
  );
  const region = values["aws:region"];
  return {
    stack,
    values,
    secrets,
    omitted: keys.map(([key]) => key).filter(leadsOut),
    region: typeof region === "string" ? region : "us-east-1",
    accountId: firstAccount(values["aws:allowedAccountIds"]) ?? "123456789012",
  };
}

function configOf(projectDir: string, stack: string): Record<string, unknown> {
  const file = join(projectDir, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    const stacks = readdirSync(projectDir).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
    throw new Error(
      `Pulumi.${stack}.yaml does not exist; the stacks here are ${stacks.join(", ") || "none"}.`,
    );
  }
  let document: unknown;
  try {
    document = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`Pulumi.${stack}.yaml is not YAML: ${String(error)}`, { cause: error });
  }
  const config = isObject(document) ? (document.config ?? {}) : document;
  if (!isObject(config)) throw new Error(`Pulumi.${stack}.yaml must have its keys under "config:".`);
  return config;
}

/** Nobody but the stack's own backend can decrypt a `secure` value, so another one takes its place. */
function replaceSecrets(value: unknown, path: string, secrets: Record<string, string>): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => replaceSecrets(item, `${path}[${index}]`, secrets));
  }
  if (!isObject(value)) return value;
  if (typeof value.secure === "string" && Object.keys(value).length === 1) {
    return (secrets[path] = `Aa1!${randomBytes(24).toString("base64url")}`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, replaceSecrets(inner, `${path}.${key}`, secrets)]),
  );
}

function firstAccount(value: unknown): string | undefined {
  const accounts: unknown = typeof value === "string" ? parse(value) : value;
  const first: unknown = Array.isArray(accounts) ? accounts[0] : undefined;
  return typeof first === "string" || typeof first === "number" ? String(first).padStart(12, "0") : undefined;
}

/** Whether the value is an object with named members. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
