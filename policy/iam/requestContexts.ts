import type { RequestContext } from "./access.ts";
import { ANY_RESOURCE_TAG } from "./conditions.ts";
import { dangerousPolicyArns } from "./managedPolicies.ts";
import { ANY_ACCOUNT } from "./resourcePatterns.ts";

// What any customer managed policy may be called.
const SOME_POLICY = "qwe.rty@u9";

const WITHOUT = [undefined];

/** The policies with which a request is dangerous: any of full power, and any that nobody has judged. */
function dangerousPolicies(partition: string): string[] {
  return [...dangerousPolicyArns(partition), `arn:${partition}:iam::${ANY_ACCOUNT}:policy/${SOME_POLICY}`];
}

/** Requests without a policy and a boundary: a condition that asks for one never holds for them. */
export const plainRequest: RequestContext = (_partition, { tagsOf }, on) => ({
  "iam:policyarn": WITHOUT,
  "iam:permissionsboundary": WITHOUT,
  "iam:awsservicename": WITHOUT,
  ...(tagsOf.has(on) && { [ANY_RESOURCE_TAG]: [] }),
});

/** Requests that act on a principal who may have a boundary. Where a boundary can be undone, any will do. */
export const boundedRequest: RequestContext = (partition, undone, on) => ({
  ...plainRequest(partition, undone, on),
  "iam:permissionsboundary": undone.boundariesOf.has(on)
    ? undefined
    : [undefined, ...dangerousPolicies(partition), ...undone.writableBoundaries],
});

/** Requests that attach a managed policy to such a principal, or to a group, which has no boundary. */
export const attachingRequest: RequestContext = (partition, undone, on) => ({
  ...(on === "group" ? plainRequest : boundedRequest)(partition, undone, on),
  "iam:policyarn": [...dangerousPolicies(partition), ...undone.writablePolicies],
});

/** Requests that make a principal's boundary another one. */
export const reboundingRequest: RequestContext = (partition, undone, on) => ({
  ...plainRequest(partition, undone, on),
  "iam:permissionsboundary": dangerousPolicies(partition),
});

/** Requests that take a principal's boundary away, whichever it is. */
export const unboundingRequest: RequestContext = (partition, undone, on) => ({
  ...plainRequest(partition, undone, on),
  "iam:permissionsboundary": undefined,
});
