import type { Identity, Policy } from "../../account/identities.ts";
import { ADMINISTRATOR, allow, arn, deny, identity, managed, trust, type Statement } from "./accounts.ts";
import { PASS_ROLE_PATHS } from "./escalationPaths.ts";

const stranger = { Service: "unknown.amazonaws.com" };
const target = (self: string, Principal: object, policies: readonly Policy[] = []) =>
  identity("role", `${self}-target`, [], { policies, trust: trust(Principal) });
const policyOf = (self: string) => managed(`${self}-policy`, allow("s3:ListBucket"));
const user = (name: string) => ({ AWS: arn("user", name) });

type Surroundings = Partial<Identity> & { readonly others?: readonly Identity[] };

/** What a path needs beside the attacker of this name: policies and groups of theirs, and other identities. */
const SURROUNDINGS = {
  nothing: () => ({}),
  "an own policy": (self: string) => ({ policies: [policyOf(self)] }),
  "an own group": (self: string) => ({
    groups: [`${self}-group`],
    others: [identity("group", `${self}-group`)],
  }),
  "another user": (self: string) => ({ others: [identity("user", `${self}-target`)] }),
  "a role that trusts it": (self: string) => ({ others: [target(self, user(self))] }),
  "a role that trusts it, with a policy": (self: string) => ({
    others: [target(self, user(self), [policyOf(self)])],
  }),
  "another role": (self: string) => ({ others: [target(self, stranger)] }),
  "another role, with a policy": (self: string) => ({ others: [target(self, stranger, [policyOf(self)])] }),
} satisfies Record<string, (self: string) => Surroundings>;

/** Somebody for each published path, `actions on what`; SELF is the attacker's name. */
const ATTACKERS: readonly (readonly [
  id: string,
  kind: "user" | "role",
  needs: keyof typeof SURROUNDINGS,
  ...may: readonly string[],
])[] = [
  ["iam-001", "user", "an own policy", "iam:CreatePolicyVersion on policy/SELF-policy"],
  ["iam-002", "user", "nothing", "iam:CreateAccessKey on user/Administrator"],
  ["iam-003", "user", "nothing", "iam:CreateAccessKey iam:DeleteAccessKey on user/Administrator"],
  ["iam-004", "user", "nothing", "iam:CreateLoginProfile on user/Administrator"],
  ["iam-005", "role", "nothing", "iam:PutRolePolicy on role/SELF"],
  ["iam-006", "user", "nothing", "iam:UpdateLoginProfile on user/Administrator"],
  ["iam-007", "user", "nothing", "iam:PutUserPolicy on user/SELF"],
  ["iam-008", "user", "nothing", "iam:AttachUserPolicy on user/SELF"],
  ["iam-009", "role", "nothing", "iam:AttachRolePolicy on role/SELF"],
  ["iam-010", "user", "an own group", "iam:AttachGroupPolicy on group/SELF-group"],
  ["iam-011", "user", "an own group", "iam:PutGroupPolicy on group/SELF-group"],
  ["iam-012", "user", "nothing", "iam:UpdateAssumeRolePolicy on role/administrator"],
  ["iam-013", "user", "nothing", "iam:AddUserToGroup on group/Administrators"],
  ["iam-014", "user", "a role that trusts it", "iam:AttachRolePolicy sts:AssumeRole on role/SELF-target"],
  ["iam-015", "user", "another user", "iam:AttachUserPolicy iam:CreateAccessKey on user/SELF-target"],
  [
    "iam-016",
    "user",
    "a role that trusts it, with a policy",
    "iam:CreatePolicyVersion on policy/SELF-policy",
  ],
  ["iam-017", "user", "a role that trusts it", "iam:PutRolePolicy sts:AssumeRole on role/SELF-target"],
  ["iam-018", "user", "another user", "iam:PutUserPolicy iam:CreateAccessKey on user/SELF-target"],
  ["iam-019", "user", "another role", "iam:AttachRolePolicy iam:UpdateAssumeRolePolicy on role/SELF-target"],
  [
    ...(["iam-020", "user", "another role, with a policy"] as const),
    ...["iam:CreatePolicyVersion on policy/SELF-policy", "iam:UpdateAssumeRolePolicy on role/SELF-target"],
  ],
  ["iam-021", "user", "another role", "iam:PutRolePolicy iam:UpdateAssumeRolePolicy on role/SELF-target"],
  ["sts-001", "user", "nothing", "sts:AssumeRole on role/open"],
  ...PASS_ROLE_PATHS.map((actions, index) => {
    const id = `pass-${index}-${actions[0]?.replace(":", "-")}`;
    const may = [`iam:PassRole on role/passed-${serviceOf(actions)}`, `${actions.join(" ")} on *`];
    return [id, "user", "nothing", ...may] as const;
  }),
];

