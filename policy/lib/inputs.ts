import { asList, asText, TOO_DEEP, UNKNOWN, type Fields, type Value } from "../iam/values.ts";

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

/** The list, or a list of the one value; nothing for a list that is unknown as a whole, since it may turn out to be empty. */
export function asKnownList(value: Value): readonly Value[] {
  return value === UNKNOWN ? [] : asList(value);
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
