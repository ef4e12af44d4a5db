import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { startIamServer } from "../support/iamServer.ts";
import { failure, identities, only, run, value, type Registered, type Setting } from "../support/mocks.ts";

/** What the stack exports. */
interface Exports {
  readonly groupName: pulumi.Output<string>;
  readonly groupArn: pulumi.Output<string>;
  readonly signInUrl: pulumi.Input<string> | undefined;
  readonly administrators: Readonly<Record<string, pulumi.Output<object>>>;
}

let runs = 0;

/** Runs the whole program on a stack with this config. */
function deploy(config: object, setting?: Setting, secretKeys: readonly string[] = []) {
  return run(async () => {
    pulumi.runtime.setAllConfig(
      Object.fromEntries(
        Object.entries(config).map(([key, it]) => [
          key.includes(":") ? key : `iam-administrators:${key}`,
          typeof it === "string" ? it : JSON.stringify(it),
        ]),
      ),
      secretKeys.map((key) => `iam-administrators:${key}`),
    );
    runs += 1;
    try {
      return (await import(`../../index.ts?unit=${runs}`)) as Exports;
    } catch (error) {
      return { error };
    }
  }, setting);
}

async function deployed(config: object, setting?: Setting, secretKeys?: readonly string[]) {
  const { result, ...others } = await deploy(config, setting, secretKeys);
  if ("error" in result) throw result.error;
  return { outputs: result, ...others };
}

/** The reason why nothing was deployed. */
async function refused(config: object, setting?: Setting) {
  const { result, resources, calls } = await deploy(config, setting);
  assert.deepEqual(identities(resources), [], "something was registered");
  assert.ok("error" in result, "nothing was refused");
  assert.ok(pulumi.RunError.isInstance(result.error), String(result.error));
  return { message: result.error.message, calls };
}

const groupComponent = "iam-administrators:index:AdministratorGroup";
const accountComponent = "iam-administrators:index:AccountSettings";
const alarmComponent = "iam-administrators:index:RootActivityAlarm";
const ofOne = (name: string) => [
  `aws:iam/user:User ${name}`,
  `aws:iam/userGroupMembership:UserGroupMembership ${name}`,
  `aws:iam/userLoginProfile:UserLoginProfile ${name}`,
  `iam-administrators:index:Administrator ${name}`,
];
const ofGroup = [
  "aws:iam/group:Group administrators",
  "aws:iam/groupPolicy:GroupPolicy administrators",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment administrators",
  `${groupComponent} administrators`,
];
const dev = { administrators: [{ name: "Administrator" }, { name: "Admin_2", backup: true }] };
const root = "arn:aws:iam::123456789012:root";

