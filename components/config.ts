import * as pulumi from "@pulumi/pulumi";
import { describeProblems, problemsOf, type ConfigProblem } from "./configErrors.ts";
import { crossKeyProblems, readEntries, type Entry } from "./configRules.ts";
import { stackConfigSchema, type AdministratorConfig, type StackConfig } from "./configSchema.ts";
import { parsePgpKey } from "./pgpKey.ts";
import { plainPasswords } from "./plainPasswords.ts";

/** One administrator as the components take it: the custom password, if any, is a secret. */
export type Administrator = Omit<AdministratorConfig, "password"> & {
  readonly password?: pulumi.Output<string>;
};

/** The stack config with every default filled in. */
export type Config = Omit<StackConfig, "administrators" | "requireMfa"> & {
  readonly administrators: readonly Administrator[];
  readonly requireMfa: boolean;
};

const namespace = "iam-administrators";

/** Keys whose values are plain strings; Pulumi hands every other value over as JSON. */
const textKeys = new Set(["accountAlias"]);

/**
 * Reads and validates the whole stack config, the namespace `iam-administrators`.
 *
 * @throws {pulumi.RunError} when anything is wrong: every problem at once, each with its key, value and rule.
 */
export async function loadConfig(): Promise<Config> {
  const raw = readNamespace();
  const holdsSecret = isSecret("administrators");
  const { config, problems: found } = await validate(raw, holdsSecret);
  // Without any secret in the list, each password in it is reported already.
  const plain = holdsSecret ? await plainPasswords(`Pulumi.${pulumi.getStack()}.yaml`, readEntries(raw)) : [];
  const problems = [...found, ...plain];
  if (config === undefined || problems.length > 0) {
    throw new pulumi.RunError(describeProblems(pulumi.getStack(), raw, problems));
  }
  return {
    ...config,
    requireMfa: config.requireMfa ?? !config.group.existing,
    administrators: config.administrators.map(({ password, ...administrator }) => ({
      ...administrator,
      ...(password === undefined ? {} : { password: pulumi.secret(password) }),
    })),
  };
}

/** Where the AWS SDK finds the account that the AWS plugin works in, for the few calls that the plugin lacks. */
export function awsSdkOptions(): { readonly region?: string; readonly profile?: string } {
  const aws = new pulumi.Config("aws");
  const [region, profile] = [aws.get("region"), aws.get("profile")];
  return { ...(region === undefined ? {} : { region }), ...(profile === undefined ? {} : { profile }) };
}

/** What {@link validate} found: the config, or what is wrong with it. */
export type Validation =
  | { readonly config: StackConfig; readonly problems: readonly [] }
  | { readonly config: undefined; readonly problems: readonly ConfigProblem[] };

/**
 * Checks a stack config as it stands in the YAML file against the schema and the rules that span several keys.
 *
 * @param raw - the value of the namespace: keys and values, not yet checked in any way
 * @param administratorsAreSecret - whether the list holds a value that the stack encrypts; a `password` has to be one
 */
export async function validate(raw: unknown, administratorsAreSecret: boolean): Promise<Validation> {
  const parsed = stackConfigSchema.safeParse(raw);
  const entries = readEntries(raw);
  const pgpKeys = await parsePgpKeys(entries);
  const problems = [
    ...(parsed.success ? [] : problemsOf(parsed.error)),
    ...crossKeyProblems(raw, entries, administratorsAreSecret),
    ...pgpKeys.problems,
  ];
  if (!parsed.success || problems.length > 0) return { config: undefined, problems };
  const administrators = parsed.data.administrators.map((administrator, index) => ({
    ...administrator,
    pgpKey: pgpKeys.base64.get(index),
  }));
  return { config: { ...parsed.data, administrators }, problems: [] };
}

async function parsePgpKeys(entries: readonly Entry[]) {
  const base64 = new Map<number, string>();
  const problems: ConfigProblem[] = [];
  for (const { index, pgpKey } of entries) {
    if (pgpKey === undefined || pgpKey === "") continue;
    const parsed = await parsePgpKey(pgpKey);
    if ("base64" in parsed) base64.set(index, parsed.base64);
    else problems.push({ path: ["administrators", index, "pgpKey"], ...parsed });
  }
  return { base64, problems };
}

function readNamespace(): Record<string, unknown> {
  const prefix = `${namespace}:`;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), parseValue(key.slice(prefix.length), value)]),
  );
}

function parseValue(key: string, value: string): unknown {
  if (textKeys.has(key) && !value.startsWith("{")) return value;
  try {
    return JSON.parse(value);
  } catch {
    // Left as text, the schema reports it with its key, its value and the rule.
    return value;
  }
}

function isSecret(key: string): boolean {
  // Part of the SDK since 1.x, but missing from its type declarations.
  const runtime = pulumi.runtime as unknown as { isConfigSecret(fullKey: string): boolean };
  return runtime.isConfigSecret(`${namespace}:${key}`);
}
