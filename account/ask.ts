/**
 * Asks AWS one question: null where an error says that there is no such thing, undefined where the answer is denied.
 *
 * @param action - the permission that it takes
 * @throws {Error} what else AWS says, with the action
 */
export type Ask = <T>(
  action: string,
  question: () => Promise<T>,
  absent?: RegExp,
) => Promise<T | null | undefined>;

/** An {@link Ask}, and the actions that have been denied to it. */
export function asker() {
  const denied = new Set<string>();
  const ask: Ask = async (action, question, absent = /NoSuchEntity/) => {
    try {
      return await question();
    } catch (error) {
      const { name } = error as Error;
      if (absent.test(name)) return null;
      if (!/AccessDenied|AuthorizationError|Unauthorized/.test(name)) throw named(action, error);
      denied.add(action);
      return undefined;
    }
  };
  return { ask, denied };
}

/** An answer of AWS that says what was asked; any other error says enough. */
export function named(action: string, error: unknown): unknown {
  const { name, message, $metadata } = error as Error & {
    $metadata?: { attempts?: number; httpStatusCode?: number };
  };
  if ($metadata?.httpStatusCode === undefined) return error;
  const times = ($metadata.attempts ?? 1) > 1 ? `, asked ${$metadata.attempts} times` : "";
  return new Error(`${action}: ${name}: ${message}${times}`, { cause: error });
}
