import assert from "node:assert/strict";
import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateUserCommand,
  GetGroupCommand,
  GetGroupPolicyCommand,
  ListAttachedGroupPoliciesCommand,
  ListGroupsForUserCommand,
} from "@aws-sdk/client-iam";
import { createAwsBackend } from "../../../sandbox/provider/awsProvider.ts";
import { useEmulator } from "../../support/emulator.ts";

const groupType = "aws:iam/group:Group";
const attachmentType = "aws:iam/groupPolicyAttachment:GroupPolicyAttachment";
const inlineType = "aws:iam/groupPolicy:GroupPolicy";
const membershipType = "aws:iam/userGroupMembership:UserGroupMembership";
const exclusiveType = "aws:iam/groupMembership:GroupMembership";
const administratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess";

describe("the stand-in's IAM groups", function () {
  this.timeout(20_000);
  const emulator = useEmulator();
  const backend = () => createAwsBackend({ endpoint: emulator.endpoint });
  const makeGroup = (name: string) => emulator.aws.iam.send(new CreateGroupCommand({ GroupName: name }));
  const makeUser = (name: string) => emulator.aws.iam.send(new CreateUserCommand({ UserName: name }));
  const groupsOf = async (user: string) => {
    const { Groups = [] } = await emulator.aws.iam.send(new ListGroupsForUserCommand({ UserName: user }));
    return Groups.map(({ GroupName }) => GroupName).sort();
  };

  it("creates a group with the plugin's default path and its outputs", async () => {
    const { id, outputs } = await backend().create(groupType, "logical", { name: "Created" });
    const { Group } = await emulator.aws.iam.send(new GetGroupCommand({ GroupName: "Created" }));
    assert.equal(id, "Created");
    assert.deepEqual(outputs, {
      name: "Created",
      path: "/",
      arn: "arn:aws:iam::123456789012:group/Created",
      uniqueId: Group?.GroupId,
    });
  });

  it("renames and moves a group in place", async () => {
    const { outputs } = await backend().create(groupType, "g", { name: "Old" });
    const news = { name: "New", path: "/team/" };
    assert.deepEqual(backend().diff(groupType, outputs, news), { changed: ["name", "path"], replaces: [] });
    const updated = await backend().update(groupType, "Old", outputs, news);
    assert.equal(updated.arn, "arn:aws:iam::123456789012:group/team/New");
    assert.equal(updated.uniqueId, outputs.uniqueId);
    assert.equal(await backend().read(groupType, "Old", outputs), undefined);
  });

  it("imports a group by its name", async () => {
    await makeGroup("ByHand");
    const found = await backend().read(groupType, "ByHand");
    assert.deepEqual(found?.inputs, { name: "ByHand", path: "/" });
  });

  it("deletes a group, and does not mind when it is gone", async () => {
    const { outputs } = await backend().create(groupType, "g", { name: "Deleted" });
    await backend().delete(groupType, "Deleted", outputs);
    await backend().delete(groupType, "Deleted", outputs);
    assert.equal(await backend().read(groupType, "Deleted", outputs), undefined);
  });

  it("surfaces AWS's refusal to delete a group that has members", async () => {
    const { outputs } = await backend().create(groupType, "g", { name: "Full" });
    await makeUser("member");
    await emulator.aws.iam.send(new AddUserToGroupCommand({ GroupName: "Full", UserName: "member" }));
    await assert.rejects(
      backend().delete(groupType, "Full", outputs),
      /^DeleteConflict.*: deleting IAM Group \(Full\): operation error IAM: DeleteGroup, https response error StatusCode: 409, RequestID: .*, DeleteConflict: Cannot delete entity, must remove users from group first\.$/,
    );
  });

  it("attaches AWS's managed policies under the plugin's id, for imports too", async () => {
    await makeGroup("Attached");
    const inputs = { group: "Attached", policyArn: administratorAccess };
    const { id } = await backend().create(attachmentType, "a", inputs);
    assert.equal(id, `Attached/${administratorAccess}`);
    const command = new ListAttachedGroupPoliciesCommand({ GroupName: "Attached" });
    const { AttachedPolicies } = await emulator.aws.iam.send(command);
    assert.deepEqual(
      AttachedPolicies?.map(({ PolicyArn }) => PolicyArn),
      [administratorAccess],
    );
    assert.deepEqual((await backend().read(attachmentType, id))?.inputs, inputs);
    assert.deepEqual(backend().diff(attachmentType, inputs, { ...inputs, group: "Other" }).replaces, [
      "group",
    ]);
    await backend().delete(attachmentType, id, inputs);
    assert.equal(await backend().read(attachmentType, id, inputs), undefined);
  });

  it("refuses to attach a policy that does not exist", async () => {
    await makeGroup("NoPolicy");
    const inputs = { group: "NoPolicy", policyArn: "arn:aws:iam::aws:policy/NoSuchPolicy" };
    await assert.rejects(backend().create(attachmentType, "a", inputs), /NoSuchEntity/);
  });

  it("keeps inline policies by group and name, and sees no difference in layout", async () => {
    await makeGroup("Inline");
    const inputs = { group: "Inline", name: "mfa", policy: document("Deny", "s3:*") };
    const { id, outputs } = await backend().create(inlineType, "p", inputs);
    assert.equal(id, "Inline:mfa");
    const command = new GetGroupPolicyCommand({ GroupName: "Inline", PolicyName: "mfa" });
    const { PolicyDocument = "" } = await emulator.aws.iam.send(command);
    assert.equal(decodeURIComponent(PolicyDocument), inputs.policy);
    const relaid = { ...inputs, policy: JSON.stringify(JSON.parse(inputs.policy), null, 2) };
    assert.deepEqual(backend().diff(inlineType, outputs, relaid).changed, []);
    const changed = { ...inputs, policy: document("Deny", "s3:Get*") };
    assert.deepEqual(backend().diff(inlineType, outputs, changed), { changed: ["policy"], replaces: [] });
    assert.equal((await backend().update(inlineType, id, outputs, changed)).policy, changed.policy);
    assert.deepEqual((await backend().read(inlineType, id))?.inputs, changed);
    await backend().delete(inlineType, id, outputs);
    assert.equal(await backend().read(inlineType, id, outputs), undefined);
  });

  it("adds a user to groups and leaves the user's other groups alone", async () => {
    await makeUser("joiner");
    for (const name of ["A", "B", "C", "Foreign"]) await makeGroup(name);
    await emulator.aws.iam.send(new AddUserToGroupCommand({ GroupName: "Foreign", UserName: "joiner" }));
    const inputs = { user: "joiner", groups: ["A", "B"] };
    const { id, outputs } = await backend().create(membershipType, "m", inputs);
    assert.deepEqual(await groupsOf("joiner"), ["A", "B", "Foreign"]);
    assert.deepEqual(backend().diff(membershipType, outputs, { ...inputs, groups: ["B", "A"] }).changed, []);
    const updated = await backend().update(membershipType, id, outputs, { ...inputs, groups: ["B", "C"] });
    assert.deepEqual(await groupsOf("joiner"), ["B", "C", "Foreign"]);
    await backend().delete(membershipType, id, updated);
    assert.deepEqual(await groupsOf("joiner"), ["Foreign"]);
  });

  it("imports a membership by user and groups, under a new id", async () => {
    await makeUser("imported");
    await makeGroup("Mine");
    await emulator.aws.iam.send(new AddUserToGroupCommand({ GroupName: "Mine", UserName: "imported" }));
    const found = await backend().read(membershipType, "imported/Mine");
    assert.deepEqual(found?.inputs, { user: "imported", groups: ["Mine"] });
    assert.match(found.id, /^terraform-/);
    await assert.rejects(backend().read(membershipType, "imported"), /unexpected format of ID/);
  });

  it("reads a membership that someone else ended as drift, and one of a deleted user as gone", async () => {
    await makeUser("leaver");
    await makeGroup("Left");
    const state = { user: "leaver", groups: ["Left"] };
    const found = await backend().read(membershipType, "x", state, state);
    assert.deepEqual(found?.inputs, { user: "leaver", groups: [] });
    assert.equal(await backend().read(membershipType, "x", { user: "nobody", groups: ["Left"] }), undefined);
  });

  it("owns the whole group with the exclusive membership", async () => {
    await makeGroup("Owned");
    for (const name of ["kept", "evicted", "added"]) await makeUser(name);
    const inputs = { name: "x", group: "Owned", users: ["kept", "evicted"] };
    const { id, outputs } = await backend().create(exclusiveType, "x", inputs);
    const updated = await backend().update(exclusiveType, id, outputs, {
      ...inputs,
      users: ["kept", "added"],
    });
    assert.deepEqual(updated.users, ["kept", "added"]);
    assert.deepEqual(await groupsOf("evicted"), []);
    await backend().delete(exclusiveType, id, updated);
    assert.deepEqual(await groupsOf("kept"), []);
  });
});

function document(effect: string, action: string): string {
  const statement = { Effect: effect, Action: action, Resource: "*" };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
