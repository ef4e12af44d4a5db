import type { PolicyResource } from "@pulumi/policy";
import type { Fields } from "../iam/values.ts";
import { readInputs } from "./inputs.ts";

/** A resource at the end of a preview or an update. */
export interface StackResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** What the provider says of it; at a preview, what it was before where the provider does not know better. */
  readonly outputs: Fields;
  /** The resources of the same types that an input was made from. */
  readonly dependencies: (input: string) => readonly StackResource[];
}

/** The resources of these types. */
export function readStack(
  resources: readonly PolicyResource[],
  types: ReadonlySet<string>,
): readonly StackResource[] {
  const read = new Map<string, StackResource>();
  for (const { type, name, urn, props, propertyDependencies } of resources) {
    if (!types.has(type)) continue;
    const dependencies = (input: string): readonly StackResource[] =>
      (propertyDependencies[input] ?? []).flatMap((dependency) => read.get(dependency.urn) ?? []);
    read.set(urn, { type, name, urn, outputs: readInputs(props), dependencies });
  }
  return [...read.values()];
}
