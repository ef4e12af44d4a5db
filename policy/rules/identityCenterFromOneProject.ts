import { asText, type Fields } from "../iam/values.ts";
import { nameOf } from "../lib/inputs.ts";
import { ofService, projectOf, ssoadmin } from "../lib/resources.ts";
import { rule } from "../lib/rule.ts";
import { names } from "../lib/settings.ts";

/** The resources that decide who gets access, and what each of them does. */
const ACCESS: Readonly<Record<string, (inputs: Fields) => string>> = {
  [ssoadmin("AccountAssignment")]: ({ principalType, principalId, targetId }) =>
    `gives ${(asText(principalType) ?? "principal").toLowerCase()} "${nameOf(principalId)}" access to account "${nameOf(targetId)}"`,
  [ofService("identitystore", "GroupMembership")]: ({ groupId }) =>
    `adds a member to group "${nameOf(groupId)}" of the identity store`,
  [ofService("accountaccess", "Entitlement")]: ({ applicationArn }) =>
    `entitles somebody to what application "${nameOf(applicationArn)}" gives`,
};

/**
 * With IAM Identity Center an assignment or a membership makes an administrator, in any account of the organization.
 * Who reviews administrators must know where to look for them.
 */
export const identityCenterFromOneProject = rule({
  name: "identity-center-from-one-project",
  title: "Known projects decide on access through Identity Center",
  description: "Who gets access through IAM Identity Center is decided by the projects that are for it.",
  enforcementLevel: "advisory",
  severity: "high",
  cis: "2.19",
  remediationSteps:
    "Move the assignment, the membership or the entitlement to the project that decides on access. Name that project in " +
    "projects.",
  url: "https://docs.aws.amazon.com/singlesignon/latest/userguide/useraccess.html",
  settings: {
    projects: names([], "Names of the projects that may decide who gets access through IAM Identity Center."),
  },
  types: Object.keys(ACCESS),
  check({ type, urn, inputs }, { projects }, report) {
    const project = projectOf(urn);
    if (projects.includes(project)) return;
    const does = ACCESS[type]?.(inputs) ?? "";
    report(
      `${does}, which only ${projects.join(" or ") || "a project named in this rule's projects"} may do; ` +
        `take it out of project ${project}`,
    );
  },
});
