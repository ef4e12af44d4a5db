import assert from "node:assert/strict";
import { useEngine, type TestStack } from "../support/stack.ts";
import { administratorsGroup, administratorUser, createBoundary } from "../support/stackAccount.ts";
import { assertRefused, assertSteps, assertSucceeded, assertUnchanged } from "../support/stackAsserts.ts";
import { stopAtFirstFailure } from "../support/stopAtFirstFailure.ts";

const administrators = [{ name: "Administrator" }, { name: "Admin_2" }];
const boundary = "arn:aws:iam::123456789012:policy/Boundary";

describe("an edit", function () {
  this.timeout(180_000);
  const engine = useEngine({ sharesPlugins: true });
  stopAtFirstFailure();
  let stack: TestStack;
  before(async () => {
    stack = await engine.stack({ administrators });
    await stack.deploy();
    assert.equal(await createBoundary(engine.iam), boundary);
  });

  const exported = async () => (await stack.cli("stack", "export")).printed;

  it("about a permissions boundary is the only thing that puts one on; one that others put on stays", async () => {
    await engine.iam.putUserPermissionsBoundary({ UserName: "Admin_2", PermissionsBoundary: boundary });
    assertSucceeded(await stack.up({ refresh: true }));
    const [first, second] = administrators;
    await stack.configure({ administrators: [{ ...first, permissionsBoundary: boundary }, second] });
    assertSteps(await stack.up(), ["update User Administrator"]);
    // Taken out, the key leaves alone what is there, whatever else changes.
    await stack.deploy({ administrators: administrators.map((one) => ({ ...one, backup: true })) });
    assert.deepEqual((await engine.contents()).users, {
      Admin_2: administratorUser({ boundary, tags: { backup: "true" } }),
      Administrator: administratorUser({ boundary, tags: { backup: "true" } }),
    });
  });

  it("that renames the group does so in place, protected as it is, and takes nothing from anybody", async () => {
    await engine.iam.createUser({ UserName: "foreigner" });
    await engine.iam.addUserToGroup({ GroupName: "Administrators", UserName: "foreigner" });
    await stack.configure({ administrators, group: { name: "Admins", path: "/people/" } });
    const up = await stack.up({ preview: true });
    assertSucceeded(up);
    assert.ok(up.steps.includes("update Group administrators"));
    const { users, groups } = await engine.contents();
    assert.deepEqual(groups, { Admins: { ...administratorsGroup, path: "/people/" } });
    for (const user of Object.values(users)) assert.deepEqual(user.groups, ["Admins"]);
    assertUnchanged(await stack.up({ refresh: true }));
    // The protection is there again.
    const [, attachment = ""] =
      /"urn": "([^"]+GroupPolicyAttachment::administrators)"/.exec(await exported()) ?? [];
    const destroy = await stack.cli("destroy", "--yes", "--run-program", "--target", attachment);
    assertRefused(destroy, /administrators" cannot be deleted\s+because it is protected/);
  });

  it("takes an administrator out of the list, and no destroy, whatever it aims at, takes anybody", async () => {
    const before = await engine.contents();
    const [, user = ""] = /"urn": "([^"]+User::Admin_2)"/.exec(await exported()) ?? [];
    const withProgram = /administrator "\w+": protect is true, and nothing is destroyed/;
    const withoutProgram =
      /delete hooks registered, .* Hooks: iam-administrators:destroy-needs-protect-false/;
    const one = ["--target", user, "--target-dependents"];
    for (const [flags, says] of [
      [one, withoutProgram],
      [["--run-program", ...one], withProgram],
      [["--run-program", "--continue-on-error"], withProgram],
    ] as const) {
      assertRefused(await stack.cli("destroy", "--yes", "--skip-preview", ...flags), says);
      assert.deepEqual(await engine.contents(), before);
    }
    // What the engine advises where something is protected.
    assertSucceeded(await stack.cli("state", "unprotect", "--all", "--yes"));
    assertRefused(await stack.destroy(), withoutProgram);
    assert.deepEqual(await engine.contents(), before);
    const group = { name: "Admins", path: "/people/" };
    await stack.deploy({ administrators: [{ name: "Administrator" }], group, protect: false });
    await engine.iam.removeUserFromGroup({ GroupName: "Admins", UserName: "foreigner" });
    assertSucceeded(await stack.destroy());
    assert.deepEqual(Object.keys((await engine.contents()).users), ["foreigner"]);
  });
});
