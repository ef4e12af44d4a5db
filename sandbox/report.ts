import type { CreatedResource, PolicyFinding, SandboxResult } from "./result.ts";

/** One administrator in the stack output `administrators`. */
interface AdministratorSummary {
  readonly arn: string;
  readonly mustResetPassword: boolean;
  readonly initialPassword?: unknown;
  readonly encryptedPassword?: string;
}

/** The lines that tell the user how a run ended: what there is now, or what was wrong. */
export function report(result: SandboxResult): string[] {
  const blocking = result.findings.filter(({ mandatory }) => mandatory);
  if (!result.succeeded) {
    return [
      "",
      blocking.length > 0 ? "Stopped by the policy pack:" : "Stopped:",
      ...result.errors.map(indent),
      ...policyLines(result.findings),
    ];
  }
  const { signInUrl, groupName, groupArn, administrators } = result.outputs;
  return [
    "",
    `Sign-in URL     ${String(signInUrl)}`,
    `Group           ${String(groupName)} (${String(groupArn)})`,
    "Administrators",
    ...Object.entries(administrators as Record<string, AdministratorSummary>).map(
      ([name, administrator]) => `  ${name.padEnd(14)}${describe(administrator)}`,
    ),
    ...accountLines(result.created),
    "Policies",
    ...(result.findings.length === 0 ? ["  every rule is satisfied"] : policyLines(result.findings)),
    "",
    `${result.created.length} resources created.`,
  ];
}

function describe(administrator: AdministratorSummary): string {
  const password =
    administrator.encryptedPassword !== undefined
      ? "initial password encrypted with PGP"
      : administrator.initialPassword !== undefined
        ? "initial password is a secret output"
        : "no initial password from here";
  const reset = administrator.mustResetPassword ? ", to be changed at the first sign-in" : "";
  return `${administrator.arn}\n${" ".repeat(16)}${password}${reset}`;
}

function policyLines(findings: readonly PolicyFinding[]): string[] {
  return findings.map(({ policy, mandatory, message, resource }) =>
    indent(
      `${mandatory ? "mandatory" : "advisory"}  ${policy}${resource === undefined ? "" : ` (${resource})`}: ${message}`,
    ),
  );
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

/** What was created beside the group, as far as the config asks for it. */
function accountLines(created: readonly CreatedResource[]): string[] {
  const names = (type: string) =>
    created.filter((resource) => resource.type === type).map(({ name }) => name);
  const emails = names("aws:sns/topicSubscription:TopicSubscription");
  const settings = [
    ...names("aws:iam/accountPasswordPolicy:AccountPasswordPolicy").map(() => "password policy"),
    ...names("aws:iam/accountAlias:AccountAlias").map(() => "alias"),
    ...names("aws:iam/organizationsFeatures:OrganizationsFeatures").map(() => "central root access"),
    ...(emails.length === 0 ? [] : [`alarm on root activity to ${emails.join(", ")}`]),
  ];
  return settings.length === 0 ? [] : [`Account         ${settings.join("; ")}`];
}
