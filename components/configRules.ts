import type { ConfigProblem } from "./configErrors.ts";
import { administratorSchema, type AdministratorConfig } from "./configSchema.ts";

/** The administrator at one place of the list, valid on its own. */
export interface Entry {
  readonly index: number;
  readonly administrator: AdministratorConfig;
}

/**
 * Checks the rules that span several keys. It works on the raw config, so that these problems are listed together
 * with the schema's own; entries that the schema refuses are left out.
 */
export function crossKeyProblems(
  raw: unknown,
  entries: readonly Entry[],
  administratorsAreSecret: boolean,
): ConfigProblem[] {
  const listLength = lengthOf(field(raw, "administrators"));
  return [
    ...duplicateNames(entries),
    ...entries.flatMap((entry) => [
      ...contradictions(entry),
      ...tagProblems(entry),
      ...passwordProblems(entry, field(raw, "passwordPolicy"), administratorsAreSecret),
    ]),
    ...(entries.length === listLength && !isAdopted(raw) ? nobodySignsIn(entries) : []),
  ];
}

/** The entries of `administrators` that the schema accepts, each with its place in the list. */
export function validAdministrators(raw: unknown): Entry[] {
  const list = field(raw, "administrators");
  if (!Array.isArray(list)) return [];
  return list.flatMap((value, index) => {
    const parsed = administratorSchema.safeParse(value);
    return parsed.success ? [{ index, administrator: parsed.data }] : [];
  });
}

function duplicateNames(entries: readonly Entry[]): ConfigProblem[] {
  const first = new Map<string, Entry>();
  return entries.flatMap((entry) => {
    const lower = entry.administrator.name.toLowerCase();
    const earlier = first.get(lower);
    first.set(lower, earlier ?? entry);
    return earlier === undefined
      ? []
      : [
          at(
            entry,
            "name",
            `must be unique whatever the case, administrators[${earlier.index}] has this name already`,
          ),
        ];
  });
}

function contradictions(entry: Entry): ConfigProblem[] {
  const { consoleAccess, password, pgpKey } = entry.administrator;
  const problems: ConfigProblem[] = [];
  if (!consoleAccess && pgpKey !== undefined) {
    problems.push(
      at(entry, "pgpKey", "must be absent with consoleAccess false: there is no password to encrypt"),
    );
  }
  if (!consoleAccess && password !== undefined) {
    problems.push(
      at(entry, "password", "must be absent with consoleAccess false: there is no profile to set it on"),
    );
  }
  if (password !== undefined && pgpKey !== undefined) {
    problems.push(
      at(entry, "pgpKey", "must be absent where password is given: that password is known already"),
    );
  }
  return problems;
}

function tagProblems(entry: Entry): ConfigProblem[] {
  const { tags = {}, email, backup } = entry.administrator;
  const reserved = new Set([...(backup ? ["backup"] : []), ...(email === undefined ? [] : ["email"])]);
  const seen = new Set<string>();
  const problems = Object.keys(tags).flatMap((key) => {
    const lower = key.toLowerCase();
    const rule = reserved.has(lower)
      ? `must not be a tag of its own: the key ${lower} of this administrator becomes that tag`
      : seen.has(lower)
        ? "must be unique whatever the case, IAM does not tell such tags apart"
        : undefined;
    seen.add(lower);
    return rule === undefined ? [] : [at(entry, "tags", rule, key)];
  });
  if (Object.keys(tags).length > 48) problems.push(at(entry, "tags", "must be at most 48 tags"));
  return problems;
}

function passwordProblems(entry: Entry, policy: unknown, administratorsAreSecret: boolean): ConfigProblem[] {
  const { consoleAccess, password, passwordLength } = entry.administrator;
  const problems: ConfigProblem[] = [];
  if (password !== undefined && !administratorsAreSecret) {
    problems.push(at(entry, "password", "must be a secret, set with: pulumi config set --secret --path"));
  }
  if (typeof policy !== "object" || policy === null) return problems;
  const minimum = field(policy, "minimumLength") ?? 14;
  if (typeof minimum !== "number" || !consoleAccess) return problems;
  if (password !== undefined && password.length < minimum) {
    problems.push(
      at(entry, "password", `must have at least passwordPolicy.minimumLength ${minimum} characters`),
    );
  }
  if (password === undefined && passwordLength < minimum) {
    problems.push(at(entry, "passwordLength", `must be at least passwordPolicy.minimumLength ${minimum}`));
  }
  return problems;
}

function nobodySignsIn(entries: readonly Entry[]): ConfigProblem[] {
  if (entries.length === 0 || entries.some(({ administrator }) => administrator.consoleAccess)) return [];
  return [
    {
      path: ["administrators"],
      rule: "must keep at least one with consoleAccess true, or nobody can sign in",
    },
  ];
}

/** In a group that exists already there are administrators that the config does not know. */
function isAdopted(raw: unknown): boolean {
  return field(field(raw, "group"), "existing") === true;
}

function at(entry: Entry, key: keyof AdministratorConfig, rule: string, ...rest: string[]): ConfigProblem {
  return { path: ["administrators", entry.index, key, ...rest], rule };
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
