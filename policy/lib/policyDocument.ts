import { asFields, asList, asText, hasUnknown, UNKNOWN, type Fields, type Value } from "./inputs.ts";

/** What an Allow statement lists; an exclusion (NotAction, NotResource) turns the meaning of its list round. */
export interface Patterns {
  readonly excluded: boolean;
  readonly patterns: readonly string[];
}

/** A statement that allows something. */
export interface AllowStatement {
  readonly actions: Patterns;
  readonly resources: Patterns;
}

/** A document as far as it is known, or why AWS would not take it. */
export type PolicyDocument = { readonly allows: readonly AllowStatement[] } | { readonly malformed: string };

/**
 * Reads a policy document in any shape that AWS or the provider takes: JSON text or an object, one statement or a list,
 * one string or a list of them. What is unknown is left out where it could only allow more; a statement whose exclusions
 * are unknown is left out whole, because they may take out everything.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parseDocument(value: Value): PolicyDocument {
  if (value === UNKNOWN) return { allows: [] };
  const parsed = typeof value === "string" ? parseJson(value) : value;
  if (parsed instanceof Error) return { malformed: parsed.message };
  const document = asFields(parsed);
  if (document === undefined) return { malformed: "it is not a JSON object" };
  const statement = element(document, "Statement");
  if (statement === undefined || statement === null) return { malformed: "it has no Statement" };
  const known = asList(statement).filter((item) => item !== UNKNOWN);
  const statements = known.map(asFields).filter((fields) => fields !== undefined);
  if (statements.length < known.length) return { malformed: "it has a Statement that is not an object" };
  return { allows: statements.flatMap(allowed) };
}

function allowed(fields: Fields): AllowStatement[] {
  const effect = element(fields, "Effect");
  if (effect === UNKNOWN || asText(effect)?.toLowerCase() === "deny") return [];
  const actions = patterns(fields, "Action");
  const resources = patterns(fields, "Resource");
  return actions && resources ? [{ actions, resources }] : [];
}

function patterns(statement: Fields, key: "Action" | "Resource"): Patterns | undefined {
  const exclusion = element(statement, `Not${key}`);
  const excluded = exclusion !== undefined && exclusion !== null;
  if (excluded && hasUnknown(exclusion)) return undefined;
  const listed = asList(excluded ? exclusion : element(statement, key));
  return { excluded, patterns: listed.flatMap((item) => asText(item)?.trim() ?? []) };
}

/** An element by its name in any letter case: what AWS refuses does no harm here, what it tolerates would. */
function element(fields: Fields, name: string): Value {
  const key = Object.keys(fields).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : fields[key];
}

function parseJson(text: string): Value | Error {
  try {
    const parsed = JSON.parse(text) as Value;
    const repeated = repeatedKey(text);
    // JSON.parse keeps the last of two equal keys; a reader that keeps the first would see another policy.
    return repeated === undefined ? parsed : new Error(`it has the key ${repeated} twice in one object`);
  } catch {
    return new Error("it is not JSON");
  }
}

/** The first key that stands twice in one object of valid JSON. */
function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, key] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (key !== undefined) {
      const name = (JSON.parse(key) as string).toLowerCase();
      if (open.at(-1)?.has(name)) return key;
      open.at(-1)?.add(name);
    }
  }
  return undefined;
}
