import { getUsers } from "@pulumi/aws/iam/getUsers.js";
import * as pulumi from "@pulumi/pulumi";
import { iamSdk, sdkMark, type AwsSdkOptions } from "./awsSdk.ts";
import { beforeChange, type Known, onError } from "./hooks.ts";

/** The inputs of the component `Administrator` that its checks look at. */
export interface AdministratorInputs {
  readonly name: string;
  readonly consoleAccess: boolean;
  readonly passwordVersion: number;
  readonly import: boolean;
}

/** Whether the program makes a login profile: for a user who is taken over only on request. */
export function hasLoginProfile(inputs: Omit<AdministratorInputs, "name">): boolean {
  return inputs.consoleAccess && (!inputs.import || inputs.passwordVersion > 1);
}

/**
 * Hooks of the component: no edit takes a password away that the user relies on.
 *
 * @param sdk - where the AWS SDK finds the account
 * @param isImported - whether the user is there already when the component is made, and may have a password
 */
export function refusePasswordLoss(
  sdk: AwsSdkOptions | undefined,
  isImported: boolean,
): pulumi.ResourceHookBinding {
  const { beforeCreate, beforeUpdate } = beforeChange<AdministratorInputs>(
    `refuse-password-loss${sdkMark(sdk)}`,
    (news, known) => checkPasswords(news, known, sdk),
  );
  return isImported ? { beforeCreate, beforeUpdate } : { beforeUpdate };
}

async function checkPasswords(
  news: AdministratorInputs,
  { olds, isComplete, urn }: Known<AdministratorInputs>,
  sdk: AwsSdkOptions | undefined,
): Promise<void> {
  const { name, passwordVersion } = news;
  if (olds?.passwordVersion !== undefined && passwordVersion < olds.passwordVersion) {
    throw new Error(
      `administrator "${name}": passwordVersion ${passwordVersion} must not be lower than ${olds.passwordVersion}, which it ` +
        `was: any other number issues a new password. Keep ${olds.passwordVersion}, or raise it for a new one.`,
    );
  }
  if (news.import && isComplete && olds?.import !== true) {
    throw new Error(
      `administrator "${name}": import true is for a user made by hand, and this stack manages the user already: ` +
        "the password would be deleted. Take import out. To let the stack forget the user first, nothing changes in AWS: " +
        `pulumi state delete '${urn}' --target-dependents --force --yes`,
    );
  }
  const hadProfile = olds !== undefined && hasLoginProfile({ ...news, ...olds });
  if (hasLoginProfile(news) && !hadProfile) await refuseForeignProfile(name, sdk);
}

async function refuseForeignProfile(name: string, options: AwsSdkOptions | undefined): Promise<void> {
  const { GetLoginProfileCommand, NoSuchEntityException, iam } = await iamSdk(options);
  try {
    await iam.send(new GetLoginProfileCommand({ UserName: name }));
  } catch (error) {
    if (error instanceof NoSuchEntityException) return;
    throw new Error(
      `administrator "${name}": whether the user has a password already cannot be found out: ${String(error)}`,
      { cause: error },
    );
  }
  throw new Error(
    `administrator "${name}": the user has a password that this stack did not make, and keeps it. Leave import: true in ` +
      "(with passwordVersion 1), or delete the password, for a new one from here: " +
      `aws iam delete-login-profile --user-name ${name}`,
  );
}

/** Hooks of a component's user: a name that is taken is refused before other administrators exist. */
export function refuseTakenUserName(
  component: pulumi.Resource,
  componentName: string,
): pulumi.ResourceHookBinding {
  const provider = component.getProvider("aws:iam/getUsers:getUsers");
  const hookName =
    provider === undefined ? "refuse-taken-user-name" : `refuse-taken-user-name:${componentName}`;
  return beforeChange<{ readonly name: string }>(hookName, async ({ name }, { olds }) => {
    const taken = olds === undefined ? (await userNames(provider)).get(name.toLowerCase()) : undefined;
    if (taken === undefined) return;
    if (taken !== name) {
      throw new Error(
        `administrator "${name}": the account has the user "${taken}", and IAM does not tell the two names apart. Write ` +
          `${taken} if you mean that user, or choose another name.`,
      );
    }
    throw new Error(
      `administrator "${name}": the account has a user of this name already. Made by hand: set import: true to take the ` +
        "user over, or choose another name. Left over by an interrupted pulumi up: aws iam delete-user " +
        `--user-name ${name}, then pulumi up again (AWS refuses to delete a user who has a password or keys).`,
    );
  });
}

/** The names by their lower-case form, for each provider: one listing serves all new users of a run. */
const listed = new Map<pulumi.ProviderResource | undefined, Promise<ReadonlyMap<string, string>>>();

function userNames(provider: pulumi.ProviderResource | undefined): Promise<ReadonlyMap<string, string>> {
  const names =
    listed.get(provider) ??
    getUsers({}, { provider }).then(
      (users) => new Map(users.names.map((name) => [name.toLowerCase(), name])),
    );
  listed.set(provider, names);
  return names;
}

/** Hooks of a login profile: where AWS has one that the state does not know, the way back. */
export function explainExistingProfile(): pulumi.ResourceHookBinding {
  return onError("login-profile-exists", async ({ name, errors }) => {
    if (errors[0]?.includes("EntityAlreadyExists")) {
      await pulumi.log.error(
        `administrator "${name}": the user has a password that this stack does not know. Does the user know it: set ` +
          "import: true, and it stays. If an interrupted pulumi up made it, nobody does: " +
          `aws iam delete-login-profile --user-name ${name}, then pulumi up again for a new one.`,
      );
    }
    return false;
  });
}
