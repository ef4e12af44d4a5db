import { changeOf, GROUP_CHANGES } from "../lib/administratorGroups.ts";
import { projectOf } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";
import { administratorGroups, administratorProjects } from "../lib/settings.ts";

/**
 * Who has full power is decided where it is reviewed. Any other stack that may change the group could add a member, or
 * take the MFA rule away and then the members.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups_manage.html
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
    const project = projectOf(urn);
    if (change === undefined || projects.includes(project)) return;
    report(
      `${change.does} group "${change.group}", which only ${projects.join(" or ") || "no project"} may do; ` +
        `take it out of project ${project}`,
    );
  },
});
