import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { isRoot } from "../../components/deployer.ts";
import { findGroup } from "../../components/groupChecks.ts";
import { administratorSchema } from "../../config/schema.ts";
import { guardDeployment, refusal, type GuardedConfig } from "../../guards/deploymentGuard.ts";
import { failure, run, type Setting } from "../support/mocks.ts";

const account = "123456789012";
const alice = `arn:aws:iam::${account}:user/alice`;
const role = `arn:aws:sts::${account}:assumed-role/deploy/run-17`;

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
const asRemoved = (user: string, group = "Administrators") =>
  `administrators: ${user}, who is deploying, is a member of the group ${group} and not in this list, ` +
  `so that this deployment could remove its own administrator. Keep ${user} in the list ` +
  "(with import: true if the user was made by hand), or deploy as another administrator.";

describe("The deployment guard", () => {
  for (const partition of ["aws", "aws-cn", "aws-eusc"]) {
    it(`stops root in the partition ${partition}, with the way out, unless the config permits it`, () => {
      const root = `arn:${partition}:iam::${account}:root`;
      assert.equal(isRoot(root), true);
      assert.equal(refusal(configOf(["alice"]), root, []), asRoot(root) + inNewAccount);
      assert.equal(refusal(configOf(["alice"], { bootstrapAsRoot: true }), root, []), undefined);
    });

    it(`stops an administrator in the partition ${partition} who would be removed`, () => {
      const arn = `arn:${partition}:iam::${account}:user/alice`;
      assert.equal(refusal(configOf(["bob"]), arn, ["alice", "bob"]), asRemoved("alice"));
      assert.equal(refusal(configOf(["bob", "alice"]), arn, ["alice", "bob"]), undefined);
    });
  }

  it("stops a session that the management account opened as root", () => {
    const session = `arn:aws:sts::${account}:assumed-root/session`;
    assert.equal(isRoot(session), true);
    assert.equal(refusal(configOf(["alice"]), session, []), asRoot(session) + useTheRole);
  });

  for (const arn of [
    `arn:aws:iam::${account}:user/root`,
    `arn:aws:iam::${account}:user/x/root`,
    `arn:aws:sts::${account}:assumed-role/root/session`,
    `arn:aws:sts::${account}:assumed-role/deploy/root`,
    `arn:aws:sts::${account}:federated-user/root`,
    `arn:aws:iam::${account}:role/root`,
    "",
  ]) {
    it(`does not take ${arn === "" ? "no ARN" : arn} for root`, () => {
      assert.equal(isRoot(arn), false);
      assert.equal(refusal(configOf(["alice"]), arn, []), undefined);
    });
  }

  it("lets a user deploy who is no member, and role sessions, whatever they are called", () => {
    const config = configOf(["bob"]);
    assert.equal(refusal(config, `arn:aws:iam::${account}:user/ci`, ["alice", "bob"]), undefined);
    assert.equal(refusal(config, `arn:aws:sts::${account}:assumed-role/alice/alice`, ["alice"]), undefined);
  });

  it("reads the user's name behind any path, and does not take a path for a name", () => {
    for (const path of ["/", "/team/", "/a/b/c/", "/alice/"]) {
      const arn = `arn:aws:iam::${account}:user${path}alice`;
      assert.equal(refusal(configOf(["bob"]), arn, ["alice"]), asRemoved("alice"));
      assert.equal(refusal(configOf(["alice"]), arn, ["alice"]), undefined);
    }
    assert.equal(
      refusal(configOf(["carol"]), `arn:aws:iam::${account}:user/alice/bob`, ["alice"]),
      undefined,
    );
  });

  it("does not take a name that is alike for the deployer's", () => {
    for (const name of ["alic", "alicey", "xalice", "Alice"]) {
      assert.equal(refusal(configOf([name]), alice, ["alice"]), asRemoved("alice"), name);
    }
  });

  it("holds the removed deployer up even where root may bootstrap", () => {
    const config = configOf(["bob"], { bootstrapAsRoot: true });
    assert.equal(refusal(config, alice, ["alice"]), asRemoved("alice"));
  });
});

describe("guardDeployment", () => {
  const Admins = { name: "Admins", path: "/", existing: false };
  const adopted = { group: { ...Admins, existing: true } };

  /** The reason why it stopped, and the groups that it looked up. */
  async function guarded(config: GuardedConfig, caller: string, setting: Setting) {
    const { result, calls } = await run(
      () =>
        guardDeployment(config, caller, findGroup).then(
          () => undefined,
          (error: unknown) => {
            assert.ok(pulumi.RunError.isInstance(error), String(error));
            return error.message;
          },
        ),
      setting,
    );
    return [result, calls.map(({ inputs }) => (inputs as { groupName: string }).groupName)];
  }

  it("finds the members in the account, by the configured group", async () => {
    const groups = { Admins: ["alice", "bob"] };
    assert.deepEqual(await guarded(configOf(["bob"], { group: Admins }), alice, { groups }), [
      asRemoved("alice", "Admins"),
      ["Admins"],
    ]);
  });

  it("asks for no group when a role deploys, and tells root who else there is", async () => {
    assert.deepEqual(await guarded(configOf(["bob"]), role, {}), [undefined, []]);
    const root = `arn:aws:iam::${account}:root`;
    assert.deepEqual(await guarded(configOf(["bob"]), root, { groups: { Administrators: ["bob", "eve"] } }), [
      `${asRoot(root)}The group Administrators has members (bob, eve): deploy as one of them, after aws login.`,
      ["Administrators"],
    ]);
  });

  it("passes in an adopted group, where members unknown to the config are normal", async () => {
    const groups = { Admins: ["alice"] };
    assert.deepEqual(await guarded(configOf(["bob"], adopted), alice, { groups }), [undefined, ["Admins"]]);
  });

  it("stops where the group to adopt does not exist, whoever deploys", async () => {
    assert.deepEqual(await guarded(configOf(["bob"], adopted), role, {}), [
      'group.name "Admins": must be the name of a group that exists, or group.existing false to make one.',
      ["Admins"],
    ]);
  });

  for (const [details, reason] of [
    ["reading IAM Group (Administrators): couldn't find resource", undefined],
    ["NoSuchEntity: The group with name Administrators cannot be found.", undefined],
    [
      "AccessDenied: not authorized to perform iam:GetGroup",
      "whether there is a group Administrators cannot be found out: AccessDenied: not authorized to perform iam:GetGroup",
    ],
  ] as const) {
    it(`${reason === undefined ? "takes" : "does not take"} "${details}" for a group that is missing`, async () => {
      const getGroup = () => {
        throw failure(details);
      };
      const setting = { calls: { "aws:iam/getGroup:getGroup": getGroup } };
      assert.deepEqual(await guarded(configOf(["bob"]), alice, setting), [reason, ["Administrators"]]);
    });
  }
});
