import type { Attribute } from "./resourceType.ts";
import { canonical, containsUnknown, isZero, type Properties, type Value } from "./values.ts";

/** The properties of a resource type, by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/**
 * What the state is to become under the inputs: Terraform's planned state. A property that the program leaves out takes the
 * schema's default, stays as it is where it is computed, and is removed otherwise (diffString in the plugin SDK's schema.go).
 */
export function plannedState(
  attributes: Attributes,
  olds: Properties,
  news: Properties,
  ignoreChanges: readonly string[] = [],
): Record<string, Value> {
  // The first part of each path.
  const ignored = new Set(ignoreChanges.map((path) => /^\[?"?([^.["\]]+)/.exec(path)?.[1]));
  const planned = Object.entries(attributes).map(([name, { output, computed, default: byDefault }]) => {
    const [old, given] = [olds[name] ?? null, news[name] ?? null];
    // What neither the old state nor the inputs have cannot be ignored (computeIgnoreChanges in diff.go).
    const isIgnored = ignored.has(name) && (old !== null || given !== null);
    if (isIgnored || (given === null && (output || computed))) return [name, old] as const;
    return [name, given ?? byDefault ?? null] as const;
  });
  return Object.fromEntries(planned);
}

/** The properties in which the plan differs from the state. */
export function changedNames(attributes: Attributes, olds: Properties, planned: Properties): string[] {
  return Object.keys(attributes).filter((name) => {
    const [old, now, compare] = [olds[name], planned[name], attributes[name]?.compare];
    if (containsUnknown(now)) return true;
    return !(isZero(old) && isZero(now)) && comparable(compare, old) !== comparable(compare, now);
  });
}

/** A refresh corrects the inputs that the program gave, with null where nothing was found (extractInputsObject in schema.go). */
export function refreshedInputs(attributes: Attributes, inputs: Properties, outputs: Properties): Properties {
  const refreshed = Object.entries(inputs).flatMap(([name, old]): [string, Value][] => {
    // The list of defaults goes (deleteDefaultsKey), and so does what is no property.
    const found = outputs[name];
    if (name.startsWith("__") || found === undefined) return [];
    // A StateFunc may have written the same in another form.
    const isText =
      attributes[name]?.compare === "json" && typeof old === "string" && typeof found === "string";
    return [[name, isText ? old : found]];
  });
  return Object.fromEntries(refreshed);
}

/** What an import takes for the inputs: all but outputs, zero values and defaults (extractSchemaInputsObject in schema.go). */
export function importedInputs(attributes: Attributes, outputs: Properties): Properties {
  const inputs = Object.entries(outputs).filter(([name, value]) => {
    const attribute = attributes[name];
    return attribute && !attribute.output && !isZero(value) && value !== attribute.default;
  });
  return { ...Object.fromEntries(inputs), __defaults: [] };
}

function comparable(compare: Attribute["compare"], value: Value | undefined): string {
  if (compare === "set" && Array.isArray(value)) return canonical(value.map(canonical).sort());
  try {
    return canonical(compare === "json" && typeof value === "string" ? (JSON.parse(value) as Value) : value);
  } catch {
    return canonical(value);
  }
}

/** The engine never learns of a new id; the bridge keeps it among the outputs (MakeTerraformOutputs in schema.go). */
export function currentId(id: string, { id: kept }: Properties): string {
  return typeof kept === "string" ? kept : id;
}
