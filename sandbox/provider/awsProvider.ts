import { awsPackage } from "./aws/package.ts";
import { createContext } from "./aws/context.ts";
import type { AwsBackendOptions } from "./aws/context.ts";
import { createBackend } from "./backend.ts";
import type { Backend } from "./backend.ts";
import { isObject, optionalText, textMap } from "./values.ts";
import type { Properties, Value } from "./values.ts";

export type { AwsBackendOptions } from "./aws/context.ts";

/**
 * The stand-in's AWS resources and functions on an emulator.
 *
 * @throws Error when the endpoint is not on this machine.
 */
export function createAwsBackend(options: AwsBackendOptions): Backend {
  return createBackend(awsPackage, createContext(options));
}

/**
 * The backend for the configuration of an AWS provider, nested values being JSON text as the SDK sends them. The
 * emulator's address is the environment's `AWS_ENDPOINT_URL`, else the first of the configuration's `endpoints`; the
 * deployer's ARN is `SANDBOX_CALLER_ARN`. No other variable is read, credentials least of all.
 *
 * @throws Error when there is no emulator's address, or the account is not among the allowed ones.
 */
export async function configureAws(config: Properties, env: NodeJS.ProcessEnv): Promise<Backend> {
  const context = createContext({
    endpoint: env.AWS_ENDPOINT_URL ?? firstEndpoint(config) ?? "",
    region: optionalText(config, "region"),
    callerArn: env.SANDBOX_CALLER_ARN,
    defaultTags: textMap(asObject(parsed(config.defaultTags)), "tags"),
  });
  const allowed = parsed(config.allowedAccountIds);
  if (Array.isArray(allowed) && allowed.length > 0) {
    const accountId = await context.accountId();
    if (!allowed.map(String).includes(accountId)) throw new Error(`AWS account ID not allowed: ${accountId}`);
  }
  return createBackend(awsPackage, context);
}

function firstEndpoint(config: Properties): string | undefined {
  const endpoints = parsed(config.endpoints);
  const urls = Array.isArray(endpoints)
    ? endpoints.flatMap((urls: Value) => Object.values(asObject(urls)))
    : [];
  return urls.find((url) => typeof url === "string");
}

function asObject(value: Value | undefined): Properties {
  return isObject(value) ? value : {};
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
