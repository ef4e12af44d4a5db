import * as rpc from "@pulumi/pulumi/runtime/rpc.js";

/** A property value as the engine carries it, secrets unwrapped. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** A resource's properties. */
export type Properties = Readonly<Record<string, Value>>;

/** The engine's marker for a value that is not known before the update. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether the marker stands anywhere inside the value. */
export function containsUnknown(value: Value | undefined): boolean {
  if (value === unknownValue) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(containsUnknown);
}

/** Properties with what is marked as a secret unwrapped: which ones are secret is the engine's own affair. */
export function withoutSecretMarks(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, unwrap(value)]));
}

function unwrap(value: Value): Value {
  if (Array.isArray(value)) return value.map(unwrap);
  if (!isObject(value)) return value;
  return rpc.isRpcSecret(value) ? unwrap(rpc.unwrapRpcSecret(value) as Value) : withoutSecretMarks(value);
}

/** Whether the value is an object with named members. */
export function isObject(value: Value | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the value is Terraform's zero value, which differs in no way from an absent one. */
export function isZero(value: Value | undefined): boolean {
  return typeof value === "object" && value !== null ? Object.keys(value).length === 0 : !value;
}

/** Text that is the same for two values exactly when they are equal, whatever the order of members. */
export function canonical(value: Value | undefined): string {
  return JSON.stringify(value ?? null, (_key, inner: Value) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

/** An object's members that have a value, as properties. */
export function present(object: object = {}): Record<string, Value> {
  const members = Object.entries(object) as [string, Value | undefined][];
  return Object.fromEntries(members.flatMap(([name, value]) => (value == null ? [] : [[name, value]])));
}

/** A text, empty for any other value. */
export function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}
