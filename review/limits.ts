/** From when on something is a finding. */
export interface Limits {
  /** How many days a use of root is one. */
  readonly rootDays: number;
  /** How many days after a sign-in a backup administrator counts as tested. */
  readonly staleDays: number;
  /** Roles that may have full power: names, or patterns with `*` and `?`. */
  readonly roles: readonly string[];
}

/**
 * How many days without a sign-in make an administrator inactive: CIS AWS Foundations, "Ensure credentials unused for 45
 * days or more are disabled".
 */
export const INACTIVE_DAYS = 45;

/** How many days lie between two moments. */
export function days(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 86_400_000;
}
