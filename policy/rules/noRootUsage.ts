import { asText } from "../iam/values.ts";
import { ADMINISTRATOR_GROUP, iam, isRootArn, isRootName } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";
import { flag } from "../lib/settings.ts";

/**
 * Root is for the few tasks that need it. Account principals (`...:root`) in trust policies mean "this account", not
 * the root user, and are none of this rule's business.
 */
export const noRootUsage = rule({
  name: "no-root-usage",
  title: "Root is not used",
  description: "Nobody deploys as the root user, and nothing gives root credentials or poses as root.",
  enforcementLevel: "mandatory",
  severity: "critical",
  cis: "2.7",
  remediationSteps:
    "Deploy as an IAM user, a role or an IAM Identity Center user. On a new account, allow the first deployment as root " +
    "with allowBootstrap, then take it away. Delete access keys of root, and give users other names than root.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html",
  settings: {
    allowBootstrap: flag(false, "Permit a deployment by root, for the first run on a new account."),
  },
  types: [ADMINISTRATOR_GROUP, iam("User"), iam("AccessKey"), iam("VirtualMfaDevice")],
  check({ type, inputs }, { allowBootstrap }, report) {
    if (type === ADMINISTRATOR_GROUP && !allowBootstrap && isRootArn(inputs.deployedBy)) {
      report(
        `the deployment runs as root (${asText(inputs.deployedBy)}); deploy as an IAM user or a role instead`,
      );
    }
    if (type === iam("User") && isRootName(inputs.name)) {
      report(
        `a user named "${asText(inputs.name)}" is mistaken for the account's root user; choose another name`,
      );
    }
    if (type === iam("AccessKey") && isRootName(inputs.user)) {
      report("root must have no access key; remove this key and use a role's temporary credentials");
    }
    if (type === iam("VirtualMfaDevice") && isRootDevice(asText(inputs.virtualMfaDeviceName))) {
      report("this device is root's; enrol root's MFA in the console, and give devices of users other names");
    }
  },
});

/** AWS gives the root user's own virtual device this name. */
function isRootDevice(name = ""): boolean {
  return name.trim().toLowerCase() === "root-account-mfa-device";
}
