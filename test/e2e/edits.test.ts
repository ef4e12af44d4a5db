import assert from "node:assert/strict";
import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteLoginProfileCommand,
  GetUserCommand,
  PutUserPermissionsBoundaryCommand,
} from "@aws-sdk/client-iam";
import { outputsOf, useEngine } from "../support/stack.ts";
import { contentsOf, currentPassword } from "../support/stackAccount.ts";
import { assertRefused, assertSteps, assertSucceeded, assertUnchanged } from "../support/stackAsserts.ts";

const administrator = { name: "Administrator" };
const backup = { name: "Admin_2", backup: true };
const administrators = [administrator, backup];
const administratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess";

describe("an edit of the stack config", function () {
  this.timeout(180_000);
  const engine = useEngine();

  it("that renames the group renames it in place, protected as it is, and takes nothing from anybody", async () => {
    const stack = await engine.stack({ administrators });
    assertSucceeded(await stack.up());
    await engine.iam.send(new CreateUserCommand({ UserName: "foreigner" }));
    await engine.iam.send(new AddUserToGroupCommand({ GroupName: "Administrators", UserName: "foreigner" }));
    await engine.iam.send(new CreateGroupCommand({ GroupName: "Taken" }));
    await stack.configure({ administrators, group: { name: "Taken" } });
    assertRefused(await stack.preview(), /group\.name "Taken": the account has a group of this name already/);

    await stack.configure({ administrators, group: { name: "ADMINISTRATORS" } });
    assertRefused(await stack.preview(), /group\.name "ADMINISTRATORS": IAM does not tell it apart/);

    const group = { name: "Admins", path: "/people/" };
    await stack.configure({ administrators, group });
    const preview = await stack.preview();
    assertSucceeded(preview);
    assert.ok(preview.steps.includes("update Group administrators"));
    assertSucceeded(await stack.up());
    const { users, groups } = await contentsOf(engine.iam);
    assert.deepEqual(groups, {
      Admins: { path: "/people/", attached: [administratorAccess], inline: ["RequireMfa"] },
      Taken: { path: "/", attached: [], inline: [] },
    });
    for (const user of Object.values(users)) assert.deepEqual(user.groups, ["Admins"]);
    assertUnchanged(await stack.up());
    assertUnchanged(await stack.up({ refresh: true }));
    // The protection is there again.
    assertRefused(await stack.destroy(), /administrators" cannot be deleted\s+because it is protected/);
  });

  it("that adopts the stack's own group is refused, and the way to let go of it takes nothing from anybody", async () => {
    const stack = await engine.stack({ administrators, protect: false });
    assertSucceeded(await stack.up());
    const contents = await contentsOf(engine.iam);
    const group = { existing: true };
    await stack.configure({ administrators, group, protect: false });
    for (const run of [await stack.preview(), await stack.up()]) {
      assertRefused(run, /group\.existing true: this stack made the group "Administrators"/);
    }
    assert.deepEqual(await contentsOf(engine.iam), contents);
    const { printed } = await stack.preview();
    const [, urn = ""] =
      /pulumi state delete '([^']+)' --target-dependents --force --yes/.exec(printed) ?? [];
    const forgotten = await stack.cli("state", "delete", urn, "--target-dependents", "--force", "--yes");
    assert.equal(forgotten.exitCode, 0, forgotten.printed);
    await stack.configure({
      administrators: administrators.map((one) => ({ ...one, import: true })),
      group,
      requireMfa: true,
    });
    assertSucceeded(await stack.up());
    assert.deepEqual(await contentsOf(engine.iam), contents);
    assertUnchanged(await stack.up({ refresh: true }));
  });

  it("that lowers passwordIssue or takes it out issues no password: it is refused", async () => {
    const raised = [{ ...administrator, passwordIssue: 3 }, backup];
    const stack = await engine.stack({ administrators: raised });
    assertSucceeded(await stack.up());
    const password = await currentPassword(engine.endpoint, "Administrator");
    for (const edit of [administrator, { ...administrator, passwordIssue: 2 }]) {
      await stack.configure({ administrators: [edit, backup] });
      for (const run of [await stack.preview(), await stack.up()]) {
        assertRefused(run, /"Administrator": passwordIssue \d must not be lower than 3, which it was/);
      }
    }
    assert.equal(await currentPassword(engine.endpoint, "Administrator"), password);
  });

  it("that removes the deployer is refused, also with another name for the group", async () => {
    const stack = await engine.stack({ administrators });
    assertSucceeded(await stack.up());
    const contents = await contentsOf(engine.iam);
    stack.deployAs("arn:aws:iam::123456789012:user/Admin_2");
    for (const group of [{}, { name: "Admins" }]) {
      await stack.configure({ administrators: [administrator], group });
      for (const run of [await stack.preview(), await stack.up()]) {
        assertRefused(run, /Admin_2, who is deploying/);
      }
    }
    assert.deepEqual(await contentsOf(engine.iam), contents);
  });

  it("is all that a drift check sees: another role that looks is none", async () => {
    const stack = await engine.stack({ administrators });
    stack.deployAs("arn:aws:sts::123456789012:assumed-role/deploy/run-1");
    assertSucceeded(await stack.up());
    stack.deployAs("arn:aws:sts::123456789012:assumed-role/preview/run-2");
    const check = await stack.cli("preview", "--refresh", "--expect-no-changes");
    assertSucceeded(check);
  });

  it("about a boundary is the only thing that puts one on, and one put on by others stays", async () => {
    const stack = await engine.stack({ administrators });
    assertSucceeded(await stack.up());
    const PolicyDocument =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
    await engine.iam.send(new CreatePolicyCommand({ PolicyName: "Boundary", PolicyDocument }));
    const permissionsBoundary = "arn:aws:iam::123456789012:policy/Boundary";
    const boundaryOf = async (UserName: string) =>
      (await engine.iam.send(new GetUserCommand({ UserName }))).User?.PermissionsBoundary
        ?.PermissionsBoundaryArn;
    await engine.iam.send(
      new PutUserPermissionsBoundaryCommand({
        UserName: "Admin_2",
        PermissionsBoundary: permissionsBoundary,
      }),
    );
    assertSucceeded(await stack.up({ refresh: true }));
    assertSucceeded(await stack.refresh());
    assertSucceeded(await stack.up());
    assert.equal(await boundaryOf("Admin_2"), permissionsBoundary);
    await stack.configure({ administrators: [{ ...administrator, permissionsBoundary }, backup] });
    assertSteps(await stack.up(), ["update User Administrator"]);
    assert.equal(await boundaryOf("Administrator"), permissionsBoundary);
    // Taken out, the key leaves alone what is there.
    await stack.configure({ administrators });
    assertSucceeded(await stack.up());
    assert.equal(await boundaryOf("Administrator"), permissionsBoundary);
  });

  it("is not needed where a login profile is gone: up --refresh makes it anew, with the custom password", async () => {
    const stack = await engine.stack({ administrators: [administrator, backup] });
    await stack.setSecret("administrators[1].password", "Custom-Passw0rd-1!");
    assertSucceeded(await stack.up());
    assert.equal(await currentPassword(engine.endpoint, "Admin_2"), "Custom-Passw0rd-1!");
    for (const UserName of ["Administrator", "Admin_2"]) {
      await engine.iam.send(new DeleteLoginProfileCommand({ UserName }));
    }
    assertSucceeded(await stack.up({ refresh: true }));
    assert.equal(await currentPassword(engine.endpoint, "Admin_2"), "Custom-Passw0rd-1!");
    const { initialPassword } = await outputsOf(stack, "Administrator");
    assert.equal(await currentPassword(engine.endpoint, "Administrator"), initialPassword);
    // And where it is replaced on request.
    const { printed } = await stack.cli("stack", "--show-urns");
    const urn = /urn:\S+UserLoginProfile::Admin_2/.exec(printed)?.[0] ?? "";
    assertSucceeded(await stack.cli("up", "--yes", "--replace", urn));
    assert.equal(await currentPassword(engine.endpoint, "Admin_2"), "Custom-Passw0rd-1!");
  });

  it("leaves no output that misleads: what is not known is absent", async () => {
    const stack = await engine.stack({ administrators: [administrator, backup] });
    await stack.setSecret("administrators[1].password", "Custom-Passw0rd-1!");
    assertSucceeded(await stack.up());
    const arn = "arn:aws:iam::123456789012:user/Admin_2";
    assert.deepEqual(await outputsOf(stack, "Admin_2"), { arn, mustResetPassword: true });
    await stack.configure({ administrators });
    assertSucceeded(await stack.up());
    assert.deepEqual(await outputsOf(stack, "Admin_2"), { arn, mustResetPassword: true });
    assert.equal(await currentPassword(engine.endpoint, "Admin_2"), "Custom-Passw0rd-1!");
  });

  it("of the spelling alone is refused, since IAM does not tell the two names apart", async () => {
    const stack = await engine.stack({ administrators });
    assertSucceeded(await stack.up());
    await stack.configure({ administrators: [administrator, { name: "admin_2" }] });
    for (const run of [await stack.preview(), await stack.up()]) {
      assertRefused(run, /the account has the user "Admin_2", and IAM does not tell the two names apart/);
    }
  });

  it("that follows a refusal without a preview gets on: the names that were taken are taken over", async () => {
    const stack = await engine.stack({ administrators });
    await engine.iam.send(new CreateUserCommand({ UserName: "Admin_2" }));
    assertRefused(await stack.up(), /administrator "Admin_2": .* set import: true/s);
    await stack.configure({ administrators: [administrator, { ...backup, import: true }] });
    assertSucceeded(await stack.up());
    assertUnchanged(await stack.up({ refresh: true }));

    const other = await engine.stack({ administrators });
    await engine.iam.send(new CreateGroupCommand({ GroupName: "Administrators" }));
    assertRefused(await other.up(), /group\.name "Administrators": .* Set group\.existing: true/s);
    await other.configure({ administrators, group: { existing: true } });
    const up = await other.up();
    assertSucceeded(up);
    assert.ok(
      up.warnings.some((warning) =>
        warning.includes("aws iam attach-group-policy --group-name Administrators"),
      ),
    );
  });

  it("is not needed to keep the root alarm: a destroy that stops at the protected group takes nothing before", async () => {
    const stack = await engine.stack({ administrators, rootActivity: { emails: ["security@example.com"] } });
    assertSucceeded(await stack.up());
    const destroy = await stack.destroy();
    assertRefused(destroy, /administrators" cannot be deleted\s+because it is protected/);
    assert.deepEqual(
      destroy.steps.filter((step) => !step.includes("GroupPolicyAttachment")),
      [],
    );
    assertUnchanged(await stack.up({ refresh: true }));
  });
});
