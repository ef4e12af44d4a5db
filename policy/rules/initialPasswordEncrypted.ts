import { isAbsent, nameOf } from "../lib/inputs.ts";
import { iam } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";

/**
 * Without a PGP key the initial password is an output in plain text, which only Pulumi's own secrets protect.
 */
export const initialPasswordEncrypted = rule({
  name: "initial-password-encrypted",
  title: "Initial passwords are encrypted for their user",
  description: "A console login profile encrypts its initial password with its user's PGP key.",
  enforcementLevel: "advisory",
  severity: "medium",
  cis: "2.10",
  remediationSteps:
    "Ask the user for their public PGP key and set it as pgpKey (in iam-administrators: the administrator's pgpKey). " +
    "Only the user can then read the password.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_admin-change-user.html",
  types: [iam("UserLoginProfile")],
  check({ inputs: { pgpKey, user, password } }, _config, report) {
    if (!isAbsent(pgpKey)) return;
    // CloudFormation's login profile takes a password, and no key.
    const profile =
      password === undefined ? "" : "make the login profile with aws.iam.UserLoginProfile, and ";
    report(`${profile}set pgpKey to the public PGP key of user "${nameOf(user)}"`);
  },
});
