/** What an EventBridge pattern may hold: alternatives for a value, or a pattern for what is inside. */
interface Pattern {
  readonly [key: string]: readonly (string | Pattern)[] | Pattern;
}

/**
 * Whether EventBridge would send this event, for the operators that the project uses: values, nesting and `$or`.
 *
 * @throws {Error} for any other operator
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function matchesEventPattern(pattern: string, event: object): boolean {
  return matches(JSON.parse(pattern) as Pattern, event);
}

function matches(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([key, expected]) => {
    if (key === "$or") return alternatives(expected).some((it) => matches(it, event));
    const value = isObject(event) ? event[key] : undefined;
    if (!isList(expected)) return matches(expected, value);
    if (!expected.every((it) => typeof it === "string")) throw new Error(`cannot judge ${key}`);
    return typeof value === "string" && expected.includes(value);
  });
}

function alternatives(expected: Pattern[string]): readonly Pattern[] {
  const patterns = isList(expected) ? expected.filter((it) => typeof it !== "string") : [];
  if (patterns.length < 2) throw new Error("$or takes two patterns or more");
  return patterns;
}

function isList(expected: Pattern[string]): expected is readonly (string | Pattern)[] {
  return Array.isArray(expected);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
