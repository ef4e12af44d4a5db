import type { Context } from "../../policy/iam/conditions.ts";
import { giveFullPower } from "../../account/fullPower.ts";
import type { Policy } from "../../account/identities.ts";
import { may, mentions, tagsOf, type Holder, type IamAccount } from "./holders.ts";
import { isProtected, type Step } from "./ways.ts";

/** The actions that give somebody any permission. */
export const EMPOWERING = {
  user: { put: "iam:PutUserPolicy", attach: "iam:AttachUserPolicy", ids: ["iam-007", "iam-008"] },
  role: { put: "iam:PutRolePolicy", attach: "iam:AttachRolePolicy", ids: ["iam-005", "iam-009"] },
  group: { put: "iam:PutGroupPolicy", attach: "iam:AttachGroupPolicy", ids: ["iam-011", "iam-010"] },
} as const;

const VERSIONS = ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"] as const;

/** Every action by which somebody gets any permission. */
export const EMPOWERING_ACTIONS: readonly string[] = [
  ...Object.values(EMPOWERING).flatMap(({ put, attach }) => [put, attach]),
  ...VERSIONS,
];

/** Whether a holder can give permissions to anybody at all. */
export function canEmpower({ statements }: Holder): boolean {
  return EMPOWERING_ACTIONS.some((action) => mentions(statements, action.toLowerCase()));
}

/** How a holder gives somebody full power: by a policy of one's own, of a group, or by the text of one that is there. */
export function empowering(whom: Holder, holder: Holder, account: IamAccount): Step | undefined {
  // What a boundary takes away, no policy gives.
  if (whom.boundary !== undefined || (whom.identity.boundary && whom.unbound)) return undefined;
  for (const one of [whom, ...whom.groups]) {
    const step = isProtected(one) ? undefined : throughPolicies(one, holder, account);
    if (step) return step;
  }
  return whom.policies.map((policy) => throughVersions(policy, holder, account)).find((step) => step);
}

function throughPolicies({ kind, identity }: Holder, holder: Holder, account: IamAccount): Step | undefined {
  const label = `${kind} ${identity.name}`;
  const { put, attach, ids } = EMPOWERING[kind];
  const context = { ...tagsOf(identity), "iam:permissionsboundary": [identity.boundary?.arn] };
  const resource = identity.arn;
  if (may(holder, { action: put, resource, context })) return { action: put, target: label, way: ids[0] };
  const attaching: Context = { ...context, "iam:policyarn": account.dangerousPolicies };
  if (may(holder, { action: attach, resource, context: attaching }))
    return { action: attach, target: label, way: ids[1] };
  return undefined;
}

function throughVersions(
  { arn, name, otherVersions = [] }: Policy,
  holder: Holder,
  account: IamAccount,
): Step | undefined {
  // AWS's own policies are nobody's to write.
  if (arn?.split(":")[4] !== account.id) return undefined;
  const [create, choose] = VERSIONS;
  if (may(holder, { action: create, resource: arn }))
    return { action: create, target: `policy ${name}`, way: "iam-001" };
  const isWaiting = otherVersions.some((document) => giveFullPower([{ name, document }]));
  return isWaiting && may(holder, { action: choose, resource: arn })
    ? { action: choose, target: `policy ${name}`, way: "SetDefaultPolicyVersion" }
    : undefined;
}
