import { covers } from "./access.ts";
import type { Clause } from "./conditions.ts";
import { memoize } from "./memoize.ts";
import { namesSubject, subjectAdvice, exact, type NamesOneOwner } from "./oidcSubjects.ts";
import type { Patterns } from "./policyDocument.ts";
import { ASSUMING_CALLS, issuerName, type Principal, type TrustEntry } from "./trust.ts";
import { UNKNOWN } from "./values.ts";
import { VARIABLES } from "./variables.ts";

/** An entry of a trust policy by which anybody can assume the role. */
export interface OpenTrust {
  readonly entry: TrustEntry;
  /** Who is let in, for a message. */
  readonly who: string;
  /** How to close it. */
  readonly advice: string;
}

/**
 * The entries by which anybody can assume the role: every principal without a condition that says whose it must be, or
 * tokens of a provider without one that says whom they are about. A condition on an external id, an address or a tag
 * is none: the caller chooses them or they are no secret. Services, accounts and their identities are never anybody.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function findOpenTrust(entries: readonly TrustEntry[]): readonly OpenTrust[] {
  // The entries of a statement share its actions and its condition, which are looked at once.
  const assuming = memoize((actions: Patterns) =>
    ASSUMING_CALLS.anybody.filter((action) => covers(actions, action)),
  );
  const binding = memoize(scopesThatBind);
  const denies = entries
    .filter(({ effect }) => effect === "Deny")
    .map((entry) => readDenial(entry, assuming(entry.actions)));
  return entries
    .filter(({ effect, principal, actions, condition }) => {
      if (effect === "Deny" || !["anybody", "oidc", "saml"].includes(principal.kind)) return false;
      const calls = assuming(actions).filter((action) => ASSUMING_CALLS[principal.kind].includes(action));
      // What is not known yet may name somebody.
      if (calls.length === 0 || condition === UNKNOWN) return false;
      if ([...binding(condition)].some((scope) => includesPrincipal(scope, principal))) return false;
      const key = keyOf(principal);
      return !denies.some((deny) => deniesStrangers(deny, key, calls, principal));
    })
    .map((entry) => ({ entry, ...explain(entry.principal) }));
}

type Condition = readonly Clause[];

/** Whom a condition can be about: everybody, the users of SAML, or those of an OIDC issuer, by its name. */
type Scope = string;
const EVERYBODY = "everybody";
const SAML = "saml";

function includesPrincipal(scope: Scope, principal: Principal): boolean {
  if (scope === EVERYBODY) return true;
  if (principal.kind === "oidc") return scope === principal.issuer;
  return principal.kind === "saml" ? scope === SAML : scope !== SENTINEL;
}

/** The scopes in which a condition leaves nobody in but those whom it names. */
function scopesThatBind(condition: Condition): ReadonlySet<Scope> {
  const required = new Set(
    condition
      .filter(
        ({ operator, values }) => operator === "null" && values.every((value) => /^false$/i.test(value)),
      )
      .map(({ key }) => key),
  );
  return new Set(
    condition.flatMap(({ operator, key, values, passesWithout }) => {
      if (operator === "bool") {
        const isService =
          key === "aws:principalisawsservice" && values.every((value) => /^true$/i.test(value));
        return isService ? EVERYBODY : [];
      }
      if (!/^(string|arn)(equals|equalsignorecase|like)$/.test(operator)) return [];
      if (passesWithout && !required.has(key)) return [];
      return scopeOf(key, operator, values) ?? [];
    }),
  );
}

interface Denial {
  readonly principal: string;
  readonly except: ReadonlySet<string>;
  readonly calls: ReadonlySet<string>;
  /** The scopes of its clauses, each of which holds for all strangers in its scope; undefined where one may not hold. */
  readonly scopes: readonly Scope[] | undefined;
}

function readDenial({ principal, except, condition }: TrustEntry, calls: readonly string[]): Denial {
  const scopes = (condition === UNKNOWN ? [] : condition).map(
    ({ operator, key, values, passesWithout }): Scope | undefined => {
      if (operator === "bool")
        return /^aws:(principalisawsservice|viaawsservice)$/.test(key) && values.includes("false")
          ? EVERYBODY
          : undefined;
      if (!passesWithout || !/^(string|arn)not/.test(operator)) return undefined;
      return scopeOf(key, operator.replace("not", ""), values);
    },
  );
  const known = [...new Set(scopes)].filter((scope) => scope !== undefined);
  return {
    principal: keyOf(principal),
    except: new Set(except.map(keyOf)),
    calls: new Set(calls),
    scopes: scopes.includes(undefined) ? undefined : known,
  };
}

