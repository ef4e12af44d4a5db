import assert from "node:assert/strict";
import {
  CreateGroupCommand,
  CreateUserCommand,
  GetAccountPasswordPolicyCommand,
  ListAccessKeysCommand,
  ListAccountAliasesCommand,
  ListAttachedUserPoliciesCommand,
  ListOrganizationsFeaturesCommand,
  AddUserToGroupCommand,
} from "@aws-sdk/client-iam";
import { createAwsBackend } from "../../../sandbox/provider/awsProvider.ts";
import { useEmulator } from "../../support/emulator.ts";

const passwordPolicyType = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy";
const aliasType = "aws:iam/accountAlias:AccountAlias";
const featuresType = "aws:iam/organizationsFeatures:OrganizationsFeatures";
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const document = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

describe("the stand-in's IAM account settings", function () {
  this.timeout(20_000);
  const emulator = useEmulator();
  const backend = () => createAwsBackend({ endpoint: emulator.endpoint });

  it("sets, changes, imports and removes the password policy", async () => {
    const inputs = backend().check(passwordPolicyType, "p", {
      minimumPasswordLength: 14,
      passwordReusePrevention: 24,
    });
    const { id, outputs } = await backend().create(passwordPolicyType, "p", inputs);
    assert.equal(id, "iam-account-password-policy");
    const { PasswordPolicy } = await emulator.aws.iam.send(new GetAccountPasswordPolicyCommand());
    assert.equal(PasswordPolicy?.MinimumPasswordLength, 14);
    assert.equal(PasswordPolicy.PasswordReusePrevention, 24);
    assert.equal(PasswordPolicy.AllowUsersToChangePassword, true);
    assert.deepEqual(backend().diff(passwordPolicyType, outputs, inputs).changed, []);
    const news = { ...inputs, minimumPasswordLength: 20, maxPasswordAge: 90 };
    const updated = await backend().update(passwordPolicyType, id, outputs, news);
    assert.equal(updated.minimumPasswordLength, 20);
    assert.equal(updated.expirePasswords, true);
    const imported = await backend().read(passwordPolicyType, id);
    assert.equal(imported?.inputs.maxPasswordAge, 90);
    await backend().delete(passwordPolicyType, id, updated);
    assert.equal(await backend().read(passwordPolicyType, id, updated), undefined);
  });

  it("sets, looks up, imports and removes the account's alias", async () => {
    await assert.rejects(backend().invoke("aws:iam/getAccountAlias:getAccountAlias", {}), /empty result/);
    const { id, outputs } = await backend().create(aliasType, "a", { accountAlias: "acme" });
    assert.equal(id, "acme");
    const { AccountAliases } = await emulator.aws.iam.send(new ListAccountAliasesCommand());
    assert.deepEqual(AccountAliases, ["acme"]);
    const found = await backend().invoke("aws:iam/getAccountAlias:getAccountAlias", {});
    assert.deepEqual(found, { id: "acme", accountAlias: "acme" });
    assert.deepEqual((await backend().read(aliasType, "acme"))?.inputs, { accountAlias: "acme" });
    assert.deepEqual(backend().diff(aliasType, outputs, { accountAlias: "b" }).replaces, ["accountAlias"]);
    await backend().delete(aliasType, "acme", outputs);
    assert.equal(await backend().read(aliasType, "acme", outputs), undefined);
  });

  it("switches central root access on, over and off", async () => {
    const enabledFeatures = ["RootCredentialsManagement"];
    const { id, outputs } = await backend().create(featuresType, "f", { enabledFeatures });
    const both = { enabledFeatures: ["RootSessions", "RootCredentialsManagement"] };
    const updated = await backend().update(featuresType, id, outputs, both);
    const { EnabledFeatures } = await emulator.aws.iam.send(new ListOrganizationsFeaturesCommand());
    assert.deepEqual(EnabledFeatures, ["RootCredentialsManagement", "RootSessions"]);
    assert.deepEqual(backend().diff(featuresType, updated, both).changed, []);
    await backend().delete(featuresType, id, updated);
    assert.equal(await backend().read(featuresType, id, updated), undefined);
  });
});

