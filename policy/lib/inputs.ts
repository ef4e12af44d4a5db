/** Stands for a value that the engine does not know yet, as at a first preview. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** Stands for what lies deeper in a value than anything that AWS accepts. */
export const TOO_DEEP: unique symbol = Symbol("too deep");

/** A resource's input as plain data, safe to look at anywhere. */
export type Value =
  null | undefined | boolean | number | string | typeof UNKNOWN | typeof TOO_DEEP | readonly Value[] | Fields;

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
  return readFields(props, 0);
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

/** Whether a value is nested deeper than a policy document can be. */
export function isTooDeep(value: Value, levels = 20): boolean {
  if (typeof value !== "object" || value === null) return value === TOO_DEEP;
  return (
    levels === 0 ||
    (isList(value) ? value : Object.values(value)).some((inner) => isTooDeep(inner, levels - 1))
  );
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

// Far more than any resource's inputs have, and far less than the stack takes.
const DEEPEST = 100;

function readFields(object: object, depth: number): Fields {
  return Object.fromEntries(Object.keys(object).map((key) => [key, readField(object, key, depth)]));
}

function readField(container: object, key: string, depth: number): Value {
  let value: unknown;
  try {
    value = (container as Record<string, unknown>)[key];
  } catch (error) {
    // The SDK does not export the class; this is the field that no other error has.
    if (error instanceof Error && "unknownTypeSentinel" in error) return UNKNOWN;
    throw error;
  }
  if (typeof value !== "object" || value === null) return value as Value;
  if (depth >= DEEPEST) return TOO_DEEP;
  if (!Array.isArray(value)) return readFields(value, depth + 1);
  return Array.from({ length: value.length }, (_, index) => readField(value, String(index), depth + 1));
}
