/** A property value as the engine carries it, secrets unwrapped. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** A resource's properties. */
export type Properties = Readonly<Record<string, Value>>;

/** The engine's marker for a value that is not known before the update. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether the marker stands anywhere inside the value. */
export function containsUnknown(value: Value | undefined): boolean {
  if (value === unknownValue) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isObject(value) && Object.values(value).some(containsUnknown);
}

/** Whether the value is an object with named members. */
export function isObject(value: Value | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the value is Terraform's zero value, which differs in no way from an absent one. */
export function isZero(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/** Text that is the same for two values exactly when they are equal, whatever the order of members. */
export function canonical(value: Value | undefined): string {
  return JSON.stringify(value ?? null, (_key, inner: Value) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

/** The properties that have a value. */
export function withoutNulls(properties: Properties): Record<string, Value> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}

/** An object's members that there are, as properties. */
export function present(object: object = {}): Properties {
  const entries = Object.entries(object).filter((entry): entry is [string, Value] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

/** A text, empty for any other value. */
export function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}
