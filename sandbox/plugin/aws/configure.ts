import { StandIn } from "../standIn.ts";
import { isObject, type Properties, type Value } from "../values.ts";
import { openAccount, type Account } from "./account.ts";
import { awsTable } from "./table.ts";

/**
 * The stand-in for the configuration of an AWS provider, nested values being JSON text as the SDK sends them. The emulator's
 * address is the environment's `AWS_ENDPOINT_URL`, else the first of the configuration's `endpoints`; the deployer's ARN is
 * `SANDBOX_CALLER_ARN`. No other variable is read, credentials least of all.
 *
 * @throws {Error} when there is no emulator's address, or the account is not among the allowed ones.
 */
export async function configureAws(config: Properties, env: NodeJS.ProcessEnv): Promise<StandIn<Account>> {
  const endpoint = env.AWS_ENDPOINT_URL ?? firstEndpoint(config) ?? "";
  const ownRegion = typeof config.region === "string" ? config.region : "us-east-1";
  const accounts = new Map<string, Account>();
  const accountIn = (region = ownRegion) => {
    const account =
      accounts.get(region) ?? openAccount({ endpoint, region, callerArn: env.SANDBOX_CALLER_ARN });
    accounts.set(region, account);
    return account;
  };
  const allowed = parsed(config.allowedAccountIds);
  const account = accountIn();
  if (Array.isArray(allowed) && allowed.length > 0) {
    const id = await account.accountId();
    if (!allowed.map(String).includes(id)) throw new Error(`AWS account ID not allowed: ${id}`);
  }
  const defaultTags = parsed(config.defaultTags);
  const tags = isObject(defaultTags) && isObject(defaultTags.tags) ? defaultTags.tags : {};
  return new StandIn(awsTable, accountIn, tags);
}

function firstEndpoint(config: Properties): string | undefined {
  const endpoints = parsed(config.endpoints);
  if (!Array.isArray(endpoints)) return undefined;
  const urls = endpoints.flatMap((urls: Value) => (isObject(urls) ? Object.values(urls) : []));
  return urls.find((url) => typeof url === "string");
}

function parsed(value: Value | undefined): Value | undefined {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    // Not known before the update: the update's own Configure brings the value.
    return undefined;
  }
}
