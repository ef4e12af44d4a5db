/**
 * Whether a CloudWatch Logs filter would count this event, for the operators that the project uses: `=`, `!=`,
 * `NOT EXISTS`, and either `&&` or `||` between them.
 *
 * @throws {Error} for anything else, and for a pattern that is longer than CloudWatch takes
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function matchesFilterPattern(pattern: string, event: object): boolean {
  if (pattern.length > 1024) throw new Error(`${pattern.length} characters are more than 1,024`);
  const [, body = ""] = /^\{(.*)\}$/s.exec(pattern) ?? [];
  const isAnd = body.includes("&&");
  const results = body.split(isAnd ? "&&" : "||").map((term) => matchesTerm(term.trim(), event));
  return isAnd ? results.every(Boolean) : results.some(Boolean);
}

function matchesTerm(term: string, event: object): boolean {
  const [, path, operator, text] = /^\$\.([\w.]+) *(?:(=|!=) *"([^"*%]*)"|NOT EXISTS)$/.exec(term) ?? [];
  if (path === undefined) throw new Error(`cannot judge ${term}`);
  const inside = (outer: unknown, key: string) =>
    (outer as Record<string, unknown> | null | undefined)?.[key];
  const value = path.split(".").reduce<unknown>(inside, event);
  if (operator === undefined) return value === undefined;
  return value !== undefined && (value === text) === (operator === "=");
}
