import type { Identity } from "../../account/identities.ts";

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: string;
}

const likeness = (pattern: string, text: string) =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*")}$`, "i").test(text);
const statementsOf = (text = '{"Statement":[]}') =>
  (JSON.parse(text) as { Statement: Statement[] }).Statement;

/**
 * Who gets full power, found in another way than the review finds it: everybody tries everything that the ways allow, again
 * and again, until nothing changes. For small accounts with plain documents: no conditions, no services, no versions.
 */
export function slowPaths(identities: readonly Identity[]): string[] {
  const groups = identities.filter(({ kind }) => kind === "group");
  const principals = identities.filter(({ kind }) => kind !== "group");
  const groupsOf = (who: Identity) => groups.filter(({ name }) => who.groups.includes(name));
  const documentsOf = (who: Identity) =>
    [who, ...groupsOf(who)].flatMap(({ policies }) => policies.map(({ document }) => document));

  /** What somebody's policies, or a boundary, say of an action: yes, nothing, or no. */
  function say(documents: readonly (string | undefined)[], action: string, resource: string) {
    const about = documents
      .flatMap(statementsOf)
      .filter(({ Action }) => Action.some((pattern) => likeness(pattern, action)))
      .filter(({ Resource }) => likeness(Resource, resource));
    if (about.some(({ Effect }) => Effect === "Deny")) return "no";
    return about.length > 0 ? "yes" : "nothing";
  }

  /** What the policies say, and the boundary. */
  function both(who: Identity, action: string, resource: string) {
    const limits = who.boundary ? say([who.boundary.document], action, resource) : "yes";
    return [say(documentsOf(who), action, resource), limits] as const;
  }

  /** Whether somebody may do any of the actions, given without their service IAM. */
  const may = (who: Identity, actions: readonly string[], { arn }: Identity) =>
    actions.some((action) => both(who, `iam:${action}`, arn).every((answer) => answer === "yes"));

  const isFull = (who: Identity) =>
    who.boundary === undefined &&
    documentsOf(who)
      .flatMap(statementsOf)
      .some(({ Effect, Action, Resource }) => Effect === "Allow" && Action.includes("*") && Resource === "*");

  function canBe(who: Identity, other: Identity): boolean {
    if (other.kind === "user")
      return may(who, ["CreateAccessKey", "CreateLoginProfile", "UpdateLoginProfile"], other);
    const trusted = statementsOf(other.trust).flatMap(
      (one) => (one as unknown as { Principal: { AWS: string } }).Principal.AWS,
    );
    const [own, limits] = both(who, "sts:AssumeRole", other.arn);
    // A trust that names exactly that one is enough, but for denials and a role's boundary.
    const mayIfNamed = own !== "no" && limits !== "no" && (who.kind === "user" || limits === "yes");
    const isNamed = trusted.includes(who.arn) || may(who, ["UpdateAssumeRolePolicy"], other);
    const isByAccount = trusted.some((one) => one.endsWith(":root"));
    return (isNamed && mayIfNamed) || (isByAccount && own === "yes" && limits === "yes");
  }

  /** Whether somebody can write full power into a principal of theirs, or a group of those. */
  function canEmpower(who: Identity, mine: Iterable<Identity>, joined: readonly Identity[]): boolean {
    const unbounded = [...mine].filter(({ boundary }) => boundary === undefined);
    return (
      unbounded.some((whom) => {
        const kind = whom.kind === "user" ? "User" : "Role";
        return may(who, [`Put${kind}Policy`, `Attach${kind}Policy`], whom);
      }) ||
      [...unbounded.flatMap(groupsOf), ...joined].some((group) =>
        may(who, ["PutGroupPolicy", "AttachGroupPolicy"], group),
      )
    );
  }

  /** Somebody without those policies that deny something, and that they may delete. */
  function freed(who: Identity): Identity {
    const isGone = (owner: Identity, text?: string) =>
      statementsOf(text).some(({ Effect }) => Effect === "Deny") &&
      may(who, [`Delete${{ user: "User", role: "Role", group: "Group" }[owner.kind]}Policy`], owner);
    const policies = [who, ...groupsOf(who)].flatMap((owner) =>
      owner.policies.filter(({ document }) => !isGone(owner, document)),
    );
    return { ...who, policies, groups: [] };
  }

  function reaches(start: Identity): boolean {
    const mine = new Set([start]);
    const joined = new Set<Identity>();
    for (let before = -1; before !== mine.size + joined.size;) {
      before = mine.size + joined.size;
      // As a member of a group that one has joined, one does what the group may do.
      for (const who of [...mine, ...joined].flatMap((one) => [one, freed(one)])) {
        if (isFull(who) || canEmpower(who, mine, [...joined])) return true;
        for (const group of groups) if (may(who, ["AddUserToGroup"], group)) joined.add(group);
        for (const other of principals) if (canBe(who, other)) mine.add(other);
      }
    }
    return false;
  }

  return principals.filter((one) => !isFull(one) && reaches(one)).map(({ kind, name }) => `${kind} ${name}`);
}
