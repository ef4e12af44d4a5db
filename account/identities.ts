import type * as sdk from "@aws-sdk/client-iam";

/** A policy of a user, a group or a role, or the boundary of one. */
export interface Policy {
  readonly name: string;
  /** Absent for an inline policy. */
  readonly arn?: string | undefined;
  /** The JSON that is in force; absent where AWS does not tell it. */
  readonly document?: string | undefined;
  /** The JSON of each version that is not in force. */
  readonly otherVersions?: readonly string[];
}

/** Somebody who holds permissions. */
export interface Identity {
  readonly kind: "user" | "group" | "role";
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  readonly created?: Date | undefined;
  /** Of a user or a role. */
  readonly tags: Readonly<Record<string, string>>;
  /** The names of a user's groups. */
  readonly groups: readonly string[];
  /** Attached ones, then inline ones; a group's are not those of its members. */
  readonly policies: readonly Policy[];
  /** The permissions boundary of a user or a role. */
  readonly boundary?: Policy | undefined;
  /** A role's trust policy, as JSON. */
  readonly trust?: string | undefined;
}

/** Whether two names of groups are one: IAM does not tell them by letter case. */
export function isSameGroup(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}

/** The members of a group. */
export function membersOf(group: string, identities: readonly Identity[]): readonly Identity[] {
  return identities.filter(({ groups }) => groups.some((name) => isSameGroup(name, group)));
}

interface Details {
  readonly Arn?: string | undefined;
  readonly Path?: string | undefined;
  readonly CreateDate?: Date | undefined;
  readonly GroupList?: readonly string[] | undefined;
  readonly AttachedManagedPolicies?: readonly sdk.AttachedPolicy[] | undefined;
  readonly PermissionsBoundary?: sdk.AttachedPermissionsBoundary | undefined;
  readonly Tags?: readonly sdk.Tag[] | undefined;
}

/**
 * Reads everybody who may hold permissions, with the documents of all their policies, by one call for each page.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
export async function readIdentities(iam: sdk.IAM): Promise<Identity[]> {
  // Of AWS's own policies the answer has those that are in use.
  const Filter: sdk.EntityType[] = ["User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy"];
  const pages = await Array.fromAsync(iam.paginateGetAccountAuthorizationDetails({ Filter, MaxItems: 1000 }));
  const managed = new Map(
    pages.flatMap(({ Policies = [] }) => Policies).map((policy) => [policy.Arn, documentsOf(policy)]),
  );
  const attached = (name: string, arn?: string): Policy => ({ name, arn, ...managed.get(arn) });
  const identity = (
    kind: Identity["kind"],
    name = "",
    details: Details,
    inline: readonly sdk.PolicyDetail[] = [],
  ): Identity => {
    const { AttachedManagedPolicies = [], PermissionsBoundary, Tags = [] } = details;
    const boundary = PermissionsBoundary?.PermissionsBoundaryArn;
    return {
      ...{ kind, name, arn: details.Arn ?? "", path: details.Path ?? "/", groups: details.GroupList ?? [] },
      created: details.CreateDate,
      tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
      policies: [
        ...AttachedManagedPolicies.map(({ PolicyName = "", PolicyArn }) => attached(PolicyName, PolicyArn)),
        ...inline.map(({ PolicyName = "", PolicyDocument }) => ({
          name: PolicyName,
          document: decoded(PolicyDocument),
        })),
      ],
      boundary: boundary ? attached(boundary.slice(boundary.lastIndexOf("/") + 1), boundary) : undefined,
    };
  };
  return pages.flatMap(({ UserDetailList = [], GroupDetailList = [], RoleDetailList = [] }) => [
    ...UserDetailList.map((user) => identity("user", user.UserName, user, user.UserPolicyList)),
    ...GroupDetailList.map((group) => identity("group", group.GroupName, group, group.GroupPolicyList)),
    ...RoleDetailList.map((role) => ({
      ...identity("role", role.RoleName, role, role.RolePolicyList),
      trust: decoded(role.AssumeRolePolicyDocument),
    })),
  ]);
}

function documentsOf({ PolicyVersionList = [] }: sdk.ManagedPolicyDetail) {
  const current = PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion);
  const others = PolicyVersionList.filter((version) => version !== current);
  return {
    document: decoded(current?.Document),
    otherVersions: others.flatMap(({ Document }) => decoded(Document) ?? []),
  };
}

function decoded(document: string | undefined): string | undefined {
  return document && decodeURIComponent(document);
}
