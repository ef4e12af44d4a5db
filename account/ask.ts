/**
 * Asks AWS one question: null where an error says that there is no such thing, undefined where the answer is denied.
 *
 * @param action - the permission that it takes
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
      if (!/AccessDenied|Unauthorized/.test(name)) throw error;
      denied.add(action);
      return undefined;
    }
  };
  return { ask, denied };
}
