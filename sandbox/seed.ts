import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import type { SandboxConfig } from "./stackConfig.ts";

/** What a stack config may expect to be in the account already. */
interface Expectations {
  readonly group?: { readonly name?: string; readonly existing?: boolean };
  readonly administrators?: readonly {
    readonly name: string;
    readonly import?: boolean;
    readonly consoleAccess?: boolean;
  }[];
  readonly rootActivity?: { readonly cloudTrailLogGroup?: string };
}

/**
 * Makes in the empty emulator what the stack config says that the account has already: the adopted group, the users
 * to be imported, the trail's log group.
 *
 * @returns what was made, for the user to know
 */
export async function seedAccount(config: SandboxConfig, endpoint: string): Promise<string[]> {
  const clientOptions = {
    endpoint,
    region: config.region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const iam = new IAMClient(clientOptions);
  const { group, administrators, rootActivity } = expectations(config);
  const groupName = group?.name ?? "Administrators";
  const made: string[] = [];
  if (group?.existing === true) {
    await iam.send(new CreateGroupCommand({ GroupName: groupName }));
    made.push(`group ${groupName}`);
  }
  for (const { name, consoleAccess } of (administrators ?? []).filter(
    (administrator) => administrator.import,
  )) {
    await iam.send(new CreateUserCommand({ UserName: name }));
    if (group?.existing === true)
      await iam.send(new AddUserToGroupCommand({ GroupName: groupName, UserName: name }));
    if (consoleAccess !== false) {
      await iam.send(new CreateLoginProfileCommand({ UserName: name, Password: "Made-by-hand-4711" }));
    }
    made.push(`user ${name}`);
  }
  const logGroupName = rootActivity?.cloudTrailLogGroup;
  if (logGroupName !== undefined) {
    const logs = new CloudWatchLogsClient({ ...clientOptions, region: "us-east-1" });
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    made.push(`log group ${logGroupName}`);
  }
  return made;
}

/** The program validates the config; what is malformed here is its to report, and expects nothing. */
function expectations({ values }: SandboxConfig): Expectations {
  const read = (key: string): unknown => {
    try {
      return JSON.parse(values[`iam-administrators:${key}`] ?? "null");
    } catch {
      return null;
    }
  };
  const [group, administrators, rootActivity] = ["group", "administrators", "rootActivity"].map(read);
  return {
    ...(isObject(group) ? { group } : {}),
    ...(Array.isArray(administrators)
      ? {
          administrators: administrators.filter((entry) => isObject(entry) && typeof entry.name === "string"),
        }
      : {}),
    ...(isObject(rootActivity) ? { rootActivity } : {}),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
