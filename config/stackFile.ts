import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { withFullKeys, type Values } from "./namespace.ts";

/**
 * Reads what stands under `config:` in `Pulumi.<stack>.yaml`, secrets as they are there: `{ secure: ... }`.
 *
 * @param projectDir - the folder of Pulumi.yaml
 * @param stack - name of the stack
 * @returns as much as can be read, and what is wrong with the file, a sentence
 */
export function readStackFile(projectDir: string, stack: string) {
  const name = `Pulumi.${stack}.yaml`;
  const file = join(projectDir, name);
  let values: Values = {};
  if (!existsSync(file)) {
    const stacks = readdirSync(projectDir).flatMap((other) => /^Pulumi\.(.+)\.yaml$/.exec(other)?.[1] ?? []);
    return { values, problem: `${name} does not exist; the stacks here are ${stacks.join(", ") || "none"}.` };
  }
  try {
    const yaml = parseDocument(readFileSync(file, "utf8"));
    const document: unknown = yaml.toJS() ?? {};
    const config = isObject(document) ? (document.config ?? {}) : document;
    values = withFullKeys(isObject(config) ? config : {});
    if (yaml.errors[0]) throw yaml.errors[0];
    return isObject(config) ? { values } : { values, problem: `${name} must have its keys under "config:".` };
  } catch (error) {
    // The lines after the first one show the place in the file, where a secret may stand.
    return { values, problem: `${name} is not YAML: ${String(error).split("\n", 1).join()}` };
  }
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
    const isSecret = typeof value.secure === "string" && Object.keys(value).length === 1;
    return isSecret ? replace(path) : replaceSecrets(value, replace, `${path}.`);
  };
  const entries = Object.entries(values).map(([key, value]) => [key, replaced(value, parent + key)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** The accounts that the stack is pinned to, in twelve digits: YAML takes an ID without quotes for a number. */
export function allowedAccounts({ "aws:allowedAccountIds": given = [] }: Values): string[] {
  const ids: unknown = typeof given === "string" ? parseDocument(given).toJS() : given;
  return [ids].flat().map((id) => String(id).padStart(12, "0"));
}

/** Whether the value is an object with named members. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
