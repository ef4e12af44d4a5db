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

/** The list itself, or a list of the one value; nothing for an absent value. An unknown is a list of one unknown. */
export function asList(value: Value): readonly Value[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}

/** The fields of an object, or undefined for anything else. */
export function asFields(value: Value): Fields | undefined {
  return typeof value === "object" && value !== null && !isList(value) ? value : undefined;
}

/** A known string, or undefined for anything else. */
export function asText(value: Value): string | undefined {
  return typeof value === "string" ? value : undefined;
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
