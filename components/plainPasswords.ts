import { readFile } from "node:fs/promises";
import type { ConfigProblem } from "./configErrors.ts";
import type { Entry } from "./configRules.ts";

/**
 * Finds passwords that stand in the stack's file in plain text. Pulumi tells a program only that the list holds some
 * secret, so that a plain password beside an encrypted one would pass for a secret as well.
 *
 * @param file - path of `Pulumi.<stack>.yaml`; where there is none, as with remote config, there is nothing to find
 * @param entries - the administrators as Pulumi handed them over, decrypted
 */
export async function plainPasswords(file: string, entries: readonly Entry[]): Promise<ConfigProblem[]> {
  const withPassword = entries.filter(({ password }) => password !== undefined);
  const text = withPassword.length === 0 ? undefined : await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return [];
  // Only the stacks that set a password of their own pay for loading the library.
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text);
  const keys = ["iam-administrators:administrators", "administrators"];
  return withPassword
    .filter(({ index, password }) =>
      keys.some((key) => document.getIn(["config", key, index, "password"]) === password),
    )
    .map(({ index }) => ({
      path: ["administrators", index, "password"],
      rule: "must be a secret, in the file it stands in plain text: change it, and set the new one with pulumi config set --secret --path",
    }));
}
