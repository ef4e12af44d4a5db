import { giveFullPower } from "../account/fullPower.ts";
import type { Identity } from "../account/identities.ts";

/**
 * The group whose members are the account's administrators: the one that was asked for, else `Administrators`, else the
 * only one with full power. IAM does not tell groups by letter case.
 *
 * @param identities - everybody in the account
 * @param wanted - name of the group. @default nobody has asked for one
 * @throws {Error} where there is no such group, or nobody can tell which one it is
 */
export function chooseGroup(identities: readonly Identity[], wanted?: string): Identity {
  const groups = identities.filter(({ kind }) => kind === "group");
  const named = (name: string) => groups.find((group) => group.name.toLowerCase() === name.toLowerCase());
  if (wanted !== undefined) {
    const found = named(wanted);
    if (found !== undefined) return found;
    const names = groups.map(({ name }) => name).join(", ") || "none";
    throw new Error(`the account has no group "${wanted}"; its groups are ${names}`);
  }
  const usual = named("Administrators");
  if (usual !== undefined) return usual;
  const powerful = groups.filter(({ policies }) => giveFullPower(policies));
  const [only, another] = powerful;
  if (only === undefined) {
    throw new Error(
      'no group of this account has full power, so that there is nothing to adopt. For a new account begin in README.md, "On a ' +
        'real account"; a group with other policies can be named with --group',
    );
  }
  if (another === undefined) return only;
  const names = powerful.map(({ name }) => name).join(", ");
  throw new Error(`several groups have full power: ${names}. Choose one with --group NAME`);
}
