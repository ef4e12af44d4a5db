import { requireMfaPolicy } from "../../components/policyDocuments.ts";
import type { AwsClients } from "../support/emulator.ts";
import { createBoundary, enrolMfaDevice } from "../support/stackAccount.ts";

const administratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess";
const readOnly =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}';

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Makes an account with administrators and a history, in an empty emulator: a group under some name, members with paths,
 * tags, boundaries, devices, keys and policies, other groups, and settings of the account.
 *
 * @returns the group's name, and its members' names in their order
 */
export async function makeRandomAccount({ iam }: Pick<AwsClients, "iam">, seed: number) {
  const random = randomNumbers(seed);
  const maybe = (chance: number) => random() < chance;
  const oneOf = <T>(...choices: readonly [T, ...T[]]): T =>
    choices[Math.floor(random() * choices.length)] ?? choices[0];
  const group = oneOf("Administrators", "administrators", "Platform.Admins", "2024-01-15");
  await iam.createGroup({ GroupName: group, Path: oneOf("/", "/people/") });
  await iam.attachGroupPolicy({ GroupName: group, PolicyArn: administratorAccess });
  if (maybe(0.4)) {
    const PolicyDocument = JSON.stringify(requireMfaPolicy("aws"));
    await iam.putGroupPolicy({ GroupName: group, PolicyName: "RequireMfa", PolicyDocument });
  }
  if (maybe(0.3))
    await iam.putGroupPolicy({ GroupName: group, PolicyName: "More", PolicyDocument: readOnly });
  await iam.createGroup({ GroupName: "Billing" });
  const boundary = await createBoundary(iam);
  const members: string[] = [];
  for (let index = 0; index < 1 + Math.floor(random() * 6); index++) {
    const UserName = `${oneOf("alice", "Bob", "0123", "true", "c+d=e@f", "2019-03-02")}${index === 0 ? "" : index}`;
    members.push(UserName);
    await iam.createUser({
      UserName,
      Path: oneOf("/", "/team/x/"),
      ...(maybe(0.3) ? { PermissionsBoundary: boundary } : {}),
      ...(maybe(0.5)
        ? { Tags: [{ Key: oneOf("team", "Backup", "backup"), Value: oneOf("true", "x y") }] }
        : {}),
    });
    await iam.addUserToGroup({ GroupName: group, UserName });
    if (maybe(0.3)) await iam.addUserToGroup({ GroupName: "Billing", UserName });
    if (maybe(0.8)) {
      const PasswordResetRequired = maybe(0.3);
      await iam.createLoginProfile({ UserName, Password: "Made-by-hand-4711", PasswordResetRequired });
    }
    if (maybe(0.5)) await enrolMfaDevice(iam, UserName);
    if (maybe(0.4)) await iam.createAccessKey({ UserName });
    if (maybe(0.2)) await iam.putUserPolicy({ UserName, PolicyName: "Own", PolicyDocument: readOnly });
  }
  // Somebody who is nobody's administrator.
  await iam.createUser({ UserName: "stranger" });
  if (maybe(0.5)) await iam.createAccountAlias({ AccountAlias: oneOf("example-org", "x3y") });
  if (maybe(0.6)) {
    const types = maybe(0.6);
    await iam.updateAccountPasswordPolicy({
      MinimumPasswordLength: oneOf(8, 14, 20),
      ...(maybe(0.8) ? { PasswordReusePrevention: oneOf(5, 24) } : {}),
      ...(maybe(0.4) ? { MaxPasswordAge: 90 } : {}),
      RequireUppercaseCharacters: types,
      RequireLowercaseCharacters: types || maybe(0.2),
      RequireNumbers: types,
      RequireSymbols: types,
      AllowUsersToChangePassword: maybe(0.8),
      HardExpiry: maybe(0.1),
    });
  }
  return { group, members: members.sort() };
}

/** All that IAM tells of an account, as one text. */
export async function dumpAccount({ iam }: Pick<AwsClients, "iam">): Promise<string> {
  const absent = (): undefined => undefined;
  const details = await iam.getAccountAuthorizationDetails({ MaxItems: 1000 });
  Reflect.deleteProperty(details, "$metadata");
  const users = (details.UserDetailList ?? []).map(async ({ UserName = "" }) => [
    (await iam.getLoginProfile({ UserName }).catch(absent))?.LoginProfile,
    (await iam.listMFADevices({ UserName })).MFADevices,
    (await iam.listAccessKeys({ UserName })).AccessKeyMetadata,
  ]);
  const policy = (await iam.getAccountPasswordPolicy({}).catch(absent))?.PasswordPolicy;
  const aliases = (await iam.listAccountAliases({})).AccountAliases;
  return JSON.stringify([details, await Promise.all(users), policy, aliases], undefined, 1);
}
