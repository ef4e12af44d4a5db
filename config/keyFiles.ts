import { readFile } from "node:fs/promises";
import { isAbsolute, relative, resolve } from "node:path";
import type { ConfigProblem } from "./messages.ts";
import { isObject, type Values } from "./namespace.ts";

/** A name, since no key in base64 has a dot and no armored one is so short. */
const fileName = /^[^\n]{1,250}\.(?:asc|gpg|pgp)$/i;

/**
 * Puts the keys themselves in place of the files that `pgpKey` names.
 *
 * @param config - the namespace as the user wrote it
 * @param projectDir - the folder that the names are relative to
 * @returns the config, without the keys that cannot be read, and what is wrong with those
 */
export async function withKeyFiles(
  config: Values,
  projectDir: string,
): Promise<{ readonly config: Values; readonly problems: readonly ConfigProblem[] }> {
  const problems: ConfigProblem[] = [];
  if (!Array.isArray(config.administrators)) return { config, problems };
  const administrators = config.administrators.map(async (entry: unknown, index) => {
    if (!isObject(entry) || typeof entry.pgpKey !== "string" || !fileName.test(entry.pgpKey)) return entry;
    try {
      return { ...entry, pgpKey: await readKeyFile(projectDir, entry.pgpKey) };
    } catch (error) {
      const rule = `must be a key, or a file of the project with one: ${(error as Error).message}`;
      problems.push({ path: ["administrators", index, "pgpKey"], rule });
      return { ...entry, pgpKey: undefined };
    }
  });
  return { config: { ...config, administrators: await Promise.all(administrators) }, problems };
}

async function readKeyFile(projectDir: string, name: string): Promise<string> {
  const file = resolve(projectDir, name);
  const inside = relative(projectDir, file);
  if (isAbsolute(name) || isAbsolute(inside) || inside.startsWith(".."))
    throw new Error("it is outside of the project");
  const content = await readFile(file).catch((error: unknown) => {
    throw new Error(`it cannot be read (${(error as NodeJS.ErrnoException).code})`);
  });
  // What gpg exports without --armor is binary.
  const text = content.toString("latin1");
  return /^[\t\n\r\x20-\x7e]*$/.test(text) ? text : content.toString("base64");
}
