import { matches } from "./glob.ts";
import type { AllowStatement, Patterns } from "./policyDocument.ts";

// The actions that give and take permissions and credentials, by the kind of resource that they act on. Who has all of
// them everywhere has all of IAM, and through it the account; that the reading actions are left out is no excuse.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
const POWERS = {
  user: [
    "AttachUserPolicy DetachUserPolicy PutUserPolicy DeleteUserPolicy CreateUser DeleteUser",
    "PutUserPermissionsBoundary DeleteUserPermissionsBoundary CreateAccessKey UpdateAccessKey",
    "CreateLoginProfile UpdateLoginProfile DeactivateMFADevice",
  ],
  group: [
    "AttachGroupPolicy DetachGroupPolicy PutGroupPolicy DeleteGroupPolicy CreateGroup DeleteGroup",
    "AddUserToGroup RemoveUserFromGroup",
  ],
  role: [
    "AttachRolePolicy DetachRolePolicy PutRolePolicy DeleteRolePolicy CreateRole DeleteRole UpdateRole",
    "UpdateAssumeRolePolicy PutRolePermissionsBoundary DeleteRolePermissionsBoundary PassRole",
  ],
  policy: ["CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion SetDefaultPolicyVersion"],
};

const ACTIONS = Object.entries(POWERS).flatMap(([kind, lines]) =>
  lines.flatMap((line) => line.split(" ")).map((action) => ({ kind, action: `iam:${action}`.toLowerCase() })),
);

// Names that only a pattern for every name matches, with and without a path.
const NAMES = ["+=,.@_-q7", "team/x/Zz-9"];

// What no name contains: a part of a pattern that matches less than every name.
const NO_NAME = "\u0000";

/** One thing that all of IAM includes: an action on a resource. */
interface Power {
  readonly action: string;
  readonly resource: string;
}

/**
 * Whether the statements together allow all of IAM on every resource, and so also whether they allow everything. A
 * Condition does not excuse them, and neither does an exclusion that leaves a part of IAM in.
 */
export function allowsFullPower(statements: readonly AllowStatement[]): boolean {
  const effective = statements.map(resolvedVariables);
  // Nearly every document ends here, before any resource is looked at.
  const someAllow = ({ action }: { action: string }): boolean =>
    effective.some(({ actions }) => actions.excluded || covers(actions, action));
  if (!ACTIONS.every(someAllow)) return false;
  return places(effective).some((place) => {
    const powers = ACTIONS.flatMap(({ kind, action }) =>
      NAMES.map((name) => ({ action, resource: `${place}:${kind}/${name}` })),
    );
    const without = effective.map((statement) => voidExclusions(statement, powers));
    return powers.every((power) => without.some((statement) => allows(statement, power)));
  });
}

function allows({ actions, resources }: AllowStatement, { action, resource }: Power): boolean {
  return covers(actions, action) && covers(resources, resource);
}

function covers({ excluded, patterns }: Patterns, text: string): boolean {
  return patterns.some((pattern) => matches(pattern, text)) !== excluded;
}

/** The statement with exclusions that leave a part of IAM in turned into "everything". */
function voidExclusions({ actions, resources }: AllowStatement, powers: readonly Power[]): AllowStatement {
  const everything = { excluded: false, patterns: ["*"] };
  const resolve = (list: Patterns, texts: readonly string[]): Patterns =>
    list.excluded && texts.some((text) => covers(list, text)) ? everything : list;
  return {
    actions: resolve(
      actions,
      powers.map((power) => power.action),
    ),
    resources: resolve(
      resources,
      powers.map((power) => power.resource),
    ),
  };
}

/** `arn:PARTITION:iam::ACCOUNT` for every account that the resources name: all of one account is all there is. */
function places(statements: readonly AllowStatement[]): string[] {
  const arns = statements.flatMap(({ resources }) => resources.patterns).map((pattern) => pattern.split(":"));
  const partitions = arns.flatMap(([, partition = "*"]) => (/[*?]/.test(partition) ? [] : partition));
  // A pattern for accounts matches itself, read as an account.
  const accounts = arns.flatMap(([, , , , account = NO_NAME]) => (account.includes(NO_NAME) ? [] : account));
  return [...new Set(["aws", "aws-cn", "aws-us-gov", ...partitions])].flatMap((partition) =>
    [...new Set(["123456789012", ...accounts])].map((account) => `arn:${partition}:iam::${account}`),
  );
}

/** Actions match in any letter case; `${*}` is a plain star, and other policy variables are one name, not all. */
function resolvedVariables({ actions, resources }: AllowStatement): AllowStatement {
  return {
    actions: { ...actions, patterns: actions.patterns.map((pattern) => pattern.toLowerCase()) },
    resources: { ...resources, patterns: resources.patterns.map(resolveVariables) },
  };
}

function resolveVariables(pattern: string): string {
  const literal = pattern.replace(/\$\{[*?$]\}/g, NO_NAME);
  // Before the fifth colon stands the account, and a variable there means the principal's own, whichever it is.
  const account = /^(?:(?:\$\{[^}]*\}|[^:$])*:){5}/.exec(literal)?.[0] ?? "";
  const variable = /\$\{[^}]*\}/g;
  return account.replace(variable, "*") + literal.slice(account.length).replace(variable, NO_NAME);
}
