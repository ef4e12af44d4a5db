import { giveFullPower, hasFullPower } from "../account/fullPower.ts";
import { isSameGroup, membersOf, type Identity } from "../account/identities.ts";
import type { Account } from "../account/readAccount.ts";
import { matches } from "../policy/iam/glob.ts";
import { listed, type Find } from "./findings.ts";
import type { Intent } from "./intent.ts";
import type { Limits } from "./limits.ts";

/** Somebody of full power, and the policies that give it. */
interface Powerful {
  readonly identity: Identity;
  readonly policies: readonly string[];
}

/** Who else has full power; what administrators have of their own is judged with them. */
export function judgeOthers(
  config: Intent["config"],
  { identities }: Account,
  { roles }: Limits,
  find: Find,
) {
  if (!identities) return undefined;
  const groups = new Map(
    identities.filter(({ kind }) => kind === "group").map((group) => [group.name.toLowerCase(), group]),
  );
  const isListed = (name: string) => config.administrators.some((entry) => entry.name === name);
  const others = identities.flatMap((identity) => {
    const { kind, name } = identity;
    const isJudged =
      kind === "group" ? isSameGroup(name, config.group.name) : kind === "user" && isListed(name);
    return isJudged ? [] : (powerOf(identity, groups) ?? []);
  });
  return others.map(({ identity: { kind, name }, policies }) => {
    const accepted = kind === "role" && roles.some((pattern) => matches(pattern, name));
    const members = kind === "group" ? membersOf(name, identities).map((member) => member.name) : [];
    const whose = members.length > 0 ? ` for ${members.join(", ")}` : "";
    const fact = listed("has", policies);
    find("full-power-elsewhere", `${kind} ${name}`, !accepted && fact && fact + whose);
    return { kind, name, policies, accepted };
  });
}

/** What gives somebody full power: own policies, or those of several groups together. One group alone is judged itself. */
function powerOf(identity: Identity, groups: ReadonlyMap<string, Identity>): Powerful | undefined {
  const { policies } = identity;
  if (hasFullPower(identity)) return { identity, policies: policies.map(({ name }) => name) };
  const own = identity.groups.flatMap((name) => groups.get(name.toLowerCase()) ?? []);
  if (own.length === 0 || own.some((group) => giveFullPower(group.policies))) return undefined;
  const inherited = own.flatMap((group) => group.policies);
  if (!hasFullPower(identity, inherited)) return undefined;
  const shared = own.flatMap((group) => group.policies.map(({ name }) => `${name} of ${group.name}`));
  return { identity, policies: [...policies.map(({ name }) => name), ...shared] };
}
