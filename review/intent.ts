import { awsSdkOptions } from "../config/awsSdkOptions.ts";
import { validate } from "../config/loadConfig.ts";
import { describeProblems } from "../config/messages.ts";
import { withRequireMfa } from "../config/schema.ts";
import { allowedAccounts, readStackFile, replaceSecrets, unreadable } from "../config/stackFile.ts";
import { whereWritten } from "../config/valueOrigins.ts";

/** What a stack's file says that the account should be. */
export type Intent = Awaited<ReturnType<typeof readIntent>>;

/**
 * Reads a stack's config without Pulumi; its secrets stay encrypted.
 *
 * @param projectDir - the folder of Pulumi.yaml
 * @param stack - name of the stack
 * @param configFile - what `--config-file` names. @default the stack's own file
 * @throws {Error} when there is no such file, it is not YAML, or the config is wrong
 */
export async function readIntent(projectDir: string, stack: string, configFile?: string) {
  const file = readStackFile(projectDir, stack, configFile);
  if (file.problem !== undefined && file.exists) throw new Error(file.problem);
  const values = replaceSecrets(file.values, hidden);
  const { config, problems } = await validate(values, file.project, projectDir);
  if (config === undefined) {
    if (file.problem !== undefined) throw new Error(file.problem);
    const where = whereWritten(problems, values, file, stack);
    throw new Error(describeProblems(where, values, problems, unreadable(file)));
  }
  return {
    stack,
    config: withRequireMfa(config),
    allowedAccounts: allowedAccounts(values),
    /** Where the AWS SDK finds the account, as for the deployment. */
    sdk: awsSdkOptions(file.values),
  };
}

const HIDDEN_HOST = "@encrypted.invalid";

/** Whether an address stands for one that the config encrypts. */
export function isHiddenAddress(email: string): boolean {
  return email.endsWith(HIDDEN_HOST);
}

/** Leaves a secret out, apart from two: in their places stand a password and addresses that pass every rule. */
function hidden(path: string): unknown {
  if (path.endsWith(".password")) return "Aa1!".repeat(32);
  const [, , index] = /:rootActivity\.emails(\[(\d+)\])?$/.exec(path) ?? [];
  if (index !== undefined) return index + HIDDEN_HOST;
  return path.endsWith(":rootActivity.emails") ? [`0${HIDDEN_HOST}`] : undefined;
}
