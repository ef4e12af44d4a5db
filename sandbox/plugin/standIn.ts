import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { functions } from "./aws/functions.ts";
import { tagList } from "./aws/shapes.ts";
import { doing, orAbsent, UnfinishedResourceError } from "./errors.ts";
import * as planning from "./planning.ts";
import type { Account, Provider } from "./provider.ts";
import type { ResourceType } from "./resourceType.ts";
import { resourceTypes } from "./table.ts";
import { containsUnknown, isObject, isZero, present, text, unknownValue } from "./values.ts";
import type { Properties, Value } from "./values.ts";

/** The list of the inputs that Check filled in (reservedkeys.Defaults of the bridge). */
const defaultsKey = "__defaults";

/**
 * A resource type that behaves as the official plugin's: the table says how the types differ, this class what the bridge
 * (pulumi-terraform-bridge pkg/tfbridge) and Terraform's plugin SDK do with all of them.
 */
export class StandIn {
  private readonly provider: Provider;
  private readonly type: ResourceType;
  private readonly attributes: planning.Attributes;

  /** @throws {Error} when the table does not carry the type */
  constructor(provider: Provider, token: string) {
    this.provider = provider;
    this.type = resourceTypes[token] ?? notCarried(token);
    this.attributes = this.type.attributes as planning.Attributes;
  }

  /**
   * Fills in defaults and the physical name (Provider.Check, applyDefaults in schema.go), and says what is wrong, by name of
   * the input (ValidateResource).
   *
   * @param proposed - the engine's own idea of the physical name
   */
  check(name: string, given: Properties, olds: Properties = {}, proposed = "") {
    // Nulls are dropped: ignoreChanges copies them from inputs that a refresh has not found.
    const own = Object.entries(present(given)).filter(([key]) => !key.startsWith("__"));
    const inputs: Record<string, Value> = Object.fromEntries(own);
    if (this.attributes.tagsAll) inputs.tagsAll = this.allTags(inputs.tags);
    // pulumi-aws provider/region.go
    if (this.attributes.region) inputs.region ??= this.provider.accountIn().region;
    const problems: Record<string, string> = {};
    for (const [key, value] of Object.entries(inputs)) {
      const attribute = this.attributes[key];
      // A document may be an object as well (TransformJSONDocument in pulumi-aws).
      if (attribute?.compare === "json" && isObject(value)) inputs[key] = JSON.stringify(value);
      if (containsUnknown(value)) continue;
      if (attribute?.valid?.test(value) === false) problems[key] = attribute.valid.message;
      // Leaving it out silently would rehearse something else than the program asks for.
      if (attribute === undefined && !isZero(value))
        problems[key] = "the sandbox's stand-in does not carry this property";
    }
    // The bridge's AutoName with pulumi-aws's options.
    const autoname = proposed || `${name}-${randomBytes(4).toString("hex").slice(0, 7)}`;
    const oldDefaults = olds[defaultsKey];
    const defaults: string[] = [];
    for (const [key, attribute] of Object.entries(this.attributes)) {
      const fresh = attribute.autoname ? autoname : (attribute.default ?? null);
      // Without the list, as after every refresh, an old value of whatever origin takes the default's place, null as well.
      const isOld = key in olds && (!Array.isArray(oldDefaults) || oldDefaults.includes(key));
      const value = (isOld ? olds[key] : fresh) ?? null;
      if (key in inputs || isZero(fresh) || value === null) continue;
      inputs[key] = value;
      defaults.push(key);
    }
    return { inputs: { ...inputs, [defaultsKey]: defaults.sort() } as Properties, problems };
  }

  /** What differs between the state and the checked inputs, and whether that makes a new resource (Provider.Diff). */
  diff(olds: Properties, news: Properties, ignoreChanges?: readonly string[]) {
    const planned = planning.plannedState(this.attributes, olds, news, ignoreChanges);
    const changed = planning.changedNames(this.attributes, olds, planned);
    const replaces = changed.filter((name) => this.attributes[name]?.replaces);
    const defaults = news[defaultsKey];
    // A name that the program gives stands in its successor's way (nameRequiresDeleteBeforeReplace).
    const keepsItsName = Object.entries(this.attributes).some(
      ([name, { autoname: named }]) =>
        named && !(Array.isArray(defaults) && defaults.includes(name)) && !changed.includes(name),
    );
    const deletesFirst = this.type.deletesFirst ?? keepsItsName;
    return { changed, replaces, deleteBeforeReplace: replaces.length > 0 && deletesFirst };
  }

  /** The outputs that a create, or with a state an update, would have: unknown where AWS decides (ProposedState). */
  preview(news: Properties, olds?: Properties, ignoreChanges?: readonly string[]): Properties {
    const planned = planning.plannedState(this.attributes, olds ?? {}, news, ignoreChanges);
    if (olds !== undefined) return planned;
    for (const [name, { output, computed }] of Object.entries(this.attributes))
      if (planned[name] === null && (output || computed)) planned[name] = unknownValue;
    return planned;
  }

  /** @throws {UnfinishedResourceError} when it was made and something failed afterwards */
  async create(news: Properties) {
    const { title, creating, create, readsAfterCreate = true } = this.type;
    const planned = planning.plannedState(this.attributes, {}, news);
    const given = present(planned);
    let state = planned;
    let id: string | undefined;
    const made = (newId: string | undefined, outputs: object = {}) => {
      id = newId;
      state = { ...planned, ...present(outputs) };
    };
    try {
      const call = create(this.account(planned), given, made);
      const answer = await doing(creating?.(given) ?? `creating ${title} (${text(given.name)})`, call);
      id = typeof answer === "string" ? answer : text(given.name);
      return { id, outputs: readsAfterCreate ? await this.readBack(id, state) : state };
    } catch (error) {
      throw id === undefined ? error : new UnfinishedResourceError(id, state, error);
    }
  }

