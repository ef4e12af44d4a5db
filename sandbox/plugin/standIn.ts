import { setTimeout as sleep } from "node:timers/promises";
import { autoname, type Naming } from "./autoname.ts";
import { doing, isAbsence, UnfinishedResourceError } from "./errors.ts";
import {
  changedNames,
  currentId,
  importedInputs,
  plannedState,
  refreshedInputs,
  type Attributes,
} from "./planning.ts";
import type { Table } from "./resourceType.ts";
import { containsUnknown, isObject, isZero, present, text, unknownValue, withoutNulls } from "./values.ts";
import type { Properties, Value } from "./values.ts";

/** A live resource as the engine records it. */
export interface LiveResource {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** What the plan for a resource that exists comes to. */
export interface Diff {
  readonly changed: readonly string[];
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** The list of the inputs that Check filled in (reservedkeys.Defaults of the bridge). */
const defaultsKey = "__defaults";

/**
 * A plugin's resource types and functions, behaving as the official plugin does: its table says how the types differ, this
 * class what the bridge (pulumi-terraform-bridge pkg/tfbridge) and Terraform's plugin SDK do with all of them. Every method
 * throws for a token that the table does not carry.
 */
export class StandIn<Context extends { readonly region?: string }> {
  private readonly table: Table<Context>;
  private readonly contextOf: (region?: string) => Context;
  private readonly defaultTags: Properties;

  /**
   * @param table - the resource types and functions
   * @param contextOf - what they work with, in a region or in the provider's own
   * @param defaultTags - tags of every resource that has tags
   */
  constructor(table: Table<Context>, contextOf: (region?: string) => Context, defaultTags: Properties = {}) {
    this.table = table;
    this.contextOf = contextOf;
    this.defaultTags = defaultTags;
  }

  /** Fills in defaults and the physical name (Provider.Check, applyDefaults in schema.go). */
  check(
    type: string,
    name: string,
    given: Properties,
    olds: Properties = {},
    naming: Naming = {},
  ): Properties {
    const attributes = this.attributes(type);
    // Nulls are dropped: ignoreChanges copies them from inputs that a refresh has not found.
    const inputs = withoutNulls(
      Object.fromEntries(Object.entries(given).filter(([key]) => !key.startsWith("__"))),
    );
    if (attributes.tagsAll) inputs.tagsAll = this.allTags(inputs.tags);
    // A document may be an object as well (TransformJSONDocument in pulumi-aws).
    for (const [key, value] of Object.entries(inputs))
      if (attributes[key]?.compare === "json" && isObject(value)) inputs[key] = JSON.stringify(value);
    // pulumi-aws provider/region.go
    if (attributes.region) inputs.region ??= this.contextOf().region ?? null;
    const oldDefaults = olds[defaultsKey];
    // Without the list, as after every refresh, an old value of whatever origin takes the default's place, null as well.
    const isOldDefault = (key: string) =>
      key in olds && (!Array.isArray(oldDefaults) || oldDefaults.includes(key));
    const defaults: string[] = [];
    for (const [key, attribute] of Object.entries(attributes)) {
      const fresh = attribute.autoname ? autoname(name, naming) : (attribute.default ?? null);
      const value = (isOldDefault(key) ? olds[key] : fresh) ?? null;
      if (key in inputs || isZero(fresh) || value === null) continue;
      inputs[key] = value;
      defaults.push(key);
    }
    return { ...inputs, [defaultsKey]: defaults.sort() };
  }

  /** What is wrong with the inputs, by name; nothing is an empty object (ValidateResource). */
  validate(type: string, inputs: Properties): Readonly<Record<string, string>> {
    const attributes = this.attributes(type);
    const known = Object.entries(inputs).filter(
      ([key, value]) => !key.startsWith("__") && !containsUnknown(value),
    );
    const problems = known.flatMap(([key, value]): [string, string][] => {
      const attribute = attributes[key];
      // Leaving it out silently would rehearse something else than the program asks for.
      if (attribute === undefined && !isZero(value))
        return [[key, "the sandbox's stand-in does not carry this property"]];
      return attribute?.valid?.test(value) === false ? [[key, attribute.valid.message]] : [];
    });
    return Object.fromEntries(problems);
  }

  /** What differs between the state and the checked inputs, and whether that makes a new resource (Provider.Diff). */
  diff(type: string, olds: Properties, news: Properties, ignoreChanges: readonly string[] = []): Diff {
    const attributes = this.attributes(type);
    const changed = changedNames(attributes, olds, plannedState(attributes, olds, news, ignoreChanges));
    const replaces = changed.filter((name) => attributes[name]?.replaces);
    const defaults = news[defaultsKey];
    // A name that the program gives stands in its successor's way (nameRequiresDeleteBeforeReplace).
    const keepsItsName = Object.entries(attributes).some(
      ([name, { autoname: named }]) =>
        named && !(Array.isArray(defaults) && defaults.includes(name)) && !changed.includes(name),
    );
    const deletesFirst = this.type(type).deletesFirst ?? keepsItsName;
    return { changed, replaces, deleteBeforeReplace: replaces.length > 0 && deletesFirst };
  }

  /** The outputs that a create, or with a state an update, would have: unknown where AWS decides (ProposedState). */
  preview(type: string, news: Properties, olds?: Properties, ignoreChanges?: readonly string[]): Properties {
    const attributes = this.attributes(type);
    const planned = plannedState(attributes, olds ?? {}, news, ignoreChanges);
    if (olds !== undefined) return planned;
    for (const [name, { output, computed }] of Object.entries(attributes))
      if (planned[name] === null && (output || computed)) planned[name] = unknownValue;
    return planned;
  }

