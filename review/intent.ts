import { awsSdkOptions } from "../config/awsSdkOptions.ts";
import { validate } from "../config/loadConfig.ts";
import { describeProblems } from "../config/messages.ts";
import { ownKeys } from "../config/namespace.ts";
import { withRequireMfa } from "../config/schema.ts";
import { allowedAccounts, readStackFile, replaceSecrets } from "../config/stackFile.ts";

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
  const { values: written, problem } = readStackFile(projectDir, stack);
  if (problem !== undefined) throw new Error(problem);
  const values = replaceSecrets(written, hidden);
  // Who hears of root is not reviewed, and may be encrypted.
  const raw = { ...ownKeys(values), rootActivity: undefined };
  const { config, problems } = await validate(raw);
  if (config === undefined) throw new Error(describeProblems(`Pulumi.${stack}.yaml`, raw, problems));
  return {
    stack,
    config: withRequireMfa(config),
    allowedAccounts: allowedAccounts(values),
    /** Where the AWS SDK finds the account, as for the deployment. */
    sdk: awsSdkOptions(written),
  };
}

/** Leaves a secret out; in place of a password stands one that passes every rule about passwords. */
function hidden(path: string): string | undefined {
  return path.endsWith(".password") ? "Aa1!".repeat(32) : undefined;
}
