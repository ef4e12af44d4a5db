import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { validate } from "../config/loadConfig.ts";
import { describeProblems } from "../config/messages.ts";

/** What a stack's file says that the account should be. */
export type Intent = Awaited<ReturnType<typeof readIntent>>;

/**
 * Reads `Pulumi.<stack>.yaml` without Pulumi; its secrets stay encrypted.
 *
 * @param projectDir - the folder of Pulumi.yaml
 * @param stack - name of the stack
 * @throws {Error} when there is no such file, it is not YAML, or the config is wrong
 */
export async function readIntent(projectDir: string, stack: string) {
  const file = `Pulumi.${stack}.yaml`;
  const values = await readValues(projectDir, file);
  const raw = Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const name = /^(?:iam-administrators:)?([^:]+)$/.exec(key)?.[1];
      // Who hears of root is not reviewed, and may be encrypted.
      return name === undefined || name === "rootActivity" ? [] : [[name, value]];
    }),
  );
  const { config, problems } = await validate(raw);
  if (config === undefined) throw new Error(describeProblems(file, raw, problems));
  const { "aws:allowedAccountIds": accounts = [] } = values;
  return {
    stack,
    config: { ...config, requireMfa: config.requireMfa ?? !config.group.existing },
    allowedAccounts: [accounts].flat().map((account) => String(account).padStart(12, "0")),
    /** Where the AWS SDK finds the account, as for the deployment. */
    sdk: { region: text(values["aws:region"]), profile: text(values["aws:profile"]) },
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

async function readValues(projectDir: string, file: string): Promise<Record<string, unknown>> {
  const yaml = await readFile(join(projectDir, file), "utf8").catch(() => undefined);
  if (yaml === undefined) throw new Error(`${file} does not exist, name another stack with --stack`);
  try {
    const { config = {} } = (parse(yaml, hideSecret) ?? {}) as { config?: Record<string, unknown> };
    // `pulumi config set` writes flags, lists and objects as text.
    const isYaml = (value: unknown) => typeof value === "string" && /^(?:[[{]|true$|false$)/.test(value);
    return Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key, isYaml(value) ? parse(String(value)) : value]),
    );
  } catch (error) {
    throw new Error(`${file} is not YAML: ${String(error).split("\n", 1).join()}`, { cause: error });
  }
}

/** Leaves an encrypted value out; in place of a password stands one that passes every rule about passwords. */
function hideSecret(key: unknown, value: unknown): unknown {
  const isSecret = typeof value === "object" && value !== null && "secure" in value;
  return !isSecret ? value : key === "password" ? "Aa1!".repeat(32) : undefined;
}
