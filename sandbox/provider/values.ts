/** A property value as the engine carries it, secrets unwrapped. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** A resource's properties; an absent one is absent, never undefined. */
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

/** Whether Terraform, and with it the official plugin, sees no difference between this value and none. */
export function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/** Leaves out the absent ones, so that what an AWS answer lacks is no property. */
export function present(properties: Readonly<Record<string, Value | undefined>>): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );
}

/** Text that is the same for two values exactly when they are equal, whatever the order of members. */
export function canonical(value: Value | undefined): string {
  return JSON.stringify(value, (_key, inner: Value) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

/** @throws Error when the property is neither text nor absent. */
export function optionalText(properties: Properties, name: string): string | undefined {
  const value = properties[name] ?? undefined;
  if (value !== undefined && typeof value !== "string") throw new Error(`${name} must be a string`);
  return value === "" ? undefined : value;
}

/** @throws Error when the property is absent, or not text. */
export function text(properties: Properties, name: string): string {
  const value = optionalText(properties, name);
  if (value === undefined) throw new Error(`Missing required argument: "${name}"`);
  return value;
}

/** @throws Error when the property is neither a number nor absent. */
export function optionalNumber(properties: Properties, name: string): number | undefined {
  const value = properties[name] ?? undefined;
  if (value !== undefined && typeof value !== "number") throw new Error(`${name} must be a number`);
  return value;
}

/** Whether the property is true; absent counts as false. */
export function flag(properties: Properties, name: string): boolean {
  return properties[name] === true;
}

/** The property as a list of texts; absent counts as empty. */
export function texts(properties: Properties, name: string): string[] {
  const value = properties[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** The property as a map of texts; absent counts as empty. */
export function textMap(properties: Properties, name: string): Record<string, string> {
  const value = properties[name];
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      typeof member === "string" ? member : canonical(member),
    ]),
  );
}
