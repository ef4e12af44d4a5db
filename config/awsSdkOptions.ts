import type { AwsSdkOptions } from "../components/awsSdk.ts";
import type { Values } from "./namespace.ts";
import { isObject } from "./namespace.ts";

/** Keys of the AWS plugin that lead the AWS SDK to the same account. */
const followed = [
  ...["region", "stsRegion", "profile", "sharedConfigFiles", "sharedCredentialsFiles", "assumeRoles"],
  ...["customCaBundle", "insecure", "httpProxy", "httpsProxy", "noProxy"],
  ...["useFipsEndpoint", "useDualstackEndpoint", "endpoints"],
];

/** Keys that lead the plugin to credentials which the AWS SDK is not given: the state would keep them. */
const notFollowed = [
  ...["accessKey", "secretKey", "token", "assumeRole", "assumeRoleWithWebIdentity"],
  ...["ec2MetadataServiceEndpoint", "ec2MetadataServiceEndpointMode"],
];

/**
 * Where the AWS SDK finds the account that the AWS plugin works in, from the plugin's own config.
 *
 * @param values - a config by full keys, `aws:region`; nested values may be JSON text, as Pulumi hands them over
 */
export function awsSdkOptions(values: Values): AwsSdkOptions {
  const options: Record<string, unknown> = {};
  for (const key of notFollowed) {
    if (values[`aws:${key}`] !== undefined) return { unavailableReason: reasonFor(key) };
  }
  for (const key of followed) {
    const value = values[`aws:${key}`];
    if (value === undefined) continue;
    if (isObject(value) && "secure" in value) return { unavailableReason: `aws:${key} is encrypted.` };
    options[key] = parsed(value);
  }
  if (Array.isArray(options.endpoints))
    options.endpoints = Object.assign({}, ...(options.endpoints as object[]));
  return options;
}

function reasonFor(key: string): string {
  return (
    `it does not take aws:${key}. Take the key out, and give pulumi these credentials in the environment, or in a profile with ` +
    "aws:profile."
  );
}

function parsed(value: unknown): unknown {
  // Texts stay texts, also those that look like numbers.
  if (typeof value !== "string" || !/^(?:[[{]|true$|false$)/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