/** Whether a denial meets everybody whom an entry should not have let in. */
function deniesStrangers(deny: Denial, key: string, calls: readonly string[], principal: Principal): boolean {
  if (deny.scopes === undefined || deny.except.has(key)) return false;
  if (deny.principal !== ANYBODY_KEY && deny.principal !== key) return false;
  return (
    calls.every((call) => deny.calls.has(call)) &&
    deny.scopes.every((scope) => includesPrincipal(scope, principal))
  );
}

const keyOf = (principal: Principal): string => Object.values(principal).join(" ");
const ANYBODY_KEY = keyOf({ kind: "anybody" });

const organizationPath: NamesOneOwner = (pattern) => /^o-[^*?/]+(\/|$)/.test(pattern);

/** An ARN of one account; for a bucket, which has none in its ARN, the whole of it. */
const ownArn: NamesOneOwner = (pattern) => /^\d{12}$/.test(pattern.split(":")[4] ?? "") || exact(pattern);

/** The condition keys that say whose a caller is, or for whom a service calls, and what names one owner in them. */
const OWNERS: Readonly<Record<string, NamesOneOwner>> = {
  "aws:principalaccount": exact,
  "aws:principalarn": ownArn,
  "aws:principalorgid": exact,
  "aws:principalorgpaths": organizationPath,
  "aws:principalservicename": exact,
  "aws:principalservicenameslist": exact,
  "aws:sourceaccount": exact,
  "aws:sourcearn": ownArn,
  "aws:sourceorgid": exact,
  "aws:sourceorgpaths": organizationPath,
  "aws:sourcevpc": exact,
  "aws:sourcevpce": exact,
  "aws:vpceaccount": exact,
  "aws:vpceorgid": exact,
  "aws:vpceorgpaths": organizationPath,
  "aws:userid": (pattern) => /^[^*?:]+(:|$)/.test(pattern),
};

// Microsoft's tenant, which is every customer's: there the name of the session is the customer's.
const SENTINEL = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d";

/** In which scope a key with these values, compared by an operator, names one owner. */
function scopeOf(key: string, operator: string, values: readonly string[]): Scope | undefined {
  const patterns = values.map((value) => patternOf(operator, value));
  const all = (names: NamesOneOwner, scope: Scope): Scope | undefined =>
    patterns.every(names) ? scope : undefined;
  const owners = Object.hasOwn(OWNERS, key) ? OWNERS[key] : undefined;
  if (owners) return all(owners, EVERYBODY);
  if (key === "saml:aud") return all((pattern) => /[^*?]/.test(pattern), SAML);
  if (key === "sts:rolesessionname") return all(exact, SENTINEL);
  const colon = key.lastIndexOf(":");
  const issuer = issuerName(key.slice(0, colon));
  return all((pattern) => namesSubject(issuer, key.slice(colon + 1), pattern), issuer);
}

const ANY = /^\*+$/;

/** The role's own account and organization; any other variable is whatever the caller makes it. */
const OWN_VALUES: Readonly<Record<string, string>> = {
  "${aws:resourceaccount}": "123456789012",
  "${aws:resourceorgid}": "o-own",
};

/** A value as a pattern: where the operator compares texts, a star in it is no wildcard. */
function patternOf(operator: string, value: string): string {
  const isText = operator.startsWith("stringequals") && !ANY.test(value);
  return (isText ? value.replace(/[*?]/g, "_") : value)
    .replace(/\$\{[*?$_]\}/g, "_")
    .replace(VARIABLES, (variable) => OWN_VALUES[variable.toLowerCase()] ?? "*");
}

function explain(principal: Principal): Omit<OpenTrust, "entry"> {
  if (principal.kind === "saml")
    return {
      who: `whoever has an assertion of ${principal.provider}, for whatever it was made`,
      advice: "require SAML:aud, such as https://signin.aws.amazon.com/saml",
    };
  if (principal.kind === "oidc")
    return { who: `whoever gets a token of ${principal.issuer}`, advice: subjectAdvice(principal.issuer) };
  return {
    who: "anybody with an AWS account",
    advice:
      "name accounts or roles in Principal, or require aws:PrincipalOrgID (an external id is no secret)",
  };
}
