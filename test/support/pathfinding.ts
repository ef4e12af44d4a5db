import type { Identity, Policy } from "../../account/identities.ts";
import { ADMINISTRATOR, allow, arn, deny, identity, managed, trust, type Statement } from "./accounts.ts";
import { PASS_ROLE_PATHS } from "./escalationPaths.ts";

/** One who can take a published path, or nearly. */
interface Attacker {
  readonly id: string;
  readonly kind: "user" | "role";
  readonly statements: (self: string) => readonly Statement[];
  readonly policies?: (self: string) => readonly Policy[];
  /** Who else the path needs. */
  readonly others?: (self: string) => readonly Identity[];
  readonly groups?: (self: string) => readonly string[];
}

const on = (actions: string, kind: string, name: (self: string) => string) => (self: string) => [
  allow(actions, arn(kind, name(self))),
];
const self = (name: string) => name;
const target = (name: string) => `${name}-target`;
const open = (name: string) => [
  identity("role", target(name), [], { trust: trust({ AWS: arn("user", name) }) }),
];
const closed = (name: string) => [
  identity("role", target(name), [], { trust: trust({ Service: "unknown.amazonaws.com" }) }),
];
const victim = (name: string) => [identity("user", target(name))];
const written = (name: string) => managed(`${name}-policy`, allow("s3:ListBucket"));

const attackers: readonly Attacker[] = [
  {
    ...{ id: "iam-001", kind: "user", policies: (name) => [written(name)] },
    statements: on("iam:CreatePolicyVersion", "policy", (name) => `${name}-policy`),
  },
  { id: "iam-002", kind: "user", statements: on("iam:CreateAccessKey", "user", () => "Administrator") },
  {
    ...{ id: "iam-003", kind: "user" },
    statements: on("iam:CreateAccessKey iam:DeleteAccessKey", "user", () => "Administrator"),
  },
  { id: "iam-004", kind: "user", statements: on("iam:CreateLoginProfile", "user", () => "Administrator") },
  { id: "iam-005", kind: "role", statements: on("iam:PutRolePolicy", "role", self) },
  { id: "iam-006", kind: "user", statements: on("iam:UpdateLoginProfile", "user", () => "Administrator") },
  { id: "iam-007", kind: "user", statements: on("iam:PutUserPolicy", "user", self) },
  { id: "iam-008", kind: "user", statements: on("iam:AttachUserPolicy", "user", self) },
  { id: "iam-009", kind: "role", statements: on("iam:AttachRolePolicy", "role", self) },
  ...(["iam-010 iam:AttachGroupPolicy", "iam-011 iam:PutGroupPolicy"] as const).map((text): Attacker => {
    const [id = "", action = ""] = text.split(" ");
    const group = (name: string) => `${name}-group`;
    return {
      ...{ id, kind: "user", statements: on(action, "group", group), groups: (name) => [group(name)] },
      others: (name) => [identity("group", group(name))],
    };
  }),
  {
    id: "iam-012",
    kind: "user",
    statements: on("iam:UpdateAssumeRolePolicy", "role", () => "administrator"),
  },
  { id: "iam-013", kind: "user", statements: on("iam:AddUserToGroup", "group", () => "Administrators") },
  {
    ...{ id: "iam-014", kind: "user", others: open },
    statements: on("iam:AttachRolePolicy sts:AssumeRole", "role", target),
  },
  {
    ...{ id: "iam-015", kind: "user", others: victim },
    statements: on("iam:AttachUserPolicy iam:CreateAccessKey", "user", target),
  },
  {
    ...{ id: "iam-016", kind: "user" },
    others: (name) => open(name).map((role) => ({ ...role, policies: [written(name)] })),
    statements: on("iam:CreatePolicyVersion", "policy", (name) => `${name}-policy`),
  },
  {
    id: "iam-017",
    kind: "user",
    others: open,
    statements: on("iam:PutRolePolicy sts:AssumeRole", "role", target),
  },
  {
    ...{ id: "iam-018", kind: "user", others: victim },
    statements: on("iam:PutUserPolicy iam:CreateAccessKey", "user", target),
  },
  {
    ...{ id: "iam-019", kind: "user", others: closed },
    statements: on("iam:AttachRolePolicy iam:UpdateAssumeRolePolicy", "role", target),
  },
  {
    ...{ id: "iam-020", kind: "user" },
    others: (name) => closed(name).map((role) => ({ ...role, policies: [written(name)] })),
    statements: (name) => [
      allow("iam:CreatePolicyVersion", arn("policy", `${name}-policy`)),
      allow("iam:UpdateAssumeRolePolicy", arn("role", target(name))),
    ],
  },
  {
    ...{ id: "iam-021", kind: "user", others: closed },
    statements: on("iam:PutRolePolicy iam:UpdateAssumeRolePolicy", "role", target),
  },
  { id: "sts-001", kind: "user", statements: on("sts:AssumeRole", "role", () => "open") },
  ...PASS_ROLE_PATHS.map((actions, index): Attacker => {
    const service = serviceOf(actions[0] ?? "");
    return {
      ...{ id: `pass-${index}-${actions[0]?.replace(":", "-")}`, kind: "user" },
      statements: () => [allow("iam:PassRole", arn("role", `passed-${service}`)), allow(actions.join(" "))],
    };
  }),
];

