import { covers } from "../../policy/iam/access.ts";
import { mayHold, mustHold, type Context } from "../../policy/iam/conditions.ts";
import { evaluate, type ConcreteRequest } from "../../policy/iam/evaluate.ts";
import { memoize } from "../../policy/iam/memoize.ts";
import { statementsIn } from "../../policy/iam/policyDocument.ts";
import { ASSUMING_CALLS, type Principal, type TrustEntry } from "../../policy/iam/trust.ts";
import { UNKNOWN } from "../../policy/iam/values.ts";
import { may, tagsOf, type Holder } from "./holders.ts";

/** Somebody outside of the account's users and roles, whom a trust policy names. */
export interface Outsider {
  readonly kind: "account" | "oidc" | "saml" | "anybody";
  readonly label: string;
  readonly principal: Principal;
}

/** The action by which one assumes a role, if the role's trust agrees. */
export const ASSUME_ROLE = "sts:AssumeRole";
const ASSUME_CALL = ASSUME_ROLE.toLowerCase();
const ALLOW_EVERYTHING = statementsIn({ Statement: { Effect: "Allow", Action: "*", Resource: "*" } });

/** How a holder can assume a role: by what the role's trust says, or undefined. */
export function assumption(role: Holder, holder: Holder, account: string): string | undefined {
  const request = requestFor(role);
  const isMeant = (principal: Principal) => meansHolder(principal, holder, account);
  for (const entry of role.trust) {
    const { principal } = entry;
    const isByAccount = principal.kind === "account";
    if (entry.effect === "Deny" || !isMeant(principal)) continue;
    if (isByAccount ? !may(holder, request) : isRefused(role, holder)) continue;
    if (!allows(entry, ASSUME_CALL, holder.context)) continue;
    if (denies(role.trust, ASSUME_CALL, holder.context, isMeant)) return undefined;
    return `the trust of ${role.label} names ${isByAccount ? "the account" : "it"}`;
  }
  return undefined;
}

function requestFor(role: Holder): ConcreteRequest {
  return { action: ASSUME_ROLE, resource: role.identity.arn, context: tagsOf(role.identity) };
}

/** Whether a holder may not assume a role even if the role's trust names it. */
export function isRefused(role: Holder, { kind, statements, boundary, context }: Holder): boolean {
  const request = requestFor(role);
  const whole = { ...request, context: { ...context, ...request.context } };
  const denied = statements.filter(({ effect }) => effect === "Deny");
  if (denied.length > 0 && evaluate([...ALLOW_EVERYTHING, ...denied], whole) === "no") return true;
  // A boundary limits what a trust gives to a role. What it gives to a user, only a Deny in it does.
  const limits = kind === "user" ? [...ALLOW_EVERYTHING, ...(boundary ?? [])] : boundary;
  return limits !== undefined && evaluate(limits, whole) === "no";
}

/** The outsiders whom a role's trust lets in, and how. */
export function outsidersOf(role: Holder, account: string): { outsider: Outsider; way: string }[] {
  return role.trust.flatMap((entry) => {
    const outsider = outsiderOf(entry.principal, account);
    if (outsider === undefined) return [];
    const context: Context =
      outsider.principal.kind === "account" ? { "aws:principalaccount": [outsider.principal.account] } : {};
    const action = ASSUMING_CALLS[entry.principal.kind].find((call) => allows(entry, call, context));
    if (action === undefined) return [];
    if (denies(role.trust, action, context, includes(entry.principal))) return [];
    return [{ outsider, way: `the trust of ${role.label} names ${nameInPath(entry.principal)}` }];
  });
}

/** The services that a role's trust lets in. */
export const servicesOf = memoize(
  ({ trust }: Holder): readonly string[] =>
    trust.flatMap((entry) =>
      entry.principal.kind === "service" && allows(entry, ASSUME_CALL, {}) ? entry.principal.service : [],
    ),
  new WeakMap(),
);

/** The ARNs of the SAML providers that a role's trust lets in. */
export const samlProvidersOf = memoize(({ trust }: Holder): readonly string[] => {
  const [call = ""] = ASSUMING_CALLS.saml;
  return trust.flatMap((entry) => {
    const { principal } = entry;
    if (principal.kind !== "saml" || !allows(entry, call, {})) return [];
    return denies(trust, call, {}, includes(principal)) ? [] : principal.provider;
  });
}, new WeakMap());

/** `SAML provider okta` for the ARN of one. */
export function shortNameOf(provider: string): string {
  return `SAML provider ${provider.split("/").slice(1).join("/")}`;
}

/** Whether a principal of a trust policy is this one, or everybody. */
function includes(one: Principal): (principal: Principal) => boolean {
  return (principal) => principal.kind === "anybody" || JSON.stringify(principal) === JSON.stringify(one);
}

function outsiderOf(principal: Principal, own: string): Outsider | undefined {
  switch (principal.kind) {
    case "anybody":
      return { kind: "anybody", label: "anybody with an AWS account", principal };
    case "account":
      return principal.account === own ? undefined : accountNode(principal.account);
    case "identity": {
      const account = principal.arn.split(":")[4];
      return account === undefined || account === own ? undefined : accountNode(account);
    }
    case "oidc":
      return { kind: "oidc", label: `OIDC provider ${principal.issuer}`, principal };
    case "saml":
      // Who gets in there is decided in IAM Identity Center.
      return /saml-provider\/AWSSSO_.*_DO_NOT_DELETE$/.test(principal.provider)
        ? undefined
        : { kind: "saml", label: shortNameOf(principal.provider), principal };
    default:
      return undefined;
  }
}

function accountNode(account: string): Outsider {
  return { kind: "account", label: `account ${account}`, principal: { kind: "account", account } };
}

function nameInPath(principal: Principal): string {
  if (principal.kind === "identity") return principal.arn;
  return principal.kind === "anybody" ? "anybody" : "it";
}

function allows({ effect, actions, condition }: TrustEntry, action: string, context: Context): boolean {
  return (
    effect === "Allow" && covers(actions, action) && condition !== UNKNOWN && mayHold(condition, context)
  );
}

function denies(
  trust: readonly TrustEntry[],
  action: string,
  context: Context,
  isMeant: (principal: Principal) => boolean,
): boolean {
  return trust.some(
    ({ effect, principal, except, actions, condition }) =>
      effect === "Deny" &&
      covers(actions, action) &&
      isMeant(principal) &&
      !except.some((other) => other.kind !== "anybody" && isMeant(other)) &&
      (condition === UNKNOWN || mustHold(condition, context)),
  );
}

/** Whether a principal of a trust policy is the holder, or somebody of whom the holder is one. */
function meansHolder(principal: Principal, { kind, identity }: Holder, account: string): boolean {
  if (principal.kind === "anybody") return true;
  if (principal.kind === "account") return principal.account === account;
  if (principal.kind !== "identity" || kind === "group") return false;
  const [, role] = /:assumed-role\/([^/]+)\//.exec(principal.arn) ?? [];
  return role === undefined ? principal.arn === identity.arn : kind === "role" && role === identity.name;
}
