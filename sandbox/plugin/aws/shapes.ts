import { input, output, type Attribute } from "../resourceType.ts";

/** What every regional resource has: the provider's region unless the program says otherwise. */
export const regional = { region: { replaces: true, computed: true } satisfies Attribute };
/** What every resource with tags has. */
export const tagged = { tags: input, tagsAll: input, arn: output };

/** AWS's answer under the names of properties: `AlarmName` becomes `alarmName`. */
export function properties<Answer extends object>(answer: Answer | undefined) {
  return renamed(answer ?? {}, (initial) => initial.toLowerCase()) as {
    [Name in keyof Answer as Uncapitalize<Name & string>]?: Answer[Name];
  };
}

/** Properties under AWS's names. */
export function parameters<Given extends object>(given: Given) {
  return renamed(given, (initial) => initial.toUpperCase()) as {
    [Name in keyof Given as Capitalize<Name & string>]: Given[Name];
  };
}

function renamed(members: object, change: (initial: string) => string): object {
  const entries = Object.entries(members).map(([name, value]: [string, unknown]) => [
    change(name.charAt(0)) + name.slice(1),
    value,
  ]);
  return Object.fromEntries(entries) as object;
}

/** Tags as the services spell them, each in its own way; the SDK passes over what an operation does not know. */
export function tagList(tags: Readonly<Record<string, string>> = {}) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value, TagKey: Key, TagValue: Value }));
}

/** A tag as one of the services spells it. */
type Tag = { readonly [Name in keyof ReturnType<typeof tagList>[number]]?: string | undefined };

/** Tags as a property. */
export function tagMap(tags: readonly Tag[] = []) {
  return Object.fromEntries(
    tags.map((tag) => [tag.Key ?? tag.TagKey ?? "", tag.Value ?? tag.TagValue ?? ""]),
  );
}
