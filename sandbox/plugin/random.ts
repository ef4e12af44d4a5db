import { randomInt } from "node:crypto";
import type { RandomStringState } from "@pulumi/random/randomString.js";
import { all, entry, output, replaces } from "./resourceType.ts";

/** Kinds of characters, by RandomString's names for them. */
export const kinds = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numeric: "0123456789",
};

/** What the program makes with the random plugin. */
export const randomTypes = {
  /** Nothing but the state holds the text, which is the id as well. */
  "random:index/randomString:RandomString": entry<RandomStringState>({
    title: "RandomString",
    attributes: {
      length: replaces,
      ...all({ ...replaces, default: true }, "lower", "upper", "numeric", "special"),
      result: output,
    },
    create(_account, { length = 0, special, ...planned }) {
      const characters = (["lower", "upper", "numeric"] as const).map((kind) =>
        planned[kind] ? kinds[kind] : "",
      );
      return Promise.resolve(
        randomText(length, [characters.join("") + (special ? "!@#$%&*()-_=+[]{}<>:?" : "")]),
      );
    },
    read: (_account, id, { result = id, length = id.length }) => Promise.resolve({ result, length }),
    delete: () => Promise.resolve(),
  }),
};

/**
 * Random text from the system's secure source, drawn until it has a character of each kind, as the official plugins do it.
 *
 * @throws {Error} when there is no room for that, or nothing to choose from
 */
export function randomText(length: number, required: readonly string[]): string {
  const all = required.join("");
  if (all === "" || required.length > length)
    throw new Error(`no text of length ${length} can have what is required`);
  for (;;) {
    const drawn = Array.from({ length }, () => all.charAt(randomInt(all.length)));
    if (required.every((kind) => drawn.some((character) => kind.includes(character)))) return drawn.join("");
  }
}
