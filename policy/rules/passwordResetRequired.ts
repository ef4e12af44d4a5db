import { isTrue, nameOf, UNKNOWN, type Fields } from "../lib/inputs.ts";
import { iam } from "../lib/resources.ts";
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
  types: [iam("UserLoginProfile")],
  check(subject, { exempt }, report) {
    if (isViolation(subject, exempt)) {
      report(
        `set passwordResetRequired to true for user "${nameOf(subject.inputs.user)}", ` +
          "or name the user in this rule's exempt if that administrator is you",
      );
    }
  },
  fix(subject, { exempt }): Fields | undefined {
    return isViolation(subject, exempt) ? { passwordResetRequired: true } : undefined;
  },
});

function isViolation(
  { inputs: { user, passwordResetRequired: required } }: Subject,
  exempt: readonly string[],
): boolean {
  return !isTrue(required) && required !== UNKNOWN && isOutside(user, exempt);
}
