import structs from "google-protobuf/google/protobuf/struct_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { isObject } from "./values.ts";
import type { Properties, Value } from "./values.ts";

// How Pulumi's wire format tells a secret from an ordinary object.
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** The properties of a message, secrets unwrapped; a missing message counts as no properties. */
export function fromStruct(struct: Struct | undefined): Properties {
  return unwrapMembers(struct?.toJavaScript() ?? {});
}

/** A message that holds the properties, the named ones marked as secrets. */
export function toStruct(properties: Properties, secrets: readonly string[] = []): Struct {
  const marked = Object.entries(properties).map(([name, value]): [string, Value] => [
    name,
    secrets.includes(name) ? { [signatureKey]: secretSignature, value } : value,
  ]);
  return structs.Struct.fromJavaScript(Object.fromEntries(marked));
}

function unwrap(value: Value): Value {
  if (Array.isArray(value)) return value.map(unwrap);
  if (!isObject(value)) return value;
  return value[signatureKey] === secretSignature ? unwrap(value.value ?? null) : unwrapMembers(value);
}

function unwrapMembers(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, unwrap(value)]));
}
