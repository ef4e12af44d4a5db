import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import {
  startPolicyPack,
  type PolicyPackProcess,
  type PolicyResource,
} from "../test/support/policyProcess.ts";
import { installAwsGuard } from "./awsGuard.ts";
import { short, spread } from "./figures.ts";
import { makeFloor } from "./programs.ts";
import { cpuSeconds } from "./processes.ts";
import type { Context, Findings, Section } from "./section.ts";
import { interleaved, median, ratio } from "./statistics.ts";
import { policyDir } from "./workshop.ts";

const [ours, empty, javascript, typescript] = [
  "this pack",
  "no rules",
  "AWSGuard, JavaScript",
  "AWSGuard, TypeScript",
] as const;

/** The policy pack beside the best known published one. */
export const packs: Section = {
  title: "The policy pack beside AWSGuard",
  about: `[AWSGuard](https://github.com/pulumi/pulumi-policy-aws) 0.3.1 has the packages that it needs and this pack's own version of
the policy SDK. In **TypeScript** its entry is as Pulumi's templates have it, compiled by the runner's ts-node, with nothing kept
from before; in **JavaScript** its one line needs no compiler. **${empty}** is a compiled pack without any: what the runner and the
SDK take for themselves.

All packs run as processes of their own, are asked over gRPC as the engine asks, about the same AWS resources, with every
rule on as mandatory. The start is from the process's first moment until it has been configured. Login profiles are left out:
AWSGuard's rule on them calls AWS.`,
  needsEngine: false,
  run,
};

interface PackRun {
  readonly start: number;
  /** CPU seconds of the start. */
  readonly startCpu: number;
  /** Milliseconds. */
  readonly perResource: number;
}

async function run({ runs, quick, workDir, log }: Context): Promise<Findings> {
  const guard = await installAwsGuard(log);
  const dirs = {
    [ours]: policyDir,
    [empty]: (await makeFloor(join(workDir, "empty-pack"))).policyDir,
    [javascript]: guard.javascript,
    [typescript]: guard.typescript,
  };
  const passes = quick ? 10 : 100;
  const rules = new Map<string, number>();
  const variants = Object.entries(dirs).map(([name, dir]) => ({
    name,
    run: async (): Promise<PackRun> => {
      const { PATH = "", HOME = "" } = process.env;
      const TMPDIR = await mkdtemp(join(workDir, "tmp-"));
      const options = { dir, stack: "dev", project: "bench", dryRun: true, env: { PATH, HOME, TMPDIR } };
      const started = performance.now();
      const pack = await startPolicyPack({ ...options, config: { all: "mandatory" } });
      try {
        const start = (performance.now() - started) / 1000;
        const startCpu = cpuSeconds(pack.pid) ?? Number.NaN;
        rules.set(name, pack.info.policies.length);
        return { start, startCpu, perResource: await timePerResource(pack, passes) };
      } finally {
        await pack.stop();
      }
    },
  }));
  const results = await interleaved(variants, runs, 1, log);
  const of = (name: string, figure: keyof PackRun) => (results.get(name) ?? []).map((one) => one[figure]);
  const aim = (figure: keyof PackRun, text: string, name: string, atMost: number) => ({
    text: `${text} ${name}'s time`,
    figure: ratio(of(ours, figure), of(name, figure)),
    unit: "times",
    atMost,
  });
  return {
    tables: [
      {
        caption: `${resources.length} resources, asked about ${passes} times each`,
        head: [
          "",
          "rules",
          "start, s, median (least-most)",
          "start, CPU s",
          "ms per resource, median (least-most)",
        ],
        rows: Object.keys(dirs).map((name) => [
          name,
          String(rules.get(name)),
          spread(of(name, "start")),
          short(median(of(name, "startCpu"))),
          spread(of(name, "perResource")),
        ]),
      },
    ],
    aims: [
      aim("start", "start: at most a third of", typescript, 1 / 3),
      aim("start", "start: at most a third of", javascript, 1 / 3),
      aim("perResource", "per resource: at most", javascript, 1),
    ],
  };
}

async function timePerResource(pack: PolicyPackProcess, passes: number): Promise<number> {
  // The first passes compile what the later ones run.
  for (let pass = 0; pass < passes / 5; pass++) await askAbout(pack);
  const start = performance.now();
  for (let pass = 0; pass < passes; pass++) await askAbout(pack);
  return (performance.now() - start) / (passes * resources.length);
}

async function askAbout(pack: PolicyPackProcess): Promise<void> {
  for (const resource of resources) await pack.analyze(resource);
}

const document = (action: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: action, Resource: "*" }],
  });

/** Of a stack such as both packs guard: what this project makes, and the usual rest of an account. */
const resources: readonly PolicyResource[] = [
  resource("iam/group:Group", { name: "Administrators", path: "/" }),
  resource("iam/user:User", {
    name: "Administrator",
    path: "/",
    forceDestroy: true,
    tags: { email: "a@b.c" },
  }),
  resource("iam/userGroupMembership:UserGroupMembership", {
    user: "Administrator",
    groups: ["Administrators"],
  }),
  resource("iam/groupPolicyAttachment:GroupPolicyAttachment", {
    group: "Administrators",
    policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
  }),
  resource("iam/groupPolicy:GroupPolicy", { group: "Administrators", policy: document("s3:GetObject") }),
  resource("iam/policy:Policy", { name: "reader", policy: document("ec2:Describe*") }),
  resource("iam/role:Role", { name: "ci", assumeRolePolicy: document("sts:AssumeRole") }),
  resource("iam/accountPasswordPolicy:AccountPasswordPolicy", {
    minimumPasswordLength: 14,
    passwordReusePrevention: 24,
  }),
  resource("kms/key:Key", { enableKeyRotation: true }),
  resource("sns/topic:Topic", { name: "alarms" }),
  resource("s3/bucket:Bucket", { bucket: "logs", acl: "private" }),
  resource("ec2/instance:Instance", { ami: "ami-1", instanceType: "t3.micro", monitoring: true }),
  resource("ec2/securityGroup:SecurityGroup", { ingress: [{ fromPort: 443, toPort: 443, protocol: "tcp" }] }),
  resource("rds/instance:Instance", { instanceClass: "db.t3.micro", storageEncrypted: true, multiAz: true }),
  resource("lambda/function:Function", { role: "arn:aws:iam::123456789012:role/ci", runtime: "nodejs24.x" }),
];

function resource(type: string, props: Readonly<Record<string, unknown>>): PolicyResource {
  const urn = `urn:pulumi:dev::bench::aws:${type}::it`;
  return { type: `aws:${type}`, name: "it", urn, props };
}
