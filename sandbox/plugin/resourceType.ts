import type { Unwrap } from "@pulumi/pulumi";
import type { Account } from "./provider.ts";
import type { Value } from "./values.ts";

/** How one property behaves, in the terms of Terraform's schema; an empty object is a plain input. */
export interface Attribute {
  /** Only the provider sets it (Computed without Optional). */
  readonly output?: true;
  /** Left out by the program, it stays what it is (Optional and Computed). */
  readonly computed?: true;
  /** What holds when the program leaves it out (Default). */
  readonly default?: Value;
  /** A change of it makes a new resource (ForceNew). */
  readonly replaces?: true;
  /** Made from the logical name when the program leaves it out (the bridge's AutoName). */
  readonly autoname?: true;
  /** Compared as a set (TypeSet), or as JSON text (DiffSuppressFunc, StateFunc), rather than literally. */
  readonly compare?: "set" | "json";
  /** What a value must match (ValidateFunc), and the message if it doesn't. */
  readonly valid?: { readonly test: (value: Value) => boolean; readonly message: string };
}

// The usual kinds of properties.
export const input: Attribute = {};
export const output: Attribute = { output: true };
export const computed: Attribute = { computed: true };
export const replaces: Attribute = { replaces: true };
export const fixedName: Attribute = { replaces: true, autoname: true };
export const json: Attribute = { compare: "json" };
export const set: Attribute = { compare: "set" };

/** A resource or a policy document travels as the text that may stand in its place. */
type Wire<V> = [Extract<V, string>] extends [never]
  ? V extends readonly (infer Element)[]
    ? Wire<Element>[]
    : V
  : string | Extract<V, undefined>;

/** The SDK's `State` interface of a resource type with the plain values that the plugin gets and gives. */
type Plain<State> = string extends keyof State
  ? Readonly<Record<string, Value | undefined>>
  : { readonly [Name in keyof State]?: Wire<Unwrap<State[Name]>> | undefined };

/** What was read, by property; undefined clears the property, and other names than the entry's are passed over. */
type Found<State> = Plain<State> & { readonly id?: string | undefined };

/** A service, by its calls that change the tags of a resource. */
interface TagService {
  tagResource(input: object): Promise<unknown>;
  untagResource(input: object): Promise<unknown>;
}

/**
 * Makes a resource. A text is its id; else that is the name. Where something may fail once the resource exists, `made` says
 * so before: what it leaves is then an unfinished resource in the state, as after Terraform's SetId.
 */
type Create<State> = (
  account: Account,
  planned: Plain<State>,
  made: (id: string | undefined, outputs?: Plain<State>) => void,
) => Promise<unknown>;

/** One entry of the table: a resource type. `State` is the SDK's own interface for it. */
export interface ResourceType<State = Record<string, Value>> {
  /** What the official plugin's messages call it: "IAM Group". */
  readonly title: string;
  /** Whether its replacement waits for its deletion (DeleteBeforeReplace in pulumi-aws provider/resource_overrides.go). */
  readonly deletesFirst?: true;
  /** The properties that the stand-in carries. */
  readonly attributes: Readonly<Partial<Record<keyof State & string, Attribute>>>;
  /** What a failed creation says. @default creating TITLE (NAME) */
  readonly creating?: (planned: Plain<State>) => string;
  readonly create: Create<State>;
  /** Undefined, or an error of AWS that says so: the resource is gone. Properties that it does not name keep their value. */
  readonly read: (account: Account, id: string, state: Plain<State>) => Promise<Found<State> | undefined>;
  /** False: the state after a creation is what was planned, without a read. @default true */
  readonly readsAfterCreate?: boolean;
  /** What an import's id says before the first read (Terraform's Importer). @default nothing */
  readonly imported?: (id: string) => Found<State>;
  /** Absent where every input replaces. A text is the new id; `has` tells whether one of these properties differs. */
  readonly update?: (
    account: Account,
    change: {
      readonly id: string;
      readonly old: Plain<State>;
      readonly planned: Plain<State>;
      readonly has: (...names: (keyof State & string)[]) => boolean;
    },
  ) => Promise<unknown>;
  /** Whose calls change the tags, and what they call the resource. Absent where there are no tags. */
  readonly tagging?: (account: Account, id: string, old: Plain<State>) => [TagService, object];
  readonly delete: (account: Account, id: string, state: Plain<State>) => Promise<unknown>;
}

/** Makes an entry; `put` is one call that both creates and updates. */
export function entry<State>(
  type: ResourceType<State> | (Omit<ResourceType<State>, "create"> & { readonly put: Create<State> }),
): ResourceType {
  if (!("put" in type)) return type as unknown as ResourceType;
  const update: ResourceType<State>["update"] = (account, { planned }) =>
    type.put(account, planned, () => undefined);
  // The engine's values take the types of the SDK's interface here and nowhere else.
  return { ...type, create: type.put, update } as unknown as ResourceType;
}

/** A function that programs invoke; written as a method, so that each has the SDK's own arguments. */
export type Invoke = { call(account: Account, args: object): Promise<object> }["call"];

/** The same attribute under each of these names. */
export function all<Name extends string>(attribute: Attribute, ...names: Name[]): Record<Name, Attribute> {
  return Object.fromEntries(names.map((name) => [name, attribute])) as Record<Name, Attribute>;
}
