import { isFalse, isTrue, nameOf, UNKNOWN, type Fields, type Value } from "../lib/inputs.ts";
import { ADMINISTRATOR, iam } from "../lib/resources.ts";
import { rule, type Subject } from "../lib/rule.ts";
import { isOutside, names } from "../lib/settings.ts";

/**
 * Whoever issues an initial password knows it: the user must choose another one at the first sign-in.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_admin-change-user.html
 */
export const passwordResetRequired = rule({
  name: "password-reset-required",
  title: "First sign-in sets a new password",
  description: "A console login profile makes its user choose a new password at the first sign-in.",
  enforcementLevel: "mandatory",
  severity: "high",
  cis: { reference: "1.8", specification: "Ensure IAM password policy prevents password reuse" },
  remediationSteps:
    "Set passwordResetRequired to true on the login profile. If this administrator is you, add the user's name to exempt. " +
    "At enforcement level remediate the pack sets it.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_admin-change-user.html",
  settings: {
    exempt: names([], "User names that may keep their initial password, because that administrator is you."),
  },
  types: [iam("UserLoginProfile"), ADMINISTRATOR],
  check(subject, { exempt }, report) {
    if (isViolation(subject, exempt)) {
      report(
        `set passwordResetRequired to true for user "${nameOf(userOf(subject))}", ` +
          "or name the user in this rule's exempt if that administrator is you",
      );
    }
  },
  fix(subject, { exempt }): Fields | undefined {
    // A component's inputs are only a record, and a change where changes are ignored would replace the profile: a
    // user who has long chosen a password would get a new one.
    if (subject.type === ADMINISTRATOR || ignoresChanges(subject)) return undefined;
    return isViolation(subject, exempt) ? { passwordResetRequired: true } : undefined;
  },
});

function isViolation(subject: Subject, exempt: readonly string[]): boolean {
  const { consoleAccess, passwordResetRequired: required } = subject.inputs;
  if (subject.type === ADMINISTRATOR) {
    return !isFalse(consoleAccess) && isFalse(required) && isOutside(userOf(subject), exempt);
  }
  if (isJudgedByItsComponent(subject)) return false;
  return !isTrue(required) && required !== UNKNOWN && isOutside(userOf(subject), exempt);
}

/**
 * With `ignoreChanges` the engine shows the rule what AWS last said, which is false once the user has signed in, or
 * after an import: a stack would be blocked because its administrators did as they were told. The component around
 * the profile has what the program asks for.
 */
function isJudgedByItsComponent(subject: Subject): boolean {
  return subject.urn.split("::")[2]?.split("$").at(-2) === ADMINISTRATOR && ignoresChanges(subject);
}

function ignoresChanges({ options }: Subject): boolean {
  return options.ignoreChanges.some((property) => property === "passwordResetRequired" || property === "*");
}

function userOf({ type, inputs }: Subject): Value {
  return type === ADMINISTRATOR ? inputs.name : inputs.user;
}
