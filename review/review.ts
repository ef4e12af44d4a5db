import { setTimeout as sleep } from "node:timers/promises";
import { IAM } from "@aws-sdk/client-iam";
import { STS } from "@aws-sdk/client-sts";
import { readAccount, type Reading } from "../account/readAccount.ts";
import { clientConfig } from "../components/awsSdkConfig.ts";
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
  const client = async (service: "iam" | "sts") => ({
    ...(await clientConfig(service, intent.sdk)),
    retryMode: "adaptive",
  });
  const world = {
    iam: new IAM(await client("iam")),
    sts: new STS(await client("sts")),
    pause: () => sleep(2000),
    progress: () => undefined,
  };
  const { allowedAccounts, config } = intent;
  const credentialsOf = () => config.administrators.map(({ name }) => name);
  const account = await readAccount({ allowedAccounts, credentialsOf }, { ...world, ...reading });
  return judge(intent, account, limits);
}
