import { textMap } from "../values.ts";
import type { Properties } from "../values.ts";
import type { AwsContext } from "./context.ts";

/** A tag as most services spell it. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The program's tags over the provider's default ones, for a create or an update. */
export function tagList(context: AwsContext, inputs: Properties): Tag[] {
  return Object.entries(allTags(context, inputs)).map(([Key, Value]) => ({ Key, Value }));
}

/** What an update has to set, and which tags it has to take away. */
export function tagChanges(
  context: AwsContext,
  olds: Properties,
  news: Properties,
): { set: Tag[]; remove: string[] } {
  const set = tagList(context, news);
  const wanted = new Set(set.map(({ Key }) => Key));
  return { set, remove: Object.keys(textMap(olds, "tagsAll")).filter((key) => !wanted.has(key)) };
}

/** The outputs for tags that were read: all of them, and without those that only the provider's defaults give. */
export function tagOutputs(
  context: AwsContext,
  state: Properties,
  found: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): { tags: Record<string, string> | undefined; tagsAll: Record<string, string> } {
  const given = textMap(state, "tags");
  const tagsAll = Object.fromEntries(found.map(({ Key = "", Value = "" }) => [Key, Value]));
  const own = Object.entries(tagsAll).filter(
    ([key, value]) => key in given || context.defaultTags[key] !== value,
  );
  return { tags: own.length > 0 ? Object.fromEntries(own) : undefined, tagsAll };
}

function allTags(context: AwsContext, inputs: Properties): Record<string, string> {
  return { ...context.defaultTags, ...textMap(inputs, "tags") };
}
