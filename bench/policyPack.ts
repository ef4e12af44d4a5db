// The policy pack: beside AWSGuard, the best known published one, and about documents that cost a judge the most.
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rules } from "../policy/rules/index.ts";
import { hostileDocuments } from "../test/policy/hostileDocuments.ts";
import { startPolicyPack, type PolicyResource } from "../test/policy/policyProcess.ts";
import { verdict } from "../test/policy/policyRule.ts";
import { compare, policyDir, printConditions, printTable, short, type Figures } from "./shared.ts";

const passes = 100;
/** So that no rule sees a document again that it may remember. */
let blanks = 0;

/** Of a stack that both packs guard. Login profiles are left out, because AWSGuard's rule on them calls AWS. */
const resources: readonly PolicyResource[] = Object.entries({
  "iam/group:Group": { name: "Administrators", path: "/" },
  "iam/user:User": { name: "Administrator", path: "/", forceDestroy: true, tags: { email: "a@b.c" } },
  "iam/userGroupMembership:UserGroupMembership": { user: "Administrator", groups: ["Administrators"] },
  "iam/groupPolicyAttachment:GroupPolicyAttachment": {
    group: "Administrators",
    policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
  },
  "iam/groupPolicy:GroupPolicy": { group: "Readers", policy: documentOf("s3:GetObject") },
  "iam/policy:Policy": { name: "reader", policy: documentOf("ec2:Describe*") },
  "iam/role:Role": { name: "ci", assumeRolePolicy: documentOf("sts:AssumeRole") },
  "iam/accountPasswordPolicy:AccountPasswordPolicy": {
    minimumPasswordLength: 14,
    passwordReusePrevention: 24,
  },
  "kms/key:Key": { enableKeyRotation: true },
  "sns/topic:Topic": { name: "alarms" },
  "s3/bucket:Bucket": { bucket: "logs", acl: "private" },
  "ec2/instance:Instance": { ami: "ami-1", instanceType: "t3.micro", monitoring: true },
  "ec2/securityGroup:SecurityGroup": { ingress: [{ fromPort: 443, toPort: 443, protocol: "tcp" }] },
  "rds/instance:Instance": { instanceClass: "db.t3.micro", storageEncrypted: true, multiAz: true },
  "lambda/function:Function": { role: "arn:aws:iam::123456789012:role/ci", runtime: "nodejs24.x" },
}).map(([type, props]) => ({
  type: `aws:${type}`,
  urn: `urn:pulumi:dev::bench::aws:${type}::it`,
  props,
}));

// Outside the project, whose packages Pulumi looks through at every start.
const awsGuard = await mkdtemp(join(tmpdir(), "iam-administrators-awsguard-"));
await cp(join(import.meta.dirname, "awsGuard"), awsGuard, { recursive: true });
execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
  cwd: awsGuard,
});
await compare(`Every rule on, ${resources.length} resources asked about ${passes} times each`, {
  AWSGuard: () => measurePack(awsGuard),
  "one rule": () => measurePack(join(import.meta.dirname, "floor/policy")),
  "this pack": () => measurePack(policyDir),
});
await rm(awsGuard, { recursive: true });
const lengths = [6_000, 40_000];
const documents = lengths.map(hostileDocuments);
printTable(
  "Hostile documents, milliseconds of the slowest rule",
  ["", ...lengths.map((length) => `${length} characters`)],
  Object.keys(documents[0] ?? {}).map((kind) => [kind, ...documents.map((all) => slowest(all[kind] ?? ""))]),
);
printConditions();

function documentOf(action: string): string {
  const statement = { Effect: "Allow", Action: action, Resource: "*" };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** Starts a pack as the engine does, up to the moment when it is configured, and asks about every resource in turn. */
async function measurePack(dir: string): Promise<Figures> {
  const starting = performance.now();
  const pack = await startPolicyPack({ dir, level: "mandatory" });
  const start = performance.now() - starting;
  const ask = async (times: number) => {
    for (let pass = 0; pass < times; pass++) for (const resource of resources) await pack.analyze(resource);
  };
  // The first passes compile what the later ones run.
  await ask(passes / 5);
  const asking = performance.now();
  await ask(passes);
  const perResource = (performance.now() - asking) / (passes * resources.length);
  await pack.stop();
  return { "start, s": start / 1000, "ms per resource": perResource };
}

/** The rule that takes longest over a document, whatever resource carries it: `3.21 no-full-admin-documents`. */
function slowest(document: string): string {
  let worst = { name: "", ms: 0 };
  for (const rule of rules) {
    for (const type of rule.types) {
      const ms = millisecondsOf(document, (policy) => {
        const inlinePolicies = [{ name: "it", policy }];
        verdict(rule, {
          type,
          props: { policy, inlinePolicy: policy, assumeRolePolicy: policy, inlinePolicies },
        });
      });
      if (ms > worst.ms) worst = { name: rule.name, ms };
    }
  }
  return `${short(worst.ms)} ${worst.name}`;
}

/** This thread's processor time, to which no other process adds, for a text that differs each time by a blank. */
function millisecondsOf(document: string, judge: (policy: string) => void): number {
  const times = 10;
  const before = process.threadCpuUsage();
  for (let time = 0; time < times; time++) judge(document + " ".repeat(++blanks));
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000 / times;
}
