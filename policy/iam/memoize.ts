/** Where results are kept: a Map, or a WeakMap where keys are objects that need not outlive their other uses. */
interface Results<Key, Result> {
  get(key: Key): Result | undefined;
  set(key: Key, result: Result): unknown;
}

/** The same function, but one that finds each result once. */
export function memoize<Key, Result>(
  find: (key: Key) => Result,
  results: Results<Key, Result> = new Map<Key, Result>(),
): (key: Key) => Result {
  return (key) => {
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = find(key);
    results.set(key, result);
    return result;
  };
}
