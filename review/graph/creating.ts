import type { Context } from "../../policy/iam/conditions.ts";
import { covers } from "../../policy/iam/access.ts";
import { EMPOWERING } from "./empowering.ts";
import { may, type Holder, type IamAccount } from "./holders.ts";
import type { Step } from "./ways.ts";

/** What it takes to make somebody new, and to act as that one. */
const KINDS = [
  { kind: "role", make: "iam:CreateRole", use: [] },
  { kind: "user", make: "iam:CreateUser", use: ["iam:CreateAccessKey", "iam:CreateLoginProfile"] },
] as const;

/** How a holder makes a new role or user with full power: what is not there yet is nobody's edge. */
export function creating(holder: Holder, account: IamAccount): Step | undefined {
  for (const { kind, make, use } of KINDS) {
    const { put, attach } = EMPOWERING[kind];
    const bare: Context = { "iam:permissionsboundary": [undefined] };
    for (const resource of newArns(holder, make, kind, account)) {
      const can = (action: string, context: Context = {}) =>
        may(holder, { action, resource, context: { ...bare, ...context } });
      if (!can(make)) continue;
      const how = can(put)
        ? put
        : can(attach, { "iam:policyarn": account.dangerousPolicies })
          ? attach
          : undefined;
      const login = use.find((action) => can(action));
      if (how === undefined || (use.length > 0 && login === undefined)) continue;
      const action = [make, how, ...(login ? [login] : [])].join(", ");
      return { action, target: `a new ${kind}`, way: `new-${kind}` };
    }
  }
  return undefined;
}

/** A name for each pattern that the holder's documents have for making one. */
function newArns(
  { statements }: Holder,
  action: string,
  kind: string,
  { id, partition }: IamAccount,
): string[] {
  const own = `arn:${partition}:iam::${id}:${kind}/`;
  return statements
    .filter(({ effect, actions }) => effect === "Allow" && covers(actions, action.toLowerCase()))
    .flatMap(({ resources: { excluded, patterns } }) => {
      if (excluded) return [`${own}new`];
      return patterns.map(({ written }) => {
        const name = written.split(":").slice(5).join(":").replace(`${kind}/`, "");
        return own + (name.replace(/[*?]/g, "n") || "new");
      });
    });
}
