/** The parts of JSON Schema that a table shows. */
interface Property {
  readonly type?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Property[];
  readonly items?: Property;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly description?: string;
}

// Aligned by Prettier, the tables would be wider than anybody's screen.
const start = "<!-- prettier-ignore-start -->";
const end = "<!-- prettier-ignore-end -->";

/**
 * Puts a table of all keys of the stack config into README.md, between its two markers.
 *
 * @param readme - README.md as it is
 * @param jsonSchema - the JSON Schema of a whole `Pulumi.<stack>.yaml`
 */
export function withKeyTables(readme: string, jsonSchema: unknown): string {
  const { properties = {} } = (jsonSchema as Property).properties?.config ?? {};
  const namespace = "iam-administrators:";
  const own = Object.entries(properties).filter(([key]) => key.startsWith(namespace));
  const keys = Object.fromEntries(own.map(([key, property]) => [key.slice(namespace.length), property]));
  const tables = [
    ...table(keys, ["administrators"]),
    "",
    "An entry of `administrators`:",
    "",
    ...table(keys.administrators?.items?.properties ?? {}, ["name"]),
  ];
  const [before = "", rest = ""] = readme.split(start);
  return [before, start, "\n\n", tables.join("\n"), "\n\n", end, rest.split(end)[1] ?? ""].join("");
}

function table(properties: Readonly<Record<string, Property>>, required: readonly string[]): string[] {
  return ["| key | type, default | meaning |", "| --- | --- | --- |", ...rows(properties, required)];
}

function rows(
  properties: Readonly<Record<string, Property>>,
  required: readonly string[],
  prefix = "",
): string[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const { type, default: preset, properties: inner, description = "" } = property;
    const key = `${prefix}${name}`;
    const presence = required.includes(name)
      ? "required"
      : preset === undefined
        ? "absent"
        : `\`${JSON.stringify(preset)}\``;
    const isSecret = inner?.secure !== undefined;
    // The defaults inside an object stand in their own rows.
    const shown =
      type === "object" && !isSecret && inner
        ? "object"
        : `${isSecret ? "secret" : typeOf(property)}, ${presence}`;
    const row = `| \`${key}\` | ${shown} | ${description} |`;
    return inner === undefined || isSecret
      ? [row]
      : [row, ...rows(inner, property.required ?? [], `${key}.`)];
  });
}

function typeOf({ type, anyOf, enum: choices, minimum, maximum, properties }: Property): string {
  if (anyOf !== undefined) return anyOf.map(typeOf).join(" or ");
  if (choices !== undefined) return "boolean";
  if (type === "object")
    return properties === undefined ? "object" : `\`{${Object.keys(properties).join(", ")}}\``;
  if (type === "integer") return `${minimum} to ${maximum}`;
  return type === "array" ? "list" : (type ?? "any");
}
