/** The namespace of the stack config. */
export const namespace = "iam-administrators";

/** Config values by their keys. */
export type Values = Readonly<Record<string, unknown>>;

const prefix = `${namespace}:`;

/** The full key of one of this namespace; a full key stays what it is. */
export function fullKey(key: string): string {
  return key.includes(":") ? key : `${prefix}${key}`;
}

/** Keys whose values are plain strings; every other value is JSON to Pulumi. */
const textKeys = new Set([`${prefix}accountAlias`]);

/**
 * A config by full keys, `namespace:key`, with the meaning of the JSON that Pulumi hands over, and `pulumi config set`
 * writes, as text.
 *
 * @param project - the namespace of a key without one. @default the program's own
 */
export function withFullKeys(config: Values, project = namespace): Values {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      const full = key.includes(":") ? key.replace(/^([^:]*):config:/, "$1:") : `${project}:${key}`;
      return [full, full.startsWith(prefix) ? parse(full, value) : objectOf(full, value)];
    }),
  );
}

/** What belongs to the namespace, without its name. */
export function ownKeys(config: Values): Values {
  const own = Object.entries(config).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
}

/** Whether the value is an object with named members. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value of a file is an encrypted one. */
export function isSecret(value: unknown): boolean {
  return isObject(value) && typeof value.secure === "string" && Object.keys(value).length === 1;
}

/** What stands in an object or a list under a key. */
export function valueAt(value: unknown, key: PropertyKey): unknown {
  const holds = typeof value === "object" && value !== null && Object.hasOwn(value, key);
  return holds ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}

function parse(key: string, value: unknown): unknown {
  if (value === undefined) return undefined;
  // To Pulumi, a key without a value is an empty text.
  const text = typeof value === "string" ? value : JSON.stringify(value ?? "");
  if (textKeys.has(key) && !text.startsWith("{")) return text;
  return parseJson(text);
}

/** Of other packages' values, those that this program reads too. */
function objectOf(key: string, value: unknown): unknown {
  const isRead = /^aws:(?:defaultTags|\w+AccountIds)$/.test(key);
  return isRead && typeof value === "string" && /^[{[]/.test(value) ? parseJson(value) : value;
}

/** What the JSON says, or the text where it is none: the schema reports it with its key, its value and the rule. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
