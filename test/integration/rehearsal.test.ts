import assert from "node:assert/strict";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeMetricFiltersCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListRulesCommand, ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  GetAccountPasswordPolicyCommand,
  GetGroupPolicyCommand,
  ListAccountAliasesCommand,
} from "@aws-sdk/client-iam";
import { ListSubscriptionsCommand, ListTopicsCommand } from "@aws-sdk/client-sns";
import { requireMfaPolicy } from "../../components/policyDocuments.ts";
import { awsClients, useEmulator } from "../support/emulator.ts";
import { rehearseInProcess, type RehearsalOptions, type RehearsalRun } from "../support/inProcess.ts";
import { contentsOf, currentPassword, emptyAccount } from "../support/stackAccount.ts";

const administrators = [
  { name: "Administrator", email: "administrator@example.com", tags: { team: "platform" } },
  { name: "Admin_2", path: "/backup/", backup: true },
];
const administratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess";

// What these tests do not prove: anything that the engine decides. There is no state here, so no diff, no second
// update, no replacement and no deletion; test/e2e has those.
describe("the program, rehearsed in process without the engine", function () {
  this.timeout(120_000);
  const emulator = useEmulator();
  beforeEach(async () => {
    await fetch(`${emulator.endpoint}/moto-api/reset`, { method: "POST" });
  });

  const rehearse = (config: RehearsalOptions["config"], options: Partial<RehearsalOptions> = {}) =>
    rehearseInProcess({ config, endpoint: emulator.endpoint, ...options });

  async function assertStopped(run: RehearsalRun): Promise<void> {
    assert.deepEqual(run.outputs, {});
    assert.deepEqual(await contentsOf(emulator.aws.iam), emptyAccount);
  }

  it("creates the group, its policies and the administrators", async () => {
    const run = await rehearse({ administrators });
    assert.deepEqual(run.errors, []);
    assert.deepEqual(await contentsOf(emulator.aws.iam), {
      users: {
        Admin_2: {
          path: "/backup/",
          tags: { backup: "true" },
          groups: ["Administrators"],
          password: "to be changed",
        },
        Administrator: {
          path: "/",
          tags: { email: "administrator@example.com", team: "platform" },
          groups: ["Administrators"],
          password: "to be changed",
        },
      },
      groups: { Administrators: { path: "/", attached: [administratorAccess], inline: ["RequireMfa"] } },
    });
    const { PolicyDocument = "" } = await emulator.aws.iam.send(
      new GetGroupPolicyCommand({ GroupName: "Administrators", PolicyName: "RequireMfa" }),
    );
    assert.deepEqual(JSON.parse(decodeURIComponent(PolicyDocument)), requireMfaPolicy("aws"));
  });

  it("says what it made, and shows no initial password", async () => {
    const run = await rehearse({ administrators });
    const { administrators: outputs, ...rest } = run.outputs;
    assert.deepEqual(rest, {
      groupArn: "arn:aws:iam::123456789012:group/Administrators",
      groupName: "Administrators",
      signInUrl: "https://123456789012.signin.aws.amazon.com/console",
    });
    assert.deepEqual(outputs, {
      Admin_2: {
        arn: "arn:aws:iam::123456789012:user/backup/Admin_2",
        mustResetPassword: true,
        initialPassword: "[secret]",
      },
      Administrator: {
        arn: "arn:aws:iam::123456789012:user/Administrator",
        mustResetPassword: true,
        initialPassword: "[secret]",
      },
    });
    assert.equal(run.printed, "");
    assert.ok(run.log.includes("  create aws:iam/user:User Admin_2"));
    assert.deepEqual([...new Set(run.findings.map(({ policy }) => policy))].sort(), [
      "initial-password-encrypted",
      "pinned-account",
    ]);
  });

  it("makes an administrator without console access without a password", async () => {
    const run = await rehearse({
      administrators: [...administrators, { name: "robot", consoleAccess: false }],
    });
    assert.deepEqual(run.errors, []);
    const { users } = await contentsOf(emulator.aws.iam);
    assert.deepEqual(users.robot, { path: "/", tags: {}, groups: ["Administrators"], password: "none" });
  });

  it("attaches the partition's own policy and names its sign-in host", async () => {
    const run = await rehearse({ "aws:region": "cn-north-1", administrators });
    assert.deepEqual(run.errors, []);
    assert.equal(run.outputs.signInUrl, "https://123456789012.signin.amazonaws.cn/console");
    const { groups } = await contentsOf(awsClients(emulator.endpoint, "cn-north-1").iam);
    assert.deepEqual(groups.Administrators?.attached, ["arn:aws-cn:iam::aws:policy/AdministratorAccess"]);
  });

  it("tags what it makes with the provider's default tags", async () => {
    const run = await rehearse({
      "aws:defaultTags": { tags: { team: "platform" } },
      administrators: [{ name: "Alice" }],
    });
    assert.deepEqual(run.errors, []);
    const { users } = await contentsOf(emulator.aws.iam);
    assert.deepEqual(users.Alice?.tags, { team: "platform" });
  });

  it("sets the account up where the config asks for it", async () => {
    const run = await rehearse(
      {
        administrators,
        passwordPolicy: { maxAgeDays: 90 },
        accountAlias: { prefix: "example" },
        rootActivity: { emails: ["security@example.com"], cloudTrailLogGroup: "trail" },
        organizationRootAccess: true,
      },
      { seed: true },
    );
    assert.deepEqual(run.errors, []);
    assert.deepEqual(run.made, ["log group trail"]);
    const { cloudWatch, events, iam, logs, sns } = emulator.aws;
    const { PasswordPolicy } = await iam.send(new GetAccountPasswordPolicyCommand());
    assert.equal(PasswordPolicy?.MinimumPasswordLength, 14);
    assert.equal(PasswordPolicy.PasswordReusePrevention, 24);
    assert.equal(PasswordPolicy.MaxPasswordAge, 90);
    const { AccountAliases } = await iam.send(new ListAccountAliasesCommand());
    assert.match(AccountAliases?.[0] ?? "", /^example-[a-z0-9]{8}$/);
    assert.equal(run.outputs.signInUrl, `https://${AccountAliases?.[0] ?? ""}.signin.aws.amazon.com/console`);
    const { Topics: [topic] = [] } = await sns.send(new ListTopicsCommand());
    assert.match(topic?.TopicArn ?? "", /^arn:aws:sns:us-east-1:123456789012:root-activity-[0-9a-f]{7}$/);
    const { Subscriptions } = await sns.send(new ListSubscriptionsCommand());
    assert.deepEqual(
      Subscriptions?.map(({ Endpoint }) => Endpoint),
      ["security@example.com"],
    );
    const { Rules: [rule] = [] } = await events.send(new ListRulesCommand());
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: rule?.Name }));
    assert.deepEqual(
      Targets?.map(({ Arn }) => Arn),
      [topic?.TopicArn],
    );
    const { metricFilters } = await logs.send(new DescribeMetricFiltersCommand({ logGroupName: "trail" }));
    assert.equal(metricFilters?.length, 3);
    const { MetricAlarms } = await cloudWatch.send(new DescribeAlarmsCommand());
    assert.equal(MetricAlarms?.length, 2);
  });

  it("sets a custom initial password", async () => {
    const secure = { secure: "ciphertext of another backend" };
    const run = await rehearse({ administrators: [{ name: "Administrator", password: secure }] });
    assert.deepEqual(run.errors, []);
    const { users } = await contentsOf(emulator.aws.iam);
    assert.equal(users.Administrator?.password, "to be changed");
    // Nobody here can decrypt the user's own, so that the sandbox invents one that begins like this.
    assert.match((await currentPassword(emulator.endpoint, "Administrator")) ?? "", /^Aa1!.{32}$/);
  });

  it("takes over a user that was made by hand, with its password and its foreign tags", async () => {
    const { iam } = emulator.aws;
    await iam.send(
      new CreateUserCommand({ UserName: "Administrator", Tags: [{ Key: "made", Value: "by hand" }] }),
    );
    await iam.send(
      new CreateLoginProfileCommand({ UserName: "Administrator", Password: "Made-by-hand-4711" }),
    );
    const run = await rehearse({
      administrators: [{ ...administrators[0], import: true }, administrators[1]],
    });
    assert.deepEqual(run.errors, []);
    const { users } = await contentsOf(iam);
    assert.deepEqual(users.Administrator, {
      path: "/",
      tags: { made: "by hand" },
      groups: ["Administrators"],
      password: "kept",
    });
    const outputs = run.outputs.administrators as Record<string, object>;
    assert.deepEqual(outputs.Administrator, { arn: "arn:aws:iam::123456789012:user/Administrator" });
  });

  it("makes beforehand what the config says is there: the adopted group and the users to take over", async () => {
    const run = await rehearse(
      {
        group: { name: "Admins", existing: true },
        administrators: [{ name: "Administrator", import: true }, administrators[1]],
      },
      { seed: true },
    );
    assert.deepEqual(run.made, ["group Admins", "user Administrator"]);
    assert.deepEqual(run.errors, []);
    const { groups, users } = await contentsOf(emulator.aws.iam);
    assert.deepEqual(groups, { Admins: { path: "/", attached: [], inline: [] } });
    assert.deepEqual(users.Administrator?.groups, ["Admins"]);
    assert.deepEqual(users.Admin_2?.groups, ["Admins"]);
    assert.doesNotMatch(run.log.join("\n"), /aws:iam\/group:Group/);
  });

  it("leaves the members that an adopted group has alone", async () => {
    const { iam } = emulator.aws;
    await iam.send(new CreateGroupCommand({ GroupName: "Admins" }));
    await iam.send(new CreateUserCommand({ UserName: "foreign" }));
    await iam.send(new AddUserToGroupCommand({ GroupName: "Admins", UserName: "foreign" }));
    const run = await rehearse({ group: { name: "Admins", existing: true }, administrators });
    assert.deepEqual(run.errors, []);
    const { users } = await contentsOf(iam);
    assert.deepEqual(
      Object.values(users).map(({ groups }) => groups),
      [["Admins"], ["Admins"], ["Admins"]],
    );
  });

  const violations = [
    {
      what: "an administrator named root, though the others come first",
      config: { administrators: [...administrators, { name: "ROOT" }] },
      rule: "no-root-usage",
    },
    {
      what: "a password that need not be changed",
      config: { administrators: [administrators[0], { name: "Admin_2", passwordResetRequired: false }] },
      rule: "password-reset-required",
    },
    {
      what: "administrators who need no MFA",
      config: { administrators, requireMfa: false },
      rule: "mfa-required",
    },
  ];
  for (const { what, config, rule } of violations) {
    it(`says what the policy pack would stop: ${what}`, async () => {
      const run = await rehearse(config);
      assert.deepEqual(run.errors, []);
      assert.deepEqual(
        new Set(run.findings.filter(({ mandatory }) => mandatory).map(({ policy }) => policy)),
        new Set([rule]),
      );
    });
  }

  it("stops before anything is created: a deployment as root", async () => {
    const run = await rehearse({ administrators }, { callerArn: "arn:aws:iam::123456789012:root" });
    await assertStopped(run);
    assert.equal(run.errors.length, 1);
    assert.match(run.errors[0] ?? "", /is the root user, and nothing is deployed as root/);
  });

  it("stops before anything is created: a config with mistakes, all of them listed at once", async () => {
    const run = await rehearse({ administrators: [{ name: "a b" }, { name: "Admin_2", paswordLength: 4 }] });
    await assertStopped(run);
    assert.equal(run.errors.length, 1);
    assert.match(
      run.errors[0] ?? "",
      /administrators\[0\]\.name "a b": .*\n.*administrators\[1\]\.paswordLength/,
    );
    assert.doesNotMatch(run.errors[0] ?? "", /^\s+at /m);
  });

  it("says what AWS answers when a name is taken", async () => {
    await emulator.aws.iam.send(new CreateUserCommand({ UserName: "Administrator" }));
    const run = await rehearse({ administrators });
    assert.match(run.errors.join("\n"), /Administrator.*EntityAlreadyExists/);
  });
});
