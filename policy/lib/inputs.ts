/** Stands for a value that the engine does not know yet, as at a first preview. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** A resource's input as plain data, safe to look at anywhere. */
export type Value = null | undefined | boolean | number | string | typeof UNKNOWN | readonly Value[] | Fields;

/** A resource's inputs, or an object inside them. */
export interface Fields {
  readonly [key: string]: Value;
}

/**
 * Copies a resource's inputs out of the policy SDK's proxy, which throws `UnknownValueError` at the first touch of an
 * unknown and so turns a whole mandatory rule into a warning. In the copy an unknown is {@link UNKNOWN}, and the rest of
 * the resource can still be judged.
 *
 * @see https://www.pulumi.com/docs/insights/policy/policy-packs/authoring/
 */
export function readInputs(props: object): Fields {
  return Object.fromEntries(Object.keys(props).map((key) => [key, readField(props, key)]));
}

/** The list itself, or a list of the one value; nothing for an absent value. An unknown is a list of one unknown. */
export function asList(value: Value): readonly Value[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}

/** The same, but nothing for a list that is unknown as a whole: it may turn out to be empty. */
export function asKnownList(value: Value): readonly Value[] {
  return value === UNKNOWN ? [] : asList(value);
}

/** The fields of an object, or undefined for anything else. */
export function asFields(value: Value): Fields | undefined {
  return typeof value === "object" && value !== null && !isList(value) ? value : undefined;
}

/** A known string, or undefined for anything else. */
export function asText(value: Value): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A name for a message: the text, or that it is not known yet. */
export function nameOf(value: Value): string {
  return asText(value) ?? "not known yet";
}

/** True also for the text "true": provider inputs and YAML programs carry booleans as text. */
export function isTrue(value: Value): boolean {
  return value === true || value === "true";
}

/** True also for the text "false"; not for an absent value. */
export function isFalse(value: Value): boolean {
  return value === false || value === "false";
}

/** Whether this is absent in every form in which the engine passes on "not set". */
export function isAbsent(value: Value): boolean {
  return value === undefined || value === null || value === "";
}

/** Whether the unknown could hide anything in this value: itself, or any part of it. */
export function hasUnknown(value: Value): boolean {
  if (value === UNKNOWN) return true;
  if (typeof value !== "object" || value === null) return false;
  return (isList(value) ? value : Object.values(value)).some(hasUnknown);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function readField(container: object, key: string): Value {
  let value: unknown;
  try {
    value = (container as Record<string, unknown>)[key];
  } catch (error) {
    // The SDK does not export the class; this is the field that no other error has.
    if (error instanceof Error && "unknownTypeSentinel" in error) return UNKNOWN;
    throw error;
  }
  if (Array.isArray(value)) {
    return Array.from({ length: value.length }, (_, index) => readField(value as object, String(index)));
  }
  if (typeof value === "object" && value !== null) return readInputs(value);
  return value as Value;
}
