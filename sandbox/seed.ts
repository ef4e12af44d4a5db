import { globalRegion } from "../components/partitions.ts";
import { isObject } from "../config/namespace.ts";
import type { Provider } from "./plugin/provider.ts";
import type { SandboxConfig } from "./stackConfig.ts";

/**
 * Makes in the empty emulator what the stack config says that the account has already: the adopted group, the users
 * to be imported, the trail's log group.
 *
 * @returns what was made, for the user to know
 */
export async function seedAccount({ values }: SandboxConfig, { accountIn }: Provider): Promise<string[]> {
  const { iam, partition } = accountIn();
  // The program validates the config; what is malformed here is its to report, and expects nothing.
  const valueOf = (key: string) => values[`iam-administrators:${key}`];
  const [group = {}, rootActivity = {}] = [valueOf("group"), valueOf("rootActivity")].map((value) =>
    isObject(value) ? value : {},
  );
  const administrators = valueOf("administrators");
  const made: string[] = [];
  const GroupName = typeof group.name === "string" ? group.name : "Administrators";
  if (group.existing === true) {
    await iam.createGroup({ GroupName });
    made.push(`group ${GroupName}`);
  }
  for (const entry of Array.isArray(administrators) ? administrators : []) {
    if (!isObject(entry) || entry.import !== true || typeof entry.name !== "string") continue;
    const UserName = entry.name;
    await iam.createUser({ UserName });
    if (group.existing === true) await iam.addUserToGroup({ GroupName, UserName });
    await iam.createLoginProfile({ UserName, Password: "Made-by-hand-4711" });
    made.push(`user ${UserName}`);
  }
  const logGroupName = rootActivity.cloudTrailLogGroup;
  if (typeof logGroupName === "string") {
    await accountIn(globalRegion(partition)).logs.createLogGroup({ logGroupName });
    made.push(`log group ${logGroupName}`);
  }
  return made;
}
