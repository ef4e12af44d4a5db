import { isSameGroup, membersOf } from "../account/identities.ts";
import type { Account } from "../account/readAccount.ts";
import { collector, type Find } from "./findings.ts";
import type { Intent } from "./intent.ts";
import { judgeAlarm } from "./judgeAlarm.ts";
import { judgeGroup } from "./judgeGroup.ts";
import { judgeMember, judgeUser } from "./judgeUsers.ts";
import { judgeOthers } from "./judgeOthers.ts";
import { judgePaths } from "./judgePaths.ts";
import { judgeSettings } from "./judgeSettings.ts";
import { days, type Limits } from "./limits.ts";

/** An account beside its config, and what is wrong with it; undefined is what nobody could look at. */
export type Review = ReturnType<typeof judge>;

/** Puts what an account has beside what the config says. */
export function judge({ config, stack }: Intent, account: Account, limits: Limits) {
  const { at, root, denied } = account;
  const { findings, find } = collector(isDeployed(config, account));
  judgeRoot(root, at, limits, find);
  const administrators = config.administrators.map((entry) =>
    judgeUser(entry, config, account, limits, find),
  );
  const group = judgeGroup(config, account, find);
  for (const name of group?.unlisted ?? []) judgeMember(name, account, find);
  const others = judgeOthers(config, account, limits, find);
  const paths = judgePaths(config, account, limits, find);
  const settings = [...judgeSettings(config, account, find), ...judgeAlarm(config, account, find)];
  return {
    ...{ account: account.account, at, stack, root, administrators, group, others, paths, settings },
    ...{ findings, denied },
  };
}

/** Whether the program has been here: its group is, or somebody of the config is in the group that it adopts. */
function isDeployed({ group, administrators }: Intent["config"], { identities }: Account): boolean {
  if (!identities) return true;
  const listed = membersOf(group.name, identities).filter(({ name }) =>
    administrators.some((entry) => entry.name === name),
  );
  const isThere = identities.some(({ kind, name }) => kind === "group" && isSameGroup(name, group.name));
  return listed.length > 0 || (isThere && !group.existing);
}

function judgeRoot(root: Account["root"], at: Date, { rootDays }: Limits, find: Find): void {
  const { lastUsed, mfa, password, accessKey } = root;
  const isUsed = lastUsed != null && days(lastUsed, at) < rootDays;
  find("root-used", "root", isUsed && `last used ${lastUsed.toISOString()}`);
  find("root-mfa-missing", "root", mfa === false && password !== false && "has no MFA device");
  find("root-access-key", "root", accessKey === true && "has an access key");
}
