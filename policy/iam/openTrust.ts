import { covers } from "./access.ts";
import type { Clause } from "./conditions.ts";
import { namesSubject, subjectAdvice } from "./oidcSubjects.ts";
import { VARIABLES } from "./variables.ts";
import { assumes, ASSUMING, issuerName, type Principal, type TrustEntry } from "./trust.ts";
import { UNKNOWN } from "./values.ts";

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
  const denies = entries.filter(({ effect }) => effect === "Deny");
  return entries
    .filter((entry) => entry.effect === "Allow" && assumes(entry) && isOpen(entry))
    .filter((entry) => !denies.some((deny) => keepsStrangersOut(deny, entry)))
    .map((entry) => ({ entry, ...explain(entry.principal) }));
}

function isOpen({ principal, condition }: TrustEntry): boolean {
  if (!["anybody", "oidc", "saml"].includes(principal.kind)) return false;
  // What is not known yet may name somebody.
  if (condition === UNKNOWN) return false;
  return !condition.some((clause) => binds(clause, condition, principal));
}

/** Whether a clause leaves nobody in but those whom it names. */
function binds(clause: Clause, all: readonly Clause[], principal: Principal): boolean {
  const { operator, key, values } = clause;
  if (operator === "bool")
    return key === "aws:principalisawsservice" && values.every((value) => /^true$/i.test(value));
  if (!/^(string|arn)(equals|equalsignorecase|like)$/.test(operator)) return false;
  if (clause.passesWithout && !all.some((other) => requires(other, key))) return false;
  return values.every((value) => names(principal, key, patternOf(operator, value)));
}

/** Whether a clause lets nobody pass without the key. */
function requires({ operator, key, values }: Clause, wanted: string): boolean {
  return operator === "null" && key === wanted && values.every((value) => /^false$/i.test(value));
}

/** Whether a denial meets everybody whom the entry should not have let in. */
function keepsStrangersOut(deny: TrustEntry, entry: TrustEntry): boolean {
  if (!meets(deny, entry)) return false;
  const actions = ASSUMING[entry.principal.kind].filter((action) => covers(entry.actions, action));
  if (!actions.every((action) => covers(deny.actions, action))) return false;
  return (
    deny.condition === UNKNOWN ||
    deny.condition.every(({ operator, key, values, passesWithout }) => {
      if (operator === "bool")
        return /^aws:(principalisawsservice|viaawsservice)$/.test(key) && values.includes("false");
      if (!passesWithout || !/^(string|arn)not/.test(operator)) return false;
      const matching = operator.replace("not", "");
      return values.every((value) => names(entry.principal, key, patternOf(matching, value)));
    })
  );
}

function meets({ principal, except }: TrustEntry, entry: TrustEntry): boolean {
  const same = (other: Principal): boolean => JSON.stringify(other) === JSON.stringify(entry.principal);
  return principal.kind === "anybody" ? !except.some(same) : same(principal);
}

type Names = (pattern: string) => boolean;

const fixed: Names = (pattern) => pattern !== "" && !/[*?]/.test(pattern);
const organizationPath: Names = (pattern) => /^o-[^*?/]+(\/|$)/.test(pattern);

/** An ARN of one account; for a bucket, which has none in its ARN, the whole of it. */
const ownArn: Names = (pattern) => /^\d{12}$/.test(pattern.split(":")[4] ?? "") || fixed(pattern);

/** The condition keys that say whose a caller is, or for whom a service calls, and what names one owner in them. */
const OWNERS: Readonly<Record<string, Names>> = {
  "aws:principalaccount": fixed,
  "aws:principalarn": ownArn,
  "aws:principalorgid": fixed,
  "aws:principalorgpaths": organizationPath,
  "aws:principalservicename": fixed,
  "aws:principalservicenameslist": fixed,
  "aws:sourceaccount": fixed,
  "aws:sourcearn": ownArn,
  "aws:sourceorgid": fixed,
  "aws:sourceorgpaths": organizationPath,
  "aws:sourcevpc": fixed,
  "aws:sourcevpce": fixed,
  "aws:vpceaccount": fixed,
  "aws:vpceorgid": fixed,
  "aws:vpceorgpaths": organizationPath,
  "aws:userid": (pattern) => /^[^*?:]+(:|$)/.test(pattern),
};

// Microsoft's tenant, which is every customer's: there the name of the session is the customer's.
const SENTINEL = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d";

function names({ kind, ...principal }: Principal, key: string, pattern: string): boolean {
  if (Object.hasOwn(OWNERS, key)) return OWNERS[key]?.(pattern) === true;
  if (key === "saml:aud") return kind !== "oidc" && /[^*?]/.test(pattern);
  if (kind === "saml") return false;
  const colon = key.lastIndexOf(":");
  const issuer = issuerName(key.slice(0, colon));
  if ("issuer" in principal && principal.issuer !== issuer)
    return principal.issuer === SENTINEL && key === "sts:rolesessionname" && fixed(pattern);
  return namesSubject(issuer, key.slice(colon + 1), pattern);
}

const ANY = /^\*+$/;

/** The role's own account and organization; any other variable is whatever the caller makes it. */
const OWN: Readonly<Record<string, string>> = {
  "${aws:resourceaccount}": "123456789012",
  "${aws:resourceorgid}": "o-own",
};

/** A value as a pattern: where the operator compares texts, a star in it is no wildcard. */
function patternOf(operator: string, value: string): string {
  const isText = operator.startsWith("stringequals") && !ANY.test(value);
  return (isText ? value.replace(/[*?]/g, "_") : value)
    .replace(/\$\{[*?$_]\}/g, "_")
    .replace(VARIABLES, (variable) => OWN[variable.toLowerCase()] ?? "*");
}

function explain(principal: Principal): Omit<OpenTrust, "entry"> {
  switch (principal.kind) {
    case "saml":
      return {
        who: `whoever has an assertion of ${principal.provider}, for whatever it was made`,
        advice: "require SAML:aud, such as https://signin.aws.amazon.com/saml",
      };
    case "oidc":
      return {
        who: `whoever gets a token of ${principal.issuer}`,
        advice: subjectAdvice(principal.issuer),
      };
    default:
      return {
        who: "anybody with an AWS account",
        advice:
          "name accounts or roles in Principal, or require aws:PrincipalOrgID (an external id is no secret)",
      };
  }
}
