import assert from "node:assert/strict";
import { useEngine, type TestStack } from "../support/stack.ts";
import { administratorsGroup, administratorUser, createBoundary } from "../support/stackAccount.ts";
import { assertRefused, assertSteps, assertSucceeded, assertUnchanged } from "../support/stackAsserts.ts";

const administrators = [{ name: "Administrator" }, { name: "Admin_2" }];
const boundary = "arn:aws:iam::123456789012:policy/Boundary";

// Each test goes on from where the one before left the stack.
describe("an edit", function () {
  this.timeout(180_000);
  const engine = useEngine();
  let stack: TestStack;
  before(async () => {
    stack = await engine.stack({ administrators });
    await stack.deploy();
    assert.equal(await createBoundary(engine.iam), boundary);
  });

  it("about a permissions boundary is the only thing that puts one on; one that others put on stays", async () => {
    await engine.iam.putUserPermissionsBoundary({ UserName: "Admin_2", PermissionsBoundary: boundary });
    assertSucceeded(await stack.up({ refresh: true }));
    assertSucceeded(await stack.up());
    const [first, second] = administrators;
    await stack.configure({ administrators: [{ ...first, permissionsBoundary: boundary }, second] });
    assertSteps(await stack.up(), ["update User Administrator"]);
    // Taken out, the key leaves alone what is there, whatever else changes.
    await stack.deploy({ administrators: administrators.map((one) => ({ ...one, backup: true })) });
    assert.deepEqual((await engine.contents()).users, {
      Admin_2: administratorUser({ boundary, tags: { backup: "true" } }),
      Administrator: administratorUser({ boundary, tags: { backup: "true" } }),
    });
    await stack.deploy({ administrators });
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
    assertRefused(await stack.destroy(), /administrators" cannot be deleted\s+because it is protected/);
  });
});
