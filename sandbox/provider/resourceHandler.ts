import type { Properties, Value } from "./values.ts";

/** How one input of a resource type behaves; an empty object is a plain optional or required input. */
export interface InputSpec {
  /** Filled in when the program leaves it out. */
  readonly default?: Value;
  /** Made from the resource's logical name when the program leaves it out. */
  readonly autoname?: boolean;
  /** What such a name has to start with. */
  readonly prefix?: string;
  /** A change of it makes a new resource. */
  readonly replaces?: boolean;
  /** Left out by the program, AWS decides: its value is then no difference. */
  readonly computed?: boolean;
  /** AWS does not give it back, so an import leaves it unset. */
  readonly unreadable?: boolean;
  /** Compare as a set, or as JSON text, rather than literally. */
  readonly compare?: "set" | "json";
}

/** What a create leaves behind. */
export interface Created {
  readonly id: string;
  /** Outputs that only the creation knows, such as a password. */
  readonly outputs?: Properties;
}

/** What a read found. */
export interface Found {
  /** Where it is not the id that was asked for. */
  readonly id?: string;
  /** What AWS said; undefined removes what the state said before. */
  readonly properties: Readonly<Record<string, Value | undefined>>;
}

/** One resource type. `Context` is what the package's resources share, such as its clients. */
export interface ResourceHandler<Context> {
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** Outputs that are not inputs: unknown until the resource exists. */
  readonly outputs: readonly string[];
  /** Outputs that the plugin itself marks as secret. */
  readonly secretOutputs?: readonly string[];
  /** The message of what is wrong with the inputs, each under its name. */
  validate?(inputs: Properties): Readonly<Record<string, string>>;
  create(context: Context, inputs: Properties): Promise<Created>;
  /** The state is empty on an import. Nothing found: undefined. */
  read(context: Context, id: string, state: Properties): Promise<Found | undefined>;
  /** Absent where every input replaces. Returns the id if it changes. */
  update?(context: Context, id: string, olds: Properties, news: Properties): Promise<string | undefined>;
  delete(context: Context, id: string, state: Properties): Promise<void>;
}

/** A function that programs invoke. */
export type Invoke<Context> = (context: Context, args: Properties) => Promise<Properties>;

/**
 * The resource exists but could not be finished: the engine keeps it in its state, as the official plugin's
 * half-made (tainted) resources are kept.
 */
export class UnfinishedResourceError extends Error {
  readonly id: string;
  readonly properties: Properties;

  constructor(id: string, properties: Properties, message: string, cause: unknown) {
    super(message, { cause });
    this.id = id;
    this.properties = properties;
  }
}
