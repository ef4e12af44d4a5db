import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { LocalWorkspace, type EngineEvent, type PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import * as pulumi from "@pulumi/pulumi";
import { rules } from "../../policy/rules/index.ts";
import { findEngine } from "../../sandbox/engine.ts";
import { emulatorEnvironment } from "../../sandbox/environment.ts";
import { engineEnvironment, policyFlags } from "../../sandbox/stackFolder.ts";
import { useEmulator } from "../support/emulator.ts";
import { nameOf } from "../support/pulumiCli.ts";

const policyDir = join(import.meta.dirname, "../../policy");

const AWS = "arn:aws:iam::aws:policy";
const allow = (...Action: string[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action, Resource: "*" } });
const openTrust = JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "*" } });
const group = "iam-administrators:index:AdministratorGroup";
const ofGroup = { group: { name: "Administrators", path: "/", existing: false } };
const provider = "pulumi:providers:aws";
const pinned = { allowedAccountIds: '["123456789012"]' };

/** A resource that violates each rule, by the rule's name. */
const VIOLATIONS: Readonly<Record<string, readonly [type: string, inputs: object]>> = {
  "no-root-usage": ["iam.User", { name: "Root" }],
  "password-reset-required": ["iam.UserLoginProfile", { user: "a", pgpKey: "mQEN" }],
  "initial-password-encrypted": ["iam.UserLoginProfile", { user: "b", passwordResetRequired: true }],
  "no-long-lived-credentials": ["iam.AccessKey", { user: "a", status: "Inactive" }],
  "permissions-through-groups-only": [
    "iam.UserPolicyAttachment",
    { user: "a", policyArn: `${AWS}/ReadOnlyAccess` },
  ],
  "no-full-admin-documents": ["iam.Policy", { name: "p", policy: allow("iam:*") }],
  "no-privilege-escalation": ["iam.RolePolicy", { role: "ci", policy: allow("iam:Attach?olePolicy") }],
  "no-pass-role-escalation": [
    "iam.RolePolicy",
    { role: "ci", policy: allow("iam:PassRole", "ec2:RunInstances") },
  ],
  "administrator-access-only-in-administrator-group": [
    "iam.RolePolicyAttachment",
    { role: "ci", policyArn: `${AWS}/AdministratorAccess` },
  ],
  "additive-group-membership": ["iam.GroupMembership", { name: "m", group: "g", users: ["a"] }],
  "mfa-required": [group, { ...ofGroup, requireMfa: false, administrators: [{ name: "a" }, { name: "b" }] }],
  "administrators-from-one-project": ["iam.UserGroupMembership", { user: "eve", groups: ["Administrators"] }],
  "no-open-trust": ["iam.Role", { name: "ci", assumeRolePolicy: openTrust }],
  "identity-center-from-one-project": [
    "ssoadmin.AccountAssignment",
    { principalId: "1", targetId: "123456789012" },
  ],
  "backup-administrator": [group, { ...ofGroup, requireMfa: true, administrators: [{ name: "a" }] }],
  "account-password-policy": [
    "iam.AccountPasswordPolicy",
    { minimumPasswordLength: 14, passwordReusePrevention: 0 },
  ],
  "administrators-protected": ["iam.Group", { name: "Ops" }],
  "no-static-provider-credentials": [provider, { ...pinned, accessKey: "AKIAEXAMPLE", secretKey: "s" }],
  "pinned-account": [provider, { region: "us-east-1" }],
};

interface Analysis {
  readonly failed: boolean;
  readonly printed: string;
  /** Rule, level and resource of each, sorted. */
  readonly violations: readonly string[];
}

