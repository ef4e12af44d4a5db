type Pattern = Readonly<Record<string, unknown>>;

/**
 * Whether EventBridge would send this event, for the operators that the project uses: values, nesting and `$or`.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function matchesEventPattern(pattern: string, event: object): boolean {
  return matches(JSON.parse(pattern) as Pattern, event);
}

function matches(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([key, expected]) => {
    if (key === "$or") return (expected as Pattern[]).some((it) => matches(it, event));
    const value = (event as Pattern | null | undefined)?.[key];
    return Array.isArray(expected) ? expected.includes(value) : matches(expected as Pattern, value);
  });
}
