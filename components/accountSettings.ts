import { isDeepStrictEqual } from "node:util";
import { AccountAlias } from "@pulumi/aws/iam/accountAlias.js";
import { AccountPasswordPolicy } from "@pulumi/aws/iam/accountPasswordPolicy.js";
import { getAccountAlias } from "@pulumi/aws/iam/getAccountAlias.js";
import { OrganizationsFeatures } from "@pulumi/aws/iam/organizationsFeatures.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomString } from "@pulumi/random/randomString.js";
import { accountPasswordPolicy, type AwsSdkOptions } from "./awsSdk.ts";
import { mergeHooks } from "./hooks.ts";
import { lookUp } from "./lookUp.ts";
import { fromSettings, type PasswordPolicySettings } from "./passwordPolicy.ts";
import { refuseWeakerPasswordPolicy } from "./passwordPolicyCheck.ts";

/** What {@link AccountSettings} takes: each setting is managed only where it is given. */
export interface AccountSettingsArgs {
  /** The account's password policy. @default left alone */
  passwordPolicy?: PasswordPolicySettings | undefined;
  /** The account's alias. @default left alone */
  accountAlias?: string | undefined;
  /** Prefix of an alias that ends in eight random characters. @default left alone */
  accountAliasPrefix?: string | undefined;
  /** The alias that the account has now: AWS refuses to give it the same one again. @default none */
  currentAlias?: string | undefined;
  /** Whether the account has exactly this password policy already: it is imported then. @default false */
  hasPasswordPolicy?: boolean | undefined;
  /** Central management of the member accounts' root access. @default false */
  organizationRootAccess?: boolean | undefined;
  /** Where the AWS SDK finds the account, for what the AWS plugin lacks. @default the environment */
  awsSdk?: AwsSdkOptions | undefined;
}

/**
 * The settings of the account itself. AWS has one of each for an account, so that two stacks must not share them.
 *
 * Taking the password policy or the alias out of the config, or destroying the stack, leaves them as they are in the
 * account: neither weakens its passwords or breaks its sign-in URL in passing.
 *
 * @example
 * new AccountSettings("account", { passwordPolicy: { minimumLength: 14, reusePrevention: 24 } });
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/console_account-alias.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html
 */
export class AccountSettings extends pulumi.ComponentResource {
  /** The account's alias, where it is managed here. */
  public readonly accountAlias?: pulumi.Output<string>;

  /**
   * @param name - logical name
   * @param args - the settings
   * @param opts - the usual resource options
   */
  public constructor(name: string, args: AccountSettingsArgs, opts?: pulumi.ComponentResourceOptions) {
    const { passwordPolicy, accountAlias, accountAliasPrefix, organizationRootAccess = false } = args;
    super(
      "iam-administrators:index:AccountSettings",
      name,
      { passwordPolicy, accountAlias, accountAliasPrefix, organizationRootAccess },
      { ...opts, hooks: mergeHooks(opts?.hooks, refuseWeakerPasswordPolicy(args.awsSdk)) },
    );

    if (passwordPolicy !== undefined)
      createPasswordPolicy(name, passwordPolicy, args.hasPasswordPolicy ?? false, this);
    const alias = accountAlias ?? withSuffix(name, accountAliasPrefix, this);
    if (alias !== undefined) {
      this.accountAlias = new AccountAlias(
        name,
        { accountAlias: alias },
        {
          parent: this,
          retainOnDelete: true,
          // AWS refuses to give an account the alias that it has.
          ...(alias === args.currentAlias ? { import: alias } : {}),
        },
      ).accountAlias;
    }
    if (organizationRootAccess) {
      new OrganizationsFeatures(
        name,
        { enabledFeatures: ["RootCredentialsManagement", "RootSessions"] },
        { parent: this },
      );
    }
    this.registerOutputs({ accountAlias: this.accountAlias });
  }
}

/**
 * The alias that the account has now, or undefined if it has none.
 *
 * @throws {pulumi.RunError} what else AWS or the plugin says
 */
export async function currentAlias(): Promise<string | undefined> {
  // The plugin's words where the account has none (account_alias_data_source.go).
  const absent = /reading IAM Account Alias: empty result/;
  const found = await lookUp("the account's alias", () => getAccountAlias(), absent);
  return found?.accountAlias;
}

/** Whether the account has exactly the password policy that the settings make. */
export async function hasPasswordPolicy(
  settings: PasswordPolicySettings,
  sdk: AwsSdkOptions,
): Promise<boolean> {
  // Where nobody can look, the hook that refuses a weaker policy says why.
  const policy = await accountPasswordPolicy(sdk).catch(() => undefined);
  return isDeepStrictEqual(policy, fromSettings(settings));
}

function createPasswordPolicy(
  name: string,
  settings: PasswordPolicySettings,
  isThere: boolean,
  parent: pulumi.Resource,
): void {
  const policy = fromSettings(settings);
  const { characterTypes } = policy;
  new AccountPasswordPolicy(
    name,
    {
      minimumPasswordLength: policy.minimumLength,
      passwordReusePrevention: policy.reusePrevention,
      // Left out, the age would stay as it is: 0 takes it away.
      maxPasswordAge: policy.maxAgeDays ?? 0,
      requireLowercaseCharacters: characterTypes.includes("lower case"),
      requireUppercaseCharacters: characterTypes.includes("upper case"),
      requireNumbers: characterTypes.includes("digits"),
      requireSymbols: characterTypes.includes("symbols"),
      allowUsersToChangePassword: policy.usersMayChange,
      hardExpiry: policy.hardExpiry,
    },
    {
      parent,
      retainOnDelete: true,
      // What is there already need not be written anew.
      ...(isThere ? { import: "iam-account-password-policy" } : {}),
    },
  );
}

/** Aliases are unique in all of AWS: the suffix is drawn once and stays the same for the stack's life. */
function withSuffix(
  name: string,
  prefix: string | undefined,
  parent: pulumi.Resource,
): pulumi.Output<string> | undefined {
  if (prefix === undefined) return undefined;
  const suffix = new RandomString(name, { length: 8, upper: false, special: false }, { parent });
  return pulumi.interpolate`${prefix}-${suffix.result}`;
}
