import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { getPartition } from "@pulumi/aws/getPartition.js";
import { AdministratorGroup } from "./components/administratorGroup.ts";
import { loadConfig } from "./components/config.ts";
import { deployer, guardDeployment } from "./components/deploymentGuard.ts";
import { administratorOutputs } from "./components/outputs.ts";
import { signInUrl as signInUrlOf } from "./components/signInUrl.ts";

const config = await loadConfig();
const [caller, { partition }] = await Promise.all([getCallerIdentity(), getPartition()]);
await guardDeployment(config, caller.arn);

const group = new AdministratorGroup(config.group.name, { ...config, deployedBy: deployer(caller.arn) });

/** Name of the administrator group. */
export const groupName = group.groupName;
/** ARN of the administrator group. */
export const groupArn = group.groupArn;
/** Where the administrators sign in. */
export const signInUrl = signInUrlOf(partition, caller.accountId);
/** For each administrator the ARN, whether the password must be reset, and the initial password. */
export const administrators = administratorOutputs(group.administrators);
