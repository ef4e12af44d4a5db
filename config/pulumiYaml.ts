import { isScalar, parseDocument, Scalar, visit, type ScalarTag } from "yaml";

/**
 * Reads YAML as Pulumi does, whose parser is gopkg.in/yaml.v3: with merge keys, with octal numbers, and with dates, which
 * become the text that Go prints.
 *
 * @returns the value, as far as it can be read, and what is wrong, one line without any part of the text
 */
export function parsePulumiYaml(text: string): { readonly value: unknown; readonly error?: string } {
  const document = parseDocument(text, { merge: true, customTags: (tags) => [...goScalars, ...tags] });
  // To Go it is a merge key in quotes as well.
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === "<<") key.type = Scalar.PLAIN;
    },
  });
  try {
    const value: unknown = document.toJS();
    const [error] = document.errors;
    return error === undefined ? { value } : { value, error: firstLine(error) };
  } catch (error) {
    return { value: undefined, error: firstLine(error) };
  }
}

/** The lines after the first one show the place in the file, where a secret may stand. */
function firstLine(error: unknown): string {
  return String(error).split("\n", 1).join();
}

const number = (test: RegExp, read: (digits: string) => number): ScalarTag => ({
  tag: "tag:yaml.org,2002:float",
  default: true,
  test,
  resolve: (text) => read(text.replaceAll("_", "")),
});

/** What the two parsers take for different things. */
const goScalars: ScalarTag[] = [
  number(/^[-+]?0o?[0-7_]+$/i, (digits) => parseInt(digits.replace(/o/i, ""), 8)),
  number(/^[-+]?0b[01_]+$/i, (digits) => parseInt(digits.replace(/0b/i, ""), 2)),
  number(/^[-+]?0x[\da-f_]+$/i, (digits) => parseInt(digits, 16)),
  number(/^[-+]?(?:\.\d[\d_]*|\d[\d_]*(?:\.[\d_]*)?)(?:e[-+]?\d+)?$/i, Number),
  {
    tag: "tag:yaml.org,2002:timestamp",
    default: true,
    test: /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)| \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)?$/,
    resolve: goTime,
  },
];

/** Go's `time.Time.String`; what is no day of the calendar stays a text. */
function goTime(text: string): string {
  const [, day = "", hours = "00:00:00", fraction = "", zone = "Z"] =
    /^([\d-]+)(?:[Tt ]([\d:]+)(\.\d+)?(Z|[-+].*)?)?$/.exec(text) ?? [];
  const [date, clock] = [day, hours].map((part) => part.replace(/\d+/g, (digits) => digits.padStart(2, "0")));
  const time = new Date(`${date}T${clock}Z`);
  const isTime = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(`${date}T${clock}`);
  const offset = zone === "Z" ? "+0000 UTC" : `${zone.replace(":", "")} ${zone.replace(":", "")}`;
  return isTime ? `${date} ${clock}${fraction.replace(/\.?0*$/, "")} ${offset}` : text;
}
