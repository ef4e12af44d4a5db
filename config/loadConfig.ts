import * as pulumi from "@pulumi/pulumi";
import { withKeyFiles } from "./keyFiles.ts";
import { describeProblems, problemsOf, type ConfigProblem } from "./messages.ts";
import { fullKey, namespace, ownKeys, withFullKeys, type Values } from "./namespace.ts";
import { stackConfigSchema, withRequireMfa, type AdministratorConfig, type StackConfig } from "./schema.ts";
import { mostBytes, sizeOf, tooLarge } from "./size.ts";
import { checkOtherNamespaces } from "./otherNamespaces.ts";
import { plainPasswords, whereWritten } from "./valueOrigins.ts";

/** The stack config with every default filled in; a custom password is a secret. */
export type Config = Omit<ReturnType<typeof withRequireMfa>, "administrators"> & {
  readonly administrators: (Omit<AdministratorConfig, "password"> & {
    password?: pulumi.Output<string> | undefined;
  })[];
};

/**
 * Reads and validates the whole stack config, the namespace `iam-administrators`.
 *
 * @throws {pulumi.RunError} when anything is wrong: every problem at once, each with its key, value and rule.
 */
export async function loadConfig(): Promise<Config> {
  const values = readValues();
  const { config: parsed, problems } = await validate(values, pulumi.getProject());
  const hasPassword = parsed?.administrators.some(({ password }) => password !== undefined);
  const unencrypted = hasPassword === false ? [] : plainPasswords(values, await readFileInUse());
  if (parsed === undefined || unencrypted.length > 0) throw await configError([...problems, ...unencrypted]);
  const bytes = sizeOf(values);
  if (bytes > 0.8 * mostBytes) void pulumi.log.warn(tooLarge(bytes));
  const config = withRequireMfa(parsed);
  return {
    ...config,
    administrators: config.administrators.map(({ password, ...administrator }) => ({
      ...administrator,
      ...(password === undefined ? {} : { password: pulumi.secret(password) }),
    })),
  };
}

/**
 * The error that lists problems of the stack config, with what there is to correct.
 *
 * @param problems - what is wrong
 */
export async function configError(problems: readonly ConfigProblem[]): Promise<pulumi.RunError> {
  const [values, file] = [readValues(), await readFileInUse()];
  const where = whereWritten(problems, values, file, pulumi.getStack());
  const isMissing = problems.some(({ path: [first] }) => values[fullKey(String(first))] === undefined);
  return new pulumi.RunError(
    describeProblems(where, values, problems, isMissing ? file?.problem : undefined),
  );
}

/** Only bad configs and custom passwords pay for loading the YAML library. */
async function readFileInUse() {
  const { fileInUse } = await import("./fileInUse.ts");
  return fileInUse();
}

/**
 * Checks a stack config.
 *
 * @param values - all values by full keys, not yet checked in any way
 * @param project - the project's name. @default the program's own
 * @param projectDir - the project's folder, which may have the files of keys. @default the working directory
 * @returns the config with its defaults, or what is wrong with it
 */
export async function validate(
  values: Values,
  project = namespace,
  projectDir = ".",
): Promise<{ readonly config: StackConfig | undefined; readonly problems: readonly ConfigProblem[] }> {
  const withKeys = await withKeyFiles(ownKeys(values), projectDir);
  const { data, error } = await stackConfigSchema.safeParseAsync(withKeys.config);
  const problems = [
    ...withKeys.problems,
    ...(error === undefined ? [] : problemsOf(error)),
    ...checkOtherNamespaces(values, Object.keys(stackConfigSchema.shape), project),
  ];
  return { config: problems.length === 0 ? data : undefined, problems };
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

function readValues(): Values {
  return withFullKeys(pulumi.runtime.allConfig());
}
