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

const root = join(import.meta.dirname, "../..");
const policyDir = join(root, "policy");

const allow = (...Action: string[]) => ({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action, Resource: "*" },
});
const full = allow("iam:*");
const admin = "arn:aws:iam::aws:policy/AdministratorAccess";
const group = {
  group: { name: "Administrators", path: "/", existing: false },
  deployedBy: "arn:aws:iam::123456789012:root",
  requireMfa: false,
  administrators: [{ name: "Administrator" }],
};

/** A resource that violates each rule, by the rule's name. */
const VIOLATIONS: Readonly<Record<string, { type: string; inputs: Record<string, unknown> }>> = {
  "no-root-usage": { type: "aws:iam/user:User", inputs: { name: "Root" } },
  "password-reset-required": {
    type: "aws:iam/userLoginProfile:UserLoginProfile",
    inputs: { user: "a", pgpKey: "mQEN" },
  },
  "initial-password-encrypted": {
    type: "aws:iam/userLoginProfile:UserLoginProfile",
    inputs: { user: "b", passwordResetRequired: true },
  },
  "no-long-lived-credentials": {
    type: "aws:iam/accessKey:AccessKey",
    inputs: { user: "a", status: "Inactive" },
  },
  "permissions-through-groups-only": {
    type: "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    inputs: { user: "a", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
  },
  "no-full-admin-documents": {
    type: "aws:iam/policy:Policy",
    inputs: { name: "p", policy: JSON.stringify(full) },
  },
  "no-privilege-escalation": {
    type: "aws:iam/rolePolicy:RolePolicy",
    inputs: { role: "ci", policy: JSON.stringify(allow("iam:Attach?olePolicy")) },
  },
  "no-pass-role-escalation": {
    type: "aws:iam/rolePolicy:RolePolicy",
    inputs: { role: "ci", policy: JSON.stringify(allow("iam:PassRole", "ec2:RunInstances")) },
  },
  "administrator-access-only-in-administrator-group": {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    inputs: { role: "ci", policyArn: admin },
  },
  "additive-group-membership": {
    type: "aws:iam/groupMembership:GroupMembership",
    inputs: { name: "m", group: "g", users: ["a"] },
  },
  "mfa-required": {
    type: "iam-administrators:index:AdministratorGroup",
    inputs: {
      ...group,
      deployedBy: "arn:aws:iam::123456789012:user/a",
      administrators: [{ name: "a" }, { name: "b" }],
    },
  },
  "administrators-from-one-project": {
    type: "aws:iam/userGroupMembership:UserGroupMembership",
    inputs: { user: "eve", groups: ["Administrators"] },
  },
  "backup-administrator": {
    type: "iam-administrators:index:AdministratorGroup",
    inputs: { ...group, deployedBy: "arn:aws:iam::123456789012:user/a", requireMfa: true },
  },
  "account-password-policy": {
    type: "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
    inputs: { minimumPasswordLength: 14, passwordReusePrevention: 0 },
  },
  "administrators-protected": { type: "aws:iam/group:Group", inputs: { name: "Administrators" } },
  "no-static-provider-credentials": {
    type: "pulumi:providers:aws",
    inputs: {
      accessKey: "AKIAEXAMPLE",
      secretKey: "s",
      region: "us-east-1",
      allowedAccountIds: '["123456789012"]',
    },
  },
  "pinned-account": { type: "pulumi:providers:aws", inputs: { region: "us-east-1" } },
};

interface Analysis {
  readonly failed: boolean;
  readonly printed: string;
  readonly violations: readonly {
    readonly rule: string;
    readonly level: string;
    readonly resource: string;
  }[];
  readonly remediations: readonly { readonly rule: string; readonly after: unknown }[];
}

