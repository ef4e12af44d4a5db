import { VARIABLES } from "./variables.ts";

/** Stands for an account that no document names: as long as an account's id, and none. */
export const ANY_ACCOUNT = "\u0003".repeat(12);

/** What no name contains: a part of a pattern that matches less than every name. */
export const NO_NAME = "\u0000";

/** Stands for the name of the user who calls, `${aws:username}` in a document. */
export const OWN_NAME = "\u0001own";

/** What stands for a variable until it is known where it is. */
const SOME_VALUE = "\u0002";

/** A resource pattern of a statement, read for the places where it can hold. */
export interface ResourcePattern {
  /** The pattern as the document has it. */
  readonly written: string;
  /** The pattern, with {@link ANY_ACCOUNT} in place of an account that it names. */
  readonly pattern: string;
  /** The one partition that the pattern names; undefined for any. */
  readonly partition: string | undefined;
  /** The one account that the pattern names; undefined for any. */
  readonly account: string | undefined;
}

/** How much of a resource pattern counts: what it may match, or only what it matches in any case. */
export type Certainty = "may" | "must";

/**
 * Reads a resource pattern. `${*}` is a plain star. What may match, for an Allow: wildcards in a partition or an account
 * stand for any, a variable before the last colon is the principal's own account, and one after it is one name and not
 * all. What must match, for a Deny: a variable counts where it always has a value, in a document that reads variables.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function readResource(
  written: string,
  certainty: Certainty,
  readsVariables: boolean,
): ResourcePattern {
  const fields = (certainty === "may" || readsVariables ? withOwnValues(written, certainty) : written)
    .replace(/\$\{[*?$]\}/g, NO_NAME)
    .replace(VARIABLES, SOME_VALUE)
    .split(":")
    .map((field, index, { length }) =>
      field.replaceAll(SOME_VALUE, certainty === "may" && index < 5 && length > 5 ? "*" : NO_NAME),
    );
  const [prefix = "", written1] = fields;
  const partition =
    certainty === "must" || written1 === undefined || /[*?]/.test(prefix)
      ? written1
      : anyPartition(written1, fields.length);
  const read = fields.map((field, index) => {
    if (index === 1 && partition !== undefined) return partition;
    return isPartOfAccounts(field) ? (certainty === "may" ? "*" : NO_NAME) : field;
  });
  return {
    written,
    pattern: anyAccount(read.join(":")),
    partition: partition === undefined || !/^[a-z-]+$/i.test(prefix + partition) ? undefined : partition,
    account: read.find((field) => /^\d{12}$/.test(field)),
  };
}

/** The pattern with the name of the caller's own user, and with the caller's account where it has to be known. */
function withOwnValues(written: string, certainty: Certainty): string {
  const own = written.replace(/:user\/(?:[^:]*\/)?\$\{aws:username\}$/i, `:user/${OWN_NAME}`);
  return certainty === "may"
    ? own
    : own.replace(/^([^:]*:[^:]*:[^:]*:[^:]*:)\$\{aws:PrincipalAccount\}:/i, "$1*:");
}

/** A partition with a wildcard may be any. In a pattern that ends with it, the star stands for more than that. */
function anyPartition(field: string, fields: number): string {
  if (fields === 2) return field.replace(/^[a-z?-]*\*/, "*");
  return /[*?]/.test(field) ? "*" : field;
}

/** Whether a field is an account of which only some digits are known. */
function isPartOfAccounts(field: string): boolean {
  return /^[\d*?]+$/.test(field) && /\d/.test(field) && /[*?]/.test(field);
}

/** The text with {@link ANY_ACCOUNT} in place of each account. */
export function anyAccount(text: string): string {
  return text.replace(/:\d{12}:/g, `:${ANY_ACCOUNT}:`);
}
