import { readFile, rename, writeFile } from "node:fs/promises";
import { awsReading } from "../account/clients.ts";
import { hasFullPower } from "../account/fullPower.ts";
import { membersOf, type Identity } from "../account/identities.ts";
import { readAccount, type Account, type Reading } from "../account/readAccount.ts";
import { awsSdkOptions } from "../config/awsSdkOptions.ts";
import { validate } from "../config/loadConfig.ts";
import { describeProblems } from "../config/messages.ts";
import { fullKey, isObject, withFullKeys } from "../config/namespace.ts";
import { parsePulumiYaml } from "../config/pulumiYaml.ts";
import { mostBytes, sizeOf } from "../config/size.ts";
import { allowedAccounts, readStackFile, replaceSecrets, type StackFile } from "../config/stackFile.ts";
import { chooseGroup } from "./chooseGroup.ts";
import { entriesOf } from "./members.ts";
import { settingsOf, type LeftOut } from "./settings.ts";
import { stackFileText } from "./stackFileText.ts";

/** What has been written, and what a person must know of it. */
export interface Adoption {
  readonly account: string;
  /** Name of the group. */
  readonly group: string;
  /** How many members are administrators of the file. */
  readonly members: number;
  /** Name of the file. */
  readonly file: string;
  readonly isNewFile: boolean;
  readonly leftOut: readonly LeftOut[];
  /** Who has full power and is no member of the group: `role deploy (AdministratorAccess)`. */
  readonly others: readonly string[];
  /** The actions that AWS has denied. */
  readonly denied: readonly string[];
}

/**
 * Writes the stack file of an account that has administrators already. It only reads in the account.
 *
 * @param projectDir - the folder of Pulumi.yaml
 * @param stack - name of the stack
 * @param wanted - name of the group. @default the one that {@link chooseGroup} finds
 * @param overrides - parts of how the account is read, in place of the real ones
 * @throws {Error} one sentence on why nothing has been written
 */
export async function adopt(
  projectDir: string,
  stack: string,
  wanted?: string,
  overrides: Partial<Reading> = {},
): Promise<Adoption> {
  const file = readStackFile(projectDir, stack);
  const inFile = file.values[fullKey("group")];
  const groupName = wanted ?? (isObject(inFile) && typeof inFile.name === "string" ? inFile.name : undefined);
  refuseFile(file);
  const reading = { ...(await awsReading(awsSdkOptions(file.values))), ...overrides };
  const choose = (identities: readonly Identity[] | null | undefined) => {
    if (identities) return chooseGroup(identities, groupName);
    throw new Error(
      "iam:GetAccountAuthorizationDetails is denied, without which nobody can tell who is in a group",
    );
  };
  const account = await readAccount(
    {
      allowedAccounts: allowedAccounts(file.values),
      credentialsOf: (identities) =>
        membersOf(choose(identities).name, identities ?? []).map(({ name }) => name),
    },
    reading,
  );
  const { identities, partition, denied } = account;
  const group = choose(identities);
  const members = await entriesOf(membersOf(group.name, identities ?? []), group, account);
  if (members.entries.length === 0) {
    throw new Error(
      `the group ${group.name} has no members; for a new account begin in README.md, "On a real account"`,
    );
  }
  const settings = settingsOf(account, group, partition);
  const leftOut = [...settings.leftOut, ...members.leftOut];
  const text = stackFileText(file.exists ? await readFile(file.path, "utf8") : undefined, {
    region: await reading.iam.config.region().catch(() => undefined),
    account: account.account,
    group: group.name,
    values: settings.values,
    members: members.entries,
    leftOut,
  });
  await refuseBadConfig(text, file);
  await writeWhole(file.path, text);
  return {
    ...{ account: account.account, group: group.name, members: members.entries.length, leftOut, denied },
    ...{ file: file.name, isNewFile: !file.exists, others: othersOf(account, group) },
  };
}

function refuseFile({ name, exists, problem, values }: StackFile): void {
  if (exists && problem !== undefined) throw new Error(problem);
  if (values[fullKey("administrators")] === undefined) return;
  throw new Error(`${name} names administrators already, and such a file is never overwritten`);
}

/** Who has full power by own policies and is no member of the group. */
function othersOf({ identities }: Account, group: Identity): string[] {
  const others = (identities ?? []).filter(
    (one) => one.arn !== group.arn && !one.groups.includes(group.name) && hasFullPower(one),
  );
  return others.map(
    ({ kind, name, policies }) => `${kind} ${name} (${policies.map((policy) => policy.name).join(", ")})`,
  );
}

/** What the program would refuse, or Pulumi could not hand over, is not written. */
async function refuseBadConfig(text: string, { name, project }: StackFile): Promise<void> {
  const { value } = parsePulumiYaml(text);
  const config = isObject(value) && isObject(value.config) ? value.config : {};
  const values = withFullKeys(config, project);
  // What is encrypted, nobody can check here.
  const readable = { ...replaceSecrets(values, () => undefined), [fullKey("rootActivity")]: undefined };
  const { problems } = await validate(readable, project);
  if (problems.length > 0) throw new Error(describeProblems(name, values, problems));
  const bytes = sizeOf(values);
  if (bytes > mostBytes) {
    throw new Error(
      `the config would have ${bytes} bytes, and Pulumi hands it to the program in an environment variable, of which Linux takes ` +
        `${mostBytes}. Adopt a smaller group with --group`,
    );
  }
}

/** Writes the whole file, or leaves the one that is there as it is. */
async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}`;
  await writeFile(beside, text);
  await rename(beside, path);
}
