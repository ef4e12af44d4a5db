import type { RandomStringState } from "@pulumi/random/randomString.js";
import { randomText } from "../randomText.ts";
import { all, entry, type Table } from "../resourceType.ts";

const kinds = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numeric: "0123456789",
};

/** `random:index/randomString:RandomString`: nothing but the state holds the text. Import id: the text itself. */
const randomString = entry<object, RandomStringState>({
  title: "RandomString",
  attributes: {
    ...all({ replaces: true }, "keepers", "length", "overrideSpecial"),
    ...all({ replaces: true, default: true }, "lower", "upper", "numeric", "special"),
    result: { output: true },
  },
  create(_context, planned, made) {
    const special = planned.special ? [planned.overrideSpecial ?? "!@#$%&*()-_=+[]{}<>:?"] : [];
    const plain = (["lower", "upper", "numeric"] as const)
      .filter((kind) => planned[kind])
      .map((kind) => kinds[kind]);
    const characters = [...plain, ...special].map((text) => [text, 0] as const);
    const result = randomText(planned.length ?? 0, Object.fromEntries(characters));
    made(result, { result });
    return Promise.resolve(result);
  },
  read: (_context, id, { result = id, length = id.length }) => Promise.resolve({ result, length }),
  delete: () => Promise.resolve(),
});

/** What the program makes with the random plugin. */
export const randomTable: Table<object> = {
  package: "random",
  resources: { "random:index/randomString:RandomString": randomString },
  functions: {},
};
