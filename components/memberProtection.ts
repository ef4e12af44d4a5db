import type * as pulumi from "@pulumi/pulumi";
import { beforeDelete } from "./hooks.ts";

/** URNs of the memberships that this run makes and protects. */
const protectedMemberships = new Set<string>();

/**
 * Hooks of a membership: a `pulumi destroy` takes nobody out of the group. Pulumi's own `protect` would refuse to let an
 * administrator go who is taken out of the program, too.
 *
 * Each membership refuses for itself. Were there one resource that depends on all of them, `--target-dependents` would
 * take it from everybody with the first.
 *
 * Without its program, `pulumi destroy` refuses by itself, for the hook, and prints the hook's name.
 */
export function refuseDestroy(): pulumi.ResourceHookBinding {
  return beforeDelete("destroy-needs-protect-false", (urn) => {
    if (!protectedMemberships.has(urn)) return;
    const name = urn.slice(urn.lastIndexOf("::") + 2);
    throw new Error(
      `administrator "${name}": protect is true, and nothing is destroyed. To let one administrator go, take the entry out ` +
        "and run pulumi up. To take everything down, set protect to false, run pulumi up, then pulumi destroy.",
    );
  });
}

/** Lets {@link refuseDestroy} know that the program still has this membership. */
export function markProtected(membership: pulumi.Resource): void {
  membership.urn.apply((urn) => protectedMemberships.add(urn));
}
