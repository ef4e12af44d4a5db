import { closest } from "./closest.ts";
import { quotesFor } from "./fields.ts";
import type { ConfigProblem } from "./messages.ts";
import { fullKey, isObject, valueAt, namespace, type Values } from "./namespace.ts";

/**
 * The rules about what stands beside the namespace: keys that were meant for it, the accounts, and the tags that the AWS
 * plugin adds to every user.
 *
 * @param config - the whole config by full keys, not yet checked in any way
 * @param known - the keys of the namespace
 * @param project - the project's name, which is the namespace of a key without one
 */
export function checkOtherNamespaces(
  config: Values,
  known: readonly string[],
  project: string,
): ConfigProblem[] {
  return [
    ...Object.keys(config).flatMap((key) => checkNamespace(key, known, project)),
    ...["aws:allowedAccountIds", "aws:forbiddenAccountIds"].flatMap((key) => checkAccounts(key, config[key])),
    ...checkDefaultTags(config[fullKey("administrators")], defaultTags(config)),
  ];
}

/** A namespace that looks like the program's own is a mistake; any other one is somebody else's. */
function checkNamespace(full: string, known: readonly string[], project: string): ConfigProblem[] {
  const [given = "", key = ""] = full.split(":", 2);
  if (given === namespace) return [];
  const looksAlike = /administrator/i.test(given) || closest(given, [namespace], 3) !== undefined;
  const isShort = given === project && known.includes(key);
  if (!looksAlike && !isShort) return [];
  const rule = `unknown namespace, did you mean ${namespace}:${closest(key, known, 2) ?? key}?`;
  const why = isShort ? ` A key without a namespace belongs to the project, ${project}.` : "";
  return [{ path: [full], rule: `${rule}${why}`, hidden: true }];
}

function checkAccounts(key: string, given: unknown): ConfigProblem[] {
  if (given === undefined) return [];
  return [given].flat().flatMap((id: unknown, index) => {
    if (/^\d{12}$/.test(String(id))) return [];
    return [{ path: Array.isArray(given) ? [key, index] : [key], rule: `must be 12 digits${quotesFor(id)}` }];
  });
}

function defaultTags(config: Values): string[] {
  const tags = valueAt(config["aws:defaultTags"], "tags");
  return isObject(tags) ? Object.keys(tags) : [];
}

/** A user has the default tags too: IAM takes 50 of them, and does not tell their keys by letter case. */
function checkDefaultTags(administrators: unknown, defaults: readonly string[]): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const origins = new Map<string, { readonly key: string; readonly origin: string }>();
  const refuse = (key: string, origin: string) => {
    const rule = `must not be there beside ${origin}: IAM does not tell tags by letter case, and a user gets both`;
    problems.push({ path: ["aws:defaultTags", "tags", key], rule });
  };
  for (const key of defaults) {
    const earlier = origins.get(key.toLowerCase());
    if (earlier === undefined) origins.set(key.toLowerCase(), { key, origin: `aws:defaultTags.tags.${key}` });
    else refuse(key, earlier.origin);
  }
  for (const [index, entry] of Object.entries(Array.isArray(administrators) ? administrators : [])) {
    if (valueAt(entry, "import") === true) continue;
    const own = ownTags(entry, `administrators[${index}]`);
    for (const [tag, origin] of own) {
      const added = origins.get(tag.toLowerCase());
      if (added !== undefined && added.key !== tag) refuse(added.key, origin);
    }
    const count = new Set([...origins.keys(), ...own.map(([tag]) => tag.toLowerCase())]).size;
    if (origins.size > 0 && count > 50) {
      const rule = `must leave a user with at most 50 tags, administrators[${index}] has ${own.length} of its own`;
      problems.push({ path: ["aws:defaultTags", "tags"], rule });
    }
  }
  return problems;
}

/** The tags of an administrator, with the key of the config that each comes from. */
function ownTags(entry: unknown, path: string): (readonly [string, string])[] {
  const tags = valueAt(entry, "tags");
  return [
    ...Object.keys(isObject(tags) ? tags : {}).map((key) => [key, `${path}.tags.${key}`] as const),
    ...(valueAt(entry, "email") === undefined ? [] : [["email", `${path}.email`] as const]),
    ...(valueAt(entry, "backup") === true ? [["backup", `${path}.backup`] as const] : []),
  ];
}
