// An evaluation of policy documents for property tests. It shares no code with the rules, and is slow: a regular
// expression for each pattern. It follows AWS's documentation; that AWS does the same is not proved here.

export type Listed = string | readonly string[];

export interface Statement {
  readonly Effect: string;
  readonly Action?: Listed;
  readonly NotAction?: Listed;
  readonly Resource?: Listed;
  readonly NotResource?: Listed;
  readonly Condition?: unknown;
}

export interface Power {
  readonly action: string;
  readonly resource: string;
}

/** Whether a statement allows this, whatever its condition and whatever another one denies. */
export function slowlyAllows(statements: readonly Statement[], power: Power): boolean {
  return statements.some((statement) => statement.Effect === "Allow" && isAbout(statement, power));
}

/** Whether a statement is about this action on this resource. */
export function isAbout(statement: Statement, { action, resource }: Power): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  return (
    (NotAction === undefined ? hit(Action, action, "i") : !hit(NotAction, action, "i")) &&
    (NotResource === undefined ? hit(Resource, resource, "") : !hit(NotResource, resource, ""))
  );
}

/** Whether one of the patterns matches. */
export function hit(listed: Listed | undefined, text: string, flags: string): boolean {
  return [listed ?? []].flat().some((pattern) => regex(pattern, flags).test(text));
}

/** The regular expression of a pattern. */
export function regex(pattern: string, flags: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*+/g, ".*");
  return new RegExp(`^${escaped.replaceAll("?", ".")}$`, `s${flags}`);
}

/** The partitions that the statements' ARNs name, else aws. */
export function partitionsOf(statements: readonly Statement[]): string[] {
  const arns = statements.flatMap(({ Resource, NotResource }) => [Resource ?? [], NotResource ?? []].flat());
  const named = arns.flatMap((arn) => /^arn:(aws[a-z-]*)(:|$)/.exec(arn)?.[1] ?? []);
  return named.length > 0 ? [...new Set(named)] : ["aws"];
}
