import { User } from "@pulumi/aws/iam/user.js";
import { UserGroupMembership } from "@pulumi/aws/iam/userGroupMembership.js";
import { UserLoginProfile } from "@pulumi/aws/iam/userLoginProfile.js";
import * as pulumi from "@pulumi/pulumi";
import { InitialPassword } from "./initialPassword.ts";
import { freeUserName, newLoginProfile } from "./takenNames.ts";

/** What {@link Administrator} takes. */
export interface AdministratorArgs {
  /** IAM user name, 1 to 64 characters out of letters, digits and `+=,.@_-`. */
  readonly name: string;
  /** IAM path of the user. @default "/" */
  readonly path?: string | undefined;
  /** The group that makes the user an administrator; absent for a user who gets the permissions otherwise. */
  readonly group?: pulumi.Input<string>;
  /** Becomes the tag `email`. */
  readonly email?: string | undefined;
  /** Tags of the user. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Marks a backup administrator, with the tag `backup`. @default false */
  readonly backup?: boolean | undefined;
  /** Whether the user gets a login profile, a password for the console. @default true */
  readonly consoleAccess?: boolean | undefined;
  /** Whether the initial password must be changed at the first sign-in. @default true */
  readonly passwordResetRequired?: boolean | undefined;
  /** Length of the generated initial password, in characters. @default 24 */
  readonly passwordLength?: number | undefined;
  /** The custom initial password, in place of a generated one. */
  readonly password?: pulumi.Output<string> | undefined;
  /** OpenPGP public key in base64, that the initial password is encrypted for. @default none: a secret output */
  readonly pgpKey?: string | undefined;
  /** Another value issues a new initial password: the login profile, and nothing else, is replaced. @default 1 */
  readonly passwordIssue?: number | undefined;
  /** Take over a user that was made by hand, with its login profile if `consoleAccess`. @default false */
  readonly import?: boolean | undefined;
}

/**
 * An administrator: an IAM user, added to a group, with a login profile for the console.
 *
 * A program that makes administrators without the group of this project can use it on its own.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_create.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_admin-change-user.html
 */
export class Administrator extends pulumi.ComponentResource {
  /** The user's ARN. */
  public readonly arn: pulumi.Output<string>;
  /** The user's name, known once the user exists: what depends on the user takes the name from here. */
  public readonly userName: pulumi.Output<string>;
  /** Whether the initial password must be changed at the first sign-in; false without console access. */
  public readonly mustResetPassword: pulumi.Output<boolean>;
  /** The generated initial password, a secret; absent with `pgpKey`, after an import and without console access. */
  public readonly initialPassword?: pulumi.Output<string>;
  /** The initial password, encrypted for `pgpKey` and in base64. */
  public readonly encryptedPassword?: pulumi.Output<string>;
  /** The login profile, absent without console access. */
  public readonly loginProfile?: UserLoginProfile;

  /**
   * @param name - logical name, the user name in this project
   * @param args - the administrator
   * @param opts - the usual resource options
   */
  public constructor(name: string, args: AdministratorArgs, opts?: pulumi.ComponentResourceOptions) {
    const { consoleAccess = true, passwordResetRequired = true, path = "/", backup = false } = args;
    super(
      "iam-administrators:index:Administrator",
      name,
      { name: args.name, path, group: args.group, backup, consoleAccess, passwordResetRequired },
      opts,
    );

    const user = new User(
      name,
      {
        name: args.name,
        path,
        tags: tagsOf(args),
        // An administrator collects MFA devices and keys that this program does not know; without this,
        // removing the administrator would fail on the first of them.
        forceDestroy: true,
      },
      {
        parent: this,
        ...(args.import ? { import: args.name, ignoreChanges: ["forceDestroy", "tags"] } : freeUserName()),
      },
    );

    if (args.import) {
      void pulumi.log.warn(
        `administrator "${args.name}": import: true has done its work after one pulumi up. Take it out then, or the ` +
          "user's MFA devices and keys will be in the way of a removal.",
        this,
      );
    }
    if (args.group !== undefined) {
      // Adding a member who is one already changes nothing, so that an imported user needs no other path here.
      new UserGroupMembership(name, { user: user.name, groups: [args.group] }, { parent: this });
    }

    this.arn = user.arn;
    this.userName = user.name;
    this.mustResetPassword = pulumi.output(false);
    if (consoleAccess) {
      this.loginProfile = createLoginProfile(name, args, user.name, { parent: this });
      // An imported profile has what AWS says, if anything, and not what the config says.
      this.mustResetPassword = this.loginProfile.passwordResetRequired.apply(Boolean);
      if (args.password !== undefined)
        setInitialPassword(name, args, args.password, user.arn, this.loginProfile);
      else if (args.pgpKey !== undefined) this.encryptedPassword = this.loginProfile.encryptedPassword;
      else if (!args.import) this.initialPassword = pulumi.secret(this.loginProfile.password);
    }
    this.registerOutputs({ arn: this.arn });
  }
}

function tagsOf(args: AdministratorArgs): Record<string, string> {
  return {
    ...args.tags,
    ...(args.email === undefined ? {} : { email: args.email }),
    ...(args.backup ? { backup: "true" } : {}),
  };
}

function createLoginProfile(
  name: string,
  args: AdministratorArgs,
  user: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): UserLoginProfile {
  return new UserLoginProfile(
    name,
    {
      user,
      passwordResetRequired: args.passwordResetRequired ?? true,
      passwordLength: args.passwordLength ?? 24,
      pgpKey: args.pgpKey,
    },
    {
      ...opts,
      // Every input of a profile forces its replacement, and AWS allows one profile a user.
      deleteBeforeReplace: true,
      // AWS does not read these back: a refresh after the first sign-in must not issue a new password.
      ignoreChanges: ["passwordLength", "passwordResetRequired", "pgpKey"],
      // The one way to a new initial password.
      replacementTrigger: args.passwordIssue ?? 1,
      additionalSecretOutputs: ["password"],
      ...(args.import ? { import: args.name } : newLoginProfile()),
    },
  );
}

function setInitialPassword(
  name: string,
  args: AdministratorArgs,
  password: pulumi.Output<string>,
  userArn: pulumi.Output<string>,
  loginProfile: UserLoginProfile,
): void {
  new InitialPassword(
    name,
    {
      // The profile's user, so that the password is set on a profile that exists.
      userName: loginProfile.user,
      userArn,
      password,
      passwordResetRequired: args.passwordResetRequired ?? true,
      passwordIssue: args.passwordIssue ?? 1,
    },
    { parent: loginProfile, dependsOn: [loginProfile] },
  );
}
