import { setTimeout as sleep } from "node:timers/promises";
import { IAM } from "@aws-sdk/client-iam";
import { STS } from "@aws-sdk/client-sts";
import type { AwsSdkOptions } from "../components/awsSdk.ts";
import { clientConfig } from "../components/awsSdkConfig.ts";
import type { Reading } from "./readAccount.ts";

/**
 * How an account is read for real: with the AWS SDK, where a stack's config says that the account is, and patiently where
 * AWS throttles.
 *
 * @throws {Error} what of the options cannot be followed
 */
export async function awsReading(options: AwsSdkOptions): Promise<Reading> {
  const config = async (service: "iam" | "sts") => ({
    ...(await clientConfig(service, options)),
    retryMode: "adaptive",
  });
  return {
    iam: new IAM(await config("iam")),
    sts: new STS(await config("sts")),
    pause: () => sleep(2000),
    progress: () => undefined,
  };
}
