import type { Context } from "./conditions.ts";

/** Policy variables. No quantifier runs over another variable: a hostile text would take the square of its length. */
export const VARIABLES = /\$\{[^${}]*\}/g;

/** What no value contains: the text of a policy variable that certainly matches nothing. */
export const NO_VALUE = "\u0000";

/**
 * The text with the values of its policy variables, as far as the context knows them: a variable that may have several
 * values, or any, stays as it is. Undefined where one certainly has no value, since the text then matches nothing.
 * `${*}`, `${?}` and `${$}` stand for the characters themselves, which no name contains.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function substitute(text: string, context: Context): string | undefined {
  const withoutValue: string[] = [];
  const result = text.replace(VARIABLES, (variable) => {
    const [key = "", defaultValue] = variable.slice(2, -1).split(",");
    if (/^[*?$]$/.test(key)) return NO_VALUE;
    const values = context[key.trim().toLowerCase()];
    if (values?.length !== 1) return variable;
    const value = values[0] ?? defaultValue?.trim().replace(/^'|'$/g, "");
    if (value === undefined) withoutValue.push(key);
    return value ?? variable;
  });
  return withoutValue.length > 0 ? undefined : result;
}