// What this does not show: the violations at work in the project's own program, which has tests of its own.
describe("the policy pack, run by the real engine", function () {
  this.timeout(180_000);
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

  const environment = () => ({
    HOME: process.env.HOME ?? "",
    PATH: [dirname(process.execPath), join(root, "sandbox/plugin/bin/aws"), process.env.PATH ?? ""].join(
      delimiter,
    ),
    PULUMI_HOME: join(folder, "home"),
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // Nobody listens there: a rule or a preview that called AWS would fail.
    ...emulatorEnvironment("http://127.0.0.1:9", "us-east-1"),
  });

  /** `pulumi policy analyze` on an exported state. */
  async function analyze(state: object, config?: object): Promise<Analysis> {
    await writeFile(join(folder, "state.json"), JSON.stringify(state));
    await writeFile(join(folder, "config.json"), JSON.stringify(config ?? {}));
    const args = ["policy", "analyze", "--file", "state.json", "--policy-pack", policyDir, "--json"];
    const configArgs = config === undefined ? [] : ["--policy-pack-config", "config.json"];
    const { code, stdout, stderr } = await run(
      engine.command,
      [...args, ...configArgs],
      folder,
      environment(),
    );
    const events = stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map(
        (line) =>
          JSON.parse(line) as EngineEvent & {
            policyRemediationEvent?: { policyName: string; after: unknown };
          },
      );
    return {
      failed: code !== 0,
      printed: stdout + stderr,
      violations: events.flatMap(({ policyEvent: event }) =>
        event
          ? [{ rule: event.policyName, level: event.enforcementLevel, resource: nameOf(event.resourceUrn) }]
          : [],
      ),
      remediations: events.flatMap(({ policyRemediationEvent: event }) =>
        event ? [{ rule: event.policyName, after: event.after }] : [],
      ),
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

    for (const rule of rules) {
      const level = rule.enforcementLevel ?? "mandatory";
      it(`${rule.name} ${level === "mandatory" ? "blocks" : "warns"}`, async () => {
        const found = await analyze(stateWith({ [rule.name]: VIOLATIONS[rule.name] }));
        assert.deepEqual(found.violations, [{ rule: rule.name, level, resource: rule.name }], found.printed);
        assert.equal(found.failed, level === "mandatory");
      });
    }

    it("every rule reports its resource and nothing else among all of them", async () => {
      const found = await analyze(stateWith(VIOLATIONS));
      const expected = rules.map(({ name, enforcementLevel }) => `${name} ${enforcementLevel ?? ""} ${name}`);
      assert.deepEqual(
        found.violations.map(({ rule, level, resource }) => `${rule} ${level} ${resource}`).sort(),
        expected.sort(),
      );
    });

    it("takes levels and values from --policy-pack-config", async () => {
      const found = await analyze(stateWith(VIOLATIONS), {
        all: "disabled",
        "no-root-usage": "advisory",
        "no-long-lived-credentials": { enforcementLevel: "mandatory", exempt: ["a"] },
        "pinned-account": { enforcementLevel: "mandatory" },
      });
      assert.deepEqual(found.violations.map(({ rule, level }) => `${rule} ${level}`).sort(), [
        "no-root-usage advisory",
        "pinned-account mandatory",
      ]);
      assert.equal(found.failed, true);
    });

    for (const [config, sentence] of [
      [
        { "backup-administrator": { minimum: 0 } },
        /backup-administrator: minimum: Must be greater than or equal to 1/,
      ],
      [{ "password-reset-required": { exempt: "a" } }, /password-reset-required: exempt: Invalid type/],
      [{ "no-root-usage": "strict" }, /"strict" is not a valid enforcement level/],
    ] as const) {
      it(`refuses the configuration ${JSON.stringify(config)}`, async () => {
        const found = await analyze(stateWith(VIOLATIONS), config);
        assert.equal(found.failed, true);
        assert.match(found.printed, sentence);
        assert.deepEqual(found.violations, []);
      });
    }

    it("refuses a misspelt key in one sentence, without a stack trace", async () => {
      const found = await analyze(stateWith(VIOLATIONS), { "no-long-lived-credentials": { exmept: ["a"] } });
      assert.equal(found.failed, true);
      assert.match(
        found.printed,
        /policy config of no-long-lived-credentials: unknown key "exmept" \(known: exempt\)/,
      );
      assert.doesNotMatch(found.printed, / at .*\.js:\d+/);
    });

    it("says what a remediation would do, and blocks until an update has done it", async () => {
      const found = await analyze(stateWith({ profile: VIOLATIONS["password-reset-required"] }), {
        "password-reset-required": { enforcementLevel: "remediate" },
      });
      assert.deepEqual(found.remediations, [
        {
          rule: "password-reset-required",
          after: { user: "a", pgpKey: "mQEN", passwordResetRequired: true },
        },
      ]);
      assert.equal(found.violations.length, 1);
      assert.equal(found.failed, true);
    });
  });

  describe("at a preview", () => {
    const preview = async (program: () => Promise<void>, config: object = {}) => {
      const project = {
        name: "other",
        runtime: "nodejs",
        backend: { url: `file://${join(folder, "state")}` },
      };
      const stack = await LocalWorkspace.createOrSelectStack(
        { stackName: "dev", projectName: "other", program },
        { pulumiCommand: engine, envVars: environment(), workDir: folder, projectSettings: project },
      );
      await writeFile(join(folder, "config.json"), JSON.stringify(config));
      const events: EngineEvent[] = [];
      const onEvent = (event: EngineEvent) => void events.push(event);
      const packs = { policyPacks: [policyDir], policyPackConfigs: [join(folder, "config.json")] };
      const error = await stack.preview({ ...packs, onEvent, color: "never" }).then(
        () => undefined,
        (reason: unknown) => String(reason),
      );
      const violations = events.flatMap(({ policyEvent: event }) =>
        event ? [`${event.policyName} ${event.enforcementLevel} ${nameOf(event.resourceUrn)}`] : [],
      );
      return { error, violations: violations.sort() };
    };

    it("blocks another program's violations, and judges what is known beside what is not", async () => {
      const { error, violations } = await preview(async () => {
        // An ARN that is known only after the update.
        const user = new Resource("aws:iam/user:User", "robot", { name: "robot", arn: undefined }, ["arn"]);
        const inline = (name: string, policy: unknown) =>
          new Resource("aws:iam/groupPolicy:GroupPolicy", name, { group: "Auditors", policy });
        inline("unknown", documentOf("s3:*", user.out("arn")));
        inline("known", JSON.stringify(full));
        new Resource("aws:iam/group:Group", "Administrators", { name: "Administrators" });
        await Promise.resolve();
      });
      assert.match(error ?? "", /preview failed/);
      assert.deepEqual(violations, [
        "administrators-protected advisory Administrators",
        "no-full-admin-documents mandatory known",
        "pinned-account advisory default",
      ]);
    });

    it("lets a component speak for its own user's login profile in the projects that are named", async () => {
      const program = async () => {
        const inputs = { name: "Admin_2", consoleAccess: true, passwordResetRequired: true };
        const type = "iam-administrators:index:Administrator";
        const parent = new pulumi.ComponentResource(type, "Admin_2", inputs);
        const options = { parent, ignoreChanges: ['["passwordResetRequired"]'] };
        const said = { user: "Admin_2", pgpKey: "mQEN", passwordResetRequired: false };
        new Resource("aws:iam/userLoginProfile:UserLoginProfile", "own", said, [], options);
        new Resource(
          "aws:iam/userLoginProfile:UserLoginProfile",
          "other",
          { ...said, user: "a" },
          [],
          options,
        );
        await Promise.resolve();
      };
      const config = { "pinned-account": "disabled", "password-reset-required": { projects: ["other"] } };
      assert.deepEqual((await preview(program, config)).violations, [
        "password-reset-required mandatory other",
      ]);
      assert.deepEqual((await preview(program, { "pinned-account": "disabled" })).violations, [
        "password-reset-required mandatory other",
        "password-reset-required mandatory own",
      ]);
    });

    it("lets a login profile pass that a remediation repairs", async () => {
      const program = async () => {
        new Resource("aws:iam/userLoginProfile:UserLoginProfile", "Admin_2", {
          user: "Admin_2",
          pgpKey: "mQEN",
        });
        await Promise.resolve();
      };
      const blocked = await preview(program, { "pinned-account": "disabled" });
      assert.deepEqual(blocked.violations, ["password-reset-required mandatory Admin_2"]);
      const config = { "pinned-account": "disabled", "password-reset-required": "remediate" };
      assert.deepEqual(await preview(program, config), { error: undefined, violations: [] });
    });
  });
});