// What this does not show: the violations at work in the project's own program, which has tests of its own.
describe("the policy pack, run by the real engine", function () {
  this.timeout(180_000);
  const emulator = useEmulator();
  let folder: string;
  let engine: PulumiCommand;

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), "policy-engine-"));
    const found = await findEngine();
    if (found.command === undefined) this.skip();
    engine = found.command;
    await mkdir(join(folder, "state"));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  // Nobody listens there: a rule or a preview that called AWS would fail.
  const environment = (endpoint = "http://127.0.0.1:9") => {
    const home = { HOME: process.env.HOME ?? "", PULUMI_HOME: join(folder, "home") };
    const env = { ...home, ...emulatorEnvironment(endpoint, "us-east-1") };
    const own = engineEnvironment({ dir: folder, env, standIns: ["aws"] }, "test");
    return { ...own, PATH: [dirname(process.execPath), own.PATH].join(delimiter) };
  };

  /** `pulumi policy analyze` on a state with these resources. */
  async function analyze(resources: Partial<typeof VIOLATIONS>, config: object = {}): Promise<Analysis> {
    await writeFile(join(folder, "state.json"), JSON.stringify(stateWith(resources)));
    const flags = await policyFlags(folder, policyDir, config);
    const args = ["policy", "analyze", "--file", "state.json", "--json", ...flags];
    const { code, stdout, stderr } = await run(engine.command, args, folder, environment());
    const events = stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as EngineEvent);
    return {
      failed: code !== 0,
      printed: stdout + stderr,
      violations: violationsIn(events),
    };
  }

  describe("on an exported state", () => {
    before(async function () {
      const { stdout } = await run(engine.command, ["policy", "--help"], folder, environment());
      if (!/^ +analyze /m.test(stdout)) {
        console.log("      skipped: this Pulumi CLI has no `pulumi policy analyze`");
        this.skip();
      }
    });

    it("every rule reports its resource and nothing else among all of them", async () => {
      const found = await analyze(VIOLATIONS, { "administrators-protected": { groups: ["Ops"] } });
      const expected = rules.map(({ name, enforcementLevel }) => `${name} ${enforcementLevel ?? ""} ${name}`);
      assert.deepEqual(found.violations, expected.sort());
      assert.equal(found.failed, true);
    });

    it("takes levels and values from --policy-pack-config, and warnings do not fail", async () => {
      const found = await analyze(VIOLATIONS, {
        all: "disabled",
        "no-root-usage": "advisory",
        "no-long-lived-credentials": { enforcementLevel: "mandatory", exempt: ["a"] },
        "pinned-account": { enforcementLevel: "advisory" },
      });
      assert.deepEqual(found.violations, [
        "no-root-usage advisory no-root-usage",
        "pinned-account advisory pinned-account",
      ]);
      assert.equal(found.failed, false);
    });

    it("is refused with a configuration that is wrong, in one sentence without a stack trace", async () => {
      const found = await analyze(VIOLATIONS, { "no-long-lived-credentials": { exmept: ["a"] } });
      assert.equal(found.failed, true);
      const sentence = /policy config of no-long-lived-credentials: unknown key "exmept" \(known: exempt\)/;
      assert.match(found.printed, sentence);
      assert.doesNotMatch(found.printed, / at .*\.js:\d+/);
    });
  });

  describe("at a preview", () => {
    const preview = async (program: () => Promise<void>, config: object = {}, endpoint?: string) => {
      const project = {
        name: "other",
        runtime: "nodejs",
        backend: { url: `file://${join(folder, "state")}` },
      };
      const stack = await LocalWorkspace.createOrSelectStack(
        { stackName: "dev", projectName: "other", program },
        { pulumiCommand: engine, envVars: environment(endpoint), workDir: folder, projectSettings: project },
      );
      await writeFile(join(folder, "config.json"), JSON.stringify(config));
      const events: EngineEvent[] = [];
      const onEvent = (event: EngineEvent) => void events.push(event);
      const packs = { policyPacks: [policyDir], policyPackConfigs: [join(folder, "config.json")] };
      const error = await stack.preview({ ...packs, onEvent, color: "never" }).then(
        () => undefined,
        (reason: unknown) => String(reason),
      );
      return { error, violations: violationsIn(events) };
    };

    it("blocks another program's violations, and judges what is known beside what is not", async () => {
      const program = async () => {
        // An ARN that is known only after the update.
        const user = new Resource("aws:iam/user:User", "robot", { name: "robot", arn: undefined });
        const inline = (name: string, policy: unknown) =>
          new Resource("aws:iam/groupPolicy:GroupPolicy", name, { group: "Auditors", policy });
        const statement = { Effect: "Allow", Action: "s3:*", Resource: user.arn };
        inline("unknown", pulumi.jsonStringify({ Statement: [statement] }));
        inline("known", allow("iam:*"));
        new Resource("aws:iam/group:Group", "Administrators", { name: "Administrators" });
        // A component speaks for its own user's login profile, in the projects that are named.
        const type = "iam-administrators:index:Administrator";
        const inputs = { name: "Admin_2", consoleAccess: true, passwordResetRequired: true };
        const parent = new pulumi.ComponentResource(type, "Admin_2", inputs);
        const options = { parent, ignoreChanges: ['["passwordResetRequired"]'] };
        for (const name of ["Admin_2", "other"]) {
          const said = { user: name, pgpKey: "mQEN", passwordResetRequired: false };
          new Resource("aws:iam/userLoginProfile:UserLoginProfile", name, said, options);
        }
        await Promise.resolve();
      };
      const { error, violations } = await preview(program, {
        "password-reset-required": { projects: ["other"] },
      });
      assert.match(error ?? "", /preview failed/);
      assert.deepEqual(violations, [
        "administrators-from-one-project mandatory Administrators",
        "administrators-protected advisory Administrators",
        "no-full-admin-documents mandatory known",
        "password-reset-required mandatory other",
        "pinned-account advisory default",
      ]);
    });

    it("blocks another project that takes the administrators' group over, under its name or another", async () => {
      await emulator.aws.iam.createGroup({ GroupName: "Administrators" });
      for (const name of ["Administrators", "ops"]) {
        const program = async () => {
          new Resource("aws:iam/group:Group", name, { name }, { import: "Administrators", protect: true });
          await Promise.resolve();
        };
        const { error, violations } = await preview(
          program,
          { "pinned-account": "disabled" },
          emulator.endpoint,
        );
        assert.match(error ?? "", /preview failed/);
        assert.deepEqual(violations, [`administrators-from-one-project mandatory ${name}`]);
      }
    });

    it("lets a login profile pass that a remediation repairs", async () => {
      const program = async () => {
        new Resource("aws:iam/userLoginProfile:UserLoginProfile", "Admin_2", {
          user: "Admin_2",
          pgpKey: "mQEN",
        });
        await Promise.resolve();
      };
      const config = { "pinned-account": "disabled", "password-reset-required": "remediate" };
      assert.deepEqual(await preview(program, config), { error: undefined, violations: [] });
    });
  });
});

