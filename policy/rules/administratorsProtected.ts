import { isAdministratorAccess } from "../iam/managedPolicies.ts";
import { asList, asText, type Fields, type Value } from "../iam/values.ts";
import { asKnownList, nameOf } from "../lib/inputs.ts";
import { ADMINISTRATOR_GROUP, iam, parentTypes } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";
import { administratorGroups } from "../lib/settings.ts";

/** The attachments that give groups a policy: who gets which. */
const ATTACHMENTS: Readonly<Record<string, (inputs: Fields) => { groups: Value; arns: Value }>> = {
  [iam("GroupPolicyAttachment")]: ({ group, policyArn }) => ({ groups: group, arns: policyArn }),
  [iam("GroupPolicyAttachmentsExclusive")]: ({ groupName, policyArns }) => ({
    groups: groupName,
    arns: policyArns,
  }),
  [iam("PolicyAttachment")]: ({ groups, policyArn }) => ({ groups: asKnownList(groups), arns: policyArn }),
};

/**
 * Without its group or the group's AdministratorAccess nobody but root can repair the account.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/options/protect/
 */
export const administratorsProtected = rule({
  name: "administrators-protected",
  title: "The administrators group is protected",
  description: "An administrators group and its AdministratorAccess are protected from deletion.",
  enforcementLevel: "advisory",
  severity: "low",
  cis: "2.7",
  remediationSteps: "Set the resource option protect (in iam-administrators: remove `protect: false`).",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups_manage_delete.html",
  settings: { groups: administratorGroups },
  types: [iam("Group"), ...Object.keys(ATTACHMENTS)],
  check({ type, urn, inputs, options }, { groups }, report) {
    if (options.protect) return;
    const isOurs = (name: Value): boolean =>
      parentTypes(urn).includes(ADMINISTRATOR_GROUP) || groups.includes(asText(name) ?? "");
    if (type === iam("Group") && isOurs(inputs.name)) {
      report(`set the option protect: without group "${nameOf(inputs.name)}" only root has full power`);
    }
    const attachment = ATTACHMENTS[type]?.(inputs);
    // Elsewhere than on these groups the attachment has to go, and another rule says so.
    if (asList(attachment?.arns).some(isAdministratorAccess) && asList(attachment?.groups).some(isOurs)) {
      report("set the option protect: without this attachment the administrators lose their power");
    }
  },
});
