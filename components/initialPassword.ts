import * as pulumi from "@pulumi/pulumi";
import type { AwsSdkOptions } from "./awsSdk.ts";
import { clientConfig } from "./awsSdkConfig.ts";

/** What {@link InitialPassword} takes. */
export interface InitialPasswordArgs {
  /** The user, who has a login profile already. */
  readonly userName: pulumi.Input<string>;
  /** The user's ARN: the password is set in this account and in no other. */
  readonly userArn: pulumi.Input<string>;
  /** The custom initial password. */
  readonly password: pulumi.Input<string>;
  /** Whether it must be changed at the first sign-in. */
  readonly passwordResetRequired: boolean;
  /** Another value sets the password again. */
  readonly passwordVersion: number;
  /** What the profile was made with: another one is another profile, on which the password is set again. */
  readonly generatedPassword: pulumi.Input<string>;
  /** Where the AWS SDK finds the account. */
  readonly sdkOptions: AwsSdkOptions;
}

/** {@link InitialPasswordArgs} with plain values. */
export type PasswordSetting = pulumi.Unwrap<InitialPasswordArgs>;

/**
 * Sets a password on the login profile of a user, after checking that the AWS SDK's credentials lead to the user's
 * own account. Pulumi hands its text to another process, and that of {@link clientConfig} with it.
 *
 * @throws {Error} what AWS answers, or that the credentials lead to another account
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html
 */
export async function setPassword(setting: PasswordSetting): Promise<void> {
  const { GetUserCommand, IAMClient, UpdateLoginProfileCommand } = await import("@aws-sdk/client-iam");
  const iam = new IAMClient(await clientConfig("iam", setting.sdkOptions));
  const { User } = await patiently(() => iam.send(new GetUserCommand({ UserName: setting.userName })));
  if (User?.Arn !== setting.userArn) {
    throw new Error(
      `the password of ${setting.userArn} cannot be set: the AWS SDK's credentials lead to ` +
        `${User?.Arn ?? "another account"}. Give pulumi the same credentials through AWS_PROFILE or the environment.`,
    );
  }
  await patiently(() =>
    iam.send(
      new UpdateLoginProfileCommand({
        UserName: setting.userName,
        Password: setting.password,
        PasswordResetRequired: setting.passwordResetRequired,
      }),
    ),
  );

  /** A user or profile made a moment ago may be unknown or locked for some seconds; the SDK retries neither. */
  async function patiently<Result>(call: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await call();
      } catch (error) {
        const isSettling = /^(?:EntityTemporarilyUnmodifiable|NoSuchEntity)/.test((error as Error).name);
        if (!isSettling || attempt === 15) {
          throw new Error(`setting the initial password of ${setting.userName}: ${String(error)}`, {
            cause: error,
          });
        }
        await new Promise((resolve) => setTimeout(resolve, 2000));
      }
    }
  }
}

const provider: pulumi.dynamic.ResourceProvider<PasswordSetting, PasswordSetting> = {
  async create(inputs) {
    await setPassword(inputs);
    return { id: inputs.userName, outs: inputs };
  },
  async update(_id, _olds, news) {
    await setPassword(news);
    return { outs: news };
  },
  diff(_id, olds, news) {
    // Nothing else may set the initial password again, over the one that the user has chosen since.
    const keys = ["password", "passwordVersion", "generatedPassword"] as const;
    return Promise.resolve({ changes: keys.some((key) => olds[key] !== news[key]) });
  },
};

/**
 * A custom initial password, set on an existing login profile: `UserLoginProfile` itself takes no password of one's
 * choice. Deleting it changes nothing; the profile goes with its user.
 *
 * @example
 * new InitialPassword("me", { ...args, password: config.requireSecret("password") }, { dependsOn: [loginProfile] });
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_admin-change-user.html
 */
export class InitialPassword extends pulumi.dynamic.Resource {
  /**
   * @param name - logical name
   * @param args - the password and whose it is
   * @param opts - the usual resource options
   */
  public constructor(name: string, args: InitialPasswordArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      provider,
      name,
      {
        ...args,
        password: pulumi.secret(args.password),
        // A proxy's URL may hold a password as well.
        sdkOptions: pulumi.secret(args.sdkOptions),
        generatedPassword: pulumi.secret(args.generatedPassword),
      },
      { ...opts, additionalSecretOutputs: ["password", "generatedPassword", "sdkOptions"] },
    );
  }
}
