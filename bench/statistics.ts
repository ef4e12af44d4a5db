/** The middle one of some figures, or between the middle two. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/**
 * How many times as much the one takes as the other: the median of the rounds' own ratios, so that what a busy machine
 * adds to a whole round cancels out.
 */
export function ratio(one: readonly number[], other: readonly number[]): number {
  return median(one.map((figure, round) => figure / (other[round] ?? Number.NaN)));
}

/** Something to measure, again and again. */
export interface Variant<Result> {
  readonly name: string;
  readonly run: () => Promise<Result>;
}

/**
 * Measures every variant once a round. Each round begins with another one, and every other round goes backwards, so that
 * a machine that gets slower or faster does not favour anybody.
 *
 * @param warmUps - rounds beforehand that do not count, which fill the caches
 * @returns the results of each variant, a round each
 */
export async function interleaved<Result>(
  variants: readonly Variant<Result>[],
  rounds: number,
  warmUps: number,
  log: (line: string) => void,
): Promise<ReadonlyMap<string, readonly Result[]>> {
  const results = new Map<string, Result[]>(variants.map(({ name }) => [name, []]));
  for (let round = -warmUps; round < rounds; round++) {
    const turn = Math.abs(round) % variants.length;
    const order = [...variants.slice(turn), ...variants.slice(0, turn)];
    if (round % 2 !== 0) order.reverse();
    for (const { name, run } of order) {
      const result = await run();
      log(`${round < 0 ? "warm-up" : `round ${round + 1}/${rounds}`}: ${name}`);
      if (round >= 0) results.get(name)?.push(result);
    }
  }
  return results;
}
