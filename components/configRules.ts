import type { ConfigProblem } from "./configErrors.ts";
import type { AdministratorConfig } from "./configSchema.ts";

/** What the rules that span keys need of one entry of `administrators`, as far as it can be read. */
export interface Entry {
  readonly index: number;
  readonly name: string | undefined;
  readonly consoleAccess: boolean;
  readonly backup: boolean;
  readonly email: unknown;
  readonly tags: Readonly<Record<string, unknown>>;
  readonly password: string | undefined;
  readonly passwordLength: number;
  readonly pgpKey: string | undefined;
  readonly passwordIssue: unknown;
  readonly isImported: boolean;
}

/**
 * Checks the rules that span several keys. It works on the raw config, so that these problems are listed together
 * with the schema's own: what cannot be read is the schema's to report, and breaks no rule here.
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

/** The entries of `administrators` that are objects, each with its place in the list. */
export function readEntries(raw: unknown): Entry[] {
  const list = field(raw, "administrators");
  if (!Array.isArray(list)) return [];
  return list.flatMap((value: unknown, index) => {
    if (typeof value !== "object" || value === null) return [];
    const tags = field(value, "tags");
    const passwordLength = field(value, "passwordLength");
    return [
      {
        index,
        name: textField(value, "name"),
        consoleAccess: field(value, "consoleAccess") !== false,
        backup: field(value, "backup") === true,
        email: field(value, "email"),
        tags: typeof tags === "object" && tags !== null ? (tags as Record<string, unknown>) : {},
        password: textField(value, "password"),
        passwordLength: typeof passwordLength === "number" ? passwordLength : 24,
        pgpKey: textField(value, "pgpKey"),
        passwordIssue: field(value, "passwordIssue"),
        isImported: field(value, "import") === true,
      },
    ];
  });
}

function duplicateNames(entries: readonly Entry[]): ConfigProblem[] {
  const first = new Map<string, Entry>();
  return entries.flatMap((entry) => {
    if (entry.name === undefined) return [];
    const lower = entry.name.toLowerCase();
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
  const { consoleAccess, password, pgpKey, passwordIssue, isImported } = entry;
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
  if (isImported && typeof passwordIssue === "number" && passwordIssue > 1) {
    problems.push(
      at(
        entry,
        "passwordIssue",
        "must be 1 while import is true: take import out after the pulumi up that imports",
      ),
    );
  }
  return problems;
}

function tagProblems(entry: Entry): ConfigProblem[] {
  const { tags, email, backup } = entry;
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
  const { consoleAccess, password, passwordLength } = entry;
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
  if (entries.length === 0 || entries.some(({ consoleAccess }) => consoleAccess)) return [];
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
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function textField(value: unknown, key: string): string | undefined {
  const text = field(value, key);
  return typeof text === "string" ? text : undefined;
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
