import assert from "node:assert/strict";
import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeleteLoginProfileCommand,
  EnableMFADeviceCommand,
  GetUserCommand,
  PutUserPermissionsBoundaryCommand,
} from "@aws-sdk/client-iam";
import { startFaultProxy, type FaultProxy } from "../support/faultProxy.ts";
import type { CliRun } from "../support/pulumiCli.ts";
import { outputsOf, useEngine, type TestStack } from "../support/stack.ts";
import { contentsOf, currentPassword } from "../support/stackAccount.ts";
import { assertRefused, assertSteps, assertSucceeded, assertUnchanged } from "../support/stackAsserts.ts";

const byHand = "Chosen-by-hand-4711";
const boundary = "arn:aws:iam::123456789012:policy/Boundary";
const alice = { name: "alice", import: true };
const bob = { name: "bob" };

/** What would change a user who is taken over, and what the user has. */
const changes =
  /^(?:(?:Create|Delete|Update)LoginProfile|UpdateUser|TagUser|UntagUser|(?:Put|Delete)UserPermissionsBoundary|DeleteUser)$/;

describe("a user made by hand", function () {
  this.timeout(180_000);
  const engine = useEngine();
  const proxies: FaultProxy[] = [];
  after(() => Promise.all(proxies.map((proxy) => proxy.stop())));

  /** A stack that sees AWS through a proxy, and alice, with all that the program could take from her. */
  async function stackBesideAlice(
    config: Readonly<Record<string, unknown>>,
    { password = byHand }: { password?: string | undefined } = {},
  ): Promise<TestStack & { proxy: FaultProxy }> {
    const proxy = await startFaultProxy({ target: engine.endpoint });
    proxies.push(proxy);
    const stack = await engine.stack(config, proxy.endpoint);
    const { iam } = engine;
    const PolicyDocument =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
    await iam.send(new CreatePolicyCommand({ PolicyName: "Boundary", PolicyDocument }));
    const Tags = [{ Key: "made", Value: "by hand" }];
    await iam.send(new CreateUserCommand({ UserName: "alice", Path: "/people/", Tags }));
    await iam.send(
      new PutUserPermissionsBoundaryCommand({ UserName: "alice", PermissionsBoundary: boundary }),
    );
    if (password !== "") {
      await iam.send(new CreateLoginProfileCommand({ UserName: "alice", Password: password }));
    }
    await iam.send(new CreateGroupCommand({ GroupName: "Auditors" }));
    await iam.send(new AddUserToGroupCommand({ GroupName: "Auditors", UserName: "alice" }));
    return { ...stack, proxy };
  }

  const callsTo = (proxy: FaultProxy, user: string) =>
    proxy.calls
      .filter(({ entity, action }) => entity === user && changes.test(action))
      .map(({ action }) => action);

  const assertKept = (run: CliRun) => {
    assertRefused(
      run,
      /"alice": the user has a password .* import: true .* aws iam delete-login-profile --user-name alice/s,
    );
  };

  async function assertAsBefore(password: "kept" | "none" = "kept"): Promise<void> {
    const { users } = await contentsOf(engine.iam);
    const groups = ["Administrators", "Auditors"];
    assert.deepEqual(users.alice, { path: "/people/", tags: { made: "by hand" }, groups, password });
    const { User } = await engine.iam.send(new GetUserCommand({ UserName: "alice" }));
    assert.equal(User?.PermissionsBoundary?.PermissionsBoundaryArn, boundary);
    if (password === "kept") assert.equal(await currentPassword(engine.endpoint, "alice"), byHand);
  }

  it("is taken over with password, path, tags, boundary and groups, and nothing of that is ever touched", async () => {
    const config = { administrators: [{ ...alice, email: "alice@example.com", path: "/other/" }, bob] };
    const stack = await stackBesideAlice(config);
    const up = await stack.up({ policyPack: true });
    assertSucceeded(up);
    assert.deepEqual(up.steps.filter((step) => step.endsWith(" alice")).sort(), [
      "create Administrator alice",
      "create UserGroupMembership alice",
      "import User alice",
      // Only the state learns that the user may be deleted with all credentials.
      "update User alice",
    ]);
    await assertAsBefore();
    // In every order.
    assertUnchanged(await stack.up());
    assertUnchanged(await stack.refresh());
    assertUnchanged(await stack.up());
    assertUnchanged(await stack.up({ refresh: true, policyPack: true }));
    assertUnchanged(await stack.refresh());
    assertUnchanged(await stack.up({ refresh: true }));
    await assertAsBefore();
    assert.deepEqual(callsTo(stack.proxy, "alice"), []);
    assert.deepEqual(await outputsOf(stack, "alice"), {
      arn: "arn:aws:iam::123456789012:user/people/alice",
    });
  });

  it("leaves with MFA device and all, while the key is there", async () => {
    const stack = await stackBesideAlice({ administrators: [alice, bob] });
    assertSucceeded(await stack.up());
    const { VirtualMFADevice } = await engine.iam.send(
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "alice" }),
    );
    const codes = { AuthenticationCode1: "234567", AuthenticationCode2: "987654" };
    await engine.iam.send(
      new EnableMFADeviceCommand({
        UserName: "alice",
        SerialNumber: VirtualMFADevice?.SerialNumber,
        ...codes,
      }),
    );
    await stack.configure({ administrators: [bob] });
    assertSucceeded(await stack.up());
    assert.deepEqual(Object.keys((await contentsOf(engine.iam)).users), ["bob"]);
  });

  it("keeps the password when import is taken out or passwordIssue raised: the preview refuses, with both ways on", async () => {
    const stack = await stackBesideAlice({ administrators: [alice, bob] });
    assertSucceeded(await stack.up());
    for (const edit of [
      { ...alice, passwordIssue: 2 },
      { name: "alice", passwordIssue: 2 },
      { name: "alice" },
    ]) {
      await stack.configure({ administrators: [edit, bob] });
      assertKept(await stack.preview({ refresh: true }));
    }
    assertKept(await stack.up());
    assertKept(await stack.up({ refresh: true }));
    await assertAsBefore();
    // The way on that the message names.
    await engine.iam.send(new DeleteLoginProfileCommand({ UserName: "alice" }));
    await stack.configure({ administrators: [{ name: "alice" }, bob] });
    assertSteps(await stack.up(), [
      "update Administrator alice",
      "update User alice",
      "create UserLoginProfile alice",
    ]);
    const { initialPassword } = await outputsOf(stack, "alice");
    assert.equal(await currentPassword(engine.endpoint, "alice"), initialPassword);
    const { users } = await contentsOf(engine.iam);
    assert.equal(users.alice?.path, "/");
    assert.deepEqual(users.alice.tags, {});
    assertUnchanged(await stack.up({ refresh: true }));
  });

  it("gets a first password on request, where there is none", async () => {
    const stack = await stackBesideAlice({ administrators: [alice, bob] }, { password: "" });
    assertSucceeded(await stack.up());
    await assertAsBefore("none");
    await stack.configure({ administrators: [{ ...alice, passwordIssue: 2 }, bob] });
    assertSteps(await stack.up(), ["update Administrator alice", "create UserLoginProfile alice"]);
    const { initialPassword } = await outputsOf(stack, "alice");
    assert.equal(await currentPassword(engine.endpoint, "alice"), initialPassword);
    assertUnchanged(await stack.up({ refresh: true }));
  });

  it("is not what the stack has made itself: import: true there would delete the password, and is refused", async () => {
    const stack = await engine.stack({ administrators: [{ name: "alice" }, bob] });
    assertSucceeded(await stack.up());
    const password = await currentPassword(engine.endpoint, "alice");
    await stack.configure({ administrators: [alice, bob] });
    for (const run of [await stack.preview(), await stack.up(), await stack.up({ refresh: true })]) {
      assertRefused(run, /administrator "alice": import true is for a user made by hand/);
    }
    assert.equal(await currentPassword(engine.endpoint, "alice"), password);
    // The way that the message names lets go of her, and takes nothing.
    const { printed } = await stack.preview();
    const [, urn = ""] =
      /pulumi state delete '([^']+)' --target-dependents --force --yes/.exec(printed) ?? [];
    const forgotten = await stack.cli("state", "delete", urn, "--target-dependents", "--force", "--yes");
    assert.equal(forgotten.exitCode, 0, forgotten.printed);
    assertSucceeded(await stack.up({ refresh: true }));
    assertUnchanged(await stack.up({ refresh: true }));
    assert.equal(await currentPassword(engine.endpoint, "alice"), password);
  });

  it("keeps a password that was set by hand, when consoleAccess comes back", async () => {
    const stack = await engine.stack({ administrators: [{ name: "alice", consoleAccess: false }, bob] });
    assertSucceeded(await stack.up());
    await engine.iam.send(new CreateLoginProfileCommand({ UserName: "alice", Password: byHand }));
    await stack.configure({ administrators: [{ name: "alice" }, bob] });
    for (const run of [await stack.preview(), await stack.up()]) {
      assertRefused(run, /administrator "alice": the user has a password that this stack did not make/);
    }
    assert.equal(await currentPassword(engine.endpoint, "alice"), byHand);
  });

  it("is every administrator once the state is lost: a new stack takes them over, and nobody loses a password", async () => {
    const rootActivity = { emails: ["security@example.com"] };
    const lost = await engine.stack({ administrators: [{ name: "alice" }, bob], rootActivity });
    assertSucceeded(await lost.up());
    const passwords = await Promise.all(
      ["alice", "bob"].map((name) => currentPassword(engine.endpoint, name)),
    );
    const stack = await engine.stackBeside({
      group: { existing: true },
      requireMfa: true,
      administrators: [alice, { ...bob, import: true }],
      rootActivity,
    });
    assertSucceeded(await stack.up());
    assertUnchanged(await stack.refresh());
    assertUnchanged(await stack.up({ refresh: true }));
    assertUnchanged(await stack.up());
    const { users, groups } = await contentsOf(engine.iam);
    assert.deepEqual(Object.keys(users), ["alice", "bob"]);
    assert.deepEqual(groups.Administrators?.inline, ["RequireMfa"]);
    assert.deepEqual(
      await Promise.all(["alice", "bob"].map((name) => currentPassword(engine.endpoint, name))),
      passwords,
    );
  });

  it("who is not there is missed at preview", async () => {
    const stack = await engine.stack({ administrators: [alice, bob] });
    assertRefused(await stack.preview(), /alice.*does not exist/s);
  });
});
