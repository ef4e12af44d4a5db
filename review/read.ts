/**
 * Asks AWS one question: null where an error says that there is no such thing, undefined where the answer is denied.
 *
 * @param action - the permission that it takes
 */
export type Read = <T>(
  action: string,
  ask: () => Promise<T>,
  absent?: RegExp,
) => Promise<T | null | undefined>;

/** A {@link Read}, and the actions that have been denied to it. */
export function reader() {
  const denied = new Set<string>();
  const read: Read = async (action, ask, absent = /NoSuchEntity/) => {
    try {
      return await ask();
    } catch (error) {
      const { name } = error as Error;
      if (absent.test(name)) return null;
      if (!/AccessDenied|Unauthorized/.test(name)) throw error;
      denied.add(action);
      return undefined;
    }
  };
  return { read, denied };
}

/** Does the work for every item, for at most `limit` of them at a time. */
export async function inParallel<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>) {
  const queue = items.values();
  const workers = Array.from({ length: limit }, async () => {
    for (const item of queue) await work(item);
  });
  await Promise.all(workers);
}
