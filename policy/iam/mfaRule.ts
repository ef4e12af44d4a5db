import { covers } from "./access.ts";
import { mustHold } from "./conditions.ts";
import { matches } from "./glob.ts";
import type { Patterns, Statement } from "./policyDocument.ts";
import { UNKNOWN } from "./values.ts";

/** The name of the inline policy that denies a group's members everything without MFA. */
export const MFA_RULE = "RequireMfa";

/** What a request without MFA carries: the console says "false", and access keys say nothing. */
const WITHOUT_MFA = [["false"], [undefined]].map((value) => ({ "aws:multifactorauthpresent": value }));

/** What a user needs to choose the first password and to enrol a device, in small letters. */
const SPARED = new Set(
  [
    ...["iam:ChangePassword", "iam:GetAccountPasswordPolicy", "iam:GetUser", "iam:CreateVirtualMFADevice"],
    ...["iam:EnableMFADevice", "iam:ResyncMFADevice", "iam:ListMFADevices", "iam:ListVirtualMFADevices"],
    ...["iam:GetMFADevice", "sts:GetSessionToken"],
  ].map((action) => action.toLowerCase()),
);

/** What a document lets somebody do who has signed in without MFA, beyond enrolling a device and the first password. */
export interface MfaGap {
  /** An action that the document spares, or a pattern of actions; undefined where it denies some actions at the most. */
  readonly spared: string | undefined;
}

/**
 * Finds what is left of a Deny of everything without MFA, on every resource, but what enrolling a device and the first
 * password take; undefined where nothing is. A statement with another condition beside, or for some resources only, denies
 * nothing here.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage-mfa-only.html
 */
export function findMfaGap(statements: readonly Statement[]): MfaGap | undefined {
  for (const context of WITHOUT_MFA) {
    const denied = statements
      .filter(
        ({ effect, condition, resources }) =>
          effect === "Deny" &&
          !resources.excluded &&
          resources.patterns.some(({ pattern }) => /^\*+$/.test(pattern)) &&
          (condition === UNKNOWN || mustHold(condition, context)),
      )
      .map(({ actions }) => actions);
    const spared = denied.flatMap((actions) => {
      const beyond = leavesOver(actions)?.filter(
        (pattern) => !SPARED.has(pattern) && !denied.some((other) => coversPattern(other, pattern)),
      );
      return beyond === undefined ? [] : [beyond];
    });
    if (!spared.some(({ length }) => length === 0)) return { spared: spared[0]?.[0] };
  }
  return undefined;
}

/** The patterns of the actions that a Deny spares; undefined where it names what it denies. */
function leavesOver({ excluded, patterns }: Patterns): readonly string[] | undefined {
  if (excluded) return patterns;
  return patterns.some((pattern) => /^\*+(:\*+)?$/.test(pattern)) ? [] : undefined;
}

/** Whether every action that a pattern matches is among the denied ones. */
function coversPattern(denied: Patterns, pattern: string): boolean {
  if (!/[*?]/.test(pattern)) return covers(denied, pattern);
  // Read as text, a star of the pattern is taken by a star only, if no question mark can take it.
  return !denied.excluded && denied.patterns.some((other) => !other.includes("?") && matches(other, pattern));
}
