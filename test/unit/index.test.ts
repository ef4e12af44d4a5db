import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { failure, identities, only, run, value, type Account, type Registered } from "../support/mocks.ts";

/** What the stack exports. */
interface Exports {
  readonly groupName: pulumi.Output<string>;
  readonly groupArn: pulumi.Output<string>;
  readonly signInUrl: pulumi.Input<string>;
  readonly administrators: Readonly<Record<string, Readonly<Record<string, pulumi.Input<unknown>>>>>;
}

let runs = 0;

/** Runs the whole program on a stack with this config. */
function deploy(config: object, account?: Account, secretKeys: readonly string[] = []) {
  return run(async () => {
    pulumi.runtime.setAllConfig(
      Object.fromEntries(
        Object.entries(config).map(([key, it]) => [
          `iam-administrators:${key}`,
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
  }, account);
}

async function deployed(config: object, account?: Account, secretKeys?: readonly string[]) {
  const { result, ...others } = await deploy(config, account, secretKeys);
  if ("error" in result) throw result.error;
  return { outputs: result, ...others };
}

/** The reason why nothing was deployed. */
async function refused(config: object, account?: Account) {
  const { result, resources, calls } = await deploy(config, account);
  assert.deepEqual(identities(resources), [], "something was registered");
  assert.ok("error" in result, "nothing was refused");
  assert.ok(pulumi.RunError.isInstance(result.error), String(result.error));
  return { message: result.error.message, calls };
}

const administrator = "iam-administrators:index:Administrator";
const ofOne = (name: string) => [
  `aws:iam/user:User ${name}`,
  `aws:iam/userGroupMembership:UserGroupMembership ${name}`,
  `aws:iam/userLoginProfile:UserLoginProfile ${name}`,
  `${administrator} ${name}`,
];
const ofGroup = (name: string) => [
  `aws:iam/group:Group ${name}`,
  `aws:iam/groupPolicy:GroupPolicy ${name}`,
  `aws:iam/groupPolicyAttachment:GroupPolicyAttachment ${name}`,
  `iam-administrators:index:AdministratorGroup ${name}`,
];
const dev = { administrators: [{ name: "Administrator" }, { name: "Admin_2", backup: true }] };

// What this does not prove: a deployment. The integration and end-to-end tests make one.
describe("The program", () => {
  after(() => {
    pulumi.runtime.setAllConfig({});
  });

  it("registers the group and its administrators, and nothing of the account itself", async () => {
    const { resources, calls } = await deployed(dev);
    assert.deepEqual(
      identities(resources),
      [...ofGroup("Administrators"), ...ofOne("Administrator"), ...ofOne("Admin_2")].sort(),
    );
    assert.deepEqual([...new Set(calls.map(({ token }) => token))].sort(), [
      "aws:iam/getGroup:getGroup",
      "aws:index/getCallerIdentity:getCallerIdentity",
      "aws:index/getPartition:getPartition",
    ]);
  });

  it("exports the group, where to sign in, and the administrators, of all this only the passwords as secrets", async () => {
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
    const { arn, mustResetPassword, initialPassword } = outputs.administrators.Admin_2 ?? {};
    assert.equal(await pulumi.isSecret(pulumi.output(initialPassword)), true);
    assert.equal(await pulumi.isSecret(pulumi.output(arn)), false);
    assert.equal(await pulumi.isSecret(pulumi.output(mustResetPassword)), false);
  });

  it("exports no password where there is none to hand over", async () => {
    const { outputs } = await deployed({
      administrators: [
        { name: "a" },
        { name: "no-console", consoleAccess: false },
        { name: "imported", import: true },
      ],
    });
    assert.deepEqual(
      Object.fromEntries(Object.entries(outputs.administrators).map(([name, it]) => [name, Object.keys(it)])),
      {
        a: ["arn", "mustResetPassword", "initialPassword"],
        "no-console": ["arn", "mustResetPassword"],
        imported: ["arn", "mustResetPassword"],
      },
    );
  });

  it("registers the same whatever the order of the list", async () => {
    const byName = (resources: readonly Registered[]) =>
      resources.toSorted((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1));
    const [given, reversed] = [
      await deployed(dev),
      await deployed({ administrators: dev.administrators.toReversed() }),
    ];
    assert.deepEqual(byName(reversed.resources), byName(given.resources));
  });

  for (const [partition, host] of [
    ["aws-us-gov", "signin.amazonaws-us-gov.com"],
    ["aws-cn", "signin.amazonaws.cn"],
  ] as const) {
    it(`follows the partition ${partition} everywhere`, async () => {
      const { outputs, resources } = await deployed(
        { ...dev, rootActivity: { emails: ["a@example.com"] } },
        { partition },
      );
      assert.equal(await value(outputs.signInUrl), `https://123456789012.${host}/console`);
      assert.doesNotMatch(JSON.stringify(resources), /arn:aws:/);
    });
  }

  it("adopts an existing group, and registers nothing of it", async () => {
    const { resources, outputs } = await deployed(
      { administrators: [{ name: "a" }], group: { name: "Admins", existing: true } },
      { groups: { Admins: ["Operator", "Other"] } },
    );
    assert.deepEqual(
      identities(resources),
      [...ofOne("a"), "iam-administrators:index:AdministratorGroup Admins"].sort(),
    );
    assert.equal(await value(outputs.groupArn), "arn:aws:iam::123456789012:group/Admins");
  });

  it("sets up the account before the first administrator, where it is configured", async () => {
    const { resources, outputs } = await deployed({
      ...dev,
      passwordPolicy: {},
      accountAlias: { prefix: "acme" },
      organizationRootAccess: true,
    });
    assert.deepEqual(
      identities(resources),
      [
        ...ofGroup("Administrators"),
        ...ofOne("Administrator"),
        ...ofOne("Admin_2"),
        "iam-administrators:index:AccountSettings account",
        "aws:iam/accountPasswordPolicy:AccountPasswordPolicy account",
        "aws:iam/accountAlias:AccountAlias account",
        "aws:iam/organizationsFeatures:OrganizationsFeatures account",
        "random:index/randomString:RandomString account",
      ].sort(),
    );
    const group = only(resources, "iam-administrators:index:AdministratorGroup");
    assert.ok(group.dependsOn.includes("aws:iam/accountPasswordPolicy:AccountPasswordPolicy account"));
    const types = resources.map(({ type }) => type);
    assert.ok(
      types.indexOf("aws:iam/accountPasswordPolicy:AccountPasswordPolicy") <
        types.indexOf("aws:iam/userLoginProfile:UserLoginProfile"),
    );
    assert.equal(await value(outputs.signInUrl), "https://acme-0a1b2c3d.signin.aws.amazon.com/console");
  });

  it("looks the account's alias up only where one is configured, to take it over", async () => {
    const alias = "aws:iam/accountAlias:AccountAlias";
    const same = await deployed({ ...dev, accountAlias: "acme" }, { alias: "acme" });
    assert.equal(only(same.resources, alias).options.import, "acme");
    assert.equal(await value(same.outputs.signInUrl), "https://acme.signin.aws.amazon.com/console");
    const first = await deployed({ ...dev, accountAlias: "acme" });
    assert.equal(only(first.resources, alias).options.import, undefined);
  });

  it("shows policies who deploys, and of a role nothing that changes from run to run", async () => {
    const deployedBy = async (caller: string) =>
      only((await deployed(dev, { caller })).resources, "iam-administrators:index:AdministratorGroup").inputs
        .deployedBy;
    assert.equal(
      await deployedBy("arn:aws:iam::123456789012:user/Operator"),
      "arn:aws:iam::123456789012:user/Operator",
    );
    assert.equal(
      await deployedBy("arn:aws:sts::123456789012:assumed-role/deploy/run-17"),
      "arn:aws:sts::123456789012:assumed-role/deploy",
    );
  });

  it("tells of root's activity where addresses are configured", async () => {
    const { resources } = await deployed({ ...dev, rootActivity: { emails: ["a@example.com"] } });
    assert.equal(only(resources, "iam-administrators:index:RootActivityAlarm").name, "root-activity");
    assert.equal(only(resources, "aws:sns/topicSubscription:TopicSubscription").name, "a@example.com");
  });

  it("hands a custom password to its profile and to nothing else", async () => {
    const { resources, outputs } = await deployed(
      { administrators: [{ name: "a", password: "Hunter2-Hunter2" }], passwordPolicy: {} },
      {},
      ["administrators"],
    );
    const holding = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("Hunter2"));
    assert.deepEqual(identities(holding), ["pulumi-nodejs:dynamic:Resource a"]);
    assert.deepEqual(holding[0]?.secretInputs, ["password"]);
    assert.deepEqual(Object.keys(outputs.administrators.a ?? {}), ["arn", "mustResetPassword"]);
  });

  it("registers the same in a preview, where nothing that AWS computes is known", async () => {
    const config = {
      ...dev,
      passwordPolicy: {},
      accountAlias: { prefix: "acme" },
      rootActivity: { emails: ["a@example.com"], cloudTrailLogGroup: "trail" },
    };
    const [preview, update] = [await deployed(config, { preview: true }), await deployed(config)];
    assert.deepEqual(identities(preview.resources), identities(update.resources));
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
    const { message } = await refused(dev, { caller: "arn:aws:iam::123456789012:root" });
    assert.match(
      message,
      /^arn:aws:iam::123456789012:root is the root user, and nothing is deployed as root\./,
    );
  });

  it("to remove the administrator who deploys", async () => {
    const { message } = await refused(dev, { groups: { Administrators: ["Administrator", "Operator"] } });
    assert.match(message, /^administrators: Operator, who is deploying, is a member/);
  });

  it("a partition whose sign-in host is not known", async () => {
    const { result, resources } = await deploy(
      { ...dev, rootActivity: { emails: ["a@example.com"] } },
      { partition: "aws-iso" },
    );
    assert.deepEqual(identities(resources), []);
    assert.ok("error" in result);
    assert.match(String(result.error), /the sign-in host of the partition aws-iso is not known$/);
  });

  for (const [token, what] of [
    ["aws:index/getCallerIdentity:getCallerIdentity", "who deploys"],
    ["aws:index/getPartition:getPartition", "the account's partition"],
    ["aws:iam/getGroup:getGroup", "whether there is a group Administrators"],
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

  it("nothing of that, when root makes the first administrators as configured", async () => {
    const { resources } = await deployed(
      { ...dev, bootstrapAsRoot: true },
      { caller: "arn:aws:iam::123456789012:root" },
    );
    assert.equal(resources.length, 12);
    assert.equal(
      only(resources, "iam-administrators:index:AdministratorGroup").inputs.deployedBy,
      "arn:aws:iam::123456789012:root",
    );
  });
});
