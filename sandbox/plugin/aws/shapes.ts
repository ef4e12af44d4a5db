/** What every regional resource has: the provider's region unless the program says otherwise. */
export const regional = { region: { replaces: true, computed: true } } as const;
/** What every resource with tags has. */
export const tagged = { tags: {}, tagsAll: {} } as const;

/** A tag as most services spell it. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

type Tags = Readonly<Record<string, string>> | undefined;
type SpelledTags = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];

/** AWS's answer under the names of properties: `AlarmName` becomes `alarmName`. */
export function properties<Answer extends object>(answer: Answer | undefined) {
  const renamed = Object.entries(answer ?? {}).map(([name, value]: [string, unknown]) => [
    name.charAt(0).toLowerCase() + name.slice(1),
    value,
  ]);
  return Object.fromEntries(renamed) as {
    [Name in keyof Answer as Uncapitalize<Name & string>]?: Answer[Name];
  };
}

/** Properties under AWS's names; the SDK passes over what an operation does not know. */
export function parameters<Given extends object>(given: Given) {
  const renamed = Object.entries(given).map(([name, value]: [string, unknown]) => [
    name.charAt(0).toUpperCase() + name.slice(1),
    value,
  ]);
  return Object.fromEntries(renamed) as { [Name in keyof Given as Capitalize<Name & string>]: Given[Name] };
}

/** Tags in the form of most services. */
export function tagList(tags: Tags): Tag[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

/** Tags as a property. */
export function tagMap(tags: SpelledTags = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** Brings a resource's tags up to date, removed ones first (updateTags in the services' tags_gen.go). */
export async function updateTags(
  { old, planned }: Readonly<Record<"old" | "planned", { readonly tagsAll?: Tags }>>,
  remove: (keys: string[]) => Promise<unknown>,
  set: (tags: Tag[]) => Promise<unknown>,
): Promise<void> {
  const [before = {}, after = {}] = [old.tagsAll, planned.tagsAll];
  const removed = Object.keys(before).filter((key) => !(key in after));
  const changed = tagList(after).filter(({ Key, Value }) => before[Key] !== Value);
  if (removed.length > 0) await remove(removed);
  if (changed.length > 0) await set(changed);
}
