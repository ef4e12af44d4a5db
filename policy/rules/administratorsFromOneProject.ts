import { asText, type Fields } from "../iam/values.ts";
import { changeOf, GROUP_CHANGES, isNamed } from "../lib/administratorGroups.ts";
import { iam, projectOf } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";
import { administratorGroups, administratorProjects } from "../lib/settings.ts";

/**
 * Who has full power is decided where it is reviewed. Any other stack that may change the group could add a member, or
 * take the MFA rule away and then the members.
 *
 * A project that imports the group and gives it another name in one step shows a rule on resources the new name only: the
 * engine tells neither the option `import` nor what a resource was. The old name is in the outputs of the preview, which a
 * rule on stacks sees.
 */
export const administratorsFromOneProject = rule({
  name: "administrators-from-one-project",
  title: "One project decides on administrators",
  description: "Members and policies of an administrators group are managed by the projects that are for it.",
  enforcementLevel: "mandatory",
  severity: "critical",
  cis: "2.14",
  remediationSteps:
    "Add the administrator to the configuration of the project iam-administrators. A project that is to decide on " +
    "administrators too goes into projects.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups_manage.html",
  settings: { groups: administratorGroups, projects: administratorProjects },
  types: GROUP_CHANGES,
  check({ type, urn, inputs }, { groups, projects }, report) {
    const change = changeOf(type, inputs, groups);
    if (change === undefined || projects.includes(projectOf(urn))) return;
    report(`${change.does} group "${change.group}", ${whose(urn, projects)}`);
  },
  checkStack(resources, { groups, projects }, report) {
    for (const resource of resources) {
      const { type, urn, outputs } = resource;
      if (type !== iam("Group") || projects.includes(projectOf(urn))) continue;
      const before = formerName(outputs);
      if (isNamed(before, groups) && !isNamed(outputs.name, groups))
        report(resource, `imports and renames group "${before}", ${whose(urn, projects)}`);
    }
  },
});

function whose(urn: string, projects: readonly string[]): string {
  const owners = projects.join(" or ") || "no project";
  return `which only ${owners} may do; take it out of project ${projectOf(urn)}`;
}

/** The name that a group has in AWS: its id, and the end of its ARN where that is known. */
function formerName({ id, arn }: Fields): string | undefined {
  return asText(id) ?? asText(arn)?.replace(/^.*\//, "");
}