/** A resource by its type, without the SDK's classes. */
class Resource extends pulumi.CustomResource {
  declare readonly arn: pulumi.Output<string>;

  constructor(type: string, name: string, inputs: object, options?: pulumi.CustomResourceOptions) {
    super(type, name, { ...inputs }, options);
  }
}

/** Rule, level and resource of each violation, sorted. */
function violationsIn(events: readonly EngineEvent[]): string[] {
  return events
    .flatMap(({ policyEvent: event }) =>
      event ? `${event.policyName} ${event.enforcementLevel} ${nameOf(event.resourceUrn ?? "")}` : [],
    )
    .sort();
}

/** `aws:iam/user:User` for `iam.User`. */
function fullType(short: string): string {
  const [, service, first = "", rest] = /^(\w+)\.(\w)(\w+)$/.exec(short) ?? [];
  return service === undefined ? short : `aws:${service}/${first.toLowerCase()}${rest}:${first}${rest}`;
}

/** A state in the form of `pulumi stack export`, with these resources by name. */
function stateWith(resources: Partial<typeof VIOLATIONS>) {
  const urn = (type: string, name: string) => `urn:pulumi:dev::other::${type}::${name}`;
  const resource = (name: string, type: string, inputs: object) => ({
    ...{ urn: urn(type, name), type, inputs, outputs: inputs },
    custom: type !== group,
    ...(type !== group && { id: name }),
    ...(type.startsWith("aws:") && { provider: `${urn(provider, "default")}::default` }),
  });
  const given = Object.entries(resources).map(([name, [type, inputs] = ["", {}]]) => {
    return resource(name, fullType(type), inputs);
  });
  const standard = resource("default", provider, { ...pinned, region: "us-east-1" });
  const manifest = { time: "2026-01-01T00:00:00Z", magic: "", version: "" };
  return { version: 3, deployment: { manifest, resources: [standard, ...given] } };
}

function run(command: string, args: readonly string[], cwd: string, env: Record<string, string>) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(command, args, { cwd, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });
}
