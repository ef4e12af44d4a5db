import { randomBytes } from "node:crypto";
import type { InputSpec, ResourceHandler } from "../resourceHandler.ts";
import { optionalNumber, optionalText } from "../values.ts";
import type { Properties } from "../values.ts";
import { randomText } from "./randomText.ts";

const replaces = { replaces: true };
const off = { replaces: true, default: 0 };
const on = { replaces: true, default: true };

const stringInputs: Readonly<Record<string, InputSpec>> = {
  keepers: replaces,
  length: replaces,
  lower: on,
  upper: on,
  numeric: on,
  special: on,
  minLower: off,
  minUpper: off,
  minNumeric: off,
  minSpecial: off,
  overrideSpecial: replaces,
};

/** `random:index/randomString:RandomString` */
export const randomString = stringResource();

/** `random:index/randomPassword:RandomPassword`, whose result the plugin marks as secret; it makes no bcrypt hash. */
export const randomPassword = stringResource(["result"]);

/** `random:index/randomId:RandomId`. Import id: the URL-safe base64. */
export const randomId: ResourceHandler<undefined> = {
  inputs: { byteLength: replaces, keepers: replaces, prefix: replaces },
  outputs: ["b64Std", "b64Url", "dec", "hex"],

  create(_context, inputs) {
    const bytes = randomBytes(optionalNumber(inputs, "byteLength") ?? 0);
    return Promise.resolve({ id: bytes.toString("base64url") });
  },

  read(_context, id, state) {
    const bytes = Buffer.from(id, "base64url");
    const prefix = optionalText(state, "prefix") ?? "";
    const hex = bytes.toString("hex");
    return Promise.resolve({
      properties: {
        byteLength: bytes.length,
        b64Std: prefix + bytes.toString("base64"),
        b64Url: prefix + id,
        dec: prefix + BigInt(`0x0${hex}`).toString(),
        hex: prefix + hex,
      },
    });
  },

  delete: () => Promise.resolve(),
};

function stringResource(secretOutputs: readonly string[] = []): ResourceHandler<undefined> {
  return {
    inputs: stringInputs,
    outputs: ["result"],
    secretOutputs,

    create(_context, inputs) {
      const result = randomText(optionalNumber(inputs, "length") ?? 0, classes(inputs));
      const id = secretOutputs.includes("result") ? "none" : result;
      return Promise.resolve({ id, outputs: { result } });
    },

    read(_context, id, state) {
      // An import's id is the text itself; nothing but the state holds it later.
      const result = optionalText(state, "result") ?? id;
      return Promise.resolve({
        properties: { result, length: optionalNumber(state, "length") ?? result.length },
      });
    },

    delete: () => Promise.resolve(),
  };
}

function classes(inputs: Properties) {
  const kinds: [string, string, string][] = [
    ["lower", "minLower", "abcdefghijklmnopqrstuvwxyz"],
    ["upper", "minUpper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"],
    ["numeric", "minNumeric", "0123456789"],
    ["special", "minSpecial", optionalText(inputs, "overrideSpecial") ?? "!@#$%&*()-_=+[]{}<>:?"],
  ];
  return kinds
    .filter(([allowed]) => inputs[allowed] !== false)
    .map(([, minimum, characters]) => ({ characters, minimum: optionalNumber(inputs, minimum) ?? 0 }));
}
