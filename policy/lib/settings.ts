import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema.js";
import { matches } from "../iam/glob.ts";
import { asText, UNKNOWN, type Value } from "../iam/values.ts";

/** One key of a rule's configuration: what the service shows and checks, and what the rule itself insists on. */
export interface Setting<T> {
  /** With the default. */
  readonly schema: PolicyConfigJSONSchema;
  readonly accepts: (value: unknown) => value is T;
  readonly expected: string;
}

/** A rule's configuration keys. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The values that a rule gets for its configuration keys. */
export type Configured<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

/** A yes-or-no key. */
export function flag(defaultValue: boolean, description: string): Setting<boolean> {
  return {
    schema: { type: "boolean", default: defaultValue, description },
    accepts: (value) => typeof value === "boolean",
    expected: "true or false",
  };
}

/** A list of names, none of them empty, none twice; patterns with `*` and `?` and ARNs where the description says so. */
export function names(defaultValue: readonly string[], description: string): Setting<readonly string[]> {
  const items = { type: "string", minLength: 1, maxLength: 2048 } as const;
  return {
    schema: { type: "array", items, uniqueItems: true, default: [...defaultValue], description },
    accepts: (value): value is readonly string[] =>
      Array.isArray(value) && value.every((item) => typeof item === "string" && item !== ""),
    expected: "a list of names",
  };
}

/** The groups whose members have full power; the rules that mean them have this same key. */
export const administratorGroups = names(["Administrators"], "Names of the groups that may have full power.");

/** The projects that make administrators; the rules that mean them have this same key. */
export const administratorProjects = names(
  ["iam-administrators"],
  "Names of the projects that may change an administrators group and its members.",
);

/** A whole number within bounds. */
export function count(
  bounds: { readonly default: number; readonly minimum: number; readonly maximum: number },
  description: string,
): Setting<number> {
  return {
    schema: { type: "integer", ...bounds, description },
    accepts: (value): value is number =>
      Number.isInteger(value) && Number(value) >= bounds.minimum && Number(value) <= bounds.maximum,
    expected: `a whole number from ${bounds.minimum} to ${bounds.maximum}`,
  };
}

/**
 * A rule's configuration with its defaults. The engine checks values against the schema, but lets a misspelt key pass
 * and knows no schema when the pack is run by other means, and a key that is not understood must not switch a guard off.
 *
 * @throws Error that names the rule, the key and what is expected.
 */
export function configured<S extends Settings>(rule: string, settings: S, given: object): Configured<S> {
  for (const [key, value] of Object.entries(given)) {
    const setting = Object.hasOwn(settings, key) ? settings[key] : undefined;
    if (setting === undefined) {
      const known = Object.keys(settings).join(", ") || "none";
      throw configurationError(`policy config of ${rule}: unknown key "${key}" (known: ${known})`);
    }
    if (!setting.accepts(value)) {
      throw configurationError(
        `policy config of ${rule}: ${key} must be ${setting.expected}, not ${JSON.stringify(value)}`,
      );
    }
  }
  const defaults = Object.entries(settings).map(([key, { schema }]) => [key, schema.default as unknown]);
  return { ...Object.fromEntries(defaults), ...given } as Configured<S>;
}

/**
 * Whether a name is certainly not among the allowed ones. A name that is not known yet may be one of them; the update,
 * where it is known, decides.
 */
export function isNoneOf(name: Value, allowed: readonly string[]): boolean {
  if (name === UNKNOWN) return allowed.length === 0;
  return !allowed.includes(asText(name) ?? "");
}

/** The same for patterns of names and for ARNs, of which a name is the last part. */
export function matchesNoneOf(name: Value, allowed: readonly string[]): boolean {
  if (name === UNKNOWN) return allowed.length === 0;
  const text = asText(name) ?? "";
  return !allowed.some((pattern) => matches(pattern, text) || matches(lastPart(pattern), text));
}

function lastPart(arn: string): string {
  return /^arn:/i.test(arn) ? arn.slice(arn.lastIndexOf("/") + 1) : arn;
}

/** The SDK shows an error's stack, which says nothing to whoever wrote the configuration. */
function configurationError(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}