  /** Undefined when it is gone. Without a state this is an import, whose id may come in another form (Provider.Read). */
  async read(id: string, state: Properties = {}, inputs: Properties = {}) {
    const isImport = Object.keys(state).length === 0;
    const known = isImport ? present(this.type.imported?.(id)) : state;
    const current = planning.currentId(id, known);
    const outputs = await this.find(current, known);
    if (!outputs) return undefined;
    const { importedInputs, refreshedInputs } = planning;
    const found = isImport
      ? importedInputs(this.attributes, outputs)
      : refreshedInputs(this.attributes, inputs, outputs);
    return { id: current, outputs, inputs: found };
  }

  /** @throws {UnfinishedResourceError} when it failed: Terraform records what was planned all the same */
  async update(id: string, olds: Properties, news: Properties, ignoreChanges?: readonly string[]) {
    const { title, update } = this.type;
    const state = planning.plannedState(this.attributes, olds, news, ignoreChanges);
    const changed = planning.changedNames(this.attributes, olds, state);
    const has = (...names: string[]) => names.some((name) => changed.includes(name));
    const account = this.account(olds);
    const current = planning.currentId(id, olds);
    const [old, planned] = [present(olds), present(state)];
    const apply = async () => {
      await this.updateTags(current, old, planned);
      // The engine asks for this after a creation that was not finished, too: only a refresh leads on from there.
      if (update === undefined) throw new Error("doesn't support update");
      return update(account, { id: current, old, planned, has });
    };
    try {
      const answer = await doing(`updating ${title} (${current})`, apply());
      return await this.readBack(typeof answer === "string" ? answer : current, state);
    } catch (error) {
      throw new UnfinishedResourceError(id, { ...state, id: current }, error);
    }
  }

  /** What is gone already is no failure. */
  async delete(id: string, state: Properties): Promise<void> {
    const current = planning.currentId(id, state);
    const call = this.type.delete(this.account(state), current, present(state));
    await orAbsent(doing(`deleting ${this.type.title} (${current})`, call));
  }

  /** What a create or update wrote may not be readable for some seconds (RetryWhenNewResourceNotFound). */
  private async readBack(id: string, state: Properties): Promise<Properties> {
    for (let attempt = 1; attempt <= 10; attempt++) {
      const found = await this.find(id, state);
      if (found) return found;
      await sleep(300);
    }
    throw new Error(`reading ${this.type.title} (${id}): couldn't find resource`);
  }

  /** The state with what AWS says now; every property is there, null where it has no value (MakeTerraformOutputs). */
  private async find(id: string, state: Properties): Promise<Properties | undefined> {
    const account = this.account(state);
    const call = this.type.read(account, id, present(state));
    const found = await orAbsent(doing(`reading ${this.type.title} (${id})`, call));
    if (!found) return undefined;
    const tags = this.ownTags(state, found.tagsAll);
    const known: Partial<Properties> = { ...state, region: account.region, ...found, ...tags };
    const properties = Object.keys(this.attributes).map((name) => [name, known[name] ?? null] as const);
    return { ...Object.fromEntries(properties), id };
  }

  /** What Check makes of `tagsAll` (pulumi-aws provider/tags.go). */
  private allTags(tags: Value | undefined): Value {
    if (containsUnknown(tags)) return unknownValue;
    return { ...this.provider.defaultTags, ...(isObject(tags) ? tags : {}) };
  }

  /** The tags that were read without those that only the provider's defaults give (tags_interceptor.go). */
  private ownTags({ tags }: Properties, tagsAll: Value | undefined) {
    if (!isObject(tagsAll)) return {};
    const isOwn = ([key, value]: [string, Value]) =>
      (isObject(tags) && key in tags) || this.provider.defaultTags[key] !== value;
    return { tags: Object.fromEntries(Object.entries(tagsAll).filter(isOwn)) };
  }

  /** Before everything else, and removed ones first (tags_interceptor.go, updateTags in the services' tags_gen.go). */
  private async updateTags(id: string, old: Properties, planned: Properties): Promise<void> {
    const [before = {}, after = {}] = [old.tagsAll, planned.tagsAll] as Record<string, string>[];
    const TagKeys = Object.keys(before).filter((key) => !(key in after));
    const Tags = tagList(after).filter(({ Key, Value }) => before[Key] !== Value);
    const [service, target] = this.type.tagging?.(this.account(old), id, old) ?? [];
    if (TagKeys.length > 0) await service?.untagResource({ ...target, TagKeys });
    if (Tags.length > 0) await service?.tagResource({ ...target, Tags });
  }

  private account({ region }: Properties): Account {
    return this.provider.accountIn(text(region) || undefined);
  }
}

/** Calls a function that programs look things up with. */
export async function invoke({ accountIn }: Provider, token: string, args: Properties): Promise<Properties> {
  const call = functions[token] ?? notCarried(token);
  return present(await call(accountIn(), args));
}

function notCarried(token: string): never {
  const [plugin = ""] = token.split(":");
  throw new Error(
    `the sandbox's stand-in for the ${plugin === "aws" ? "AWS" : plugin} plugin does not carry ${token}; ` +
      `install the official plugin: pulumi plugin install resource ${plugin}`,
  );
}