describe("the stand-in's IAM resources for policies to object to", function () {
  this.timeout(20_000);
  const emulator = useEmulator();
  const backend = () => createAwsBackend({ endpoint: emulator.endpoint });

  before(async () => {
    await emulator.aws.iam.send(new CreateUserCommand({ UserName: "alice" }));
  });

  it("makes, switches off and deletes an access key", async () => {
    const type = "aws:iam/accessKey:AccessKey";
    const { id, outputs } = await backend().create(type, "k", { user: "alice" });
    assert.equal(typeof outputs.secret, "string");
    const updated = await backend().update(type, id, outputs, { user: "alice", status: "Inactive" });
    const { AccessKeyMetadata } = await emulator.aws.iam.send(
      new ListAccessKeysCommand({ UserName: "alice" }),
    );
    assert.deepEqual(
      AccessKeyMetadata?.map(({ AccessKeyId, Status }) => [AccessKeyId, Status]),
      [[id, "Inactive"]],
    );
    await backend().delete(type, id, updated);
    assert.equal(await backend().read(type, id, updated), undefined);
  });

  it("makes, rewrites and deletes a managed policy, and attaches it to a user and a role", async () => {
    const type = "aws:iam/policy:Policy";
    const { id, outputs } = await backend().create(type, "p", { name: "everything", policy: document });
    assert.equal(id, "arn:aws:iam::123456789012:policy/everything");
    assert.deepEqual((await backend().read(type, id))?.inputs, {
      name: "everything",
      path: "/",
      policy: document,
    });
    const roleType = "aws:iam/role:Role";
    const role = await backend().create(roleType, "r", { name: "worker", assumeRolePolicy: trust });
    const onRole = { role: "worker", policyArn: id };
    const roleAttachment = await backend().create(
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "a",
      onRole,
    );
    const onUser = { user: "alice", policyArn: id };
    const attachment = await backend().create(
      "aws:iam/userPolicyAttachment:UserPolicyAttachment",
      "a",
      onUser,
    );
    const command = new ListAttachedUserPoliciesCommand({ UserName: "alice" });
    const { AttachedPolicies } = await emulator.aws.iam.send(command);
    assert.deepEqual(AttachedPolicies, [{ PolicyName: "everything", PolicyArn: id }]);
    const rewritten = document.replace('"*"', '"iam:*"');
    const updated = await backend().update(type, id, outputs, { ...outputs, policy: rewritten });
    assert.equal(updated.policy, rewritten);
    assert.equal(updated.attachmentCount, 2);
    await backend().delete("aws:iam/userPolicyAttachment:UserPolicyAttachment", attachment.id, onUser);
    await backend().delete("aws:iam/rolePolicyAttachment:RolePolicyAttachment", roleAttachment.id, onRole);
    await backend().delete(roleType, role.id, role.outputs);
    await backend().delete(type, id, updated);
    assert.equal(await backend().read(type, id, updated), undefined);
    assert.equal(await backend().read(roleType, role.id, role.outputs), undefined);
  });

  it("changes a role's trust, description and tags in place", async () => {
    const type = "aws:iam/role:Role";
    const { outputs } = await backend().create(type, "r", {
      name: "changing",
      assumeRolePolicy: trust,
      tags: { a: "1" },
    });
    const assumeRolePolicy = trust.replace("ec2", "lambda");
    const news = backend().check(type, "r", {
      name: "changing",
      assumeRolePolicy,
      description: "d",
      tags: { b: "2" },
    });
    const updated = await backend().update(type, "changing", outputs, news);
    assert.equal(updated.assumeRolePolicy, assumeRolePolicy);
    assert.equal(updated.description, "d");
    assert.deepEqual(updated.tags, { b: "2" });
    assert.deepEqual(backend().diff(type, updated, news).changed, []);
  });

  it("keeps a user's inline policy by user and name", async () => {
    const type = "aws:iam/userPolicy:UserPolicy";
    const inputs = { user: "alice", name: "inline", policy: document };
    const { id } = await backend().create(type, "p", inputs);
    assert.equal(id, "alice:inline");
    assert.deepEqual((await backend().read(type, id))?.inputs, inputs);
    await backend().delete(type, id, inputs);
    assert.equal(await backend().read(type, id, inputs), undefined);
  });
});

