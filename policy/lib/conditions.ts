import { asFields, asList, type Fields, type Value } from "./inputs.ts";
import { matches } from "./glob.ts";
import { anyAccount } from "./places.ts";

/**
 * What a request may carry, by condition keys in small letters: the values that a key can have, undefined for a request
 * without it. A key that is not listed may have any value.
 */
export type Context = Readonly<Record<string, readonly (string | undefined)[]>>;

// What no value contains: the text of a policy variable that certainly matches nothing.
const NO_VALUE = "\u0000";

/** Whether the condition can hold for one of the requests that the context describes. */
export function mayHold(condition: Fields | undefined, context: Context): boolean {
  return clauses(condition).every((clause) => holdsFor(clause, context, true));
}

/** Whether the condition holds for each request that the context describes. */
export function mustHold(condition: Fields | undefined, context: Context): boolean {
  return clauses(condition).every((clause) => holdsFor(clause, context, false));
}

/** One line of a Condition: an operator, a key, and the values that are listed for it. */
interface Clause {
  readonly operator: string;
  readonly passesWithout: boolean;
  readonly key: string;
  readonly values: readonly string[];
}

function clauses(condition: Fields | undefined): Clause[] {
  return Object.entries(condition ?? {}).flatMap(([written, keys]) => {
    const [, quantifier, operator = "", ifExists] =
      /^(forallvalues:|foranyvalue:)?(.*?)(ifexists)?$/.exec(written.trim().toLowerCase()) ?? [];
    const passesWithout = ifExists !== undefined || quantifier === "forallvalues:";
    return Object.entries(asFields(keys) ?? {}).map(([key, values]) => ({
      operator,
      passesWithout,
      key: key.trim().toLowerCase(),
      values: asList(values).map(textOf),
    }));
  });
}

function textOf(value: Value): string {
  return anyAccount(typeof value === "string" ? value : JSON.stringify(value));
}

function holdsFor(clause: Clause, context: Context, inDoubt: boolean): boolean {
  const candidates = valuesOf(clause.key, context);
  if (candidates === undefined) return inDoubt;
  const verdict = (candidate: string | undefined): boolean => holds(clause, candidate, inDoubt);
  return inDoubt ? candidates.some(verdict) : candidates.every(verdict);
}

function valuesOf(key: string, context: Context): readonly (string | undefined)[] | undefined {
  // Whoever may act on any resource may act on one without the tag, or with a value that no pattern foresees.
  if (/^(aws|iam):resourcetag\//.test(key)) return [undefined, "\u0001"];
  return Object.hasOwn(context, key) ? context[key] : undefined;
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
  { operator, passesWithout, values }: Clause,
  value: string | undefined,
  inDoubt: boolean,
): boolean {
  if (operator === "null")
    return values.some((text) => (text.toLowerCase() === "true") === (value === undefined));
  const negated = /^(string|arn)not/.test(operator);
  if (value === undefined) return passesWithout || negated;
  const match = OPERATORS[operator.replace("not", "")];
  if (match === undefined) return inDoubt;
  const found = values.some((text) => matchesVariable(text, value, match, inDoubt !== negated));
  return found !== negated;
}

/** A policy variable in a value can become anything. */
function matchesVariable(
  text: string,
  value: string,
  match: (pattern: string, value: string) => boolean,
  inDoubt: boolean,
): boolean {
  const variable = /\$\{[^}]*\}/g;
  if (!text.includes("${")) return match(text, value);
  return matches(text.replace(variable, inDoubt ? "*" : NO_VALUE), value);
}
