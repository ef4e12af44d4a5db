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

/** Notes a finding where there is a fact, with the severity of {@link FINDINGS} or a milder one. */
export type Find = (id: Finding["id"], subject: string, fact: string | false, severity?: "low") => void;

/** A list of findings, and what fills it. */
export function collector(): { readonly findings: readonly Finding[]; readonly find: Find } {
  const findings: Finding[] = [];
  const find: Find = (id, subject, fact, severity) => {
    const [usual, advice] = FINDINGS[id];
    if (fact !== false)
      findings.push({ id, severity: severity ?? usual, subject, message: `${fact}: ${advice}` });
  };
  return { findings, find };
}
