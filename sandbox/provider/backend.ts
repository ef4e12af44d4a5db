import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { diffInputs, withoutIgnored } from "./diff.ts";
import type { Diff } from "./diff.ts";
import { UnfinishedResourceError } from "./resourceHandler.ts";
import type { Invoke, ResourceHandler } from "./resourceHandler.ts";
import { isEmpty, present, unknownValue } from "./values.ts";
import type { Properties, Value } from "./values.ts";

export type { Properties } from "./values.ts";

/** A live resource as the engine records it. */
export interface ReadResult {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** Where a physical name comes from when the program gives none: the engine's proposal, or else its random bytes. */
export interface Naming {
  readonly proposed?: string | undefined;
  readonly seed?: Uint8Array;
}

/**
 * The resource types and functions of one package, whatever asks for them: the engine through the plugin process, or a
 * rehearsal inside the program's own process. Every method throws for a type that the package does not carry.
 */
export interface Backend {
  /** Fills in defaults and the physical name; what is there already stays. */
  check(type: string, name: string, inputs: Properties, oldInputs?: Properties, naming?: Naming): Properties;
  /** What is wrong with the inputs, by name; nothing is an empty object. */
  validate(type: string, inputs: Properties): Readonly<Record<string, string>>;
  diff(type: string, state: Properties, news: Properties, ignoreChanges?: readonly string[]): Diff;
  /** The outputs that a create, or with a state an update, would have: unknown where AWS decides. */
  preview(type: string, news: Properties, state?: Properties): Properties;
  /** Checks, validates and creates. */
  create(type: string, name: string, inputs: Properties): Promise<{ id: string; outputs: Properties }>;
  /** Undefined when it is gone. Without a state this is an import, whose id may come in another form. */
  read(type: string, id: string, state?: Properties, oldInputs?: Properties): Promise<ReadResult | undefined>;
  update(
    type: string,
    id: string,
    state: Properties,
    news: Properties,
    ignoreChanges?: readonly string[],
  ): Promise<Properties>;
  delete(type: string, id: string, state: Properties): Promise<void>;
  invoke(token: string, args: Properties): Promise<Properties>;
  /** Outputs that the plugin itself marks as secret. */
  secretOutputs(type: string): readonly string[];
}

/** What a package consists of. */
export interface Package<Context> {
  readonly name: string;
  readonly resources: Readonly<Record<string, ResourceHandler<Context>>>;
  readonly invokes: Readonly<Record<string, Invoke<Context>>>;
}

/** Joins a package's handlers into one backend. */
export function createBackend<Context>(pkg: Package<Context>, context: Context): Backend {
  const handlerOf = (type: string) => pkg.resources[type] ?? notCarried(pkg.name, type);

  function check(
    type: string,
    name: string,
    inputs: Properties,
    oldInputs: Properties = {},
    naming: Naming = {},
  ) {
    const checked: Record<string, Value> = { ...inputs };
    for (const [input, spec] of Object.entries(handlerOf(type).inputs)) {
      const given = inputs[input] ?? undefined;
      const old = oldInputs[input] ?? undefined;
      if (given !== undefined) continue;
      Reflect.deleteProperty(checked, input);
      if (spec.default !== undefined) checked[input] = spec.default;
      else if (spec.autoname) checked[input] = old ?? (spec.prefix ?? "") + autoname(name, naming);
    }
    return checked;
  }

  function validate(type: string, inputs: Properties): Record<string, string> {
    const handler = handlerOf(type);
    const foreign = Object.keys(inputs).filter(
      (input) => !(input in handler.inputs) && !input.startsWith("__") && !isEmpty(inputs[input]),
    );
    // Leaving it out silently would rehearse something else than the program asks for.
    const reason = "the sandbox's stand-in does not carry this property";
    return { ...handler.validate?.(inputs), ...Object.fromEntries(foreign.map((input) => [input, reason])) };
  }

  async function refreshed(type: string, id: string, state: Properties): Promise<ReadResult | undefined> {
    const handler = handlerOf(type);
    const found = await handler.read(context, id, state);
    if (!found) return undefined;
    const outputs = present({ ...state, ...found.properties });
    return { id: found.id ?? id, inputs: readInputs(handler, outputs), outputs };
  }

  /** What was written a moment ago may not be readable for some seconds; it is there all the same. */
  async function finished(type: string, id: string, state: Properties): Promise<Properties> {
    let failure: unknown;
    for (let attempt = 1; attempt <= 10; attempt++) {
      try {
        const result = await refreshed(type, id, state);
        if (result) return result.outputs;
      } catch (error) {
        failure = error;
      }
      await sleep(300);
    }
    const reason = failure instanceof Error ? failure.message : "it is not there";
    throw new UnfinishedResourceError(
      id,
      state,
      `${type} ${id} was written and cannot be read: ${reason}`,
      failure,
    );
  }

  return {
    check,
    validate,
    diff: (type, state, news, ignoreChanges) =>
      diffInputs(handlerOf(type).inputs, state, news, ignoreChanges),
    preview: (type, news, state) => previewOutputs(handlerOf(type), news, state),
    secretOutputs: (type) => handlerOf(type).secretOutputs ?? [],

    async create(type, name, inputs) {
      const handler = handlerOf(type);
      const checked = check(type, name, inputs);
      const wrong = Object.entries(validate(type, checked));
      if (wrong.length > 0) throw new Error(wrong.map(([input, reason]) => `${input}: ${reason}`).join("; "));
      const created = await handler.create(context, checked);
      const state = { ...checked, ...created.outputs };
      return { id: created.id, outputs: await finished(type, created.id, state) };
    },

    async read(type, id, state = {}, oldInputs = {}) {
      const isImport = Object.keys(state).length === 0;
      const start = isImport ? importDefaults(handlerOf(type)) : state;
      const result = await refreshed(type, id, start);
      if (!result || isImport) return result;
      return { ...result, inputs: drifted(handlerOf(type), oldInputs, result.outputs) };
    },

    async update(type, id, state, news, ignoreChanges) {
      const handler = handlerOf(type);
      // What the program leaves to AWS stays as it is, so an update of the rest has to repeat it.
      const wanted = { ...keptOutputs(handler, state), ...withoutIgnored(state, news, ignoreChanges) };
      const newId = await handler.update?.(context, id, state, wanted);
      return finished(type, newId ?? id, wanted);
    },

    delete: (type, id, state) => handlerOf(type).delete(context, id, state),
    invoke: (token, args) => (pkg.invokes[token] ?? notCarried(pkg.name, token))(context, args),
  };
}

function notCarried(pkg: string, token: string): never {
  throw new Error(
    `the sandbox's stand-in for the ${pkg === "aws" ? "AWS" : pkg} plugin does not carry ${token}; ` +
      `install the official plugin: pulumi plugin install resource ${pkg}`,
  );
}

function autoname(name: string, { proposed, seed }: Naming): string {
  if (proposed) return proposed;
  const suffix = seed?.length
    ? createHash("sha256").update(seed).digest("hex")
    : randomBytes(4).toString("hex");
  return `${name}-${suffix.slice(0, 7)}`;
}

function previewOutputs<C>(
  handler: ResourceHandler<C>,
  news: Properties,
  state: Properties = {},
): Properties {
  const decided = Object.keys(handler.inputs).filter((input) => handler.inputs[input]?.computed);
  const unknown = [...decided, ...handler.outputs].map((output): [string, Value] => [output, unknownValue]);
  return { ...Object.fromEntries(unknown), ...keptOutputs(handler, state), ...news };
}

/** What of a state outlives new inputs: everything but inputs that the program used to give. */
function keptOutputs<C>(handler: ResourceHandler<C>, state: Properties): Properties {
  const kept = Object.entries(state).filter(
    ([name]) => handler.inputs[name]?.computed !== undefined || !(name in handler.inputs),
  );
  return Object.fromEntries(kept);
}

/** What an import starts from: defaults that AWS does not know of, such as whether to force a deletion. */
function importDefaults<C>(handler: ResourceHandler<C>): Properties {
  const defaults = Object.entries(handler.inputs).flatMap(([input, spec]): [string, Value][] =>
    spec.default === undefined || spec.unreadable ? [] : [[input, spec.default]],
  );
  return Object.fromEntries(defaults);
}

function readInputs<C>(handler: ResourceHandler<C>, outputs: Properties): Properties {
  const names = Object.keys(handler.inputs).filter((input) => !isUnset(outputs[input]));
  return Object.fromEntries(names.map((input) => [input, outputs[input] ?? null]));
}

/** A refresh only corrects the inputs that the program gave, as the official plugin does. */
function drifted<C>(handler: ResourceHandler<C>, oldInputs: Properties, outputs: Properties): Properties {
  const entries = Object.entries(oldInputs).map(([input, old]): [string, Value | undefined] => [
    input,
    handler.inputs[input] && !handler.inputs[input].unreadable ? outputs[input] : old,
  ]);
  return present(Object.fromEntries(entries));
}

function isUnset(value: Value | undefined): boolean {
  return value === undefined || value === null || value === "";
}
