import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { getPartition } from "@pulumi/aws/getPartition.js";
import { AccountSettings, currentAlias } from "./components/accountSettings.ts";
import { AdministratorGroup } from "./components/administratorGroup.ts";
import { loadConfig } from "./components/config.ts";
import { deployer, guardDeployment } from "./components/deploymentGuard.ts";
import { guardPasswords } from "./components/passwordGuard.ts";
import { lookUp } from "./components/lookUp.ts";
import { administratorOutputs } from "./components/outputs.ts";
import { RootActivityAlarm } from "./components/rootActivityAlarm.ts";
import { signInUrl as signInUrlOf } from "./components/signInUrl.ts";

// Pulumi formats a stack for every promise, with source maps for transpiled programs: a fifth of the time at a thousand
// administrators. Node runs this program as it stands and knows the true positions by itself.
Reflect.set(Error, "prepareStackTrace", undefined);

const config = await loadConfig();
const { arn: caller, accountId } = await lookUp("who deploys", getCallerIdentity());
const { partition } = await lookUp("the account's partition", getPartition());
const accountSignInUrl = signInUrlOf(partition, accountId);
await guardDeployment(config, caller);
await guardPasswords(config);

const { accountAlias, passwordPolicy, organizationRootAccess, rootActivity } = config;
const managesAccount = accountAlias !== undefined || passwordPolicy !== undefined || organizationRootAccess;
const account = managesAccount
  ? new AccountSettings("account", {
      accountAlias,
      passwordPolicy,
      organizationRootAccess,
      currentAlias: typeof accountAlias === "string" ? await currentAlias() : undefined,
    })
  : undefined;
const group = new AdministratorGroup(
  config.group.name,
  { ...config, deployedBy: deployer(caller) },
  // Every initial password is made under the password policy.
  { dependsOn: account ?? [] },
);
if (rootActivity !== undefined) {
  new RootActivityAlarm("root-activity", { ...rootActivity, partition, accountId });
}

/** Name of the administrator group. */
export const groupName = group.groupName;
/** ARN of the administrator group. */
export const groupArn = group.groupArn;
/** Where the administrators sign in. */
export const signInUrl =
  account?.accountAlias?.apply((alias) => signInUrlOf(partition, alias)) ?? accountSignInUrl;
/** For each administrator the ARN, whether the password must be reset, and the initial password. */
export const administrators = administratorOutputs(group.administrators);
