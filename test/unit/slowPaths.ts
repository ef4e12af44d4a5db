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
  const label = ({ kind, name }: Identity) => `${kind} ${name}`;

  const documentsOf = (who: Identity) => [
    ...who.policies,
    ...groups.filter(({ name }) => who.groups.includes(name)).flatMap((group) => group.policies),
  ];

  /** What somebody's policies, or a boundary, say of an action: yes, nothing, or no. */
  function say(documents: readonly (string | undefined)[], action: string, resource: string) {
    const about = documents
      .flatMap(statementsOf)
      .filter(({ Action }) => Action.some((pattern) => likeness(pattern, action)))
      .filter(({ Resource }) => likeness(Resource, resource));
    if (about.some(({ Effect }) => Effect === "Deny")) return "no";
    return about.length > 0 ? "yes" : "nothing";
  }

  function both(who: Identity, action: string, resource: string) {
    const own = say(
      documentsOf(who).map(({ document }) => document),
      action,
      resource,
    );
    return [own, who.boundary ? say([who.boundary.document], action, resource) : "yes"] as const;
  }

  function may(who: Identity, action: string, resource: string): boolean {
    return both(who, action, resource).every((answer) => answer === "yes");
  }

  /** Whether somebody may assume a role whose trust names exactly that one. */
  function mayIfNamed(who: Identity, role: Identity): boolean {
    const [own, limits] = both(who, "sts:AssumeRole", role.arn);
    return own !== "no" && limits !== "no" && (who.kind === "user" || limits === "yes");
  }

  const isFull = (who: Identity) =>
    who.boundary === undefined &&
    documentsOf(who).some(({ document }) =>
      statementsOf(document).some(
        ({ Effect, Action, Resource }) => Effect === "Allow" && Action.includes("*") && Resource === "*",
      ),
    );

  function canBe(who: Identity, other: Identity): boolean {
    if (other.kind === "user")
      return ["iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"].some((action) =>
        may(who, action, other.arn),
      );
    const trusted = statementsOf(other.trust).flatMap(
      (one) => (one as unknown as { Principal: { AWS: string } }).Principal.AWS,
    );
    const isByAccount = trusted.some((one) => one.endsWith(":root"));
    return (
      ((may(who, "iam:UpdateAssumeRolePolicy", other.arn) || trusted.includes(who.arn)) &&
        mayIfNamed(who, other)) ||
      (isByAccount && may(who, "sts:AssumeRole", other.arn))
    );
  }

  function reaches(start: Identity): boolean {
    const mine = new Set([start]);
    const joined = new Set<string>();
    for (let before = -1; before !== mine.size + joined.size;) {
      before = mine.size + joined.size;
      // As a member of a group that one has joined, one does what the group may do.
      const acting = [
        ...mine,
        ...groups.filter(({ name }) => joined.has(name)).map((one) => ({ ...one, groups: [] })),
      ];
      for (const who of acting) {
        if (isFull(who)) return true;
        for (const { arn, name } of groups) if (may(who, "iam:AddUserToGroup", arn)) joined.add(name);
        for (const other of principals) if (canBe(who, other)) mine.add(other);
        for (const whom of mine) {
          if (whom.boundary !== undefined) continue;
          const [put, attach] =
            whom.kind === "user"
              ? ["PutUserPolicy", "AttachUserPolicy"]
              : ["PutRolePolicy", "AttachRolePolicy"];
          if (may(who, `iam:${put}`, whom.arn) || may(who, `iam:${attach}`, whom.arn)) return true;
          for (const group of groups) {
            if (!whom.groups.includes(group.name)) continue;
            if (may(who, "iam:PutGroupPolicy", group.arn) || may(who, "iam:AttachGroupPolicy", group.arn))
              return true;
          }
        }
        for (const group of groups) {
          if (!joined.has(group.name)) continue;
          if (may(who, "iam:PutGroupPolicy", group.arn) || may(who, "iam:AttachGroupPolicy", group.arn))
            return true;
        }
      }
    }
    return false;
  }

  return principals.filter((one) => !isFull(one) && reaches(one)).map(label);
}
