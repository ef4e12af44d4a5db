import { asKnownList, asList, asText, nameOf, type Value } from "../lib/inputs.ts";
import { ADMINISTRATOR_GROUP, iam, managedPolicyName } from "../lib/resources.ts";
import { rule, type Subject } from "../lib/rule.ts";
import { names } from "../lib/settings.ts";

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
  cis: {
    reference: "1.6",
    specification: "Eliminate use of the 'root' user for administrative and daily tasks",
  },
  remediationSteps: "Set the resource option protect (in iam-administrators: remove `protect: false`).",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups_manage_delete.html",
  settings: {
    groups: names(["Administrators"], "Names of the administrators groups, beside those of the component."),
  },
  types: [
    iam("Group"),
    iam("GroupPolicyAttachment"),
    iam("GroupPolicyAttachmentsExclusive"),
    iam("PolicyAttachment"),
  ],
  check(subject, { groups }, report) {
    if (subject.options.protect) return;
    if (
      subject.type === iam("Group") &&
      (ofComponent(subject) || groups.includes(asText(subject.inputs.name) ?? ""))
    ) {
      report(
        `set the option protect: without group "${nameOf(subject.inputs.name)}" only root has full power`,
      );
    }
    if (subject.type !== iam("Group") && attachesFullPower(subject)) {
      report("set the option protect: without this attachment the administrators lose their power");
    }
  },
});

/** The types of a resource's parents stand in its URN. */
function ofComponent({ urn }: Subject): boolean {
  return urn.split("::")[2]?.split("$").includes(ADMINISTRATOR_GROUP) ?? false;
}

function attachesFullPower({ type, inputs }: Subject): boolean {
  const arns: Value = type === iam("GroupPolicyAttachmentsExclusive") ? inputs.policyArns : inputs.policyArn;
  const toGroup = type !== iam("PolicyAttachment") || asKnownList(inputs.groups).length > 0;
  return toGroup && asList(arns).some((arn) => managedPolicyName(arn) === "administratoraccess");
}