describe("the stand-in's functions", function () {
  this.timeout(20_000);
  const emulator = useEmulator();
  const backend = (options: { region?: string; callerArn?: string } = {}) =>
    createAwsBackend({ endpoint: emulator.endpoint, ...options });

  it("names a role's session as the caller, never root, unless told who calls", async () => {
    const token = "aws:index/getCallerIdentity:getCallerIdentity";
    const usual = await backend().invoke(token, {});
    assert.equal(usual.accountId, "123456789012");
    assert.equal(usual.arn, "arn:aws:sts::123456789012:assumed-role/Sandbox/rehearsal");
    const root = "arn:aws:iam::123456789012:root";
    assert.equal((await backend({ callerArn: root }).invoke(token, {})).arn, root);
    const inChina = await backend({ region: "cn-north-1" }).invoke(token, {});
    assert.equal(inChina.arn, "arn:aws-cn:sts::123456789012:assumed-role/Sandbox/rehearsal");
  });

  it("derives the partition from the region", async () => {
    const token = "aws:index/getPartition:getPartition";
    const partitionIn = async (region: string) => {
      const { partition, dnsSuffix } = await backend({ region }).invoke(token, {});
      return [partition, dnsSuffix];
    };
    assert.deepEqual(await partitionIn("eu-west-1"), ["aws", "amazonaws.com"]);
    assert.deepEqual(await partitionIn("us-gov-west-1"), ["aws-us-gov", "amazonaws.com"]);
    assert.deepEqual(await partitionIn("cn-northwest-1"), ["aws-cn", "amazonaws.com.cn"]);
  });

  it("makes resources in the region's partition", async () => {
    const { outputs } = await backend({ region: "us-gov-west-1" }).create("aws:iam/group:Group", "g", {
      name: "Gov",
    });
    assert.equal(outputs.arn, "arn:aws-us-gov:iam::123456789012:group/Gov");
  });

  it("answers the region", async () => {
    const found = await backend({ region: "eu-west-1" }).invoke("aws:index/getRegion:getRegion", {});
    assert.equal(found.region, "eu-west-1");
  });

  it("looks a group up with its members, and fails as the plugin does when there is none", async () => {
    const token = "aws:iam/getGroup:getGroup";
    await emulator.aws.iam.send(new CreateGroupCommand({ GroupName: "Administrators", Path: "/a/" }));
    await emulator.aws.iam.send(new CreateUserCommand({ UserName: "alice", Path: "/b/" }));
    const membership = { GroupName: "Administrators", UserName: "alice" };
    await emulator.aws.iam.send(new AddUserToGroupCommand(membership));
    const found = await backend().invoke(token, { groupName: "Administrators" });
    assert.equal(found.arn, "arn:aws:iam::123456789012:group/a/Administrators");
    const [{ userId, ...member }] = found.users as [Record<string, string>];
    assert.equal(typeof userId, "string");
    assert.deepEqual(member, {
      arn: "arn:aws:iam::123456789012:user/b/alice",
      path: "/b/",
      userName: "alice",
    });
    await assert.rejects(
      backend().invoke(token, { groupName: "Nobody" }),
      /reading IAM Group \(Nobody\): operation error IAM: GetGroup, .*NoSuchEntity/,
    );
  });

  it("looks a user up", async () => {
    const found = await backend().invoke("aws:iam/getUser:getUser", { userName: "alice" });
    assert.equal(found.arn, "arn:aws:iam::123456789012:user/b/alice");
    assert.deepEqual(found.tags, {});
  });
});
