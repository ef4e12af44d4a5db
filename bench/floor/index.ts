// The least that a program can do with AWS: load the SDK, start the plugin, ask one question.
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";

/** Who is deploying. */
export const { arn } = await getCallerIdentity();
