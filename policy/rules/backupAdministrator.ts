import { asFields, asList, UNKNOWN } from "../iam/values.ts";
import { isFalse, isTrue } from "../lib/inputs.ts";
import { ADMINISTRATOR_GROUP } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";
import { count } from "../lib/settings.ts";

/**
 * A lone administrator who loses password or MFA device leaves only root to go back to. A group that existed before
 * may have members that the stack does not list, so it is not judged.
 */
export const backupAdministrator = rule({
  name: "backup-administrator",
  title: "There is a backup administrator",
  description: "An administrators group has enough administrators who can sign in to the console.",
  enforcementLevel: "advisory",
  severity: "medium",
  cis: "2.7",
  remediationSteps: "Add another administrator with console access to the stack's configuration.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/getting-started-emergency-iam-user.html",
  settings: {
    minimum: count(
      { default: 2, minimum: 1, maximum: 100 },
      "How many administrators must be able to sign in.",
    ),
  },
  types: [ADMINISTRATOR_GROUP],
  check({ inputs: { administrators, group } }, { minimum }, report) {
    const existing = asFields(group)?.existing;
    if (administrators === UNKNOWN || group === UNKNOWN || existing === UNKNOWN || isTrue(existing)) return;
    // Console access is the default; what is not known yet counts as having it.
    const able = asList(administrators).filter(
      (administrator) => !isFalse(asFields(administrator)?.consoleAccess),
    );
    if (able.length < minimum) {
      report(
        `${able.length} of its administrators can sign in to the console; add at least ${minimum - able.length} more`,
      );
    }
  },
});
