import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { rules } from "../../policy/rules/index.ts";
import {
  startPolicyPack,
  UNKNOWN,
  type PackConfig,
  type PolicyPackProcess,
} from "../support/policyProcess.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const dir = path.join(root, "policy");
const stack = { stack: "dev", project: "iam-administrators", dryRun: true };

const resource = (type: string, props: Record<string, unknown>, options = {}) => ({
  type,
  name: "sample",
  urn: `urn:pulumi:dev::iam-administrators::${type}::sample`,
  props,
  options,
});
const user = (name: unknown) => resource("aws:iam/user:User", { name });
const profile = (props: object) =>
  resource("aws:iam/userLoginProfile:UserLoginProfile", { user: "Admin_2", ...props });

describe("the compiled pack as its own process, over the engine's protocol", function () {
  this.timeout(60_000);

  describe("with its defaults", () => {
    let pack: PolicyPackProcess;
    before(async () => {
      pack = await startPolicyPack({ dir, ...stack });
    });
    after(async () => pack.stop());

    it("names itself, in the version of its package.json", async () => {
      const { version } = JSON.parse(await readFile(path.join(dir, "package.json"), "utf8")) as {
        version: string;
      };
      assert.equal(pack.info.name, "iam-administrators");
      assert.equal(pack.info.version, version);
    });

    it("hands over the metadata of every rule", () => {
      const expected = rules.map((rule) => ({
        name: rule.name,
        displayName: rule.displayName,
        description: rule.description,
        level: rule.enforcementLevel,
        severity: rule.severity,
        framework: rule.framework,
        remediationSteps: rule.remediationSteps,
        url: rule.url,
        tags: rule.tags,
        configSchema: rule.configSchema?.properties ?? {},
      }));
      assert.deepEqual(pack.info.policies, expected);
    });

    it("reports a violation at its rule's level and severity, with the description and what to change", async () => {
      assert.deepEqual(await pack.analyze(user("Root")), [
        {
          policy: "no-root-usage",
          level: "mandatory",
          severity: "critical",
          message:
            "Nobody deploys as the root user, and nothing gives root credentials or poses as root.\n" +
            'User "sample": a user named "Root" is mistaken for the account\'s root user; choose another name',
          urn: "",
        },
      ]);
    });

    it("reports what several rules find on one resource", async () => {
      const found = await pack.analyze(profile({ passwordResetRequired: false }));
      assert.deepEqual(
        found.map(({ policy, level }) => [policy, level]),
        [
          ["password-reset-required", "mandatory"],
          ["initial-password-encrypted", "advisory"],
        ],
      );
    });

    it("reports nothing on compliant and on foreign resources", async () => {
      assert.deepEqual(await pack.analyze(user("Administrator")), []);
      assert.deepEqual(await pack.analyze(profile({ passwordResetRequired: true, pgpKey: "mQEN" })), []);
      assert.deepEqual(await pack.analyze(resource("random:index/randomId:RandomId", { byteLength: 4 })), []);
    });

    it("waits with unknowns in any depth, without a word about them", async () => {
      const half = { Effect: "Allow", Action: ["s3:*", UNKNOWN], Resource: "*" };
      const whole = { Effect: "Allow", Action: "*", Resource: ["*", UNKNOWN] };
      const policy = "aws:iam/policy:Policy";
      assert.deepEqual(await pack.analyze(user(UNKNOWN)), []);
      assert.deepEqual(await pack.analyze(resource(policy, { policy: UNKNOWN })), []);
      assert.deepEqual(await pack.analyze(resource(policy, { policy: { Statement: [half, UNKNOWN] } })), []);
      const [violation, ...others] = await pack.analyze(
        resource(policy, { policy: { Statement: [half, whole] } }),
      );
      assert.equal(violation?.level, "mandatory");
      assert.deepEqual(others, []);
    });

    it("sees through secrets, and never repeats them", async () => {
      const provider = resource("pulumi:providers:aws", {
        accessKey: pulumi.secret("AKIAHUSH"),
        allowedAccountIds: pulumi.secret('["123456789012"]'),
      });
      const found = await pack.analyze(provider);
      assert.deepEqual(
        found.map(({ policy }) => policy),
        ["no-static-provider-credentials"],
      );
      assert.ok(!found[0]?.message.includes("HUSH"));
    });

    it("sees a resource's options", async () => {
      const group = resource("aws:iam/group:Group", { name: "Administrators" });
      assert.equal((await pack.analyze(group)).length, 1);
      assert.deepEqual(await pack.analyze({ ...group, options: { protect: true } }), []);
    });

    it("has nothing to add about the finished stack: what must block is reported before", async () => {
      assert.deepEqual(await pack.analyzeStack([user("root")]), []);
    });

    it("remediates nothing unless a rule is set to remediate", async () => {
      assert.deepEqual(await pack.remediate(profile({ passwordResetRequired: false })), []);
    });
  });

  describe("configured", () => {
    const asked = async <T>(
      config: PackConfig,
      question: (pack: PolicyPackProcess) => Promise<T>,
    ): Promise<T> => {
      const pack = await startPolicyPack({ dir, ...stack, config });
      try {
        return await question(pack);
      } finally {
        await pack.stop();
      }
    };

    it("gives each rule its level and its values, and the others the level for all", async () => {
      const config: PackConfig = {
        all: "disabled",
        "no-root-usage": "advisory",
        "password-reset-required": { enforcementLevel: "mandatory", exempt: ["Admin_2"] },
      };
      await asked(config, async (pack) => {
        assert.deepEqual(
          (await pack.analyze(user("root"))).map(({ level }) => level),
          ["advisory"],
        );
        assert.deepEqual(await pack.analyze(profile({})), []);
        assert.equal((await pack.analyze(profile({ user: "Admin_3" }))).length, 1);
      });
    });

    it("refuses to judge with a value or a key that it does not understand, and says which", async () => {
      await asked({ "password-reset-required": { exempt: "Admin_2" } }, async (pack) => {
        await assert.rejects(
          pack.analyze(profile({})),
          /policy config of password-reset-required: exempt must be a list of names, not "Admin_2"/,
        );
      });
      await asked({ "backup-administrator": { minimun: 3 } }, async (pack) => {
        await assert.rejects(
          pack.analyze(resource("iam-administrators:index:AdministratorGroup", {})),
          /policy config of backup-administrator: unknown key "minimun" \(known: minimum\)/,
        );
      });
    });

    it("remediates a login profile, keeping secrets secret and unknowns unknown", async () => {
      const given = profile({ passwordLength: UNKNOWN, pgpKey: pulumi.secret("mQEN") });
      await asked({ "password-reset-required": "remediate" }, async (pack) => {
        const [remediation, ...others] = await pack.remediate(given);
        assert.deepEqual(others, []);
        assert.equal(remediation?.diagnostic, "");
        assert.deepEqual(remediation.props, {
          user: "Admin_2",
          passwordLength: UNKNOWN,
          pgpKey: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "mQEN" },
          passwordResetRequired: true,
        });
        assert.deepEqual(await pack.analyze({ ...given, props: remediation.props }), []);
        assert.deepEqual(await pack.remediate(profile({ passwordResetRequired: true })), []);
        assert.deepEqual(await pack.remediate(user("root")), []);
      });
    });
  });

  describe("and its build", () => {
    let copy: string;
    beforeEach(async () => {
      copy = path.join(await mkdtemp(path.join(tmpdir(), "policy-")), "policy");
      await cp(dir, copy, { recursive: true });
      await symlink(path.join(root, "node_modules"), path.join(copy, "..", "node_modules"));
    });
    afterEach(async () => rm(path.dirname(copy), { recursive: true }));

    it("starts as it is", async () => {
      await (await startPolicyPack({ dir: copy, ...stack })).stop();
    });

    it("refuses to start when a source has changed since the build", async () => {
      await writeFile(path.join(copy, "rules", "noRootUsage.ts"), "export {};\n");
      await assert.rejects(
        startPolicyPack({ dir: copy, ...stack }),
        /build is older than its source: run `npm run build --workspace policy`/,
      );
    });

    it("refuses to start when it is not built", async () => {
      await rm(path.join(copy, "bin"), { recursive: true });
      await assert.rejects(
        startPolicyPack({ dir: copy, ...stack }),
        /is not built: run `npm run build --workspace policy`/,
      );
    });

    it("starts from another checkout's line ends", async () => {
      const source = path.join(copy, "index.ts");
      await writeFile(source, (await readFile(source, "utf8")).replaceAll("\n", "\r\n"));
      await (await startPolicyPack({ dir: copy, ...stack })).stop();
    });
  });

  describe("and its parent", () => {
    it("stops when told to, twice if need be", async () => {
      const pack = await startPolicyPack({ dir, ...stack });
      await pack.stop();
      await pack.stop();
      assert.equal(isAlive(pack.pid), false);
    });

    it("dies with it, even when it is killed", async () => {
      const script = `
        import { startPolicyPack } from ${JSON.stringify(path.join(root, "test/support/policyProcess.ts"))};
        const pack = await startPolicyPack(${JSON.stringify({ dir, ...stack })});
        console.log(pack.pid);
        setInterval(() => {}, 1000);`;
      const parent = spawn(process.execPath, ["--input-type=module", "--eval", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [line] = (await once(parent.stdout, "data")) as [Buffer];
      const pid = Number(line.toString());
      assert.equal(isAlive(pid), true);
      parent.kill("SIGKILL");
      for (let tries = 0; isAlive(pid) && tries < 100; tries++) await sleep(50);
      assert.equal(isAlive(pid), false);
    });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
