import type { Identity, Policy } from "../../account/identities.ts";
import { covers } from "../../policy/iam/access.ts";
import type { Context } from "../../policy/iam/conditions.ts";
import { evaluate, type ConcreteRequest } from "../../policy/iam/evaluate.ts";
import { memoize } from "../../policy/iam/memoize.ts";
import type { Statement } from "../../policy/iam/policyDocument.ts";
import type { TrustEntry } from "../../policy/iam/trust.ts";
import type { Step } from "./ways.ts";

/** Somebody with permissions: a user with those of its groups, a role, or a group as each of its members has it. */
export interface Holder {
  readonly kind: "user" | "role" | "group";
  /** What a path calls it: `role build`. */
  readonly label: string;
  readonly identity: Identity;
  /** All policies: its own, and those of its groups. */
  readonly policies: readonly Policy[];
  readonly groups: readonly Holder[];
  readonly statements: readonly Statement[];
  /** The statements of the permissions boundary; undefined for none, and for one whose text is not known. */
  readonly boundary: readonly Statement[] | undefined;
  /** A role's trust policy. */
  readonly trust: readonly TrustEntry[];
  /** What each of its requests carries. */
  readonly context: Context;
  readonly isFullPower: boolean;
  /** The same holder once its boundary is gone. */
  readonly unbound?: Holder;
  /** The same holder once it has taken away policies that deny something; absent where it may take none away. */
  readonly undenied?: Undenied;
}

/** A holder without policies that denied something, and the steps by which it has got rid of them. */
export interface Undenied {
  readonly holder: Holder;
  readonly steps: readonly Step[];
}

/** An account, as far as it decides who can do what. */
export interface IamAccount {
  readonly id: string;
  readonly partition: string;
  readonly holders: readonly Holder[];
  /** The ARNs of policies that give full power when they are attached. */
  readonly dangerousPolicies: readonly string[];
}

/** Whether a holder may do something, as far as its policies and its boundary tell. */
export function may({ statements, boundary, context }: Holder, request: ConcreteRequest): boolean {
  const relevant = about(statements)(request.action);
  if (!relevant.isAllowed) return false;
  const limits = boundary && about(boundary)(request.action);
  if (limits?.isAllowed === false) return false;
  const whole = { ...request, context: request.context ? { ...context, ...request.context } : context };
  if (evaluate(relevant.statements, whole) === "no") return false;
  return limits === undefined || evaluate(limits.statements, whole) !== "no";
}

/** Whether any Allow of the statements is about the action. */
export function mentions(statements: readonly Statement[], action: string): boolean {
  return about(statements)(action).isAllowed;
}

/** The statements about an action, and whether any allows it, somewhere and under some condition. */
interface About {
  readonly statements: readonly Statement[];
  readonly isAllowed: boolean;
}

/** The same few actions are asked of everybody, on thousands of resources. */
const about = memoize(
  (all: readonly Statement[]) =>
    memoize((action: string): About => {
      const statements = all.filter(({ actions }) => covers(actions, action.toLowerCase()));
      return { statements, isAllowed: statements.some(({ effect }) => effect === "Allow") };
    }),
  new WeakMap(),
);

/** What a request on a user or a role says of it. */
export const tagsOf = memoize(
  ({ tags }: Identity): Context =>
    Object.fromEntries(
      Object.entries(tags).flatMap(([key, value]) => [
        [`aws:resourcetag/${key.toLowerCase()}`, [value]],
        [`iam:resourcetag/${key.toLowerCase()}`, [value]],
      ]),
    ),
  new WeakMap(),
);
