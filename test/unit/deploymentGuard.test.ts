import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  deployer,
  guardDeployment,
  isRoot,
  refusal,
  type GuardedConfig,
} from "../../components/deploymentGuard.ts";
import { failure, run, type Account } from "../support/mocks.ts";

const account = "123456789012";
const partitions = ["aws", "aws-us-gov", "aws-cn"];

/** A config with these administrators, everything else as by default. */
function configOf(names: readonly string[], others: Partial<GuardedConfig> = {}): GuardedConfig {
  return {
    administrators: names.map((name) => ({
      name,
      path: "/",
      backup: false,
      consoleAccess: true,
      passwordResetRequired: true,
      passwordLength: 24,
      passwordIssue: 1,
      import: false,
    })),
    group: { name: "Administrators", path: "/", existing: false },
    bootstrapAsRoot: false,
    ...others,
  };
}

const asRoot = (arn: string) =>
  `${arn} is the root user, and nothing is deployed as root. If this account has no administrator yet: ` +
  "pulumi config set bootstrapAsRoot true, pulumi up, sign in as the new administrator, delete root's access " +
  "key and run pulumi config rm bootstrapAsRoot. Otherwise deploy as an administrator.";
const asRemoved = (user: string, group = "Administrators") =>
  `administrators: ${user}, who is deploying, is a member of the group ${group} and not in this list, ` +
  `so that this deployment could remove its own administrator. Keep ${user} in the list ` +
  "(with import: true if the user was made by hand), or deploy as another administrator.";

