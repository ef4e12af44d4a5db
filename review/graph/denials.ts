import type { Policy } from "../../account/identities.ts";
import type { Statement } from "../../policy/iam/policyDocument.ts";
import { may, type Holder, type Undenied } from "./holders.ts";
import type { Step } from "./ways.ts";

/** What takes a policy from its holder: an inline one is deleted, another one detached. */
const REMOVALS = {
  user: { inline: "iam:DeleteUserPolicy", attached: "iam:DetachUserPolicy" },
  role: { inline: "iam:DeleteRolePolicy", attached: "iam:DetachRolePolicy" },
  group: { inline: "iam:DeleteGroupPolicy", attached: "iam:DetachGroupPolicy" },
} as const;

/**
 * The holder once it has taken away what it may take away of its own policies, and of its groups', that deny something.
 *
 * @param statementsOf - what a policy says
 * @returns undefined where there is no such policy
 */
export function withoutDenials(
  holder: Holder,
  statementsOf: (policy: Policy) => readonly Statement[],
): Undenied | undefined {
  const gone = new Map<Policy, Step>();
  for (const { kind, identity } of [holder, ...holder.groups]) {
    for (const policy of identity.policies) {
      if (!statementsOf(policy).some(({ effect }) => effect === "Deny")) continue;
      const action = REMOVALS[kind][policy.arn === undefined ? "inline" : "attached"];
      const context = policy.arn === undefined ? {} : { "iam:policyarn": [policy.arn] };
      if (may(holder, { action, resource: identity.arn, context }))
        gone.set(policy, { action, target: `${kind} ${identity.name}`, way: "denial" });
    }
  }
  if (gone.size === 0) return undefined;
  const policies = holder.policies.filter((policy) => !gone.has(policy));
  const steps = new Map(Array.from(gone.values(), (step) => [`${step.action} ${step.target}`, step]));
  return {
    holder: { ...holder, policies, statements: policies.flatMap(statementsOf) },
    steps: [...steps.values()],
  };
}

/** How a holder does something: as it is, or once it has taken away what denies it. */
export function evenIfDenied(
  holder: Holder,
  find: (holder: Holder) => Step | readonly Step[] | undefined,
): readonly Step[] | undefined {
  const steps = find(holder);
  if (steps) return [steps].flat();
  const { undenied } = holder;
  const after = undenied && find(undenied.holder);
  return after && [...undenied.steps, after].flat();
}
