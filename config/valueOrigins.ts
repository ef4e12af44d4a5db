import type { ConfigProblem } from "./messages.ts";
import { fullKey, isSecret, valueAt, type Values } from "./namespace.ts";
import type { StackFile } from "./stackFile.ts";

/**
 * Finds the custom passwords that no file shows encrypted. Pulumi tells a program only that the list holds some secret, so
 * that a plain password beside an encrypted one would pass for a secret as well.
 *
 * @param config - values by full keys, as Pulumi handed them over, decrypted
 * @param file - what Pulumi has read, or undefined where nobody knows which file that is
 */
export function plainPasswords(config: Values, file: StackFile | undefined): ConfigProblem[] {
  const key = fullKey("administrators");
  const [given, written] = [config[key], file?.values[key]];
  // The list may be another one than the file's: that of an environment, or of the service.
  const isRead = isWritten(given, written);
  return (Array.isArray(given) ? given : []).flatMap((entry: unknown, index) => {
    const password = valueAt(entry, "password");
    if (typeof password !== "string") return [];
    const inFile = valueAt(valueAt(written, index), "password");
    if (isRead && (isSecret(written) || isSecret(inFile))) return [];
    const fault =
      inFile === password
        ? `stands in ${file?.name} in plain text`
        : file === undefined
          ? "nobody can say here which file pulumi has read"
          : `${file.name} does not show it encrypted`;
    const command = `pulumi config set --secret --path 'administrators[${index}].password'`;
    const rule = `must be a secret, and ${fault}: choose another one, and set it with ${command}`;
    return [{ path: ["administrators", index, "password"], rule }];
  });
}

/**
 * Names what there is to correct: the files, as a rule one, in which the values stand.
 *
 * @param problems - what is wrong
 * @param config - values by full keys, as Pulumi handed them over
 * @param file - what Pulumi has read, or undefined where nobody knows which file that is
 * @param stack - name of the stack
 */
export function whereWritten(
  problems: readonly ConfigProblem[],
  config: Values,
  file: StackFile | undefined,
  stack: string,
): string {
  if (file === undefined) return `Pulumi.${stack}.yaml, or the file of --config-file,`;
  const places = problems.map(({ path: [first] }) => {
    const key = fullKey(String(first));
    const isInFile = isWritten(config[key], file.values[key]);
    if (file.projectKeys.has(key) && isInFile) return "Pulumi.yaml";
    if (isInFile || config[key] === undefined) return file.name;
    return file.hasEnvironment ? `the environment of ${file.name}` : `the stack's config (not ${file.name})`;
  });
  return [...new Set(places)].join(" and ");
}

/** Whether a value is the written one; nobody but Pulumi can compare an encrypted one. */
function isWritten(value: unknown, written: unknown): boolean {
  if (isSecret(written)) return true;
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).every(([key, inner]) => isWritten(inner, valueAt(written, key)));
  }
  return String(value) === String(written);
}
