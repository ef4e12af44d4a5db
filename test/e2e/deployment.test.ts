import assert from "node:assert/strict";
import { requireMfaPolicy } from "../../components/policyDocuments.ts";
import { useEngine, type TestStack } from "../support/stack.ts";
import {
  administratorsGroup,
  administratorUser,
  emptyAccount,
  collectCredentials,
} from "../support/stackAccount.ts";
import {
  assertRefused,
  assertSteps,
  assertSucceeded,
  assertUnchanged,
  blocking,
} from "../support/stackAsserts.ts";
import { stopAtFirstFailure } from "../support/stopAtFirstFailure.ts";

const administrator = { name: "Administrator", email: "administrator@example.com" };
const backup = { name: "Admin_2", backup: true };
const group = { GroupName: "Administrators" };
const attachment = { ...group, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" };
const mfaRule = { ...group, PolicyName: "RequireMfa" };

/** What one administrator adds to a plan, `create` or `delete`. */
function stepsOf(op: string, name: string): string[] {
  const types = ["Administrator", "User", "UserGroupMembership", "UserLoginProfile"];
  return types.map((type) => `${op} ${type} ${name}`);
}

// Each test goes on from where the one before left the stack, as a team does from one pull request to the next.
describe("a stack, from the first deployment to the last", function () {
  this.timeout(120_000);
  const engine = useEngine({ sharesPlugins: true });
  stopAtFirstFailure();
  let stack: TestStack;

  it("is the group with its policies, each administrator, and nothing else", async () => {
    stack = await engine.stack({ administrators: [administrator, backup] });
    const up = await stack.deploy(undefined, { policies: true });
    assert.deepEqual(up.warnings, []);
    assert.deepEqual(blocking(up), []);
    assertSteps(up, [
      "create Stack iam-administrators-test",
      "create AdministratorGroup administrators",
      "create Group administrators",
      "create GroupPolicy administrators",
      "create GroupPolicyAttachment administrators",
      ...stepsOf("create", "Administrator"),
      ...stepsOf("create", "Admin_2"),
    ]);
    assert.deepEqual(await engine.contents(), {
      users: {
        Admin_2: administratorUser({ tags: { backup: "true" } }),
        Administrator: administratorUser({ tags: { email: "administrator@example.com" } }),
      },
      groups: { Administrators: administratorsGroup },
    });
    // Nobody is a member before the rule that binds members is there.
    const [rule, member] = ["GroupPolicy administrators", "UserGroupMembership Admin_2"];
    assert.ok(up.steps.indexOf(`create ${rule}`) < up.steps.indexOf(`create ${member}`));
    const { PolicyDocument = "" } = await engine.iam.getGroupPolicy(mfaRule);
    assert.deepEqual(JSON.parse(decodeURIComponent(PolicyDocument)), requireMfaPolicy("aws"));
  });

  it("hands out the sign-in URL, the group, and each administrator with a password", async () => {
    const { administrators, ...rest } = await stack.outputs();
    assert.deepEqual(rest, {
      groupArn: "arn:aws:iam::123456789012:group/Administrators",
      groupName: "Administrators",
      signInUrl: "https://123456789012.signin.aws.amazon.com/console",
    });
    for (const name of ["Administrator", "Admin_2"]) {
      const initialPassword = await engine.passwordOf(name);
      assert.equal(initialPassword?.length, 24);
      const arn = `arn:aws:iam::123456789012:user/${name}`;
      assert.deepEqual(administrators[name], { arn, initialPassword, mustResetPassword: true });
    }
  });

  it("leaves out of the outputs whom --exclude leaves out", async () => {
    await stack.configure({ administrators: [administrator, backup, { name: "Later" }] });
    assertSucceeded(await stack.cli("up", "--yes", "--skip-preview", "--exclude", "**::Later"));
    assert.deepEqual(Object.keys((await stack.outputs()).administrators), ["Admin_2", "Administrator"]);
    await stack.deploy({ administrators: [administrator, backup] });
  });

  it("does not change with the order of the list, with who looks at it, or with a look at the real resources", async () => {
    stack.deployAs("arn:aws:sts::123456789012:assumed-role/preview/run-2");
    await stack.configure({ administrators: [backup, administrator] });
    assertUnchanged(await stack.preview({ refresh: true }));
  });

  it("sets right what somebody changed, and leaves alone what is not its own", async () => {
    const { iam } = engine;
    const before = await engine.contents();
    const weaker = { ...requireMfaPolicy("aws"), Statement: requireMfaPolicy("aws").Statement.slice(1) };
    await iam.putGroupPolicy({ ...mfaRule, PolicyDocument: JSON.stringify(weaker) });
    await iam.detachGroupPolicy(attachment);
    await iam.removeUserFromGroup({ ...group, UserName: "Admin_2" });
    await iam.tagUser({ UserName: "Administrator", Tags: [{ Key: "odd", Value: "one" }] });
    await iam.createUser({ UserName: "foreigner" });
    await iam.addUserToGroup({ ...group, UserName: "foreigner" });
    await collectCredentials(iam, "Administrator");
    assertSteps(await stack.up({ refresh: true }), [
      "create GroupPolicyAttachment administrators",
      "update GroupPolicy administrators",
      "update User Administrator",
      "update UserGroupMembership Admin_2",
    ]);
    const { users, groups } = await engine.contents();
    const foreigner = administratorUser({ password: "none" });
    assert.deepEqual({ users, groups }, { ...before, users: { ...before.users, foreigner } });
    const { MFADevices } = await iam.listMFADevices({ UserName: "Administrator" });
    assert.equal(MFADevices?.length, 1);
  });

  it("takes in one administrator, and lets another go with all credentials, without touching the rest", async () => {
    await collectCredentials(engine.iam, "Admin_2");
    const edit = [{ name: "Admin_3" }, { ...administrator, path: "/moved/", email: "new@example.com" }];
    await stack.configure({ administrators: edit });
    assertSteps(await stack.up(), [
      ...stepsOf("create", "Admin_3"),
      ...stepsOf("delete", "Admin_2"),
      "update Administrator Administrator",
      "update User Administrator",
      // The group's component shows its administrators to policies, so that it changes with the list.
      "update AdministratorGroup administrators",
    ]);
    const { users } = await engine.contents();
    const moved = administratorUser({ path: "/moved/", tags: { email: "new@example.com" } });
    const foreigner = administratorUser({ password: "none" });
    assert.deepEqual(users, { Admin_3: administratorUser(), Administrator: moved, foreigner });
    const { VirtualMFADevices } = await engine.iam.listVirtualMFADevices();
    assert.equal(VirtualMFADevices?.length, 1);
  });

  it("stops at a mandatory policy in the preview, and so before anything happens", async () => {
    const edit = [{ name: "Root" }, { ...administrator, passwordResetRequired: false }, { name: "Admin_3" }];
    stack = await engine.stack({ administrators: edit });
    const up = await stack.up({ preview: true, policies: true });
    assert.notEqual(up.exitCode, 0);
    const reported = up.policies.filter(({ level }) => level === "mandatory");
    // The component is reported as well as the profile inside.
    assert.deepEqual([...new Set(reported.map(({ rule, resource }) => `${rule} ${resource}`))].sort(), [
      "no-root-usage Root",
      "password-reset-required Administrator",
    ]);
    assert.deepEqual(await engine.contents(), emptyAccount);
  });

  it("is begun by root only where bootstrapAsRoot and the policies permit it, and goes on without", async () => {
    stack.deployAs("arn:aws:iam::123456789012:root");
    const administrators = [{ ...administrator, passwordResetRequired: false }, backup];
    await stack.configure({ administrators, bootstrapAsRoot: true });
    const exempt = { exempt: ["Administrator"] };
    const refused = await stack.preview({ policies: { "password-reset-required": exempt } });
    assert.deepEqual(blocking(refused), ["no-root-usage"]);
    const policies = { "password-reset-required": exempt, "no-root-usage": { allowBootstrap: true } };
    await stack.deploy(undefined, { policies });
    // This administrator is you.
    assert.equal((await engine.contents()).users.Administrator?.password, "kept");
    await stack.configure({ administrators });
    assertRefused(await stack.up(), /nothing is deployed as root\. The group Administrators has members/);
    stack.deployAs("arn:aws:iam::123456789012:user/Administrator");
    // Who deploys is something that the group shows to policies.
    assertSteps(await stack.up(), ["update AdministratorGroup administrators"]);
  });

  it("is not the only one that adds to an existing group: nothing else about it changes, whoever deploys", async () => {
    const { iam } = engine;
    const existing = { name: "Admins", existing: true };
    stack = await engine.stack({ group: existing, administrators: [administrator, backup] });
    await iam.createGroup({ GroupName: "Admins", Path: "/old/" });
    await iam.attachGroupPolicy({ GroupName: "Admins", PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" });
    await iam.createUser({ UserName: "foreigner" });
    await iam.createLoginProfile({ UserName: "foreigner", Password: "Chosen-by-hand-4711" });
    await iam.addUserToGroup({ GroupName: "Admins", UserName: "foreigner" });
    const before = await engine.contents();
    const up = await stack.deploy(undefined, { policies: true });
    assert.deepEqual(
      up.steps.filter((step) => / Group(?:Policy|PolicyAttachment)? /.test(step)),
      [],
    );
    assert.deepEqual(await engine.contents(), {
      groups: before.groups,
      users: {
        ...before.users,
        Admin_2: administratorUser({ groups: ["Admins"], tags: { backup: "true" } }),
        Administrator: administratorUser({
          groups: ["Admins"],
          tags: { email: "administrator@example.com" },
        }),
      },
    });
    assert.equal((await stack.outputs()).groupArn, "arn:aws:iam::123456789012:group/old/Admins");
    stack.deployAs("arn:aws:iam::123456789012:user/foreigner");
    await stack.deploy({ group: existing, administrators: [administrator] }, { refresh: true });
    assert.deepEqual(Object.keys((await engine.contents()).users), ["Administrator", "foreigner"]);
    assertSucceeded(await stack.destroy());
    assert.deepEqual(await engine.contents(), before);
  });
});
