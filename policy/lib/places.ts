import { UNKNOWN } from "./inputs.ts";
import type { Statement } from "./policyDocument.ts";

/** Stands for an account that no document names. */
export const ANY_ACCOUNT = "123456789012";

/** What no name contains: a part of a pattern that matches less than every name. */
const NO_NAME = "\u0000";

/** Stands for the name of the user who calls, `${aws:username}` in a document. */
export const OWN_NAME = "\u0001own";

/** A resource pattern of a statement, read for the places where it can hold. */
export interface ResourcePattern {
  /** The pattern, with {@link ANY_ACCOUNT} in place of an account that it names. */
  readonly pattern: string;
  /** The one partition that the pattern names; undefined for any. */
  readonly partition: string | undefined;
  /** The one account that the pattern names; undefined for any. */
  readonly account: string | undefined;
}

/**
 * Reads a resource pattern. Wildcards in a partition or in an account may stand for any. `${*}` is a plain star, a
 * variable before the last colon is the principal's own account, and one after it is one name and not all.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function readResource(written: string): ResourcePattern {
  const literal = written
    .replace(/\$\{[*?$]\}/g, NO_NAME)
    .replace(/:user\/(?:[^:]*\/)?\$\{aws:username\}$/i, `:user/${OWN_NAME}`);
  const place = /^(?:(?:\$\{[^}]*\}|[^:$])*:){5}/.exec(literal)?.[0] ?? "";
  const variable = /\$\{[^}]*\}/g;
  const resolved = place.replace(variable, "*") + literal.slice(place.length).replace(variable, NO_NAME);
  const anyPartition = resolved.replace(/^([^:]*):[^:]*[*?][^:]*/, "$1:*");
  const anywhere = anyPartition.replace(/:(?=\d*[*?])[\d*?]*\d[\d*?]*:/, ":*:");
  const partition = /^[^:*]*:([^:*?]+)/.exec(anywhere)?.[1];
  const account = /:(\d{12}):/.exec(anywhere)?.[1];
  return { pattern: anyAccount(anywhere), partition, account };
}

/** The text with {@link ANY_ACCOUNT} in place of each account. */
export function anyAccount(text: string): string {
  return text.replace(/:\d{12}:/g, `:${ANY_ACCOUNT}:`);
}

// AWS takes ARNs of one partition in a document, its own. More than it has are nobody's documents.
const PARTITIONS_AT_MOST = 8;

/** The partitions in which a document can hold: those that its ARNs name, else `aws`. */
export function partitionsOf(statements: readonly Statement[]): string[] {
  const named = new Set(
    statements.flatMap(({ resources, condition }) => [
      ...resources.patterns.flatMap(({ partition }) => partition ?? []),
      ...(condition === UNKNOWN ? [] : condition)
        .flatMap(({ values }) => values)
        .flatMap((value) => /^arn:([^:*?$]+):/.exec(value)?.[1] ?? []),
    ]),
  );
  return named.size > 0 ? [...named].slice(0, PARTITIONS_AT_MOST) : ["aws"];
}
