import { randomInt } from "node:crypto";

/** Characters that may occur, and how many of them must. */
export interface CharacterClass {
  readonly characters: string;
  readonly minimum: number;
}

/**
 * Random text from the system's secure source.
 *
 * @throws Error when the length has no room for the minima, or there is nothing to choose from.
 */
export function randomText(length: number, classes: readonly CharacterClass[]): string {
  const all = classes.map(({ characters }) => characters).join("");
  const required = classes.flatMap(({ characters, minimum }) =>
    Array.from({ length: minimum }, () => pick(characters)),
  );
  if (required.length > length)
    throw new Error(`length ${length} is less than the minima's sum, ${required.length}`);
  if (all === "") throw new Error("at least one kind of character must be allowed");
  const rest = Array.from({ length: length - required.length }, () => pick(all));
  return shuffled([...required, ...rest]).join("");
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

function shuffled(letters: string[]): string[] {
  for (let last = letters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [letters[last], letters[other]] = [letters[other] ?? "", letters[last] ?? ""];
  }
  return letters;
}
