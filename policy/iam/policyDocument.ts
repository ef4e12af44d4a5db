import { readCondition, type Clause } from "./conditions.ts";
import { readResource, type ResourcePattern } from "./resourcePatterns.ts";
import {
  asFields,
  asList,
  asText,
  hasUnknown,
  isTooDeep,
  UNKNOWN,
  type Fields,
  type Value,
} from "./values.ts";

/** What a statement lists; an exclusion (NotAction, NotResource) turns the meaning of its list round. */
export interface Patterns<T = string> {
  readonly excluded: boolean;
  readonly patterns: readonly T[];
}

/** What the statements of permissions and of trust policies have in common, as far as it is known. */
export interface CommonElements {
  readonly effect: "Allow" | "Deny";
  /** In small letters. */
  readonly actions: Patterns;
  /** UNKNOWN where any part of it is. */
  readonly condition: readonly Clause[] | typeof UNKNOWN;
  /** How a message names the statement: its Sid, or its number. */
  readonly label: string;
}

/** A statement as far as it is known. */
export interface Statement extends CommonElements {
  readonly resources: Patterns<ResourcePattern>;
  /** Whether policy variables mean anything in the document: its Version is 2012-10-17, or not known yet. */
  readonly readsVariables: boolean;
}

/** A document as far as it is known, or why it cannot be judged. */
export type PolicyDocument = { readonly statements: readonly Statement[] } | { readonly malformed: string };

// Every rule on documents asks for the same few texts, one rule after the other.
const remembered = new Map<string, PolicyDocument>();
const REMEMBERED_AT_MOST = 16;

/**
 * Reads a policy document in any shape that AWS or the provider takes: JSON text or an object, one statement or a list,
 * one string or a list of them. What is unknown is left out where it could only allow more, and denies all that it could
 * deny, so that nobody is accused of what the update will not do.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parseDocument(value: Value): PolicyDocument {
  if (typeof value !== "string") return value === UNKNOWN ? { statements: [] } : readDocument(value);
  const known = remembered.get(value);
  if (known !== undefined) return known;
  const document = readDocument(value);
  if (remembered.size >= REMEMBERED_AT_MOST) remembered.clear();
  remembered.set(value, document);
  return document;
}

/** The statements of a document; none of one that cannot be judged. */
export function statementsIn(value: Value): readonly Statement[] {
  const document = parseDocument(value);
  return "malformed" in document ? [] : document.statements;
}

/** A document's own elements and those of its statements, as they are written; an unknown statement is undefined. */
export interface WrittenDocument {
  readonly document: Fields;
  readonly statements: readonly (Fields | undefined)[];
}

/** Reads a document of any kind, JSON text or an object, up to what its statements say. */
export function readElements(value: Value): WrittenDocument | { readonly malformed: string } {
  if (typeof value !== "string") return readObject(value);
  let parsed: Value;
  try {
    parsed = JSON.parse(value) as Value;
  } catch {
    return { malformed: "it is not JSON" };
  }
  // JSON.parse keeps the last of two equal keys; a reader that keeps the first would see another policy.
  const repeated = repeatedKey(value);
  return repeated === undefined
    ? readObject(parsed)
    : { malformed: `it has the key ${repeated} twice in one object` };
}

function readObject(value: Value): WrittenDocument | { readonly malformed: string } {
  if (isTooDeep(value)) return { malformed: "it is nested too deeply" };
  const document = asFields(value);
  if (document === undefined) return { malformed: "it is not a JSON object" };
  const statement = element(document, "Statement");
  if (statement === undefined || statement === null) return { malformed: "it has no Statement" };
  const listed = asList(statement);
  const objects = listed.map(asFields);
  if (listed.some((item, index) => item !== UNKNOWN && objects[index] === undefined)) {
    return { malformed: "it has a Statement that is not an object" };
  }
  const repeated = [document, ...objects].map(repeatedElement).find((name) => name !== undefined);
  if (repeated !== undefined) return { malformed: `it has the element ${repeated} twice in one object` };
  return { document, statements: objects };
}

function readDocument(value: Value): PolicyDocument {
  const read = readElements(value);
  if ("malformed" in read) return read;
  const version = element(read.document, "Version");
  const readsVariables = version === UNKNOWN || asText(version)?.trim() === "2012-10-17";
  return {
    statements: read.statements.flatMap((fields, index) =>
      fields ? readStatement(fields, index, readsVariables) : [],
    ),
  };
}

function readStatement(fields: Fields, index: number, readsVariables: boolean): Statement[] {
  const common = readCommonElements(fields, index);
  if (common === undefined) return [];
  const resources = patterns(fields, "Resource", common.effect);
  if (resources === undefined) return [];
  // What spares the document, a Deny or what an Allow leaves out, counts for what it certainly covers.
  const certainty = (common.effect === "Deny") !== resources.excluded ? "must" : "may";
  const read = resources.patterns.map((pattern) => readResource(pattern, certainty, readsVariables));
  return [{ ...common, resources: { ...resources, patterns: read }, readsVariables }];
}

/** Undefined for a statement that may allow nothing, since its effect or what it leaves out is unknown. */
export function readCommonElements(fields: Fields, index: number): CommonElements | undefined {
  const written = element(fields, "Effect");
  if (written === UNKNOWN) return undefined;
  const effect = asText(written)?.trim().toLowerCase() === "deny" ? "Deny" : "Allow";
  const actions = patterns(fields, "Action", effect);
  if (actions === undefined) return undefined;
  const condition = element(fields, "Condition");
  const sid = asText(element(fields, "Sid"));
  return {
    effect,
    actions: { ...actions, patterns: actions.patterns.map((pattern) => pattern.toLowerCase()) },
    condition: hasUnknown(condition) ? UNKNOWN : readCondition(condition),
    label: sid ? `statement "${sid}"` : `statement ${index + 1}`,
  };
}

/** Undefined for an Allow whose exclusion is unknown: it may take out everything. */
function patterns(
  statement: Fields,
  key: "Action" | "Resource",
  effect: Statement["effect"],
): Patterns | undefined {
  const exclusion = element(statement, `Not${key}`);
  const excluded = exclusion !== undefined && exclusion !== null;
  if (excluded && effect === "Allow" && hasUnknown(exclusion)) return undefined;
  const unknownDenies = effect === "Deny" && !excluded ? ["*"] : [];
  const listed = asList(excluded ? exclusion : element(statement, key));
  return {
    excluded,
    patterns: listed.flatMap((item) => (item === UNKNOWN ? unknownDenies : (asText(item)?.trim() ?? []))),
  };
}

/** An element by its name in any letter case: what AWS refuses does no harm here, what it tolerates would. */
export function element(fields: Fields, name: string): Value {
  const key = Object.keys(fields).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : fields[key];
}

/** An element that stands twice in an object, in different letter cases. */
function repeatedElement(fields: Fields = {}): string | undefined {
  const seen = new Set<string>();
  return Object.keys(fields).find((key) => {
    const name = key.toLowerCase();
    if (seen.has(name)) return true;
    seen.add(name);
    return false;
  });
}

/** The first key that stands twice in one object of valid JSON. */
function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, key] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (key !== undefined) {
      const decoded = JSON.parse(key) as string;
      // The names of tags, in condition keys as aws:RequestTag/Name, may differ in letter case only.
      const name = decoded.includes(":") ? decoded : decoded.toLowerCase();
      if (open.at(-1)?.has(name)) return key;
      open.at(-1)?.add(name);
    }
  }
  return undefined;
}
