import { matches } from "./glob.ts";
import { ANY_ACCOUNT, anyAccount } from "./resourcePatterns.ts";
import { asFields, asList, type Value } from "./values.ts";
import { NO_VALUE, substitute, VARIABLES } from "./variables.ts";

/**
 * What a request may carry, by condition keys in small letters: the values that a key can have, undefined for a request
 * without it. A key that is not listed, or without a list, may have any value.
 */
export type Context = Readonly<Record<string, readonly (string | undefined)[] | undefined>>;

/** In a context, this key says that the resource may have any tags. By default it has none that a condition foresees. */
export const ANY_RESOURCE_TAG = "aws:resourcetag/*";

/** One line of a Condition: an operator, a key, and the values that are listed for it, one of which has to match. */
export interface Clause {
  readonly operator: string;
  /** Whether a request without the key passes. */
  readonly passesWithout: boolean;
  readonly key: string;
  readonly values: readonly string[];
}

/** Reads a Condition element; all of its clauses have to hold. */
export function readCondition(condition: Value): Clause[] {
  return Object.entries(asFields(condition) ?? {}).flatMap(([written, keys]) => {
    const [, quantifier, operator = "", ifExists] =
      /^(forallvalues:|foranyvalue:)?(.*?)(ifexists)?$/.exec(written.trim().toLowerCase()) ?? [];
    const negated = isNegated(operator) && quantifier !== "foranyvalue:";
    const passesWithout = negated || ifExists !== undefined || quantifier === "forallvalues:";
    return Object.entries(asFields(keys) ?? {}).map(([key, values]) => ({
      operator,
      passesWithout,
      key: key.trim().toLowerCase(),
      values: asList(values).map(textOf),
    }));
  });
}

function isNegated(operator: string): boolean {
  return /^(string|arn)not/.test(operator);
}

/** Whether the clauses can hold for one of the requests that the context describes. */
export function mayHold(clauses: readonly Clause[], context: Context): boolean {
  return clauses.every((clause) => holdsFor(clause, context, true));
}

/** Whether the clauses hold for each request that the context describes. */
export function mustHold(clauses: readonly Clause[], context: Context): boolean {
  return clauses.every((clause) => holdsFor(clause, context, false));
}

function textOf(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function holdsFor(clause: Clause, context: Context, inDoubt: boolean): boolean {
  const candidates = valuesOf(clause.key, context);
  if (candidates === undefined) return inDoubt;
  const verdict = (candidate: string | undefined): boolean => holds(clause, candidate, context, inDoubt);
  return inDoubt ? candidates.some(verdict) : candidates.every(verdict);
}

function valuesOf(key: string, context: Context): readonly (string | undefined)[] | undefined {
  if (Object.hasOwn(context, key)) return context[key];
  // Whoever may act on any resource may act on one without the tag, or with a value that no pattern foresees.
  return isResourceTag(key) && !Object.hasOwn(context, ANY_RESOURCE_TAG) ? [undefined, "\u0001"] : undefined;
}

function isResourceTag(key: string): boolean {
  return /^(aws|iam):resourcetag\//.test(key);
}

const OPERATORS: Readonly<Record<string, (pattern: string, value: string) => boolean>> = {
  bool: (text, value) => text.toLowerCase() === value,
  stringequals: (text, value) => text === value,
  stringequalsignorecase: (text, value) => text.toLowerCase() === value.toLowerCase(),
  stringlike: matches,
  arnequals: matches,
  arnlike: matches,
};

function holds(
  { operator, passesWithout, key, values }: Clause,
  value: string | undefined,
  context: Context,
  inDoubt: boolean,
): boolean {
  if (operator === "null")
    return values.some((text) => (text.toLowerCase() === "true") === (value === undefined));
  if (value === undefined) return passesWithout;
  const negated = isNegated(operator);
  const match = OPERATORS[operator.replace("not", "")];
  if (match === undefined) return inDoubt;
  // A policy variable can become anything, but not just the tag of any resource.
  const variable = inDoubt !== negated && !isResourceTag(key) ? "*" : NO_VALUE;
  const ofAnyAccount = value.includes(ANY_ACCOUNT);
  const found = values.some((written) => {
    const text = written.includes("${") ? substitute(written, context) : written;
    if (text === undefined) return false;
    const read = ofAnyAccount ? anyAccount(text) : text;
    return read.includes("${") ? matches(read.replace(VARIABLES, variable), value) : match(read, value);
  });
  return found !== negated;
}
