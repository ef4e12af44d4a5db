import { performance } from "node:perf_hooks";
import type { Identity, Policy } from "../account/identities.ts";
import { Graph } from "../review/graph/graph.ts";
import { readHolders } from "../review/graph/readHolders.ts";
import { findWays, pathOf } from "../review/graph/search.ts";
import {
  ACCOUNT,
  ADMINISTRATOR,
  allow,
  arn,
  deny,
  document,
  identity,
  managed,
  trust,
  type Statement,
} from "../test/support/accounts.ts";

// How long the review takes to find who can become administrator, beyond the reading.

const [ROLES, USERS, GROUPS] = [5000, 1000, 100];

const inline = (...statements: readonly Statement[]): Policy => ({
  ...{ name: "inline", document: document(...statements) },
});

/** Nobody may leave it: IAM for one's own team only, and no boundary taken away. */
const boundary = managed(
  "team-boundary",
  allow("s3:* logs:* lambda:* ec2:* sts:* iam:PassRole iam:Get*"),
  deny("iam:*Boundary"),
);
const logs = managed("logs", allow("logs:CreateLogStream logs:PutLogEvents", "arn:aws:logs:*:*:*"));
const deployer = managed(
  "deployer",
  allow("lambda:* ec2:* cloudformation:* s3:* dynamodb:*"),
  allow("iam:PassRole", arn("role", "team-*"), {
    StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" },
  }),
);

/** One role of a kind that accounts have many of; the mix is fixed, so that every run is the same. */
function role(index: number): Identity {
  const team = index % GROUPS;
  const name = `team-${team}-${index}`;
  const services = ["lambda", "ec2", "ecs-tasks", "glue"];
  const service = trust({ Service: `${services[index % 4] ?? "lambda"}.amazonaws.com` });
  const kinds: Partial<Identity>[] = [
    { trust: service, policies: [logs, inline(allow("s3:GetObject", `arn:aws:s3:::bucket-${index}/*`))] },
    { trust: service, policies: [logs, inline(allow("dynamodb:* sqs:*", "*"))], boundary },
    { trust: trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }), policies: [deployer], boundary },
    { trust: trust({ AWS: arn("role", `team-${team}-${index - 1}`) }), policies: [inline(allow("s3:*"))] },
    {
      trust: trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }),
      policies: [inline(allow("sts:AssumeRole", arn("role", `team-${team}-*`)), deny("iam:*"))],
    },
    {
      trust: trust(
        { Federated: arn("oidc-provider", "token.actions.githubusercontent.com") },
        { StringLike: { "token.actions.githubusercontent.com:sub": `repo:acme/app-${index}:*` } },
      ),
      policies: [deployer],
    },
    { trust: trust({ AWS: "arn:aws:iam::210987654321:root" }), policies: [inline(allow("ec2:Describe*"))] },
    {
      trust: service,
      policies: [
        inline(
          allow("iam:CreateAccessKey iam:PutRolePolicy", [
            arn("user", `user-${index}`),
            arn("role", `team-${team}-x*`),
          ]),
          allow("iam:AddUserToGroup", arn("group", `group-${team}`)),
        ),
      ],
    },
  ];
  const kind = kinds[index % kinds.length] ?? {};
  const isAdministrator = index % 250 === 2;
  const policies = isAdministrator ? [ADMINISTRATOR] : (kind.policies ?? []);
  return identity("role", name, [], {
    ...{ policies, trust: kind.trust, tags: { team: `${team}` } },
    boundary: isAdministrator ? undefined : kind.boundary,
  });
}

function user(index: number): Identity {
  const name = `user-${index}`;
  const own = allow("iam:CreateAccessKey iam:ChangePassword", arn("user", "${aws:username}"));
  const policies = index % 50 === 0 ? [inline(own, allow("iam:PassRole"), allow("glue:*"))] : [inline(own)];
  const groups = [`group-${index % GROUPS}`, ...(index % 100 === 1 ? ["group-0"] : [])];
  return identity("user", name, [], { groups, policies });
}

function group(index: number): Identity {
  const name = `group-${index}`;
  const policies =
    index === 0
      ? [ADMINISTRATOR]
      : [inline(allow("sts:AssumeRole", arn("role", `team-${index}-*`)), allow("s3:* ec2:*"), deny("iam:*"))];
  return identity("group", name, [], { policies });
}

const many = (count: number, make: (index: number) => Identity) =>
  Array.from({ length: count }, (_, index) => make(index));
const identities = [...many(ROLES, role), ...many(USERS, user), ...many(GROUPS, group)];

const rows: string[] = [];
for (let round = 0; round < Number(process.env.BENCH_ROUNDS ?? 3); round++) {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const graph = new Graph(readHolders(identities, ACCOUNT, "aws"), () => false);
  const ways = findWays(graph);
  const { user, system } = process.cpuUsage(before);
  const lengths = Array.from(ways.keys(), (label) => pathOf(ways, label).length);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  rows.push(
    `| ${seconds} | ${((user + system) / 1e6).toFixed(1)} | ${ways.size} | ${Math.max(...lengths)} |`,
  );
}
const head = "| seconds | CPU seconds | with a way | longest |";
console.log([head, head.replace(/[^|]/g, "-"), ...rows].join("\n"));
