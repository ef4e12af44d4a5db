import * as pulumi from "@pulumi/pulumi";
import { member, type ConfigProblem } from "./messages.ts";
import { ownKeys, type Values } from "./namespace.ts";

/**
 * Finds passwords that stand in the stack's file in plain text. Pulumi tells a program only that the list holds some
 * secret, so that a plain password beside an encrypted one would pass for a secret as well.
 *
 * @param config - the namespace as Pulumi handed it over, decrypted
 * @param holdsSecret - whether the list of administrators holds a secret at all
 */
export async function plainPasswords(config: Values, holdsSecret: boolean): Promise<ConfigProblem[]> {
  const given = Object.entries(Array.isArray(config.administrators) ? config.administrators : []).flatMap(
    ([index, entry]) => {
      const password = member(entry, "password");
      return typeof password === "string" ? [{ index: Number(index), password }] : [];
    },
  );
  if (given.length === 0) return [];
  const { administrators: written } = holdsSecret ? await writtenConfig() : config;
  return given
    .filter(({ index, password }) => member(member(written, index), "password") === password)
    .map(({ index }) => ({
      path: ["administrators", index, "password"],
      rule:
        "must be a secret, and stands in the file in plain text: choose another one, and set it with " +
        `pulumi config set --secret --path 'administrators[${index}].password'`,
    }));
}

/** Names the file that a config was read from: not the stack's own where that one says something else. */
export async function whereRead(config: Values): Promise<string> {
  const own = `Pulumi.${pulumi.getStack()}.yaml`;
  return isWritten(config, await writtenConfig())
    ? own
    : `the file of --config-file, or the environment that adds to ${own},`;
}

/** The namespace as far as it stands in the stack's own file. */
async function writtenConfig(): Promise<Values> {
  // Only bad configs and custom passwords pay for loading the YAML library.
  const { readStackFile } = await import("./stackFile.ts");
  return ownKeys(readStackFile(".", pulumi.getStack()).values);
}

/** Whether a value is the written one; nobody but Pulumi can compare an encrypted one. */
function isWritten(value: unknown, written: unknown): boolean {
  if (typeof member(written, "secure") === "string") return true;
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).every(([key, inner]) => isWritten(inner, member(written, key)));
  }
  return String(value) === String(written);
}
