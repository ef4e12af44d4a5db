/**
 * The known word that somebody meant who wrote another one: the closest, whatever the case.
 *
 * @param most - how many letters may differ
 * @returns undefined where none is as close as that
 */
export function closest(written: string, known: readonly string[], most: number): string | undefined {
  const distances = known.map((word) => ({ word, distance: distance(written, word) }));
  const [first] = distances.sort((a, b) => a.distance - b.distance);
  return first !== undefined && first.distance <= most ? first.word : undefined;
}

/** The Levenshtein distance of two words, whatever their case. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [line, letter] of Array.from(a.toLowerCase()).entries()) {
    const next = [line + 1];
    for (const [column, other] of Array.from(b.toLowerCase()).entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min((row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
