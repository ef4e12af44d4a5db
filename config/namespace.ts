/** The namespace of the stack config. */
export const namespace = "iam-administrators";

/** Config values by their keys. */
export type Values = Readonly<Record<string, unknown>>;

const prefix = `${namespace}:`;

/** Keys whose values are plain strings; every other value is JSON to Pulumi. */
const textKeys = new Set([`${prefix}accountAlias`]);

/** A config by full keys, with the meaning of the JSON that Pulumi hands over, and `pulumi config set` writes, as text. */
export function withFullKeys(config: Values): Values {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      const full = key.includes(":") ? key : `${prefix}${key}`;
      return [full, full.startsWith(prefix) ? parse(full, value) : value];
    }),
  );
}

/** What belongs to the namespace, without its name. */
export function ownKeys(config: Values): Values {
  const own = Object.entries(config).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
}

function parse(key: string, value: unknown): unknown {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (textKeys.has(key) && !text.startsWith("{")) return text;
  try {
    return JSON.parse(text);
  } catch {
    // Left as text, the schema reports it with its key, its value and the rule.
    return text;
  }
}
