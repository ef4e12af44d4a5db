import type { InputSpec } from "./resourceHandler.ts";
import { canonical, containsUnknown, isEmpty } from "./values.ts";
import type { Properties, Value } from "./values.ts";

/** Which inputs a program changed, and which of those make a new resource. */
export interface Diff {
  readonly changed: readonly string[];
  readonly replaces: readonly string[];
}

/**
 * Compares a resource's state with the program's inputs, as the official plugin does: against what was last read,
 * so that drift shows, and leaving alone what the program does not say where AWS decides it.
 */
export function diffInputs(
  specs: Readonly<Record<string, InputSpec>>,
  state: Properties,
  news: Properties,
  ignoreChanges: readonly string[] = [],
): Diff {
  const ignored = new Set(ignoreChanges.map(topLevel));
  const changed = Object.entries(specs)
    .filter(([name, spec]) => !ignored.has(name) && differs(spec, state[name], news[name]))
    .map(([name]) => name);
  return { changed, replaces: changed.filter((name) => specs[name]?.replaces) };
}

/** The new inputs with those to be ignored taken from the state. */
export function withoutIgnored(
  state: Properties,
  news: Properties,
  ignoreChanges: readonly string[] = [],
): Properties {
  const merged: Record<string, Value> = { ...news };
  for (const name of ignoreChanges.map(topLevel)) {
    const old = state[name];
    if (old === undefined) Reflect.deleteProperty(merged, name);
    else merged[name] = old;
  }
  return merged;
}

function differs(spec: InputSpec, old: Value | undefined, now: Value | undefined): boolean {
  if (now === undefined && spec.computed) return false;
  if (containsUnknown(now)) return true;
  if (isEmpty(old) && isEmpty(now)) return false;
  return comparable(spec, old) !== comparable(spec, now);
}

function comparable(spec: InputSpec, value: Value | undefined): string {
  if (spec.compare === "set" && Array.isArray(value)) return canonical(value.map(canonical).sort());
  if (spec.compare === "json" && typeof value === "string") return canonicalJson(value);
  return canonical(value ?? null);
}

function canonicalJson(json: string): string {
  try {
    return canonical(JSON.parse(json) as Value);
  } catch {
    return json;
  }
}

function topLevel(path: string): string {
  return /^\[?"?([^.["\]]+)/.exec(path)?.[1] ?? path;
}
