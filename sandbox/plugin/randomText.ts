import { randomInt } from "node:crypto";

/**
 * Random text from the system's secure source, drawn until it has enough of each kind of character, as the official plugin
 * does it.
 *
 * @param length - in characters
 * @param minima - kinds of characters, each with how many of them there must be
 * @throws {Error} when the length has no room for the minima, or there is nothing to choose from
 */
export function randomText(length: number, minima: Readonly<Record<string, number>>): string {
  const all = Object.keys(minima).join("");
  const required = Object.values(minima).reduce((sum, minimum) => sum + minimum, 0);
  if (all === "" || required > length)
    throw new Error(`no text of length ${length} can have what is required`);
  for (;;) {
    const drawn = Array.from({ length }, () => all.charAt(randomInt(all.length)));
    const has = (kind: string) => drawn.filter((character) => kind.includes(character)).length;
    if (Object.entries(minima).every(([kind, minimum]) => has(kind) >= minimum)) return drawn.join("");
  }
}
