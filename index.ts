import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { getPartition } from "@pulumi/aws/getPartition.js";
import * as pulumi from "@pulumi/pulumi";
import { AccountSettings, currentAlias, hasPasswordPolicy } from "./components/accountSettings.ts";
import { AdministratorGroup } from "./components/administratorGroup.ts";
import { administratorOutputs } from "./components/administratorOutputs.ts";
import { isRoot } from "./components/deployer.ts";
import { findGroup, hasMfaRule } from "./components/groupChecks.ts";
import { mergeHooks } from "./components/hooks.ts";
import { lookUp } from "./components/lookUp.ts";
import { signInUrl as signInUrlOf } from "./components/partitions.ts";
import { RootActivityAlarm } from "./components/rootActivityAlarm.ts";
import { whereKnown } from "./components/whereKnown.ts";
import { awsSdkOptions } from "./config/awsSdkOptions.ts";
import { loadConfig, watchedAdministrators } from "./config/loadConfig.ts";
import { guardDeployment, refuseDeployerRemoval } from "./guards/deploymentGuard.ts";
import { refuseLockOut } from "./guards/mfaGuard.ts";
import { guardPasswords } from "./guards/passwordGuard.ts";

const config = await loadConfig();
const { arn: caller, accountId } = await lookUp("who deploys", () => getCallerIdentity());
const { partition } = await lookUp("the account's partition", () => getPartition());
await guardDeployment(config, caller, findGroup);
const awsSdk = { ...awsSdkOptions(pulumi.runtime.allConfig()), accountId };
await guardPasswords(config, awsSdk);

const { passwordPolicy, organizationRootAccess, rootActivity } = config;
const accountSignInUrl = signInUrlOf(partition, accountId);
const alias = typeof config.accountAlias === "string" ? config.accountAlias : undefined;
const aliasPrefix = typeof config.accountAlias === "object" ? config.accountAlias.prefix : undefined;
const managesAccount =
  config.accountAlias !== undefined || passwordPolicy !== undefined || organizationRootAccess;
const account = managesAccount
  ? new AccountSettings("account", {
      accountAlias: alias,
      accountAliasPrefix: aliasPrefix,
      currentAlias: alias === undefined ? undefined : await currentAlias(),
      passwordPolicy,
      hasPasswordPolicy: passwordPolicy && (await hasPasswordPolicy(passwordPolicy, awsSdk)),
      organizationRootAccess,
      awsSdk,
    })
  : undefined;
const alarm =
  rootActivity === undefined
    ? undefined
    : new RootActivityAlarm("root-activity", {
        ...rootActivity,
        partition,
        accountId,
        backupAdministrators: watchedAdministrators(config),
      });
const group = new AdministratorGroup(
  "administrators",
  {
    ...config,
    hasMfaRule:
      config.group.existing && config.requireMfa && (await hasMfaRule(config.group.name, partition, awsSdk)),
    deployedBy: isRoot(caller) ? caller : undefined,
    awsSdk,
  },
  {
    // Every initial password is made under the password policy. And what is made first is deleted last: a destroy
    // stops at the protected group, before it takes the alarm.
    dependsOn: [account, alarm].filter((part) => part !== undefined),
    hooks: mergeHooks(refuseDeployerRemoval(caller), refuseLockOut(caller, awsSdk)),
  },
);

/** Name of the administrator group. */
export const groupName = whereKnown(group.groupName);
/** ARN of the administrator group. */
export const groupArn = whereKnown(group.groupArn);
/** Where the administrators sign in; absent in a partition whose sign-in host is not known. */
export const signInUrl =
  account?.accountAlias === undefined
    ? accountSignInUrl
    : whereKnown(account.accountAlias.apply((name) => signInUrlOf(partition, name)));
/** For each administrator the ARN, whether the password must be reset, and the initial password. */
export const administrators = administratorOutputs(group.administrators);

if (accountSignInUrl === undefined) {
  void pulumi.log.warn(
    `the sign-in host of the partition ${partition} is not known: there is no output signInUrl`,
  );
}
