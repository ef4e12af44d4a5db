import { UNKNOWN, type Value } from "../iam/values.ts";
import { isAbsent, isFalse, isTrue } from "../lib/inputs.ts";
import { iam } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";
import { count } from "../lib/settings.ts";

/**
 * Judges a password policy where a stack has one. A value that is not set is AWS's default (length 6, no memory), and 0
 * switches the memory off, so both count as too little.
 */
export const accountPasswordPolicy = rule({
  name: "account-password-policy",
  title: "The account's password policy is strong",
  description: "An account's password policy asks for length and novelty, and locks nobody out.",
  enforcementLevel: "mandatory",
  severity: "medium",
  cis: "2.8",
  remediationSteps:
    "Set minimumPasswordLength to at least 14 and passwordReusePrevention to 24 (CIS 2.9), leave " +
    "allowUsersToChangePassword on and hardExpiry off.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html",
  settings: {
    minimumLength: count({ default: 14, minimum: 6, maximum: 128 }, "The least length a policy may ask for."),
    reusePrevention: count(
      { default: 24, minimum: 1, maximum: 24 },
      "The least number of passwords to remember.",
    ),
  },
  types: [iam("AccountPasswordPolicy")],
  check({ inputs }, { minimumLength, reusePrevention }, report) {
    for (const [input, minimum] of [
      ["minimumPasswordLength", minimumLength],
      ["passwordReusePrevention", reusePrevention],
    ] as const) {
      const value = inputs[input];
      if (isBelow(value, minimum)) report(`set ${input} to at least ${minimum}; it is ${found(value)}`);
    }
    if (isFalse(inputs.allowUsersToChangePassword)) {
      report("set allowUsersToChangePassword to true: nobody could replace an initial password");
    }
    if (isTrue(inputs.hardExpiry)) {
      report(
        "set hardExpiry to false: an expired password would lock its user out, the last administrator too",
      );
    }
  },
});

function isBelow(value: Value, minimum: number): boolean {
  // Not "less than": what is no number at all must not pass.
  return value !== UNKNOWN && !(Number(value ?? 0) >= minimum);
}

function found(value: Value): string {
  return isAbsent(value) ? "not set" : JSON.stringify(value);
}
