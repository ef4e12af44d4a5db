import type { z } from "zod";

/** One thing wrong with the stack config: `administrators[2].name "a b": must be ...`. */
export interface ConfigProblem {
  /** Where, as the user wrote it: keys and list indexes. */
  readonly path: readonly PropertyKey[];
  /** What is required there. */
  readonly rule: string;
}

/** Keys whose values must never be repeated in a message, misspellings such as `pasword` included. */
const confidential = /pass?w|pwd|secret|token|credential/i;
const publicPasswordKeys = new Set([
  "passwordResetRequired",
  "passwordLength",
  "passwordIssue",
  "passwordPolicy",
]);

/** Turns the schema's issues into problems, one for each key that is wrong. */
export function problemsOf(error: z.ZodError): ConfigProblem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue));
}

function problemsOfIssue(issue: z.core.$ZodIssue): ConfigProblem[] {
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({ path: [...issue.path, key], rule: issue.message }));
    case "invalid_union": {
      // The form that the user meant is the one whose type fits; only its problems are worth reading.
      const meant = issue.errors.find((form) => form.every((inner) => inner.code !== "invalid_type"));
      if (meant === undefined) return [{ path: issue.path, rule: issue.message }];
      return meant
        .flatMap((inner) => problemsOfIssue(inner))
        .map(({ path, rule }) => ({ path: [...issue.path, ...path], rule }));
    }
    default:
      return [{ path: issue.path, rule: issue.message }];
  }
}

/** The message for all problems at once: a heading and a line for each, without repetitions. */
export function describeProblems(stack: string, raw: unknown, problems: readonly ConfigProblem[]): string {
  const lines = new Set(
    problems.map(({ path, rule }) => `  ${pathText(path)}${valueText(raw, path)}: ${rule}`),
  );
  const count = lines.size === 1 ? "1 problem" : `${lines.size} problems`;
  return [
    `the stack config has ${count}, nothing was changed. Correct Pulumi.${stack}.yaml (namespace iam-administrators):`,
    ...lines,
  ].join("\n");
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step, depth) => (typeof step === "number" ? `[${step}]` : `${depth > 0 ? "." : ""}${String(step)}`))
    .join("");
}

function valueText(raw: unknown, path: readonly PropertyKey[]): string {
  const value = path.reduce<unknown>(
    (at, step) =>
      typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[step] : undefined,
    raw,
  );
  if (value === undefined) return " (missing)";
  const isConfidential = path.some(
    (step) => typeof step === "string" && confidential.test(step) && !publicPasswordKeys.has(step),
  );
  if (isConfidential) return " [secret]";
  return ` ${shorten(JSON.stringify(value, hideConfidential))}`;
}

function hideConfidential(key: string, value: unknown): unknown {
  return confidential.test(key) && !publicPasswordKeys.has(key) ? "[secret]" : value;
}

function shorten(json: string): string {
  return json.length <= 80 ? json : `${json.slice(0, 77)}...`;
}
