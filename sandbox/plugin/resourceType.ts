import type { Unwrap } from "@pulumi/pulumi";
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

/** A resource or a policy document travels as the text that may stand in its place. */
type Wire<V> = [Extract<V, string>] extends [never]
  ? V extends readonly (infer Element)[]
    ? Wire<Element>[]
    : V
  : string | Extract<V, undefined>;

/** The SDK's `State` interface of a resource type with the plain values that the plugin gets and gives. */
export type Plain<State> = string extends keyof State
  ? Readonly<Record<string, Value | undefined>>
  : { readonly [Name in keyof State]?: Wire<Unwrap<State[Name]>> | undefined };

/** What was read, by property; undefined clears the property, and other names than the entry's are passed over. */
export type Found<State> = Plain<State> & { readonly id?: string | undefined };

/** An update: what the state says, and what is to be. */
export interface Change<State> {
  readonly id: string;
  readonly old: Plain<State>;
  readonly planned: Plain<State>;
  /** Whether one of these properties differs. */
  has(...names: (keyof State & string)[]): boolean;
}

/** One entry of the table: a resource type. `State` is the SDK's own interface for it. */
export interface ResourceType<Context, State = Record<string, Value>> {
  /** What the official plugin's messages call it: "IAM Group". */
  readonly title: string;
  /** Whether its replacement waits for its deletion (DeleteBeforeReplace in pulumi-aws provider/resource_overrides.go). */
  readonly deletesFirst?: true;
  /** The properties that the stand-in carries. */
  readonly attributes: Readonly<Partial<Record<keyof State & string, Attribute>>>;
  /** What a failed creation says. @default creating TITLE (NAME) */
  readonly creating?: (planned: Plain<State>) => string;
  /**
   * Makes the resource and returns its id. Where something may fail once it exists, `made` says so before: what it leaves is
   * then an unfinished resource in the state, as after Terraform's SetId. It also takes outputs that no read finds.
   */
  readonly create: (
    context: Context,
    planned: Plain<State>,
    made: (id: string | undefined, outputs?: Plain<State>) => void,
  ) => Promise<string | undefined>;
  /** Undefined, or an error of AWS that says so: the resource is gone. Properties that it does not name keep their value. */
  readonly read: (context: Context, id: string, state: Plain<State>) => Promise<Found<State> | undefined>;
  /** False: the state after a creation is what was planned, without a read. @default true */
  readonly readsAfterCreate?: boolean;
  /** What an import's id says before the first read (Terraform's Importer). @default nothing */
  readonly imported?: (id: string) => Found<State>;
  /** Absent where every input replaces. A text is the new id. */
  readonly update?: (context: Context, change: Change<State>) => Promise<unknown>;
  readonly delete: (context: Context, id: string, state: Plain<State>) => Promise<unknown>;
}

/** A function that programs invoke; written as a method, so that each has the SDK's own arguments. */
export type Invoke<Context> = { call(context: Context, args: object): Promise<object> }["call"];

/** What a plugin carries, by token. */
export interface Table<Context> {
  readonly package: string;
  readonly resources: Readonly<Record<string, ResourceType<Context>>>;
  readonly functions: Readonly<Record<string, Invoke<Context>>>;
}

/** Puts an entry into the table: the engine's values take the types of the SDK's interface here and nowhere else. */
export function entry<Context, State>(type: ResourceType<Context, State>): ResourceType<Context> {
  return type as unknown as ResourceType<Context>;
}

/** The same attribute under each of these names. */
export function all<Name extends string>(attribute: Attribute, ...names: Name[]): Record<Name, Attribute> {
  return Object.fromEntries(names.map((name) => [name, attribute])) as Record<Name, Attribute>;
}
