import * as pulumi from "@pulumi/pulumi";
import { iamSdk, type AwsSdkOptions } from "../components/awsSdk.ts";
import { userNameOf } from "../components/deployer.ts";
import { findGroup } from "../components/groupChecks.ts";
import { beforeChange } from "../components/hooks.ts";
import { lookUp } from "../components/lookUp.ts";

/** The inputs of the group's component that the guard looks at. */
interface GroupInputs {
  readonly group: { readonly name: string };
  readonly requireMfa: boolean;
  readonly administrators: readonly { readonly name: string }[];
}

/**
 * Hooks of the group's component: the rule that requires MFA must not cut the deployer off. It comes before the members,
 * and denies everything to a deployer without an MFA device from then on. Other members who have none are named.
 *
 * @param callerArn - who deploys, from getCallerIdentity
 * @param sdk - where the AWS SDK finds the account: the AWS plugin does not tell MFA devices
 */
export function refuseLockOut(callerArn: string, sdk: AwsSdkOptions): pulumi.ResourceHookBinding {
  return beforeChange<GroupInputs>("refuse-lock-out", async (news, { olds }) => {
    if (!news.requireMfa) return;
    const isBound = olds?.requireMfa === true && olds.group?.name === news.group.name;
    const members = isBound ? [] : ((await findGroup(news.group.name))?.members ?? []);
    const former = new Set(olds?.administrators?.map(({ name }) => name));
    const joining = news.administrators.map(({ name }) => name).filter((name) => !former.has(name));
    const deployer = userNameOf(callerArn);
    if (deployer !== undefined && [...members, ...joining].includes(deployer)) {
      await refuseDeployerWithoutDevice(deployer, news.group.name, sdk);
    }
    await warnOfMembersWithoutDevice(
      members.filter((name) => name !== deployer),
      news.group.name,
      sdk,
    );
  });
}

async function refuseDeployerWithoutDevice(name: string, group: string, sdk: AwsSdkOptions): Promise<void> {
  const devices = await lookUp(`requireMfa true: whether ${name}, who is deploying, has an MFA device`, () =>
    mfaDevices(name, sdk),
  );
  if (devices > 0) return;
  throw new Error(
    `requireMfa true: ${name}, who is deploying, has no MFA device, and could do nothing any more as soon as the group ` +
      `${group} has the rule. Enrol one first (IAM, Users, ${name}, Security credentials) and sign in again with it, or ` +
      "deploy as somebody else.",
  );
}

async function warnOfMembersWithoutDevice(
  members: readonly string[],
  group: string,
  sdk: AwsSdkOptions,
): Promise<void> {
  if (members.length === 0) return;
  try {
    const devices = await Promise.all(members.map((name) => mfaDevices(name, sdk)));
    const without = members.filter((_, index) => devices[index] === 0);
    if (without.length === 0) return;
    await pulumi.log.warn(
      `requireMfa true: these members of the group ${group} have no MFA device, and can only enrol one from now on: ` +
        without.join(", "),
    );
  } catch (error) {
    await pulumi.log.warn(
      `requireMfa true: which members of the group ${group} have no MFA device cannot be found out: ${String(error)}`,
    );
  }
}

async function mfaDevices(UserName: string, sdk: AwsSdkOptions): Promise<number> {
  const { ListMFADevicesCommand, iam } = await iamSdk(sdk);
  const { MFADevices = [] } = await iam.send(new ListMFADevicesCommand({ UserName }));
  return MFADevices.length;
}
