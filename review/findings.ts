const UP = "run pulumi up --refresh";

/** Every finding: how bad it is, and what to do about it. */
export const FINDINGS = {
  "root-used": ["high", "work as an administrator, keep root for what only root can do"],
  "root-mfa-missing": ["high", "sign in as root and assign an MFA device"],
  "root-access-key": ["high", "sign in as root and delete it"],
  "administrator-missing": ["high", UP],
  "not-in-group": ["high", UP],
  "initial-password-unchanged": ["high", "have it changed, others have seen it"],
  "mfa-missing": ["high", "have a device assigned: console, Security credentials"],
  "never-signed-in": ["medium", "hand over the sign-in URL and the initial password"],
  inactive: ["medium", "ask whether this administrator is still needed, or take the entry out"],
  "long-lived-credential": ["high", "delete it, aws login gives temporary credentials"],
  "own-policy": ["high", "remove it, the group gives all that is needed"],
  "unlisted-member": ["high", "name it in administrators with import: true, or remove it from the group"],
  "full-power-elsewhere": ["high", "take it away, or accept a role with --roles"],
  "can-become-administrator": ["high", "take one of the steps away"],
  "trust-too-wide": ["high", "say in the trust policy who it is"],
  "group-changed": ["high", `${UP}, and remove what the program does not make`],
  "mfa-rule-changed": ["high", UP],
  "password-policy-weaker": ["medium", UP],
  "alias-differs": ["low", UP],
  "central-root-differs": ["medium", UP],
  "alarm-missing": ["high", UP],
  "alarm-changed": ["high", UP],
  "alarm-unconfirmed": ["high", "confirm the subscription: AWS has sent a mail with a link"],
  "backup-untested": ["medium", "have this administrator sign in, to know that the way in works"],
} as const;

/** What somebody should do something about. */
export interface Finding {
  readonly id: keyof typeof FINDINGS;
  readonly severity: "high" | "medium" | "low";
  readonly subject: string;
  readonly message: string;
}

/** What a case may have of its own, in place of what {@link FINDINGS} has for it. */
interface Own {
  readonly severity?: Finding["severity"];
  readonly advice?: string | undefined;
}

/** Notes a finding where there is a fact. */
export type Find = (id: Finding["id"], subject: string, fact: string | false, own?: Own) => void;

/**
 * A list of findings, and what fills it.
 *
 * @param isDeployed - whether the stack has ever been deployed: before that there is nothing to refresh
 */
export function collector(isDeployed: boolean): {
  readonly findings: readonly Finding[];
  readonly find: Find;
} {
  const findings: Finding[] = [];
  const find: Find = (id, subject, fact, own = {}) => {
    if (fact === false) return;
    const [usual, usualAdvice] = FINDINGS[id];
    const advice = own.advice ?? (isDeployed ? usualAdvice : usualAdvice.replace(UP, "run pulumi up"));
    findings.push({ id, severity: own.severity ?? usual, subject, message: `${fact}: ${advice}` });
  };
  return { findings, find };
}

/** A fact that is a list, if there is anything in it. */
export function listed(verb: string, things: readonly string[] = []): string | false {
  return things.length > 0 && `${verb} ${things.join(", ")}`;
}
