import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { startIamServer } from "../support/iamServer.ts";
import { failure, identities, only, run, value, type Setting } from "./mocks.ts";
import { setStackConfig } from "./stackConfig.ts";

type Exports = typeof import("../../index.ts");

let runs = 0;

/** Runs the whole program on a stack with this config; what it exports, or why it stopped. */
function deploy(config: Readonly<Record<string, unknown>>, setting?: Setting) {
  return run(async () => {
    setStackConfig(config, ["administrators"]);
    runs += 1;
    return (import(`../../index.ts?unit=${runs}`) as Promise<Exports>).catch((error: unknown) => ({ error }));
  }, setting);
}

async function deployed(config: Readonly<Record<string, unknown>>, setting?: Setting) {
  const { result, ...others } = await deploy(config, setting);
  if ("error" in result) throw result.error;
  return { outputs: result, ...others };
}

const groupComponent = "iam-administrators:index:AdministratorGroup";
const dev = { administrators: [{ name: "Administrator" }, { name: "Admin_2", backup: true }] };
const root = "arn:aws:iam::123456789012:root";
const rootActivity = { emails: ["a@example.com"] };

// What this does not prove: a deployment. The end-to-end tests make one.
describe("The program", () => {
  after(() => {
    setStackConfig({});
  });

  it("registers the group and its administrators, nothing of the account itself, and exports them", async () => {
    const { outputs, resources, calls } = await deployed(dev);
    assert.deepEqual(
      identities(resources),
      [
        "aws:iam/group:Group administrators",
        "aws:iam/groupPolicy:GroupPolicy administrators",
        "aws:iam/groupPolicyAttachment:GroupPolicyAttachment administrators",
        `${groupComponent} administrators`,
        ...dev.administrators.flatMap(({ name }) => [
          `aws:iam/user:User ${name}`,
          `aws:iam/userGroupMembership:UserGroupMembership ${name}`,
          `aws:iam/userLoginProfile:UserLoginProfile ${name}`,
          `iam-administrators:index:Administrator ${name}`,
        ]),
      ].sort(),
    );
    assert.deepEqual([...new Set(calls.map(({ token }) => token))].sort(), [
      "aws:iam/getGroup:getGroup",
      "aws:index/getCallerIdentity:getCallerIdentity",
      "aws:index/getPartition:getPartition",
    ]);
    const ofAdministrator = (name: string) => ({
      arn: `arn:aws:iam::123456789012:user/${name}`,
      mustResetPassword: true,
      initialPassword: `first password of ${name}`,
    });
    assert.deepEqual(await value(pulumi.output({ ...outputs })), {
      groupName: "Administrators",
      groupArn: "arn:aws:iam::123456789012:group/Administrators",
      signInUrl: "https://123456789012.signin.aws.amazon.com/console",
      administrators: {
        Administrator: ofAdministrator("Administrator"),
        Admin_2: ofAdministrator("Admin_2"),
      },
    });
  });

  it("follows the partition everywhere, without a sign-in URL where the host is not known", async () => {
    const { outputs, resources } = await deployed({ ...dev, rootActivity }, { partition: "aws-eusc" });
    assert.equal(outputs.signInUrl, undefined);
    const arns = JSON.stringify(resources).match(/arn:[a-z-]+:/g) ?? [];
    assert.deepEqual([...new Set(arns)], ["arn:aws-eusc:"]);
  });

  it("sets up account and alarm before the group, so that a destroy stops at it before it took them", async () => {
    const { resources, outputs } = await deployed({
      ...{ ...dev, passwordPolicy: {}, accountAlias: { prefix: "acme" } },
      ...{ organizationRootAccess: true, rootActivity },
    });
    const childrenOf = (component: string) =>
      identities(resources.filter(({ parent }) => parent === `iam-administrators:index:${component}`));
    const ofAccount = childrenOf("AccountSettings account");
    assert.deepEqual(ofAccount, [
      "aws:iam/accountAlias:AccountAlias account",
      "aws:iam/accountPasswordPolicy:AccountPasswordPolicy account",
      "aws:iam/organizationsFeatures:OrganizationsFeatures account",
      "random:index/randomString:RandomString account",
    ]);
    const ofAlarm = childrenOf("RootActivityAlarm root-activity");
    assert.deepEqual(only(resources, groupComponent).dependsOn, [...ofAccount, ...ofAlarm].sort());
    assert.equal(await value(outputs.signInUrl), "https://acme-0a1b2c3d.signin.aws.amazon.com/console");
  });

  it("shows policies that root deploys, and nothing of who else does", async () => {
    const deployedBy = async (caller: string) => {
      const { resources } = await deployed({ ...dev, bootstrapAsRoot: true }, { caller });
      return only(resources, groupComponent).inputs.deployedBy;
    };
    assert.equal(await deployedBy(root), root);
    assert.equal(await deployedBy("arn:aws:iam::123456789012:user/Operator"), undefined);
    assert.equal(await deployedBy("arn:aws:sts::123456789012:assumed-role/deploy/run-17"), undefined);
  });

  it("hands a custom password, and where the SDK finds the account, to the password's setting only", async () => {
    const iam = await startIamServer(() => ({ result: "<Account>123456789012</Account>" }));
    const folderBefore = process.cwd();
    const folder = await mkdtemp(join(tmpdir(), "index-"));
    process.chdir(folder);
    await writeFile("Pulumi.test.yaml", "config: { administrators: { secure: AAABAHk= } }");
    const { resources, outputs } = await deployed({
      administrators: [{ name: "a", password: "Hunter2-Hunter2" }],
      passwordPolicy: {},
      "aws:region": "eu-west-1",
    }).finally(async () => {
      await iam.close();
      process.chdir(folderBefore);
      await rm(folder, { recursive: true });
    });
    assert.deepEqual(iam.requests, [{ Action: "GetCallerIdentity" }, { Action: "GetAccountPasswordPolicy" }]);
    const holding = (text: string) =>
      identities(resources.filter(({ inputs }) => JSON.stringify(inputs).includes(text)));
    const setting = "pulumi-nodejs:dynamic:Resource";
    assert.deepEqual(holding("Hunter2"), [`${setting} a`]);
    assert.deepEqual(holding("eu-west-1"), [`${setting} a`]);
    const { secretInputs, inputs } = only(resources, setting);
    assert.deepEqual(secretInputs, ["generatedPassword", "password", "sdkOptions"]);
    assert.deepEqual(inputs.sdkOptions, { region: "eu-west-1", accountId: "123456789012" });
    assert.deepEqual(await value(outputs.administrators.a), {
      arn: "arn:aws:iam::123456789012:user/a",
      mustResetPassword: true,
    });
  });

  /** Why it stopped, before any resource. */
  async function refusal(setting: Setting, more: object = {}) {
    const { result, resources, calls } = await deploy({ ...dev, accountAlias: "acme", ...more }, setting);
    assert.deepEqual(identities(resources), []);
    assert.ok("error" in result && pulumi.RunError.isInstance(result.error));
    return { message: result.error.message, calls };
  }

  it("refuses a bad config before it asks AWS anything", async () => {
    const { message, calls } = await refusal({}, { administrators: [{ name: "a b" }], protekt: false });
    assert.match(message, /^the stack config has 2 problems/);
    assert.deepEqual(calls, []);
  });

  it("refuses an account that does not tell what it must know, in one sentence", async () => {
    const denied = () => {
      throw failure("AccessDenied: not authorized");
    };
    for (const [what, token] of [
      ["who deploys", "aws:index/getCallerIdentity:getCallerIdentity"],
      ["the account's partition", "aws:index/getPartition:getPartition"],
      ["the account's alias", "aws:iam/getAccountAlias:getAccountAlias"],
    ] as const) {
      const { message } = await refusal({ calls: { [token]: denied } });
      assert.equal(message, `${what} cannot be found out: AccessDenied: not authorized`);
    }
  });

  it("says what to do next where the credentials are spent, or AWS is out of order", async () => {
    for (const [details, says] of [
      ["operation error STS: GetCallerIdentity, StatusCode: 403, api error ExpiredToken: ...", /aws login/],
      ["operation error STS: GetCallerIdentity, StatusCode: 503, ServiceUnavailable", /run the .* again/],
    ] as const) {
      const getCallerIdentity = () => {
        throw failure(details);
      };
      const calls = { "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity };
      const [cause, step = ""] = (await refusal({ calls })).message.split("\n");
      assert.equal(cause, `who deploys cannot be found out: ${details}`);
      assert.match(step, says);
    }
  });
});
