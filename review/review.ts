import { awsReading } from "../account/clients.ts";
import { membersOf, type Identity } from "../account/identities.ts";
import { readAccount, type Reading } from "../account/readAccount.ts";
import type { Intent } from "./intent.ts";
import { judge, type Review } from "./judge.ts";
import { mayBeRootRule } from "./judgeAlarm.ts";
import type { Limits } from "./limits.ts";

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
  const { rootActivity, organizationRootAccess, group, administrators } = config;
  const credentialsOf = (identities: readonly Identity[] | null | undefined) => {
    const members = membersOf(group.name, identities ?? []);
    return [...new Set([...administrators, ...members].map(({ name }) => name))];
  };
  const wanted = {
    ...{ allowedAccounts, credentialsOf, rootFeatures: organizationRootAccess },
    ...(rootActivity && {
      alarm: { mayBeIt: mayBeRootRule, logGroupName: rootActivity.cloudTrailLogGroup },
    }),
  };
  return judge(intent, await readAccount(wanted, { ...(await awsReading(sdk)), ...reading }), limits);
}
