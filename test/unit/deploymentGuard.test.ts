import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { findGroup } from "../../components/groupChecks.ts";
import { administratorSchema } from "../../config/schema.ts";
import { guardDeployment, reasonToStop, type GuardedConfig } from "../../guards/deploymentGuard.ts";
import { failure, noSuchGroup, run, type Setting } from "./mocks.ts";

const iam = (rest: string, partition = "aws") => `arn:${partition}:iam::123456789012:${rest}`;
const sts = (rest: string) => `arn:aws:sts::123456789012:${rest}`;
const alice = iam("user/alice");

/** The parts of a config that the guard looks at, everything else as by default. */
function configOf(names: readonly string[], others: object = {}): GuardedConfig {
  return {
    administrators: names.map((name) => ({ ...administratorSchema.parse({ name }), password: undefined })),
    group: { name: "Administrators", path: "/", existing: false },
    bootstrapAsRoot: false,
    ...others,
  };
}

const asRoot = (arn: string) => `${arn} is the root user, and nothing is deployed as root. `;
const useTheRole =
  "In a member account of an organization, use the role that the organization made there " +
  "(OrganizationAccountAccessRole, or AWSControlTowerExecution).";
const inNewAccount =
  `${useTheRole} In a new account without an organization, permit it once: pulumi config set bootstrapAsRoot true, ` +
  "pulumi up, aws logout, sign in as the new administrator, pulumi config rm bootstrapAsRoot.";
const asRemoved = (group = "Administrators") =>
  `administrators: alice, who is deploying, is a member of the group ${group} and not in this list, ` +
  "so that this deployment could remove its own administrator. Keep alice in the list " +
  "(with import: true if the user was made by hand), or deploy as another administrator.";

describe("The deployment guard", () => {
  it("stops root and a deployer who would be removed in any partition, with the way out", () => {
    for (const partition of ["aws", "aws-cn", "aws-eusc"]) {
      const root = iam("root", partition);
      assert.equal(reasonToStop(configOf(["alice"]), root, []), asRoot(root) + inNewAccount);
      assert.equal(reasonToStop(configOf(["alice"], { bootstrapAsRoot: true }), root, []), undefined);
      const caller = iam("user/alice", partition);
      assert.equal(reasonToStop(configOf(["bob"]), caller, ["alice", "bob"]), asRemoved());
      assert.equal(reasonToStop(configOf(["bob", "alice"]), caller, ["alice", "bob"]), undefined);
    }
  });

  it("stops a session that the management account opened as root", () => {
    const session = sts("assumed-root/session");
    assert.equal(reasonToStop(configOf(["alice"]), session, []), asRoot(session) + useTheRole);
  });

  it("lets users who are no members and roles deploy, whatever they are called, and takes none for root", () => {
    for (const caller of [
      ...["user/root", "user/x/root", "role/root", "user/ci", "user/alice/bob"].map((rest) => iam(rest)),
      ...["assumed-role/root/session", "assumed-role/deploy/root", "assumed-role/alice/alice"].map(sts),
      ...[sts("federated-user/root"), ""],
    ]) {
      assert.equal(reasonToStop(configOf(["carol"]), caller, ["alice"]), undefined, caller);
    }
  });

  it("knows the deployer by the whole name, behind any path, whatever root may do", () => {
    for (const path of ["/", "/team/", "/a/b/c/", "/alice/"]) {
      assert.equal(reasonToStop(configOf(["bob"]), iam(`user${path}alice`), ["alice"]), asRemoved(), path);
      assert.equal(reasonToStop(configOf(["alice"]), iam(`user${path}alice`), ["alice"]), undefined, path);
    }
    for (const name of ["alic", "alicey", "xalice", "Alice"]) {
      assert.equal(reasonToStop(configOf([name]), alice, ["alice"]), asRemoved(), name);
    }
    assert.equal(reasonToStop(configOf(["bob"], { bootstrapAsRoot: true }), alice, ["alice"]), asRemoved());
  });
});

describe("The deployment guard, when it asks AWS,", () => {
  const Admins = { name: "Admins", path: "/", existing: false };
  const adopted = configOf(["bob"], { group: { ...Admins, existing: true } });

  /** The groups that it looked up, and the reason why it stopped. */
  async function guarded(config: GuardedConfig, caller: string, setting: Setting = {}) {
    const guard = () => guardDeployment(config, caller, findGroup).catch((error: unknown) => error);
    const { result, calls } = await run(guard, setting);
    assert.ok(result === undefined || pulumi.RunError.isInstance(result), String(result));
    return [...calls.map(({ inputs }) => (inputs as { groupName: string }).groupName), result?.message];
  }

  it("finds the members by the configured group, those of an adopted one are normal", async () => {
    const groups = { Admins: ["alice", "bob"] };
    const config = configOf(["bob"], { group: Admins });
    assert.deepEqual(await guarded(config, alice, { groups }), ["Admins", asRemoved("Admins")]);
    assert.deepEqual(await guarded(adopted, alice, { groups }), ["Admins", undefined]);
  });

  it("asks for no group when a role deploys, unless it is to be adopted: then it must exist", async () => {
    const role = sts("assumed-role/deploy/run-17");
    assert.deepEqual(await guarded(configOf(["bob"]), role), [undefined]);
    const missing =
      'group.name "Admins": must be the name of a group that exists, or group.existing false to make one.';
    assert.deepEqual(await guarded(adopted, role), ["Admins", missing]);
  });

  it("tells root who else there is", async () => {
    const groups = { Administrators: ["bob", "eve"] };
    assert.deepEqual(await guarded(configOf(["bob"]), iam("root"), { groups }), [
      "Administrators",
      `${asRoot(iam("root"))}The group Administrators has members (bob, eve): deploy as one of them, after aws login.`,
    ]);
  });

  it("takes a group for missing only where AWS says so", async () => {
    const denied = "AccessDenied: not authorized to perform iam:GetGroup";
    const noProfile = "failed to get shared config profile, NoSuchEntity, cannot be found";
    for (const [details, reason] of [
      [noSuchGroup("Administrators"), undefined],
      [denied, `whether there is a group Administrators cannot be found out: ${denied}`],
      [noProfile, `whether there is a group Administrators cannot be found out: ${noProfile}`],
    ] as const) {
      const getGroup = () => {
        throw failure(details);
      };
      const setting = { calls: { "aws:iam/getGroup:getGroup": getGroup } };
      assert.deepEqual(await guarded(configOf(["bob"]), alice, setting), ["Administrators", reason]);
    }
  });
});
