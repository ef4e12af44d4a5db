import type { z } from "zod";
import { closest } from "./closest.ts";
import { fullKey, valueAt, type Values } from "./namespace.ts";

/** One thing wrong with the stack config: `administrators[2].name "a b": must be ...`. */
export interface ConfigProblem {
  /** Where, as the user wrote it: keys and list indexes. */
  readonly path: readonly PropertyKey[];
  /** What is required there. */
  readonly rule: string;
  /** Whether the value there may hold a secret, and must not be repeated. @default false */
  readonly hidden?: boolean;
}

/** Keys whose values must never be repeated in a message, misspellings such as `pasword` included. */
const confidential = /pass?w|pwd|secret|token|credential/i;
const publicKeys = new Set(["passwordResetRequired", "passwordLength", "passwordVersion", "passwordPolicy"]);

const harmless = new Set<unknown>([true, false, "true", "false", null]);

/** Turns the schema's issues into problems, one for each key that is wrong. */
export function problemsOf(error: z.ZodError): ConfigProblem[] {
  const malformed = new Set<string>();
  const isFirst = ({ code, path }: z.core.$ZodIssue) => {
    if (code !== "invalid_format") return true;
    const place = JSON.stringify(path);
    return !malformed.has(place) && malformed.add(place);
  };
  // What is no e-mail address at all needs no second line about the characters that it may have.
  return error.issues.filter((issue) => isFirst(issue)).flatMap((issue) => problemsOfIssue(issue));
}

function problemsOfIssue(issue: z.core.$ZodIssue): ConfigProblem[] {
  const { path, message } = issue;
  // Whatever stands where no key or no text belongs, a password may be in it.
  const inAdministrators = path[0] === "administrators";
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        rule: unknownKey(key, message, knownKeys(issue)),
        hidden: inAdministrators || key.startsWith("administrators"),
      }));
    case "invalid_type":
      return [{ path, rule: message, hidden: inAdministrators && /^(?:object|array)$/.test(issue.expected) }];
    case "invalid_union": {
      // The form that the user meant is the one whose type fits; only its problems are worth reading.
      const meant = issue.errors.find((form) =>
        form.every((inner) => inner.code !== "invalid_type" || inner.path.length > 0),
      );
      if (meant === undefined) return [{ path, rule: message }];
      return meant
        .flatMap((inner) => problemsOfIssue(inner))
        .map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
    }
    case "custom":
      return [{ path, rule: message, hidden: issue.params?.hidden === true }];
    default:
      return [{ path, rule: message }];
  }
}

/** The keys that there are where an unknown one stands: `keys` in fields.ts puts them there. */
function knownKeys(issue: z.core.$ZodIssueUnrecognizedKeys): string[] {
  return "params" in issue ? (issue.params as { readonly known: string[] }).known : [];
}

/** What to do about an unknown key. */
function unknownKey(key: string, rule: string, known: readonly string[]): string {
  const [first = ""] = key.split(/[.[]/);
  if (first !== key && known.includes(first)) {
    return `unknown key, this one was set without --path: pulumi config rm '${key}' and pulumi config set --path '${key}' VALUE`;
  }
  const meant = closest(key, known, 2);
  return meant === undefined ? rule : rule.replace(",", `, did you mean ${meant}?`);
}

/**
 * The message for all problems at once: a heading and a line for each, without repetitions.
 *
 * @param where - the file to correct
 * @param values - the config as the user wrote it, by full keys
 * @param problems - what is wrong with it
 * @param cause - a sentence on what explains the problems
 */
export function describeProblems(
  where: string,
  values: Values,
  problems: readonly ConfigProblem[],
  cause?: string,
): string {
  const lines = new Set(
    problems.map(
      (problem) =>
        `  ${pathText(problem.path)}${valueText(values, problem)}: ${withoutControls(problem.rule)}`,
    ),
  );
  const count = lines.size === 1 ? "1 problem" : `${lines.size} problems`;
  return [
    `the stack config has ${count}, nothing was changed. Correct ${where} (namespace iam-administrators):`,
    ...lines,
    ...(cause === undefined ? [] : [cause]),
  ].join("\n");
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step, depth) => {
      if (typeof step === "number") return `[${step}]`;
      const key = String(step);
      if (!/^[\x21-\x7e\p{L}\p{N}]+$/u.test(key)) return `[${withoutControls(JSON.stringify(key))}]`;
      return depth > 0 ? `.${key}` : key;
    })
    .join("");
}

/** Nothing in a message forges a line, steers the terminal or turns the reading direction. */
function withoutControls(json: string): string {
  return json.replace(
    // eslint-disable-next-line no-control-regex -- these are the characters that must not get through
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function valueText(values: Values, { path, hidden = false }: ConfigProblem): string {
  const [first, ...rest] = path;
  const value = rest.reduce(valueAt, first === undefined ? values : values[fullKey(String(first))]);
  if (value === undefined) return " (missing)";
  const mayBeSecret = hidden || path.some((step) => typeof step === "string" && isConfidential(step));
  // Yes, no and nothing are nobody's password, and worth seeing beside a misspelt key.
  if (mayBeSecret && !harmless.has(value)) return " [secret]";
  return ` ${shorten(withoutControls(JSON.stringify(value, hideConfidential)))}`;
}

function hideConfidential(key: string, value: unknown): unknown {
  return isConfidential(key) ? "[secret]" : value;
}

function isConfidential(key: string): boolean {
  return confidential.test(key) && !publicKeys.has(key);
}

function shorten(json: string): string {
  return json.length <= 80 ? json : `${json.slice(0, 77)}...`;
}
