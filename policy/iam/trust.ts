import { readCondition, type Clause } from "./conditions.ts";
import { element, readElements, type Patterns } from "./policyDocument.ts";
import { asFields, asList, asText, hasUnknown, UNKNOWN, type Fields, type Value } from "./values.ts";

/** Who a statement of a trust policy means. An account means everybody in it whom the account itself permits. */
export type Principal =
  | { readonly kind: "anybody" }
  | { readonly kind: "account"; readonly account: string }
  | { readonly kind: "identity"; readonly arn: string }
  | { readonly kind: "service"; readonly service: string }
  | { readonly kind: "oidc"; readonly issuer: string }
  | { readonly kind: "saml"; readonly provider: string }
  | { readonly kind: "canonical"; readonly id: string };

/** One principal of one statement. */
export interface TrustEntry {
  readonly effect: "Allow" | "Deny";
  readonly principal: Principal;
  /** Who is excepted, where the statement says NotPrincipal; the principal is anybody then. */
  readonly except: readonly Principal[];
  /** In small letters. */
  readonly actions: Patterns;
  /** UNKNOWN where any part of it is. */
  readonly condition: readonly Clause[] | typeof UNKNOWN;
  /** How a message names the statement: its Sid, or its number. */
  readonly label: string;
}

/** A trust policy as far as it is known, or why it cannot be judged. */
export type Trust = { readonly entries: readonly TrustEntry[] } | { readonly malformed: string };

/** The calls by which a kind of principal assumes a role, in small letters. */
export const ASSUMING: Readonly<Record<Principal["kind"], readonly string[]>> = {
  anybody: ["sts:assumerole", "sts:assumerolewithwebidentity", "sts:assumerolewithsaml"],
  account: ["sts:assumerole"],
  identity: ["sts:assumerole"],
  service: ["sts:assumerole"],
  oidc: ["sts:assumerolewithwebidentity"],
  saml: ["sts:assumerolewithsaml"],
  canonical: [],
};

/**
 * Reads a role's trust policy, JSON text or an object. What is unknown is left out of an Allow, and means everybody and
 * everything in a Deny.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function readTrust(value: Value): Trust {
  if (value === UNKNOWN) return { entries: [] };
  const read = readElements(value);
  if ("malformed" in read) return read;
  return {
    entries: read.statements.flatMap((fields, index) => (fields ? readStatement(fields, index) : [])),
  };
}

function readStatement(fields: Fields, index: number): TrustEntry[] {
  const effectValue = element(fields, "Effect");
  if (effectValue === UNKNOWN) return [];
  const effect = asText(effectValue)?.trim().toLowerCase() === "deny" ? "Deny" : "Allow";
  const actions = readActions(fields, effect);
  const principals = readPrincipals(fields, effect);
  const condition = element(fields, "Condition");
  const sid = asText(element(fields, "Sid"));
  const rest = {
    effect,
    actions,
    condition: hasUnknown(condition) ? UNKNOWN : readCondition(condition),
    label: sid ? `statement "${sid}"` : `statement ${index + 1}`,
  } as const;
  return principals.map(({ principal, except }) => ({ ...rest, principal, except }));
}

/** An unknown action is none that is allowed, and each that is denied. */
function readActions(fields: Fields, effect: TrustEntry["effect"]): Patterns {
  const exclusion = element(fields, "NotAction");
  const excluded = exclusion !== undefined && exclusion !== null;
  const unknown = (effect === "Deny") === excluded ? [] : ["*"];
  const listed = asList(excluded ? exclusion : element(fields, "Action"));
  return {
    excluded,
    patterns: listed.flatMap((item) => (item === UNKNOWN ? unknown : (textOf(item)?.toLowerCase() ?? []))),
  };
}

type Principals = readonly Pick<TrustEntry, "principal" | "except">[];

function readPrincipals(fields: Fields, effect: TrustEntry["effect"]): Principals {
  const written = element(fields, "Principal");
  const excepted = element(fields, "NotPrincipal");
  if (excepted !== undefined && excepted !== null) {
    // Whoever is not known yet may be the one who is spared, or the only one who is not.
    if (hasUnknown(excepted) && effect === "Allow") return [];
    return [{ principal: ANYBODY, except: principalsIn(excepted) }];
  }
  const unknown = hasUnknown(written) && effect === "Deny" ? [ANYBODY] : [];
  return [...principalsIn(written), ...unknown].map((principal) => ({ principal, except: [] }));
}

const ANYBODY: Principal = { kind: "anybody" };

function principalsIn(written: Value): Principal[] {
  const types = asFields(written);
  if (types === undefined) return asList(written).flatMap((value) => principal("aws", value));
  return Object.entries(types).flatMap(([type, values]) =>
    asList(values).flatMap((value) => principal(type.trim().toLowerCase(), value)),
  );
}

function principal(type: string, value: Value): Principal[] {
  const text = textOf(value);
  if (text === undefined) return [];
  if (/^[*?]+$/.test(text)) return [ANYBODY];
  switch (type) {
    case "service":
      return [/[*?]/.test(text) ? ANYBODY : { kind: "service", service: text.toLowerCase() }];
    case "federated":
      return [federated(text)];
    case "canonicaluser":
      return [{ kind: "canonical", id: text }];
    default:
      return [identity(text)];
  }
}

function federated(text: string): Principal {
  const [, kind, name = ""] = /:(saml|oidc)-provider\/(.+)$/i.exec(text) ?? [];
  if (kind?.toLowerCase() === "saml") return { kind: "saml", provider: text };
  return { kind: "oidc", issuer: issuerName(name || text) };
}

/** An issuer as condition keys name it, in small letters. */
export function issuerName(url: string): string {
  return url
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/$/, "");
}

/** An account by its number or its `:root`, a user or role by its ARN or unique id; anybody's where the account is open. */
function identity(text: string): Principal {
  const [, , , , account, resource] = text.split(":");
  if (/^\d{12}$/.test(text)) return { kind: "account", account: text };
  if (account !== undefined && /[*?]/.test(account)) return ANYBODY;
  if (account === undefined && /[*?]/.test(text)) return ANYBODY;
  return account !== undefined && resource === "root"
    ? { kind: "account", account }
    : { kind: "identity", arn: text };
}

function textOf(value: Value): string | undefined {
  // YAML and HCL write an account as a number.
  return typeof value === "number" ? String(value).padStart(12, "0") : asText(value)?.trim();
}
