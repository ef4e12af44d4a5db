import { User } from "@pulumi/aws/iam/user.js";
import { UserGroupMembership } from "@pulumi/aws/iam/userGroupMembership.js";
import { UserLoginProfile } from "@pulumi/aws/iam/userLoginProfile.js";
import * as pulumi from "@pulumi/pulumi";
import {
  explainExistingProfile,
  refuseTakenUserName,
  hasLoginProfile,
  refusePasswordLoss,
} from "./administratorChecks.ts";
import type { AwsSdkOptions } from "./awsSdk.ts";
import { awsProvider, mergeHooks, untilSettled } from "./hooks.ts";
import { InitialPassword } from "./initialPassword.ts";
import { markProtected, refuseDestroy } from "./memberProtection.ts";

/** Who an administrator is, and how this administrator signs in. */
export interface Member {
  /** IAM user name, 1 to 64 characters out of letters, digits and `+=,.@_-`. */
  name: string;
  /** IAM path of the user. @default "/" */
  path?: string | undefined;
  /** Becomes the tag `email`. @default no tag */
  email?: string | undefined;
  /** Tags of the user. @default none */
  tags?: Record<string, string> | undefined;
  /** Marks a backup administrator, with the tag `backup`. @default false */
  backup?: boolean | undefined;
  /** Whether the user gets a login profile, a password for the console. @default true */
  consoleAccess?: boolean | undefined;
  /** Whether the initial password must be changed at the first sign-in. @default true */
  passwordResetRequired?: boolean | undefined;
  /** Length of the generated initial password, in characters, 5 to 128. @default 24 */
  passwordLength?: number | undefined;
  /** The custom initial password; only for programs that import the TypeScript classes. @default a generated one */
  password?: pulumi.Input<string> | undefined;
  /** OpenPGP public key in base64, that the initial password is encrypted for. @default none: a secret output */
  pgpKey?: string | undefined;
  /** A higher number issues a new initial password: the login profile, and nothing else, is replaced. @default 1 */
  passwordVersion?: number | undefined;
  /** ARN of the policy that bounds the user's permissions. @default whatever is there is left alone */
  permissionsBoundary?: string | undefined;
  /** Take over a user made by hand: path, tags, boundary and password stay as they are. @default false */
  import?: boolean | undefined;
}

/** What {@link Administrator} takes. */
export interface AdministratorArgs extends Member {
  /** The group that makes the user an administrator. @default none, for a user who gets the permissions otherwise */
  group?: pulumi.Input<string> | undefined;
  /** Whether a `pulumi destroy` refuses to take the user out of the group. @default false */
  protect?: boolean | undefined;
  /** Where the AWS SDK finds the account, for what the AWS plugin lacks. @default the environment */
  awsSdk?: AwsSdkOptions | undefined;
}

/**
 * An administrator: an IAM user, added to a group, with a login profile for the console.
 *
 * A program that makes administrators without the group of this project can use it on its own.
 *
 * @example
 * new Administrator("Admin_2", { name: "Admin_2", group: "Administrators", backup: true });
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_create.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_admin-change-user.html
 */
export class Administrator extends pulumi.ComponentResource {
  /** The user's ARN. */
  public readonly arn: pulumi.Output<string>;
  /** The user's name, known once the user exists: what depends on the user takes the name from here. */
  public readonly userName: pulumi.Output<string>;
  /** Whether the initial password must be changed at the first sign-in; absent for a user who was taken over. */
  public readonly mustResetPassword: pulumi.Output<boolean | undefined>;
  /** The generated initial password, a secret; absent where there is none, or it is encrypted or not the last. */
  public readonly initialPassword: pulumi.Output<string | undefined>;
  /** The initial password in base64, encrypted for the OpenPGP key; absent where it is not encrypted. */
  public readonly encryptedPassword: pulumi.Output<string | undefined>;

  /**
   * @param name - logical name, the user name in this project
   * @param args - the administrator
   * @param opts - the usual resource options
   */
  public constructor(name: string, args: AdministratorArgs, opts?: pulumi.ComponentResourceOptions) {
    const { import: isImported = false } = args;
    const passwordVersion = args.passwordVersion ?? 1;
    const inputs = { ...publicArgs(args), group: args.group, passwordVersion, import: isImported };
    super("iam-administrators:index:Administrator", name, inputs, {
      ...opts,
      hooks: mergeHooks(opts?.hooks, refusePasswordLoss(args.awsSdk, awsProvider(opts), isImported)),
    });

    const all = { ...args, ...inputs };
    const user = createUser(name, all, { parent: this });
    const credentials: pulumi.Resource[] = [];
    this.arn = user.arn;
    this.userName = user.name;
    if (!hasLoginProfile(inputs)) {
      this.mustResetPassword = pulumi.output(isImported ? undefined : false);
      this.initialPassword = this.encryptedPassword = pulumi.output(undefined);
    } else {
      const profile = createLoginProfile(name, all, user.name, { parent: this });
      credentials.push(profile);
      if (args.password !== undefined)
        credentials.push(setInitialPassword(name, all, args.password, user.arn, profile));
      this.mustResetPassword = profile.passwordResetRequired;
      this.encryptedPassword = profile.encryptedPassword.apply(undefinedIfEmpty);
      const isCustom = profile.passwordLength.apply(
        (length) =>
          args.password !== undefined ||
          (length === lengthBesideCustomPassword && args.passwordLength !== length),
      );
      this.initialPassword = pulumi.secret(
        pulumi
          .all([profile.password, isCustom])
          .apply(([password, custom]) => (custom ? undefined : undefinedIfEmpty(password))),
      );
    }
    if (args.group !== undefined) {
      createMembership(name, user.name, args.group, args.protect ?? false, {
        parent: this,
        // Made last, the membership is the first to be deleted: where it is protected, a destroy takes no password either.
        dependsOn: credentials,
      });
    }
    this.registerOutputs({ arn: this.arn });
  }
}

