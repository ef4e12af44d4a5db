import * as pulumi from "@pulumi/pulumi";

/**
 * The value where it is known, else undefined; in a preview the output as it is.
 *
 * `pulumi up` with `--target` or `--exclude` leaves out resources that do not exist yet. What is unknown then would become
 * an output in the form of the engine's own placeholder, a UUID.
 */
export function whereKnown<T>(value: pulumi.Output<T>): pulumi.Output<T | undefined> {
  if (pulumi.runtime.isDryRun()) return value;
  // Part of the SDK, but missing from its type declarations.
  const { isKnown } = value as unknown as { readonly isKnown: Promise<boolean> };
  return pulumi.output(isKnown.then((known) => (known ? value : undefined))) as pulumi.Output<T | undefined>;
}
