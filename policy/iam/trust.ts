import { element, readCommonElements, readElements, type CommonElements } from "./policyDocument.ts";
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
export interface TrustEntry extends CommonElements {
  readonly principal: Principal;
  /** Who is excepted, where the statement says NotPrincipal; the principal is anybody then. */
  readonly except: readonly Principal[];
}

/** A trust policy as far as it is known, or why it cannot be judged. */
export type Trust = { readonly entries: readonly TrustEntry[] } | { readonly malformed: string };

/** The calls by which a kind of principal assumes a role, in small letters. */
export const ASSUMING_CALLS: Readonly<Record<Principal["kind"], readonly string[]>> = {
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
  const common = readCommonElements(fields, index);
  if (common === undefined) return [];
  return readPrincipals(fields, common.effect).map((principals) => ({ ...common, ...principals }));
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