// What this does not prove: a deployment. The end-to-end tests make one.
describe("The program", () => {
  after(() => {
    pulumi.runtime.setAllConfig({});
  });

  it("registers the group and its administrators, and nothing of the account itself", async () => {
    const { resources, calls } = await deployed(dev);
    assert.deepEqual(
      identities(resources),
      [...ofGroup, ...ofOne("Administrator"), ...ofOne("Admin_2")].sort(),
    );
    assert.deepEqual([...new Set(calls.map(({ token }) => token))].sort(), [
      "aws:iam/getGroup:getGroup",
      "aws:index/getCallerIdentity:getCallerIdentity",
      "aws:index/getPartition:getPartition",
    ]);
  });

  it("exports the group, where to sign in, and the administrators", async () => {
    const { outputs } = await deployed(dev);
    assert.deepEqual(Object.keys(outputs).sort(), ["administrators", "groupArn", "groupName", "signInUrl"]);
    assert.equal(await value(outputs.groupName), "Administrators");
    assert.equal(await value(outputs.groupArn), "arn:aws:iam::123456789012:group/Administrators");
    assert.equal(await value(outputs.signInUrl), "https://123456789012.signin.aws.amazon.com/console");
    assert.deepEqual(await value(pulumi.output(outputs.administrators)), {
      Administrator: {
        arn: "arn:aws:iam::123456789012:user/Administrator",
        mustResetPassword: true,
        initialPassword: "first password of Administrator",
      },
      Admin_2: {
        arn: "arn:aws:iam::123456789012:user/Admin_2",
        mustResetPassword: true,
        initialPassword: "first password of Admin_2",
      },
    });
  });

  it("keeps the group it had under the name of the first release, which followed group.name", async () => {
    const { resources } = await deployed({ ...dev, group: { name: "Admins", path: "/x/" } });
    assert.deepEqual(only(resources, groupComponent).options, { aliases: ["Admins"] });
    assert.deepEqual(only(resources, "aws:iam/group:Group").inputs, { name: "Admins", path: "/x/" });
  });

  for (const [partition, host] of [
    ["aws-us-gov", "signin.amazonaws-us-gov.com"],
    ["aws-cn", "signin.amazonaws.cn"],
    ["aws-eusc", undefined],
    ["aws-iso", undefined],
  ] as const) {
    it(`follows the partition ${partition} everywhere, ${host === undefined ? "without a sign-in URL" : "to its sign-in host"}`, async () => {
      const { outputs, resources } = await deployed(
        { ...dev, rootActivity: { emails: ["a@example.com"] } },
        { partition },
      );
      assert.equal(
        await value(outputs.signInUrl),
        host === undefined ? undefined : `https://123456789012.${host}/console`,
      );
      const arns = JSON.stringify(resources).match(/arn:[a-z-]+:/g) ?? [];
      assert.deepEqual([...new Set(arns)], [`arn:${partition}:`]);
    });
  }

  it("adopts an existing group, and registers nothing of it", async () => {
    const { resources, outputs } = await deployed(
      { administrators: [{ name: "a" }], group: { name: "Admins", existing: true } },
      { groups: { Admins: ["Operator", "Other"] } },
    );
    assert.deepEqual(identities(resources), [...ofOne("a"), `${groupComponent} administrators`].sort());
    assert.equal(await value(outputs.groupArn), "arn:aws:iam::123456789012:group/Admins");
  });

  it("sets up account and alarm before the group, so that a destroy stops at it before it took them", async () => {
    const { resources, outputs } = await deployed({
      ...dev,
      passwordPolicy: {},
      accountAlias: { prefix: "acme" },
      organizationRootAccess: true,
      rootActivity: { emails: ["a@example.com"] },
    });
    const ofAccount = resources.filter(({ parent }) => parent === `${accountComponent} account`);
    assert.deepEqual(identities(ofAccount), [
      "aws:iam/accountAlias:AccountAlias account",
      "aws:iam/accountPasswordPolicy:AccountPasswordPolicy account",
      "aws:iam/organizationsFeatures:OrganizationsFeatures account",
      "random:index/randomString:RandomString account",
    ]);
    const ofAlarm = resources.filter(({ parent }) => parent === `${alarmComponent} root-activity`);
    assert.deepEqual(only(resources, groupComponent).dependsOn, identities([...ofAccount, ...ofAlarm]));
    const types = resources.map(({ type }) => type);
    assert.ok(
      types.indexOf("aws:iam/accountPasswordPolicy:AccountPasswordPolicy") <
        types.indexOf("aws:iam/userLoginProfile:UserLoginProfile"),
    );
    assert.equal(await value(outputs.signInUrl), "https://acme-0a1b2c3d.signin.aws.amazon.com/console");
  });

  it("looks the account's alias up only where one is configured, to take it over", async () => {
    const { resources, outputs } = await deployed({ ...dev, accountAlias: "acme" }, { alias: "acme" });
    assert.equal(only(resources, "aws:iam/accountAlias:AccountAlias").options.import, "acme");
    assert.equal(await value(outputs.signInUrl), "https://acme.signin.aws.amazon.com/console");
  });

  it("shows policies that root deploys, and nothing of who else does", async () => {
    const deployedBy = async (config: object, caller: string) =>
      only((await deployed(config, { caller })).resources, groupComponent).inputs.deployedBy;
    assert.equal(await deployedBy({ ...dev, bootstrapAsRoot: true }, root), root);
    for (const caller of [
      "iam::123456789012:user/Operator",
      "sts::123456789012:assumed-role/deploy/run-17",
    ]) {
      assert.equal(await deployedBy(dev, `arn:aws:${caller}`), undefined);
    }
  });

  it("hands a custom password, and where the SDK finds the account, to the password's setting only", async () => {
    const iam = await startIamServer(() => ({ result: "<Account>123456789012</Account>" }));
    const { resources, outputs } = await deployed(
      {
        administrators: [{ name: "a", password: "Hunter2-Hunter2" }],
        passwordPolicy: {},
        "aws:region": "eu-west-1",
      },
      {},
      ["administrators"],
    ).finally(iam.close);
    const holding = (text: string) =>
      identities(resources.filter(({ inputs }) => JSON.stringify(inputs).includes(text)));
    const setting = "pulumi-nodejs:dynamic:Resource";
    assert.deepEqual(holding("Hunter2"), [`${setting} a`]);
    assert.deepEqual(holding("eu-west-1"), [`${setting} a`]);
    const { secretInputs, inputs } = only(resources, setting);
    assert.deepEqual(secretInputs, ["generatedPassword", "password"]);
    assert.deepEqual(inputs.sdkOptions, { region: "eu-west-1" });
    assert.deepEqual(await value(outputs.administrators.a), {
      arn: "arn:aws:iam::123456789012:user/a",
      mustResetPassword: true,
    });
  });

  it("registers the same whatever the order of the list, and in a preview with nothing known", async () => {
    const config = {
      ...dev,
      passwordPolicy: {},
      accountAlias: { prefix: "acme" },
      rootActivity: { emails: ["a@example.com"], cloudTrailLogGroup: "trail" },
    };
    const byName = (resources: readonly Registered[]) =>
      resources.toSorted((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1));
    const given = await deployed(config);
    const reversed = await deployed({ ...config, administrators: dev.administrators.toReversed() });
    const preview = await deployed(config, { preview: true });
    assert.deepEqual(byName(reversed.resources), byName(given.resources));
    assert.deepEqual(identities(preview.resources), identities(given.resources));
  });
});