  /** @throws {UnfinishedResourceError} when it was made and something failed afterwards. */
  async create(type: string, news: Properties): Promise<Omit<LiveResource, "inputs">> {
    const { title, creating, create, readsAfterCreate = true } = this.type(type);
    const planned = plannedState(this.attributes(type), {}, news);
    const given = withoutNulls(planned);
    let state = planned;
    let id: string | undefined;
    const made = (newId: string | undefined, outputs: object = {}) => {
      id = newId;
      state = { ...planned, ...present(outputs) };
    };
    try {
      const call = create(this.context(planned), given, made);
      const newId = await doing(creating?.(given) ?? `creating ${title} (${text(given.name)})`, call);
      id = newId ?? "";
      return { id, outputs: readsAfterCreate ? await this.readBack(type, id, state) : state };
    } catch (error) {
      throw id === undefined ? error : new UnfinishedResourceError(id, state, error);
    }
  }

  /** Undefined when it is gone. Without a state this is an import, whose id may come in another form (Provider.Read). */
  async read(
    type: string,
    id: string,
    state: Properties = {},
    inputs: Properties = {},
  ): Promise<LiveResource | undefined> {
    const attributes = this.attributes(type);
    if (Object.keys(state).length > 0) {
      const current = currentId(id, state);
      const outputs = await this.find(type, current, state);
      return outputs && { id: current, outputs, inputs: refreshedInputs(attributes, inputs, outputs) };
    }
    const known = present(this.type(type).imported?.(id));
    const newId = text(known.id ?? id);
    const outputs = await this.find(type, newId, known);
    return outputs && { id: newId, outputs, inputs: importedInputs(attributes, outputs) };
  }

  /** @throws {UnfinishedResourceError} when it failed: Terraform records what was planned all the same. */
  async update(
    type: string,
    id: string,
    olds: Properties,
    news: Properties,
    ignoreChanges?: readonly string[],
  ): Promise<Properties> {
    const { title, update } = this.type(type);
    const planned = plannedState(this.attributes(type), olds, news, ignoreChanges);
    const changed = new Set(changedNames(this.attributes(type), olds, planned));
    const has = (...names: string[]) => names.some((name) => changed.has(name));
    const current = currentId(id, olds);
    const change = { id: current, old: withoutNulls(olds), planned: withoutNulls(planned), has };
    try {
      // The engine asks for this after a creation that was not finished, too: only a refresh leads on from there.
      if (update === undefined) throw new Error("doesn't support update");
      const result = await doing(`updating ${title} (${current})`, update(this.context(olds), change));
      return await this.readBack(type, typeof result === "string" ? result : current, planned);
    } catch (error) {
      throw new UnfinishedResourceError(id, { ...planned, id: current }, error);
    }
  }

  /** What is gone already is no failure. */
  async delete(type: string, id: string, state: Properties): Promise<void> {
    const { title, delete: remove } = this.type(type);
    try {
      const current = currentId(id, state);
      await doing(
        `deleting ${title} (${current})`,
        remove(this.context(state), current, withoutNulls(state)),
      );
    } catch (error) {
      if (!isAbsence(error)) throw error;
    }
  }

  /** Calls a function of the table. */
  async invoke(token: string, args: Properties): Promise<Properties> {
    const call = this.table.functions[token] ?? this.notCarried(token);
    return present(await call(this.contextOf(), args));
  }

  /** What a create or update wrote may not be readable for some seconds (RetryWhenNewResourceNotFound). */
  private async readBack(type: string, id: string, state: Properties): Promise<Properties> {
    for (let attempt = 1; attempt <= 10; attempt++) {
      const found = await this.find(type, id, state);
      if (found) return found;
      await sleep(300);
    }
    throw new Error(`reading ${this.type(type).title} (${id}): couldn't find resource`);
  }

  /** The state with what AWS says now; every property is there, null where it has no value (MakeTerraformOutputs). */
  private async find(type: string, id: string, state: Properties): Promise<Properties | undefined> {
    const { title, read } = this.type(type);
    const context = this.context(state);
    try {
      const found = await doing(`reading ${title} (${id})`, read(context, id, withoutNulls(state)));
      if (!found) return undefined;
      const known = { ...state, region: context.region, ...found, ...this.ownTags(state, found.tagsAll) };
      const names = Object.keys(this.attributes(type)) as (keyof typeof known)[];
      return { ...Object.fromEntries(names.map((name) => [name, known[name] ?? null])), id };
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  /** What Check makes of `tagsAll` (pulumi-aws provider/tags.go). */
  private allTags(tags: Value | undefined): Value {
    if (containsUnknown(tags)) return unknownValue;
    return { ...this.defaultTags, ...(isObject(tags) ? tags : {}) };
  }

  /** The tags that were read without those that only the provider's defaults give (tags_interceptor.go). */
  private ownTags({ tags }: Properties, tagsAll: Value | undefined) {
    if (!isObject(tagsAll)) return {};
    const isOwn = ([key, value]: [string, Value]) =>
      (isObject(tags) && key in tags) || this.defaultTags[key] !== value;
    return { tags: Object.fromEntries(Object.entries(tagsAll).filter(isOwn)) };
  }

  private context({ region }: Properties): Context {
    return this.contextOf(typeof region === "string" ? region : undefined);
  }

  private attributes(type: string): Attributes {
    return this.type(type).attributes as Attributes;
  }

  private type(type: string) {
    return this.table.resources[type] ?? this.notCarried(type);
  }

  private notCarried(token: string): never {
    const plugin = this.table.package;
    throw new Error(
      `the sandbox's stand-in for the ${plugin === "aws" ? "AWS" : plugin} plugin does not carry ${token}; ` +
        `install the official plugin: pulumi plugin install resource ${plugin}`,
    );
  }
}
