import { getUsers } from "@pulumi/aws/iam/getUsers.js";
import * as pulumi from "@pulumi/pulumi";
import { iamSdk, sdkMark, type AwsSdkOptions } from "./awsSdk.ts";
import { beforeChange, beforeUpdate, hookName, type Known, onError } from "./hooks.ts";
import { lookUp } from "./lookUp.ts";

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
 * Hooks of the component: no edit takes a password away that the user relies on, and a user to take over is there.
 *
 * @param sdk - where the AWS SDK finds the account
 * @param provider - the AWS provider to ask, undefined for the stack's own
 * @param isImported - whether the user is there already when the component is made, and may have a password
 */
export function refusePasswordLoss(
  sdk: AwsSdkOptions | undefined,
  provider: pulumi.ProviderResource | undefined,
  isImported: boolean,
): pulumi.ResourceHookBinding {
  const refuse = isImported ? beforeChange<AdministratorInputs> : beforeUpdate<AdministratorInputs>;
  return refuse(hookName("refuse-password-loss", provider, sdkMark(sdk)), async (news, known) => {
    if (news.import && !known.isComplete) await refuseMissingUser(news.name, provider);
    await checkPasswords(news, known, sdk);
  });
}

/** The engine reads a user to import without calling a hook of the user, and only says that it "does not exist". */
async function refuseMissingUser(name: string, provider: pulumi.ProviderResource | undefined): Promise<void> {
  const found = (await userNames(provider)).get(name.toLowerCase());
  if (found === name) return;
  throw new Error(
    `administrator "${name}": import true is for a user made by hand, and the account has no user of this name. ` +
      (found === undefined
        ? "Correct the name, or take import out for a new user."
        : `It has "${found}": write ${found} if you mean that user.`),
  );
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
  const { GetLoginProfileCommand, iam } = await iamSdk(options);
  const profile = await lookUp(
    `administrator "${name}": whether the user has a password already`,
    () => iam.send(new GetLoginProfileCommand({ UserName: name })),
    /^NoSuchEntity/,
  );
  if (profile === undefined) return;
  throw new Error(
    `administrator "${name}": the user has a password that this stack did not make, and keeps it. Leave import: true in ` +
      "(with passwordVersion 1), or set consoleAccess: false, which leaves the password alone, or delete the password, for " +
      "a new one from here: " +
      `aws iam delete-login-profile --user-name ${name}`,
  );
}

/** Hooks of a component's user: a name that is taken is refused before other administrators exist. */
export function refuseTakenUserName(component: pulumi.Resource): pulumi.ResourceHookBinding {
  const provider = component.getProvider("aws:iam/getUsers:getUsers");
  const hook = hookName("refuse-taken-user-name", provider);
  return beforeChange<{ readonly name: string }>(hook, async ({ name }, { olds }) => {
    const taken = olds === undefined ? (await userNames(provider)).get(name.toLowerCase()) : undefined;
    if (taken === undefined) return;
    if (taken !== name) {
      throw new Error(
        `administrator "${name}": the account has the user "${taken}", and IAM does not tell the two names apart. Write ` +
          `${taken} if you mean that user, or choose another name.`,
      );
    }
    throw new Error(
      `administrator "${name}": the account has a user of this name already. If the user was made by hand, set import: ` +
        "true, or choose another name. If an interrupted pulumi up left the user over, run aws iam delete-user " +
        `--user-name ${name}, then pulumi up again (AWS refuses to delete a user who has a password or keys). If another ` +
        "stack has the user, leave the user there. If this stack has the user under another URN (pulumi stack " +
        "--show-urns), give the old URN back with pulumi state rename.",
    );
  });
}

/** The names by their lower-case form, for each provider: one listing serves all new users of a run. */
const listed = new Map<pulumi.ProviderResource | undefined, Promise<ReadonlyMap<string, string>>>();

function userNames(provider: pulumi.ProviderResource | undefined): Promise<ReadonlyMap<string, string>> {
  const names =
    listed.get(provider) ??
    getUsers({}, provider && { provider }).then(
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
        `administrator "${name}": the user has a password that this stack does not know. If the user knows it, set ` +
          "import: true, and it stays. If an interrupted pulumi up made it, nobody knows it: " +
          `aws iam delete-login-profile --user-name ${name}, then pulumi up again for a new one.`,
      );
    }
    return false;
  });
}