/** The service that a role has to trust, by the first action of a way. */
function serviceOf(action: string): string {
  const [service = ""] = action.split(":");
  const names: Partial<Record<string, string>> = {
    ...{ apprunner: "tasks.apprunner", ecs: "ecs-tasks", batch: "ecs-tasks", autoscaling: "ec2" },
    ...{ imagebuilder: "ec2", "cognito-identity": "cognito-identity" },
  };
  return names[service] ?? service;
}

/** Why a twin has no way. */
const TWINS: Readonly<
  Record<
    string,
    (statements: readonly Statement[]) => { statements: readonly Statement[]; boundary?: Policy }
  >
> = {
  resource: (statements) => ({
    statements: statements.map((one) => ({
      ...one,
      Resource: one.Resource === "*" ? "*" : `${String(one.Resource)}x`,
    })),
  }),
  boundary: (statements) => ({ statements, boundary: managed("only-s3", allow("s3:*")) }),
  denial: (statements) => ({
    statements: [...statements, deny(statements.flatMap(({ Action }) => Action as string[]).join(" "))],
  }),
  condition: (statements) => ({
    statements: statements.map((one) => ({
      ...one,
      Condition: { StringEquals: { "aws:PrincipalAccount": "999999999999" } },
    })),
  }),
};

/** An account with somebody for each published path, and harmless twins of each: nearly the same permissions, no way. */
export function pathfindingAccount(): { identities: Identity[]; withWay: string[] } {
  const services = new Set(PASS_ROLE_PATHS.map((actions) => serviceOf(actions[0] ?? "")));
  const powerful = { policies: [ADMINISTRATOR] };
  const identities = [
    identity("group", "Administrators", [], powerful),
    identity("user", "Administrator", [], { groups: ["Administrators"] }),
    identity("role", "administrator", [], {
      ...powerful,
      trust: trust({ Service: "unknown.amazonaws.com" }),
    }),
    identity("role", "open", [], { ...powerful, trust: trust({ AWS: `arn:aws:iam::123456789012:root` }) }),
    ...Array.from(services, (service) => {
      return identity("role", `passed-${service}`, [], {
        ...powerful,
        trust: trust({ Service: `${service}.amazonaws.com` }),
      });
    }),
  ];
  for (const { id, kind, statements, policies, others, groups } of attackers) {
    const make = (name: string, own: readonly Statement[], boundary?: Policy) => {
      const more = { policies: policies?.(name) ?? [], groups: groups?.(name) ?? [], boundary };
      const trusted = kind === "role" ? { trust: trust({ Service: "unknown.amazonaws.com" }) } : {};
      identities.push(identity(kind, name, own, { ...more, ...trusted }), ...(others?.(name) ?? []));
    };
    make(id, statements(id));
    for (const [twin, change] of Object.entries(TWINS)) {
      const name = `${id}-${twin}`;
      const { statements: own, boundary } = change(statements(name));
      make(name, own, boundary);
    }
  }
  return { identities, withWay: attackers.map(({ id, kind }) => `${kind} ${id}`) };
}