describe("The deployment guard", () => {
  for (const partition of partitions) {
    const root = `arn:${partition}:iam::${account}:root`;

    it(`stops root in the partition ${partition}, with the way out`, () => {
      assert.equal(refusal(configOf(["alice"]), root, []), asRoot(root));
      assert.equal(isRoot(root), true);
    });

    it(`lets root in the partition ${partition} make the first administrators where the config says so`, () => {
      assert.equal(refusal(configOf(["alice"], { bootstrapAsRoot: true }), root, []), undefined);
    });

    it(`stops an administrator in the partition ${partition} who would be removed`, () => {
      const alice = `arn:${partition}:iam::${account}:user/alice`;
      assert.equal(refusal(configOf(["bob"]), alice, ["alice", "bob"]), asRemoved("alice"));
    });
  }

  it("stops a session that the management account opened as root", () => {
    const session = `arn:aws:sts::${account}:assumed-root/session`;
    assert.equal(isRoot(session), true);
    assert.equal(refusal(configOf(["alice"]), session, []), asRoot(session));
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

  it("lets an administrator deploy who stays in the list", () => {
    assert.equal(
      refusal(configOf(["bob", "alice"]), `arn:aws:iam::${account}:user/alice`, ["alice"]),
      undefined,
    );
  });

  it("lets a user deploy who is no member, such as a deployer by other permissions", () => {
    assert.equal(refusal(configOf(["bob"]), `arn:aws:iam::${account}:user/ci`, ["alice", "bob"]), undefined);
  });

  it("reads the user's name behind any path", () => {
    for (const path of ["/", "/team/", "/a/b/c/", "/alice/"]) {
      const arn = `arn:aws:iam::${account}:user${path}alice`;
      assert.equal(refusal(configOf(["bob"]), arn, ["alice"]), asRemoved("alice"));
      assert.equal(refusal(configOf(["alice"]), arn, ["alice"]), undefined);
    }
  });

  it("does not take another name for the deployer's, be it the path, the beginning or another case", () => {
    const arn = `arn:aws:iam::${account}:user/alice/bob`;
    assert.equal(refusal(configOf(["carol"]), arn, ["alice"]), undefined);
    for (const name of ["alic", "alicey", "xalice", "Alice"]) {
      const alice = `arn:aws:iam::${account}:user/alice`;
      assert.equal(refusal(configOf([name]), alice, ["alice"]), asRemoved("alice"), name);
    }
  });

  it("leaves role sessions alone, whatever they are called", () => {
    const arn = `arn:aws:sts::${account}:assumed-role/alice/alice`;
    assert.equal(refusal(configOf(["bob"]), arn, ["alice"]), undefined);
  });

  it("holds the removed deployer up even where root may bootstrap", () => {
    const config = configOf(["bob"], { bootstrapAsRoot: true });
    assert.equal(refusal(config, `arn:aws:iam::${account}:user/alice`, ["alice"]), asRemoved("alice"));
  });
});

describe("guardDeployment", () => {
  const alice = `arn:aws:iam::${account}:user/alice`;

  /** The reason why it stopped, and the groups that it looked up. */
  async function guarded(config: GuardedConfig, caller: string, state: Account) {
    const { result, calls, resources } = await run(async () => {
      try {
        await guardDeployment(config, caller);
        return undefined;
      } catch (error) {
        return error;
      }
    }, state);
    assert.equal(resources.length, 0);
    return { result, lookedUp: calls.map(({ inputs }) => (inputs as { groupName: string }).groupName) };
  }

  it("finds the members in the account, by the configured group", async () => {
    const config = configOf(["bob"], { group: { name: "Admins", path: "/", existing: false } });
    const { result, lookedUp } = await guarded(config, alice, { groups: { Admins: ["alice", "bob"] } });
    assert.ok(pulumi.RunError.isInstance(result));
    assert.equal(result.message, asRemoved("alice", "Admins"));
    assert.deepEqual(lookedUp, ["Admins"]);
  });

  it("stops root without looking anything up", async () => {
    const root = `arn:aws:iam::${account}:root`;
    const { result, lookedUp } = await guarded(configOf(["bob"]), root, {});
    assert.ok(pulumi.RunError.isInstance(result));
    assert.equal(result.message, asRoot(root));
    assert.deepEqual(lookedUp, []);
  });

  it("passes before the first deployment, when there is no group", async () => {
    const { result, lookedUp } = await guarded(configOf(["bob"]), alice, {});
    assert.equal(result, undefined);
    assert.deepEqual(lookedUp, ["Administrators"]);
  });

  it("passes in an adopted group, where members unknown to the config are normal", async () => {
    const config = configOf(["bob"], { group: { name: "Admins", path: "/", existing: true } });
    const { result, lookedUp } = await guarded(config, alice, { groups: { Admins: ["alice"] } });
    assert.equal(result, undefined);
    assert.deepEqual(lookedUp, ["Admins"]);
  });

  it("stops where the group to adopt does not exist, whoever deploys", async () => {
    const config = configOf(["bob"], { group: { name: "Admins", path: "/", existing: true } });
    const { result } = await guarded(config, `arn:aws:sts::${account}:assumed-role/deploy/run-17`, {});
    assert.ok(pulumi.RunError.isInstance(result));
    assert.equal(
      result.message,
      'group.name "Admins": must be the name of a group that exists, or group.existing false to make one.',
    );
  });

  it("asks for no group when a role deploys", async () => {
    const role = `arn:aws:sts::${account}:assumed-role/deploy/run-17`;
    const { result, lookedUp } = await guarded(configOf(["bob"]), role, {});
    assert.equal(result, undefined);
    assert.deepEqual(lookedUp, []);
  });

  for (const details of ["AccessDenied: not authorized to perform iam:GetGroup", "ExpiredToken"]) {
    it(`does not take ${details} for a group that is missing`, async () => {
      const { result } = await guarded(configOf(["bob"]), alice, {
        calls: {
          "aws:iam/getGroup:getGroup": () => {
            throw failure(details);
          },
        },
      });
      assert.ok(pulumi.RunError.isInstance(result));
      assert.equal(
        result.message,
        `whether there is a group Administrators cannot be found out, nothing was changed: ${details}`,
      );
    });
  }

  for (const details of [
    "reading IAM Group (Administrators): couldn't find resource",
    "NoSuchEntity: The group with name Administrators cannot be found.",
  ]) {
    it(`takes ${details} for a group that is missing`, async () => {
      const { result } = await guarded(configOf(["bob"]), alice, {
        calls: {
          "aws:iam/getGroup:getGroup": () => {
            throw failure(details);
          },
        },
      });
      assert.equal(result, undefined);
    });
  }
});

describe("deployer", () => {
  for (const partition of partitions) {
    it(`leaves the session's name of a role in the partition ${partition} out`, () => {
      assert.equal(
        deployer(`arn:${partition}:sts::${account}:assumed-role/deploy/GitHubActions-17`),
        `arn:${partition}:sts::${account}:assumed-role/deploy`,
      );
    });
  }

  for (const arn of [
    `arn:aws:iam::${account}:root`,
    `arn:aws:iam::${account}:user/team/alice`,
    `arn:aws:sts::${account}:federated-user/alice`,
    `arn:aws:sts::${account}:assumed-root/session`,
  ]) {
    it(`keeps ${arn} as it is, for policies to judge`, () => {
      assert.equal(deployer(arn), arn);
    });
  }
});
