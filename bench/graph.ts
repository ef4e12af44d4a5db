import { performance } from "node:perf_hooks";
import type { Identity, Policy } from "../account/identities.ts";
import { Graph } from "../review/graph/graph.ts";
import { readHolders } from "../review/graph/holders.ts";
import { findWays, pathOf } from "../review/graph/search.ts";

const ACCOUNT = "123456789012";
const [ROLES, USERS, GROUPS] = (process.env.SIZE ?? "5000,1000,100").split(",").map(Number) as [number, number, number];

const arn = (kind: string, name: string) => `arn:aws:iam::${ACCOUNT}:${kind}/${name}`;
const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string | string[], Resource: string | string[] = "*", more = {}) => ({
  ...{ Effect: "Allow", Action, Resource },
  ...more,
});
const deny = (Action: string | string[], Resource: string, more = {}) => ({
  ...{ Effect: "Deny", Action, Resource },
  ...more,
});
const inline = (...statements: object[]): Policy => ({ name: "inline", document: document(...statements) });
const managed = (name: string, ...statements: object[]): Policy => ({
  ...{ name, arn: arn("policy", name), document: document(...statements) },
});
const trust = (Principal: object, Action = "sts:AssumeRole", more = {}) =>
  document({ Effect: "Allow", Principal, Action, ...more });

/** Nobody may leave it: IAM for one's own team only, and no boundary taken away. */
const boundary = managed(
  "team-boundary",
  allow(["s3:*", "logs:*", "lambda:*", "ec2:*", "sts:*", "iam:PassRole", "iam:Get*"]),
  deny("iam:*Boundary", "*"),
);
const logs = managed("logs", allow(["logs:CreateLogStream", "logs:PutLogEvents"], "arn:aws:logs:*:*:*"));
const deployer = managed(
  "deployer",
  allow(["lambda:*", "ec2:*", "cloudformation:*", "s3:*", "dynamodb:*"]),
  allow("iam:PassRole", arn("role", "team-*"), {
    Condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
  }),
);
const administrator: Policy = {
  name: "AdministratorAccess",
  arn: "arn:aws:iam::aws:policy/AdministratorAccess",
};

/** One role of a kind that accounts have many of; the mix is fixed, so that every run is the same. */
function role(index: number): Identity {
  const team = index % GROUPS;
  const name = `team-${team}-${index}`;
  const services = ["lambda", "ec2", "ecs-tasks", "glue"];
  const service = trust({ Service: `${services[index % 4] ?? "lambda"}.amazonaws.com` });
  const kinds: Partial<Identity>[] = [
    { trust: service, policies: [logs, inline(allow("s3:GetObject", `arn:aws:s3:::bucket-${index}/*`))] },
    { trust: service, policies: [logs, inline(allow(["dynamodb:*", "sqs:*"], "*"))], boundary },
    { trust: trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }), policies: [deployer], boundary },
    { trust: trust({ AWS: arn("role", `team-${team}-${index - 1}`) }), policies: [inline(allow("s3:*"))] },
    {
      trust: trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }),
      policies: [inline(allow("sts:AssumeRole", arn("role", `team-${team}-*`)), deny("iam:*", "*"))],
    },
    {
      trust: trust(
        { Federated: arn("oidc-provider", "token.actions.githubusercontent.com") },
        "sts:AssumeRoleWithWebIdentity",
        {
          Condition: {
            StringLike: { "token.actions.githubusercontent.com:sub": `repo:acme/app-${index}:*` },
          },
        },
      ),
      policies: [deployer],
    },
    { trust: trust({ AWS: "arn:aws:iam::210987654321:root" }), policies: [inline(allow("ec2:Describe*"))] },
    {
      trust: service,
      policies: [
        inline(
          allow(
            ["iam:CreateAccessKey", "iam:PutRolePolicy"],
            [arn("user", `user-${index}`), arn("role", `team-${team}-x*`)],
          ),
          allow("iam:AddUserToGroup", arn("group", `group-${team}`)),
        ),
      ],
    },
  ];
  const kind = kinds[index % kinds.length] ?? {};
  const isAdministrator = index % 250 === 2;
  const policies = isAdministrator ? [administrator] : (kind.policies ?? []);
  const base = {
    kind: "role",
    name,
    arn: arn("role", name),
    path: "/",
    tags: { team: `${team}` },
    groups: [],
  } as const;
  return { ...base, policies, trust: kind.trust, boundary: isAdministrator ? undefined : kind.boundary };
}

function user(index: number): Identity {
  const name = `user-${index}`;
  const own = allow(["iam:CreateAccessKey", "iam:ChangePassword"], arn("user", "${aws:username}"));
  const policies =
    index % 50 === 0 ? [inline(own, allow("iam:PassRole", "*"), allow("glue:*"))] : [inline(own)];
  const groups = [`group-${index % GROUPS}`, ...(index % 100 === 1 ? ["group-0"] : [])];
  return { kind: "user", name, arn: arn("user", name), path: "/", tags: {}, groups, policies };
}

function group(index: number): Identity {
  const name = `group-${index}`;
  const policies =
    index === 0
      ? [administrator]
      : [
          inline(
            allow("sts:AssumeRole", arn("role", `team-${index}-*`)),
            allow(["s3:*", "ec2:*"]),
            deny("iam:*", "*"),
          ),
        ];
  return { kind: "group", name, arn: arn("group", name), path: "/", tags: {}, groups: [], policies };
}

const many = (count: number, make: (index: number) => Identity) =>
  Array.from({ length: count }, (_, index) => make(index));
const identities = [...many(ROLES, role), ...many(USERS, user), ...many(GROUPS, group)];

const times: number[] = [];
for (let run = 0; run < Number(process.env.RUNS ?? 3); run++) {
  const start = performance.now();
  const graph = new Graph(readHolders(identities, ACCOUNT, "aws"), () => false);
  const ways = findWays(graph);
  times.push(performance.now() - start);
  const paths = [...ways.keys()].map((label) => pathOf(ways, label).length);
  console.log(
    `${Math.round(times.at(-1) ?? 0)} ms, ${paths.length} with a way, the longest of ${Math.max(...paths)} steps`,
  );
}
