import * as pulumi from "@pulumi/pulumi";
import { describeProblems, problemsOf, type ConfigProblem } from "./messages.ts";
import { namespace, ownKeys, withFullKeys, type Values } from "./namespace.ts";
import { plainPasswords, whereRead } from "./plainPasswords.ts";
import { stackConfigSchema, withRequireMfa, type AdministratorConfig, type StackConfig } from "./schema.ts";

/** The stack config with every default filled in; a custom password is a secret. */
export type Config = Omit<ReturnType<typeof withRequireMfa>, "administrators"> & {
  readonly administrators: (Omit<AdministratorConfig, "password"> & { password?: pulumi.Output<string> })[];
};

/**
 * Reads and validates the whole stack config, the namespace `iam-administrators`.
 *
 * @throws {pulumi.RunError} when anything is wrong: every problem at once, each with its key, value and rule.
 */
export async function loadConfig(): Promise<Config> {
  const raw = readNamespace();
  const parsed = await validate(raw);
  const problems = [...parsed.problems, ...(await plainPasswords(raw, isSecret("administrators")))];
  if (parsed.config === undefined || problems.length > 0) throw await configError(problems, raw);
  const config = withRequireMfa(parsed.config);
  return {
    ...config,
    administrators: config.administrators.map(({ password, ...administrator }) => ({
      ...administrator,
      ...(password === undefined ? {} : { password: pulumi.secret(password) }),
    })),
  };
}

/**
 * The error that lists problems of the stack config, with the file that it was read from.
 *
 * @param problems - what is wrong
 * @param raw - the config as the user wrote it, where values come from
 */
export async function configError(
  problems: readonly ConfigProblem[],
  raw: Values = readNamespace(),
): Promise<pulumi.RunError> {
  return new pulumi.RunError(describeProblems(await whereRead(raw), raw, problems));
}

/**
 * Checks a stack config as it stands in the YAML file.
 *
 * @param raw - the value of the namespace: keys and values, not yet checked in any way
 * @returns the config with its defaults, or what is wrong with it
 */
export async function validate(
  raw: unknown,
): Promise<{ readonly config: StackConfig | undefined; readonly problems: readonly ConfigProblem[] }> {
  const { data, error } = await stackConfigSchema.safeParseAsync(raw);
  return { config: data, problems: error === undefined ? [] : problemsOf(error) };
}

/** Names of the administrators whose console sign-ins raise the alarm: the backups, unless the config says otherwise. */
export function watchedAdministrators({
  administrators,
  rootActivity,
}: Pick<StackConfig, "administrators" | "rootActivity"> | Config): string[] {
  const isWatched = rootActivity?.backupSignIns ?? rootActivity?.cloudTrailLogGroup !== undefined;
  return isWatched
    ? administrators.filter(({ backup, consoleAccess }) => backup && consoleAccess).map(({ name }) => name)
    : [];
}

function readNamespace(): Values {
  return ownKeys(withFullKeys(pulumi.runtime.allConfig()));
}

function isSecret(key: string): boolean {
  // Part of the SDK since 1.x, but missing from its type declarations.
  const runtime = pulumi.runtime as unknown as { isConfigSecret(fullKey: string): boolean };
  return runtime.isConfigSecret(`${namespace}:${key}`);
}