/** A resource by its type, without the SDK's classes. */
class Resource extends pulumi.CustomResource {
  constructor(
    type: string,
    name: string,
    inputs: Record<string, unknown>,
    outputs: readonly string[] = [],
    options?: pulumi.CustomResourceOptions,
  ) {
    super(
      type,
      name,
      { ...inputs, ...Object.fromEntries(outputs.map((output) => [output, undefined])) },
      options,
    );
  }

  out(key: string): unknown {
    return (this as unknown as Record<string, unknown>)[key];
  }
}

function documentOf(action: string, resource: unknown) {
  return pulumi.jsonStringify({ Statement: [{ Effect: "Allow", Action: action, Resource: resource }] });
}

/** A state in the form of `pulumi stack export`, with these resources by name. */
function stateWith(
  resources: Readonly<Record<string, { type: string; inputs: Record<string, unknown> } | undefined>>,
) {
  const urn = (type: string, name: string) => `urn:pulumi:dev::other::${type}::${name}`;
  const provider = "pulumi:providers:aws";
  const pinned = { region: "us-east-1", allowedAccountIds: '["123456789012"]' };
  return {
    version: 3,
    deployment: {
      manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" },
      resources: [
        {
          urn: urn(provider, "default"),
          type: provider,
          custom: true,
          id: "1",
          inputs: pinned,
          outputs: pinned,
        },
        ...Object.entries(resources).map(([name, { type = "", inputs = {} } = {}]) => ({
          urn: urn(type, name),
          type,
          inputs,
          outputs: inputs,
          custom: !type.startsWith("iam-administrators"),
          ...(!type.startsWith("iam-administrators") && { id: name }),
          ...(type.startsWith("aws:") && { provider: `${urn(provider, "default")}::1` }),
        })),
      ],
    },
  };
}

function nameOf(urn: string | undefined): string {
  return urn?.split("::").at(-1) ?? "";
}

function run(command: string, args: readonly string[], cwd: string, env: Record<string, string>) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(command, args, { cwd, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });
}
