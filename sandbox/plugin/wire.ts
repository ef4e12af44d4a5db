import { Metadata, status } from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import * as rpc from "@pulumi/pulumi/runtime/rpc.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import type { UnfinishedResourceError } from "./errors.ts";
import { isObject, type Properties, type Value } from "./values.ts";

/** The properties of a message, secrets unwrapped; a missing message counts as no properties. */
export function fromStruct(struct: structs.Struct | undefined): Properties {
  return withoutSecretMarks(struct?.toJavaScript() ?? {});
}

/** A message that holds the properties. */
export function toStruct(properties: Properties): structs.Struct {
  return structs.Struct.fromJavaScript({ ...properties });
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

/** The error details from which the engine learns that the resource exists all the same. */
export function unfinishedDetails(error: UnfinishedResourceError, message: string): Metadata {
  const detail = new messages.ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(toStruct(error.outputs))
    .setReasonsList([message]);
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new statuses.Status().setCode(status.UNKNOWN).setMessage(message).addDetails(packed);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  return metadata;
}