describe("The program refuses, before any resource,", () => {
  after(() => {
    pulumi.runtime.setAllConfig({});
  });

  it("a bad config, without asking AWS anything", async () => {
    const { message, calls } = await refused({ administrators: [{ name: "a b" }], protekt: false });
    assert.equal(message.split("\n").length, 3);
    assert.deepEqual(calls, []);
  });

  it("to run as root", async () => {
    const { message } = await refused(dev, { caller: root });
    assert.match(
      message,
      /^arn:aws:iam::123456789012:root is the root user, and nothing is deployed as root\./,
    );
  });

  it("to remove the administrator who deploys", async () => {
    const { message } = await refused(dev, { groups: { Administrators: ["Administrator", "Operator"] } });
    assert.match(message, /^administrators: Operator, who is deploying, is a member/);
  });

  for (const [token, what] of [
    ["aws:index/getCallerIdentity:getCallerIdentity", "who deploys"],
    ["aws:index/getPartition:getPartition", "the account's partition"],
    ["aws:iam/getAccountAlias:getAccountAlias", "the account's alias"],
  ] as const) {
    it(`an account in which it cannot find out ${what}, in one sentence`, async () => {
      const denied = () => {
        throw failure("AccessDenied: not authorized");
      };
      const { message } = await refused({ ...dev, accountAlias: "acme" }, { calls: { [token]: denied } });
      assert.equal(message, `${what} cannot be found out, nothing was changed: AccessDenied: not authorized`);
    });
  }
});
