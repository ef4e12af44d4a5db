import { AccountAlias } from "@pulumi/aws/iam/accountAlias.js";
import { AccountPasswordPolicy } from "@pulumi/aws/iam/accountPasswordPolicy.js";
import { getAccountAlias } from "@pulumi/aws/iam/getAccountAlias.js";
import { OrganizationsFeatures } from "@pulumi/aws/iam/organizationsFeatures.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomString } from "@pulumi/random/randomString.js";
import { lookUp } from "./lookUp.ts";

/** What {@link AccountSettings} takes: each setting is managed only where it is given. */
export interface AccountSettingsArgs {
  /** The account's password policy. @default left alone */
  readonly passwordPolicy?:
    | {
        /** Shortest password allowed, in characters. */
        readonly minimumLength: number;
        /** How many former passwords may not be used again. */
        readonly reusePrevention: number;
        /** Days until a password must be changed. @default never */
        readonly maxAgeDays?: number | undefined;
      }
    | undefined;
  /** The account's alias, or the prefix of one that ends in random characters. @default left alone */
  readonly accountAlias?: string | { readonly prefix: string } | undefined;
  /** The alias that the account has now, from {@link currentAlias}. @default none */
  readonly currentAlias?: string | undefined;
  /** Central management of the member accounts' root access. @default false */
  readonly organizationRootAccess?: boolean | undefined;
}

/**
 * The settings of the account itself. AWS has one of each for an account, so that two stacks must not share them.
 *
 * Taking the password policy or the alias out of the config, or destroying the stack, leaves them as they are in the
 * account: neither weakens its passwords or breaks its sign-in URL in passing.
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
    const { passwordPolicy, accountAlias, organizationRootAccess = false } = args;
    super(
      "iam-administrators:index:AccountSettings",
      name,
      { passwordPolicy, accountAlias, organizationRootAccess },
      opts,
    );

    if (passwordPolicy !== undefined) {
      new AccountPasswordPolicy(
        name,
        {
          minimumPasswordLength: passwordPolicy.minimumLength,
          passwordReusePrevention: passwordPolicy.reusePrevention,
          ...(passwordPolicy.maxAgeDays === undefined ? {} : { maxPasswordAge: passwordPolicy.maxAgeDays }),
          // An initial password is there to be changed, and an expired one must not lock its user out.
          allowUsersToChangePassword: true,
          hardExpiry: false,
        },
        { parent: this, retainOnDelete: true },
      );
    }
    if (accountAlias !== undefined) {
      const alias =
        typeof accountAlias === "string" ? accountAlias : withSuffix(name, accountAlias.prefix, this);
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

/** The alias that the account has now, or undefined if it has none. */
export async function currentAlias(): Promise<string | undefined> {
  try {
    return (await getAccountAlias()).accountAlias;
  } catch (error) {
    if (/empty result|no account alias|not found|couldn't find/i.test(String(error))) return undefined;
    return lookUp("the account's alias", Promise.reject(error as Error));
  }
}

/** Aliases are unique in all of AWS: the suffix is drawn once and stays the same for the stack's life. */
function withSuffix(name: string, prefix: string, parent: pulumi.Resource): pulumi.Output<string> {
  const suffix = new RandomString(name, { length: 8, upper: false, special: false }, { parent });
  return pulumi.interpolate`${prefix}-${suffix.result}`;
}
