import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { rules } from "../../policy/rules/index.ts";
import { startPolicyPack, type PolicyPackProcess } from "./policyProcess.ts";
import { UNKNOWN } from "./policyRule.ts";

const root = path.join(import.meta.dirname, "../..");
const dir = path.join(root, "policy");

const urnOf = (type: string) => `urn:pulumi:dev::other::${type}::it`;
const resource = (type: string, props: object) => ({ type, urn: urnOf(type), props });
const user = (name: unknown) => resource("aws:iam/user:User", { name });
const profile = (props: object) =>
  resource("aws:iam/userLoginProfile:UserLoginProfile", { user: "Admin_2", pgpKey: "mQEN", ...props });
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

// The same pack in the real engine is test/e2e/policyEngine.test.ts, where there is one.
describe("the compiled pack as its own process, over the engine's protocol", () => {
  let pack: PolicyPackProcess;
  before(async () => {
    const level = { "password-reset-required": "remediate", "pinned-account": "disabled" } as const;
    pack = await startPolicyPack({ dir, level });
  });
  after(async () => pack.stop());

  it("names itself, its version and every rule", async () => {
    const manifest = await readFile(path.join(dir, "package.json"), "utf8");
    const { version } = JSON.parse(manifest) as { version: string };
    assert.deepEqual([pack.info.getName(), pack.info.getVersion()], ["iam-administrators", version]);
    const names = pack.info.getPoliciesList().map((policy) => policy.getName());
    assert.deepEqual(
      names,
      Array.from(rules, ({ name }) => name),
    );
  });

  it("reports a violation at its rule's level, with the description and what to change", async () => {
    assert.deepEqual(await pack.analyze(user("Root")), [
      {
        rule: "no-root-usage",
        level: "mandatory",
        message:
          "Nobody deploys as the root user, and nothing gives root credentials or poses as root.\n" +
          'User "it": a user named "Root" is mistaken for the account\'s root user; choose another name',
      },
    ]);
  });

  it("sees through secrets, and never repeats them", async () => {
    const accessKey = { ...SECRET, value: "HUSH" };
    const [found, ...others] = await pack.analyze(resource("pulumi:providers:aws", { accessKey }));
    assert.match(found?.message ?? "", /^(?!.*HUSH).*remove accessKey;/s);
    assert.deepEqual(others, []);
  });

  it("remediates a login profile, keeping secrets secret and unknowns unknown", async () => {
    const given = profile({ passwordLength: UNKNOWN, pgpKey: { ...SECRET, value: "mQEN" } });
    const props = { ...given.props, passwordResetRequired: true };
    assert.deepEqual(await pack.remediate(given), { "password-reset-required": props });
    assert.deepEqual(await pack.remediate({ ...given, props }), {});
    assert.deepEqual(await pack.remediate(user("root")), {});
  });
});

describe("the pack's build", () => {
  let copy: string;
  beforeEach(async () => {
    copy = path.join(await mkdtemp(path.join(tmpdir(), "policy-")), "policy");
    await cp(dir, copy, { recursive: true });
    await symlink(path.join(root, "node_modules"), path.join(copy, "../node_modules"));
  });
  afterEach(async () => rm(path.dirname(copy), { recursive: true }));

  it("starts from another checkout's line ends", async () => {
    const source = path.join(copy, "index.ts");
    await writeFile(source, (await readFile(source, "utf8")).replaceAll("\n", "\r\n"));
    await (await startPolicyPack({ dir: copy })).stop();
  });

  it("refuses to start when a source has changed since, or when there is none", async () => {
    await writeFile(path.join(copy, "rules/noRootUsage.ts"), "export {};\n");
    const stale = /build is older than its source: run `npm run build --workspace policy`/;
    await assert.rejects(startPolicyPack({ dir: copy }), stale);
    await rm(path.join(copy, "bin"), { recursive: true });
    await assert.rejects(startPolicyPack({ dir: copy }), /is not built: run `npm run build/);
  });
});