/** What policies see of an administrator, each default filled in: nothing of the password. */
export function publicArgs(args: Member) {
  return {
    name: args.name,
    path: args.path ?? "/",
    backup: args.backup ?? false,
    consoleAccess: args.consoleAccess ?? true,
    passwordResetRequired: args.passwordResetRequired ?? true,
  };
}

/** {@link AdministratorArgs} with the defaults of {@link publicArgs} and of what decides over the password. */
type AllArgs = AdministratorArgs & ReturnType<typeof publicArgs> & { passwordVersion: number };

/**
 * The length of the generated password that a custom one replaces at once. The state keeps it, and by it the program
 * knows later, when the custom password is out of the config, that nobody was ever given the generated one: unless
 * the config asks for this very length. As the longest that IAM takes, it passes every password policy.
 */
const lengthBesideCustomPassword = 128;

function createUser(
  name: string,
  args: AllArgs,
  opts: pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource },
): User {
  // An administrator collects MFA devices and keys that this program does not know; without this, removing the
  // administrator would fail on the first of them.
  const forceDestroy = true;
  if (args.import) {
    return new User(
      name,
      { name: args.name, forceDestroy },
      { ...opts, import: args.name, ignoreChanges: ["path", "tags", "tagsAll", "permissionsBoundary"] },
    );
  }
  return new User(
    name,
    {
      name: args.name,
      path: args.path,
      tags: tagsOf(args),
      permissionsBoundary: args.permissionsBoundary,
      forceDestroy,
    },
    {
      ...opts,
      hooks: refuseTakenUserName(opts.parent),
      ignoreChanges: args.permissionsBoundary === undefined ? ["permissionsBoundary"] : [],
    },
  );
}

function tagsOf(args: AdministratorArgs): Record<string, string> {
  return {
    ...args.tags,
    ...(args.email === undefined ? {} : { email: args.email }),
    ...(args.backup ? { backup: "true" } : {}),
  };
}

function createMembership(
  name: string,
  user: pulumi.Output<string>,
  group: pulumi.Input<string>,
  protect: boolean,
  opts: pulumi.CustomResourceOptions,
): void {
  // Made even where nothing is protected: the state of an administrator who leaves in the same edit still names the hook.
  const refused = refuseDestroy();
  const hooks = mergeHooks(untilSettled(), protect ? refused : undefined);
  // Adding a member who is one already changes nothing, so that a user who is taken over needs no other way here.
  const membership = new UserGroupMembership(name, { user, groups: [group] }, { ...opts, hooks });
  if (protect) markProtected(membership);
}

function createLoginProfile(
  name: string,
  args: AllArgs,
  user: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): UserLoginProfile {
  const { passwordLength = 24 } = args;
  return new UserLoginProfile(
    name,
    {
      user,
      passwordResetRequired: args.passwordResetRequired,
      passwordLength: args.password === undefined ? passwordLength : lengthBesideCustomPassword,
      pgpKey: args.pgpKey,
    },
    {
      ...opts,
      // Every input of a profile forces its replacement, and AWS allows one profile a user.
      deleteBeforeReplace: true,
      // AWS does not read these back: a refresh after the first sign-in must not issue a new password.
      ignoreChanges: ["passwordLength", "passwordResetRequired", "pgpKey"],
      // The one way to a new initial password.
      replacementTrigger: args.passwordVersion,
      additionalSecretOutputs: ["password"],
      hooks: mergeHooks(untilSettled(), explainExistingProfile()),
    },
  );
}

function setInitialPassword(
  name: string,
  args: AllArgs,
  password: pulumi.Input<string>,
  userArn: pulumi.Output<string>,
  loginProfile: UserLoginProfile,
): InitialPassword {
  return new InitialPassword(
    name,
    {
      // The profile's user, so that the password is set on a profile that exists.
      userName: loginProfile.user,
      userArn,
      password,
      passwordResetRequired: args.passwordResetRequired,
      passwordVersion: args.passwordVersion,
      generatedPassword: loginProfile.password,
      sdkOptions: args.awsSdk ?? {},
    },
    { parent: loginProfile, dependsOn: [loginProfile] },
  );
}

/** What the plugin does not know is empty or null. */
function undefinedIfEmpty(text: string | null | undefined): string | undefined {
  return text === null || text === "" ? undefined : text;
}
