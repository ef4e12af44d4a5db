import { isAbsent, nameOf } from "../lib/inputs.ts";
import { iam } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";
import { isNoneOf, names } from "../lib/settings.ts";

/** Credentials of IAM users that never expire, and the input that names the user. */
const OWNERS: Readonly<Record<string, string>> = {
  [iam("AccessKey")]: "user",
  [iam("ServiceSpecificCredential")]: "userName",
  [iam("SigningCertificate")]: "userName",
  [iam("SshKey")]: "username",
};

/**
 * A credential that does not expire works for whoever finds it. An inactive one is one API call away from an active
 * one, so status does not matter.
 */
export const noLongLivedCredentials = rule({
  name: "no-long-lived-credentials",
  title: "No long-lived credentials",
  description:
    "IAM users have no access keys, service-specific credentials, signing certificates or SSH keys.",
  enforcementLevel: "mandatory",
  severity: "high",
  cis: "2.12",
  remediationSteps:
    "Remove the credential. People sign in through the console or IAM Identity Center, workloads assume a role. If a " +
    "user cannot do without, add its name to exempt.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
  settings: { exempt: names([], "Names of users that may have long-lived credentials.") },
  types: Object.keys(OWNERS),
  check({ type, inputs }, { exempt }, report) {
    const user = inputs[OWNERS[type] ?? ""];
    if (!isNoneOf(user, exempt)) return;
    // AWS takes the caller where no user is named.
    const [owner, way] = isAbsent(user)
      ? ["whoever deploys", "name a user and put it in this rule's exempt"]
      : [`user "${nameOf(user)}"`, "name the user in this rule's exempt"];
    report(`remove this credential of ${owner} and use a role's temporary ones, or ${way}`);
  },
});