/** The service that a role has to trust, by the actions of a way. */
function serviceOf([action = ""]: readonly string[]): string {
  const [service = ""] = action.split(":");
  const names: Partial<Record<string, string>> = {
    ...{ apprunner: "tasks.apprunner", ecs: "ecs-tasks", batch: "ecs-tasks" },
    ...{ autoscaling: "ec2", imagebuilder: "ec2" },
  };
  return names[service] ?? service;
}

type Statements = readonly Statement[];

/** The attacker, and twins with nearly the same permissions, or with bounds, and no way: by what is added to the name. */
const TWINS: Readonly<Record<string, (may: Statements) => { may: Statements; boundary?: Policy }>> = {
  "": (may) => ({ may }),
  "-resource": (may) => ({
    may: may.map((one) => (one.Resource === "*" ? one : { ...one, Resource: `${String(one.Resource)}x` })),
  }),
  "-boundary": (may) => ({ may, boundary: managed("only-s3", allow("s3:*")) }),
  "-denial": (may) => ({ may: [...may, deny(may.flatMap(({ Action }) => Action as string[]).join(" "))] }),
  "-condition": (may) => {
    const Condition = { StringEquals: { "aws:PrincipalAccount": "999999999999" } };
    return { may: may.map((one) => ({ ...one, Condition })) };
  },
};

/** An account with somebody for each published path, and harmless twins of each. */
export function pathfindingAccount(): { identities: Identity[]; withWay: string[] } {
  const powerful = { policies: [ADMINISTRATOR] };
  const trusting = (name: string, Principal: object) =>
    identity("role", name, [], { ...powerful, trust: trust(Principal) });
  const identities = [
    identity("group", "Administrators", [], powerful),
    identity("user", "Administrator", [], { groups: ["Administrators"] }),
    trusting("administrator", stranger),
    trusting("open", { AWS: "arn:aws:iam::123456789012:root" }),
    ...Array.from(new Set(PASS_ROLE_PATHS.map(serviceOf)), (service) =>
      trusting(`passed-${service}`, { Service: `${service}.amazonaws.com` }),
    ),
  ];
  for (const [id, kind, needs, ...allowed] of ATTACKERS) {
    for (const [twin, change] of Object.entries(TWINS)) {
      const name = `${id}${twin}`;
      const statements = allowed.map((text) => {
        const [actions = "", on = ""] = text.replaceAll("SELF", name).split(" on ");
        const [folder = "", named = ""] = on.split("/");
        return allow(actions, on === "*" ? on : arn(folder, named));
      });
      const { may, ...bounds } = change(statements);
      const { others = [], ...more }: Surroundings = SURROUNDINGS[needs](name);
      const trusted = kind === "role" ? { trust: trust(stranger) } : {};
      identities.push(identity(kind, name, may, { ...more, ...bounds, ...trusted }), ...others);
    }
  }
  return { identities, withWay: ATTACKERS.map(([id, kind]) => `${kind} ${id}`) };
}
