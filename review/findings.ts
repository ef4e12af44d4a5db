import type { AccountFacts } from "./account.ts";
import type { Intent } from "./intent.ts";

/** Every finding: how bad it is, and what to do about it. */
export const FINDINGS = {
  "root-used": ["high", "work as an administrator, keep root for what only root can do"],
  "root-mfa-missing": ["high", "sign in as root and assign an MFA device"],
  "root-access-key": ["high", "sign in as root and delete it"],
  "administrator-missing": ["high", "run pulumi up --refresh"],
  "not-in-group": ["high", "run pulumi up --refresh"],
  "initial-password-unchanged": ["high", "have it changed, others have seen it"],
  "mfa-missing": ["high", "have a device assigned: console, Security credentials"],
  "never-signed-in": ["medium", "hand over the sign-in URL and the initial password"],
  "long-lived-credential": ["high", "delete it, aws login gives temporary credentials"],
  "own-policy": ["high", "remove it, the group gives all that is needed"],
  "unlisted-member": ["high", "name it in administrators with import: true, or remove it from the group"],
  "full-power-elsewhere": ["high", "take it away, or accept a role with --roles"],
  "group-changed": ["high", "run pulumi up --refresh, and remove what the program does not make"],
  "mfa-rule-changed": ["high", "run pulumi up --refresh"],
  "password-policy-weaker": ["medium", "run pulumi up --refresh"],
  "alias-differs": ["low", "run pulumi up --refresh"],
  "backup-untested": ["medium", "have this administrator sign in, to know that the way in works"],
} as const;

/** What somebody should do something about. */
export interface Finding {
  readonly id: keyof typeof FINDINGS;
  readonly severity: "high" | "medium" | "low";
  readonly subject: string;
  readonly message: string;
}

/** From when on something is a finding. */
export interface Limits {
  /** How many days a use of root is one. */
  readonly rootDays: number;
  /** How many days after a sign-in a backup administrator counts as tested. */
  readonly staleDays: number;
  /** Roles that may have full power: names, or patterns with `*` and `?`. */
  readonly roles: readonly string[];
}

/** What the judges of the parts share. */
export interface Case {
  readonly config: Intent["config"];
  readonly facts: AccountFacts;
  readonly limits: Limits;
  /** Notes a finding where the fact is one; its severity is that of {@link FINDINGS}, or a milder one. */
  readonly find: (id: Finding["id"], subject: string, fact: string | false, severity?: "low") => void;
  readonly findings: readonly Finding[];
}

/** A case without findings. */
export function openCase(config: Intent["config"], facts: AccountFacts, limits: Limits): Case {
  const findings: Finding[] = [];
  const find: Case["find"] = (id, subject, fact, severity) => {
    const [usual, advice] = FINDINGS[id];
    if (fact !== false)
      findings.push({ id, severity: severity ?? usual, subject, message: `${fact}: ${advice}` });
  };
  return { config, facts, limits, find, findings };
}
