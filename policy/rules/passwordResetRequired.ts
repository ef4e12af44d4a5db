import { asText, UNKNOWN, type Fields, type Value } from "../iam/values.ts";
import { isAbsent, isTrue, nameOf } from "../lib/inputs.ts";
import { ADMINISTRATOR, iam, parentTypes, projectOf } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";
import { administratorProjects, isNoneOf, names } from "../lib/settings.ts";
import type { Subject } from "../lib/subject.ts";

/** The user for whom a component of a trusted project says that the password must be reset, by the component's URN. */
const requiredByComponents = new Map<string, string>();

/**
 * Whoever issues an initial password knows it: the user must choose another one at the first sign-in.
 */
export const passwordResetRequired = rule({
  name: "password-reset-required",
  title: "First sign-in sets a new password",
  description: "A console login profile makes its user choose a new password at the first sign-in.",
  enforcementLevel: "mandatory",
  severity: "high",
  cis: "2.9",
  remediationSteps:
    "Set passwordResetRequired to true on the login profile. If this administrator is you, add the user's name to exempt. " +
    "At enforcement level remediate the pack sets it.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_admin-change-user.html",
  settings: {
    exempt: names([], "User names that may keep their initial password, because that administrator is you."),
    projects: administratorProjects,
  },
  types: [iam("UserLoginProfile"), ADMINISTRATOR],
  check(subject, { exempt, projects }, report) {
    if (subject.type === ADMINISTRATOR) noteComponent(subject, projects);
    if (!isViolation(subject, exempt)) return;
    report(
      `set passwordResetRequired to true for user "${nameOf(userOf(subject))}", ` +
        "or name the user in this rule's exempt if that administrator is you",
    );
  },
  remediate(subject, { exempt }): Fields | undefined {
    // A component's inputs are only a record, and a change where changes are ignored would replace the profile: a
    // user who has long chosen a password would get a new one.
    if (subject.type === ADMINISTRATOR || ignoresChanges(subject)) return undefined;
    return isViolation(subject, exempt) ? { passwordResetRequired: true } : undefined;
  },
});

function isViolation(subject: Subject, exempt: readonly string[]): boolean {
  const { consoleAccess, passwordResetRequired: required } = subject.inputs;
  if (required === UNKNOWN || isTrue(required) || !isNoneOf(userOf(subject), exempt)) return false;
  // Absent, the component's inputs mean the default, which is yes to both.
  if (subject.type === ADMINISTRATOR) return !isAbsent(required) && hasConsole(consoleAccess);
  return !isRequiredByComponent(subject);
}

function hasConsole(consoleAccess: Value): boolean {
  return isTrue(consoleAccess) || isAbsent(consoleAccess) || consoleAccess === UNKNOWN;
}

/** Notes what a component says, for the profile that comes after it. */
function noteComponent({ urn, inputs }: Subject, projects: readonly string[]): void {
  const said = isTrue(inputs.consoleAccess) && isTrue(inputs.passwordResetRequired);
  const user = asText(inputs.name);
  if (said && user !== undefined && projects.includes(projectOf(urn))) requiredByComponents.set(urn, user);
  else requiredByComponents.delete(urn);
}

/**
 * With `ignoreChanges` the engine shows the rule what AWS last said, which is false once the user has signed in, or
 * after an import: a stack would be blocked because its administrators did as they were told. The component around
 * the profile has what the program asks for, and is believed for its own user.
 */
function isRequiredByComponent(subject: Subject): boolean {
  const { urn, options } = subject;
  const user = asText(subject.inputs.user);
  if (user === undefined || !ignoresChanges(subject)) return false;
  if (parentTypes(urn).at(-1) !== ADMINISTRATOR) return false;
  if (options.parent !== undefined) return requiredByComponents.get(options.parent) === user;
  // An engine that does not say who the parent is still tells its type.
  return [...requiredByComponents].some(
    ([component, own]) =>
      own === user && urn.startsWith(`${component.slice(0, component.lastIndexOf("::"))}$`),
  );
}

/** `ignoreChanges` takes property paths: `passwordResetRequired`, `["passwordResetRequired"]`, `*`. */
function ignoresChanges({ options }: Subject): boolean {
  return options.ignoreChanges.some((path) =>
    ["passwordResetRequired", "*"].includes(path.replace(/^\[\s*["']?|["']?\s*\]$/g, "").trim()),
  );
}

function userOf({ type, inputs }: Subject): Value {
  return type === ADMINISTRATOR ? inputs.name : inputs.user;
}
