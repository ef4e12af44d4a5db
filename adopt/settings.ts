import { isDeepStrictEqual } from "node:util";
import type { Identity } from "../account/identities.ts";
import type { Account } from "../account/readAccount.ts";
import { CHARACTER_TYPES, fromSettings, type PasswordPolicy } from "../components/passwordPolicy.ts";
import { isRequireMfaPolicy, MFA_RULE } from "../components/policyDocuments.ts";

/** Something of the account that the config cannot say, or nobody could read, and what follows. */
export interface LeftOut {
  /** The key of the config that it would be, or whom it is about. */
  readonly what: string;
  /** A sentence. */
  readonly why: string;
}

/** The keys of the config that say what the account has, in their order in the file; undefined for none. */
export function settingsOf({ passwordPolicy, alias }: Account, group: Identity, partition: string) {
  const leftOut: LeftOut[] = [];
  const policy = passwordPolicy && settingsOfPolicy(passwordPolicy, leftOut);
  if (passwordPolicy === undefined) leftOut.push({ what: "passwordPolicy", why: denied });
  if (alias === undefined) leftOut.push({ what: "accountAlias", why: denied });
  return {
    values: {
      requireMfa: hasMfaRule(group, partition) ? true : undefined,
      passwordPolicy: policy ?? undefined,
      accountAlias: alias ?? undefined,
    },
    leftOut,
  };
}

const denied = "AWS did not let it be read. It stays as it is.";

/** Whether the group has the rule exactly as the program writes it, so that asking for it changes nothing. */
function hasMfaRule({ policies }: Identity, partition: string): boolean {
  const rule = policies.find(({ name, arn }) => arn === undefined && name === MFA_RULE);
  return rule?.document !== undefined && isRequireMfaPolicy(rule.document, partition);
}

/** The settings that make exactly this policy; undefined, and a reason, where none do. */
function settingsOfPolicy(policy: PasswordPolicy, leftOut: LeftOut[]) {
  const { minimumLength, reusePrevention, maxAgeDays, characterTypes } = policy;
  const settings = {
    minimumLength,
    reusePrevention,
    ...(maxAgeDays === undefined ? {} : { maxAgeDays }),
    requireCharacterTypes: characterTypes.length > 0,
  };
  if (reusePrevention >= 1 && isDeepStrictEqual(fromSettings(settings), { ...policy, maxAgeDays }))
    return settings;
  const kinds = characterTypes.length > 0 && characterTypes.length < CHARACTER_TYPES.length;
  const reasons = [
    ...(kinds ? [`asks for ${characterTypes.join(", ")} and for no other kind of characters`] : []),
    ...(policy.hardExpiry ? ["locks out whoever lets a password expire"] : []),
    ...(policy.usersMayChange ? [] : ["does not let users change their passwords"]),
    ...(reusePrevention < 1 ? ["lets old passwords be used again"] : []),
  ];
  const why = `the account's policy ${reasons.join(", and ")}, which the config cannot say. It stays as it is.`;
  leftOut.push({ what: "passwordPolicy", why });
  return undefined;
}
