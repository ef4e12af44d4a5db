import { Document, isMap, parseDocument, Scalar, YAMLMap } from "yaml";
import { fullKey } from "../config/namespace.ts";
import type { Member } from "./members.ts";
import type { LeftOut } from "./settings.ts";

/** What the file is to say. */
export interface Content {
  /** Only where the file has no region yet. */
  readonly region?: string | undefined;
  readonly account: string;
  readonly group: string;
  /** Keys of the namespace with their values; undefined ones are left out. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly members: readonly Member[];
  readonly leftOut: readonly LeftOut[];
}

const newFile = "# yaml-language-server: $schema=./stack-config.schema.json\nconfig: {}\n";

/**
 * The text of a stack's file with the administrators of an account. What else stands in the file stays, comments too.
 *
 * @param text - the file as it is. @default there is none
 */
export function stackFileText(text: string | undefined, content: Content): string {
  const document = parseDocument(text?.trim() ? text : newFile);
  if (!isMap(document.contents)) document.contents = new YAMLMap() as never;
  if (!isMap(document.get("config"))) document.set("config", new YAMLMap());
  const config = document.get("config") as YAMLMap;
  config.flow = false;
  const { region, account, group, values, members, leftOut } = content;
  add(config, "aws:region", region);
  add(config, "aws:allowedAccountIds", [account]);
  config.delete("group");
  config.set(fullKey("group"), node({ name: group, existing: true }));
  for (const [key, value] of Object.entries(values)) add(config, fullKey(key), value);
  const administrators = document.createPair(
    fullKey("administrators"),
    document.createNode(members.map(({ entry }) => node(entry))),
  );
  for (const [index, { remarks }] of members.entries()) {
    const name = (administrators.value as YAMLMap).getIn([index, "name"], true) as Scalar;
    if (remarks.length > 0) name.comment = ` ${remarks.join(", ")}`;
  }
  const comments = leftOut.map(({ what, why }) => ` Left out: ${what}: ${why}`);
  if (comments.length > 0) (administrators.key as Scalar).commentBefore = comments.join("\n");
  config.add(administrators);
  return document.toString({ lineWidth: 0 });
}

/** What stands there already stays. */
function add(config: YAMLMap, key: string, value: unknown): void {
  if (value !== undefined && !config.has(key)) config.set(key, node(value));
}

/** A value whose texts are in quotes wherever some YAML parser could take them for something else. */
function node(value: unknown): unknown {
  const document = new Document(value);
  const quote = (text: Scalar) => {
    const isSafe = typeof text.value !== "string" || /^[A-Za-z][\w.@+-]*$/.test(text.value);
    if (!isSafe) text.type = Scalar.QUOTE_DOUBLE;
  };
  const walk = (inner: unknown): void => {
    if (inner instanceof Scalar) quote(inner);
    for (const item of (inner as { items?: unknown[] }).items ?? [])
      walk((item as { value?: unknown }).value ?? item);
  };
  walk(document.contents);
  return document.contents;
}
