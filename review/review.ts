import { awsReading } from "../account/clients.ts";
import { readAccount, type Reading } from "../account/readAccount.ts";
import type { Intent } from "./intent.ts";
import { judge, type Limits, type Review } from "./judge.ts";

/**
 * Looks at the account that the environment's credentials lead to, and compares it with the config. It changes nothing.
 *
 * @throws {Error} when the account cannot be looked at, or is not one of the config's
 */
export async function review(
  intent: Intent,
  limits: Limits,
  reading: Partial<Reading> = {},
): Promise<Review> {
  const { allowedAccounts, config, sdk } = intent;
  const credentialsOf = () => config.administrators.map(({ name }) => name);
  const world = { ...(await awsReading(sdk)), ...reading };
  return judge(intent, await readAccount({ allowedAccounts, credentialsOf }, world), limits);
}
