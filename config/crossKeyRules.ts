import type { z } from "zod";
import { fromSettings } from "../components/passwordPolicy.ts";
import { isObject } from "./namespace.ts";
import { missingIn } from "./passwordRules.ts";

type Context = Pick<z.core.$RefinementCtx, "addIssue">;
/** Values that passed the schema, or did not: the rules run either way, to list all problems at once. */
type Entry = Readonly<Record<string, unknown>>;

/**
 * Runs a rule also where the schema has found something wrong already, as long as there is an object or a list. No
 * field may say `abort: true`: zod would then skip these rules all the way up.
 */
export const evenIfMalformed = {
  when: ({ value }: { readonly value: unknown }) => typeof value === "object" && value !== null,
};

/** Rules that span the keys of one administrator. */
export function checkAdministrator(
  { consoleAccess, password, pgpKey, import: isImported, ...rest }: Entry,
  context: Context,
): void {
  const problem = (key: string, message: string) => {
    report(context, [key], message);
  };
  if (isImported === true) {
    const rule = "must be absent with import true: the user's own password stays";
    if (pgpKey !== undefined) problem("pgpKey", rule);
    if (password !== undefined) problem("password", rule);
    const ignored = "must be absent with import true: it stays as it is until import is taken out";
    for (const key of ["path", "email", "tags", "permissionsBoundary"])
      if (rest[key] !== undefined) problem(key, ignored);
  } else if (consoleAccess === false) {
    const rule = "must be absent with consoleAccess false: there is no password";
    if (pgpKey !== undefined) problem("pgpKey", rule);
    if (password !== undefined) problem("password", rule);
  } else if (password !== undefined && pgpKey !== undefined) {
    problem("pgpKey", "must be absent where password is given: that password is known already");
  }
  checkTags(rest, context);
}

function checkTags({ tags, email, backup }: Entry, context: Context): void {
  if (typeof tags !== "object" || tags === null) return;
  const reserved = new Set([
    ...(backup === true ? ["backup"] : []),
    ...(email === undefined ? [] : ["email"]),
  ]);
  const seen = new Set<string>();
  for (const key of Object.keys(tags)) {
    const lower = key.toLowerCase();
    const message = reserved.has(lower)
      ? `must not be a tag of its own: the key ${lower} of this administrator becomes that tag`
      : seen.has(lower)
        ? "must be unique whatever the case, IAM does not tell such tags apart"
        : undefined;
    seen.add(lower);
    if (message !== undefined) report(context, ["tags", key], message);
  }
  if (seen.size + reserved.size > 50) report(context, ["tags"], `must be at most ${50 - reserved.size} tags`);
}

/** No address twice. */
export function checkEmails(emails: unknown, context: Context): void {
  const list: readonly unknown[] = Array.isArray(emails) ? emails : [];
  const seen = new Set<unknown>();
  for (const [index, email] of list.entries()) {
    const lower = typeof email === "string" ? email.toLowerCase() : email;
    if (seen.has(lower)) report(context, [index], "must be named once");
    seen.add(lower);
  }
}

/** Sign-ins are recorded in many regions, and only a trail's log group has them all. */
export function checkRootActivity({ backupSignIns, cloudTrailLogGroup }: Entry, context: Context): void {
  if (backupSignIns === true && cloudTrailLogGroup === undefined) {
    const message = "must be absent or false without cloudTrailLogGroup: only a trail sees every region";
    report(context, ["backupSignIns"], message);
  }
}

/** Rules that span administrators, or administrators and the rest of the config. */
export function checkStack(config: Entry, context: Context): void {
  const list: unknown[] = Array.isArray(config.administrators) ? config.administrators : [];
  const entries = list.map((entry) => (isObject(entry) ? entry : {}));
  checkNames(entries, context);
  checkPasswords(entries, config.passwordPolicy, context);
  const isAdopted = isObject(config.group) && config.group.existing === true;
  // In an adopted group there are administrators that the config does not know.
  if (entries.length > 0 && !isAdopted && entries.every(({ consoleAccess }) => consoleAccess === false)) {
    const message = "must keep at least one with consoleAccess true, or nobody can sign in";
    report(context, ["administrators"], message);
  }
}

function checkNames(entries: readonly Entry[], context: Context): void {
  const first = new Map<string, number>();
  for (const [index, { name }] of entries.entries()) {
    if (typeof name !== "string") continue;
    const earlier = first.get(name.toLowerCase());
    if (earlier === undefined) first.set(name.toLowerCase(), index);
    else {
      const message = `must be unique whatever the case, administrators[${earlier}] has this name already`;
      report(context, ["administrators", index, "name"], message);
    }
  }
}

function checkPasswords(entries: readonly Entry[], policy: unknown, context: Context): void {
  if (!isObject(policy)) return;
  const minimumLength = typeof policy.minimumLength === "number" ? policy.minimumLength : 0;
  const rules = fromSettings({
    minimumLength,
    reusePrevention: 0,
    requireCharacterTypes: policy.requireCharacterTypes === true,
  });
  for (const [index, { consoleAccess, import: isImported, password, passwordLength }] of entries.entries()) {
    if (consoleAccess === false || isImported === true) continue;
    const missing = typeof password === "string" ? missingIn(password, rules) : undefined;
    if (missing !== undefined) {
      const message = `must have ${missing} (passwordPolicy)`;
      report(context, ["administrators", index, "password"], message);
    } else if (password === undefined && minimumLength <= 128 && Number(passwordLength) < minimumLength) {
      const message = `must be at least passwordPolicy.minimumLength ${minimumLength}`;
      report(context, ["administrators", index, "passwordLength"], message);
    }
  }
}

function report(context: Context, path: PropertyKey[], message: string): void {
  context.addIssue({ code: "custom", path, message });
}
