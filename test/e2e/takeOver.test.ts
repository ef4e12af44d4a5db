import assert from "node:assert/strict";
import { useEngine, type TestStack } from "../support/stack.ts";
import {
  administratorsGroup,
  administratorUser,
  createBoundary,
  enrolMfaDevice,
  type UserContents,
} from "../support/stackAccount.ts";
import { assertRefused, assertSteps, assertSucceeded, assertUnchanged } from "../support/stackAsserts.ts";
import { stopAtFirstFailure } from "../support/stopAtFirstFailure.ts";

const byHand = "Chosen-by-hand-4711";
const boundary = "arn:aws:iam::123456789012:policy/Boundary";
const alice = { name: "alice", import: true };
const carol = { name: "carol", import: true };
const bob = { name: "bob" };
const asMade: UserContents = {
  path: "/people/",
  tags: { made: "by hand" },
  groups: ["Auditors"],
  password: "none",
  boundary,
};
const member = { ...asMade, groups: ["Administrators", "Auditors"] };

/** What would change a user who is taken over, and what the user has. */
const changes =
  /^(?:(?:Create|Delete|Update)LoginProfile|UpdateUser|TagUser|UntagUser|(?:Put|Delete)UserPermissionsBoundary|DeleteUser)$/;

describe("users made by hand, one with a password and one without", function () {
  this.timeout(240_000);
  const engine = useEngine({ sharesPlugins: true });
  stopAtFirstFailure();
  let stack: TestStack;

  before(async () => {
    stack = await engine.stack();
    const { iam } = engine;
    assert.equal(await createBoundary(iam), boundary);
    await iam.createGroup({ GroupName: "Auditors" });
    for (const UserName of ["alice", "carol"]) {
      const Tags = [{ Key: "made", Value: "by hand" }];
      await iam.createUser({ UserName, Path: "/people/", Tags, PermissionsBoundary: boundary });
      await iam.addUserToGroup({ GroupName: "Auditors", UserName });
    }
    await iam.createLoginProfile({ UserName: "alice", Password: byHand });
  });
  const users = async () => (await engine.contents()).users;
  const outputs = async () => (await stack.outputs()).administrators;

  it("are taken over with password, path, tags, boundary and groups, and nothing of that is ever touched", async () => {
    const administrators = [alice, carol, bob];
    const up = await stack.deploy({ administrators }, { policies: true });
    assert.deepEqual(up.steps.filter((step) => step.endsWith(" alice")).sort(), [
      "create Administrator alice",
      "create UserGroupMembership alice",
      "import User alice",
      // Only the state learns that the user may be deleted with all credentials.
      "update User alice",
    ]);
    assertUnchanged(await stack.refresh());
    assertUnchanged(await stack.up());
    assert.deepEqual(await users(), {
      alice: { ...member, password: "kept" },
      bob: administratorUser(),
      carol: member,
    });
    assert.equal(await engine.passwordOf("alice"), byHand);
    const calls = engine.proxy.calls.filter(
      ({ entity, action }) => entity === "alice" && changes.test(action),
    );
    assert.deepEqual(calls, []);
    assert.deepEqual((await outputs()).alice, { arn: "arn:aws:iam::123456789012:user/people/alice" });
  });

  it("keep the password when import is taken out or passwordVersion raised: refused, with both ways on", async () => {
    const says =
      /"alice": the user has a password .* import: true .* aws iam delete-login-profile --user-name alice/s;
    for (const edit of [{ ...alice, passwordVersion: 2 }, { name: "alice" }]) {
      await stack.configure({ administrators: [edit, carol, bob] });
      assertRefused(await stack.preview({ refresh: true }), says);
    }
    assertRefused(await stack.up(), says);
    assert.deepEqual((await users()).alice, { ...member, password: "kept" });
    assert.equal(await engine.passwordOf("alice"), byHand);
  });

  it("get a first password on request where there is none, and are the config's own once the key is out", async () => {
    // The way on that the message names.
    await engine.iam.deleteLoginProfile({ UserName: "alice" });
    await stack.configure({ administrators: [{ name: "alice" }, { ...carol, passwordVersion: 2 }, bob] });
    assertSteps(await stack.up(), [
      "create UserLoginProfile alice",
      "create UserLoginProfile carol",
      "update Administrator alice",
      "update Administrator carol",
      "update User alice",
    ]);
    const { alice: told, carol: toldToo } = await outputs();
    assert.equal(told?.initialPassword, await engine.passwordOf("alice"));
    assert.equal(toldToo?.initialPassword, await engine.passwordOf("carol"));
    assert.deepEqual(await users(), {
      alice: administratorUser({ groups: member.groups, boundary }),
      bob: administratorUser(),
      carol: { ...member, password: "to be changed" },
    });
    assertUnchanged(await stack.up({ refresh: true }));
  });

  it("leave with MFA device and all, while the key is there", async () => {
    await enrolMfaDevice(engine.iam, "carol");
    await stack.deploy({ administrators: [{ name: "alice" }, bob] });
    assert.deepEqual(Object.keys(await users()), ["alice", "bob"]);
  });

  it("can be the stack's own, once it has let go of them as the refusal says", async () => {
    const before = engine.proxy.calls.length;
    await stack.configure({ administrators: [alice, bob] });
    await forgetAsTold(stack);
    // The state has lost nothing of the others and of the group.
    assertSteps(await stack.up(), [
      "create Administrator alice",
      "create UserGroupMembership alice",
      "import User alice",
      "update User alice",
    ]);
    assertUnchanged(await stack.up({ refresh: true }));
    const made = engine.proxy.calls.slice(before).filter(({ action }) => changes.test(action));
    assert.deepEqual(made, []);
  });

  it("can be a whole group with its members, once the stack has let go of it as the refusal says", async () => {
    const before = await engine.contents();
    const group = { existing: true };
    await stack.configure({ administrators: [alice, bob], group });
    await forgetAsTold(stack);
    const administrators = [alice, { ...bob, import: true }];
    await stack.deploy({ administrators, group, requireMfa: true });
    assert.deepEqual(await engine.contents(), before);
    assertUnchanged(await stack.up({ refresh: true }));
  });

  it("are all administrators once the state is lost: a new stack takes them over, and nobody loses a password", async () => {
    const lost = await engine.stack();
    const rootActivity = { emails: ["security@example.com"] };
    await lost.deploy({ administrators: [{ name: "alice" }, bob], rootActivity });
    const passwords = [await engine.passwordOf("alice"), await engine.passwordOf("bob")];
    const administrators = [alice, { ...bob, import: true }];
    const found = await engine.stackBeside({
      ...{ administrators, rootActivity },
      ...{ group: { existing: true }, requireMfa: true },
    });
    await found.deploy();
    assertUnchanged(await found.up({ refresh: true }));
    assert.deepEqual(await engine.contents(), {
      users: { alice: administratorUser(), bob: administratorUser() },
      groups: { Administrators: administratorsGroup },
    });
    assert.deepEqual([await engine.passwordOf("alice"), await engine.passwordOf("bob")], passwords);
  });
});

/** Runs the command that the preview's refusal names. */
async function forgetAsTold(stack: TestStack): Promise<void> {
  const { printed } = await stack.preview();
  const [, urn = ""] = /pulumi state delete '([^']+)' --target-dependents --force --yes/.exec(printed) ?? [];
  assertSucceeded(await stack.cli("state", "delete", urn, "--target-dependents", "--force", "--yes"));
}
