import type { Invoke } from "../resourceHandler.ts";
import { optionalText } from "../values.ts";
import type { AwsContext } from "./context.ts";

/**
 * `aws:index/getCallerIdentity:getCallerIdentity`: the emulator's account, and the caller that the sandbox names. The
 * emulator itself knows no sign-in; it would answer the ARN of a user that does not exist.
 */
export const getCallerIdentity: Invoke<AwsContext> = async (context) => {
  const accountId = await context.accountId();
  const role = `arn:${context.partition}:sts::${accountId}:assumed-role/Sandbox/rehearsal`;
  return { id: accountId, accountId, arn: context.callerArn ?? role, userId: "AROASANDBOX:rehearsal" };
};

const dnsSuffixes: Readonly<Record<string, string>> = { "aws-cn": "amazonaws.com.cn" };

/** `aws:index/getPartition:getPartition` */
export const getPartition: Invoke<AwsContext> = ({ partition }) => {
  const dnsSuffix = dnsSuffixes[partition] ?? "amazonaws.com";
  const reverseDnsPrefix = dnsSuffix.split(".").reverse().join(".");
  return Promise.resolve({ id: partition, partition, dnsSuffix, reverseDnsPrefix });
};

/** `aws:index/getRegion:getRegion` */
export const getRegion: Invoke<AwsContext> = (context, args) => {
  const region = optionalText(args, "region") ?? optionalText(args, "name") ?? context.region;
  const suffix = dnsSuffixes[context.partition] ?? "amazonaws.com";
  return Promise.resolve({
    id: region,
    name: region,
    region,
    description: region,
    endpoint: `ec2.${region}.${suffix}`,
  });
};
