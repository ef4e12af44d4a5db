import type { Undone } from "./access.ts";
import { ANY_RESOURCE_TAG, type Context } from "./conditions.ts";
import { DANGEROUS_POLICIES } from "./managedPolicies.ts";
import { ANY_ACCOUNT } from "./resourcePatterns.ts";

// What any customer managed policy may be called.
const SOME_POLICY = "qwe.rty@u9";

const WITHOUT = [undefined];

/** A context of requests in a partition, by what the holder of the document can undo of its conditions. */
type RequestContext = (partition: string, undone: Undone) => Context;

/** The policies with which a request is dangerous: any of full power, and any that nobody has judged. */
export function dangerousPolicies(partition: string): string[] {
  return [
    ...DANGEROUS_POLICIES.map((name) => `arn:${partition}:iam::aws:policy/${name}`),
    `arn:${partition}:iam::${ANY_ACCOUNT}:policy/${SOME_POLICY}`,
  ];
}

/** Requests without a policy and a boundary: a condition that asks for one never holds for them. */
export function plainRequest(on?: "user" | "role" | "policy"): RequestContext {
  return (_partition, { tagsOf }) => ({
    "iam:policyarn": WITHOUT,
    "iam:permissionsboundary": WITHOUT,
    "iam:awsservicename": WITHOUT,
    ...(on && tagsOf.has(on) && { [ANY_RESOURCE_TAG]: [] }),
  });
}

/** Requests that act on a principal who may have a boundary. */
export function boundedRequest(on: "user" | "role"): RequestContext {
  return (partition, undone) => {
    const context = plainRequest(on)(partition, undone);
    // Where a boundary can be undone, any will do.
    const boundaries = undone.boundariesOf.has(on)
      ? undefined
      : [undefined, ...dangerousPolicies(partition), ...undone.writableBoundaries];
    return { ...context, "iam:permissionsboundary": boundaries };
  };
}

/** Requests that attach a managed policy to such a principal, or to a group, which has no boundary. */
export function attachingRequest(on: "user" | "role" | "group"): RequestContext {
  return (partition, undone) => ({
    ...(on === "group" ? plainRequest() : boundedRequest(on))(partition, undone),
    "iam:policyarn": [...dangerousPolicies(partition), ...undone.writablePolicies],
  });
}

/** Requests that make a principal's boundary another one. */
export function reboundingRequest(on: "user" | "role"): RequestContext {
  return (partition, undone) => ({
    ...plainRequest(on)(partition, undone),
    "iam:permissionsboundary": dangerousPolicies(partition),
  });
}

/** Requests that take a principal's boundary away, whichever it is. */
export function unboundingRequest(on: "user" | "role"): RequestContext {
  return (partition, undone) => ({
    ...plainRequest(on)(partition, undone),
    "iam:permissionsboundary": undefined,
  });
}
