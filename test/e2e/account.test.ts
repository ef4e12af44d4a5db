import assert from "node:assert/strict";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { CreateLogGroupCommand, DescribeMetricFiltersCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListRulesCommand, ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import { ListSubscriptionsCommand, ListTopicsCommand } from "@aws-sdk/client-sns";
import * as patterns from "../../components/alarmPatterns.ts";
import { awsClients } from "../support/emulator.ts";
import { useEngine, type TestStack } from "../support/stack.ts";
import { emptyAccount } from "../support/stackAccount.ts";
import { assertRefused, assertSteps, assertSucceeded, assertUnchanged } from "../support/stackAsserts.ts";
import { stopAtFirstFailure } from "../support/stopAtFirstFailure.ts";

const administrators = [{ name: "Administrator" }, { name: "Admin_2", backup: true }];

describe("the account around the administrators", function () {
  this.timeout(180_000);
  const engine = useEngine({ sharesPlugins: true });
  stopAtFirstFailure();
  let stack: TestStack;

  describe("its password policy, alias and central root access", () => {
    const policy = async () => {
      const { PasswordPolicy } = await engine.iam.getAccountPasswordPolicy();
      const { ExpirePasswords, MaxPasswordAge, ...rest } = PasswordPolicy ?? {};
      return { ...rest, ...(ExpirePasswords && { MaxPasswordAge }) };
    };
    const aliases = async () => (await engine.iam.listAccountAliases()).AccountAliases;
    const features = async () => (await engine.iam.listOrganizationsFeatures()).EnabledFeatures?.sort();
    const strict = {
      AllowUsersToChangePassword: true,
      HardExpiry: false,
      MinimumPasswordLength: 14,
      PasswordReusePrevention: 24,
      RequireLowercaseCharacters: true,
      RequireNumbers: true,
      RequireSymbols: true,
      RequireUppercaseCharacters: true,
    };

    it("are as the config says, the policy CIS's and there before the first password", async () => {
      const config = {
        administrators,
        passwordPolicy: {},
        accountAlias: "example",
        organizationRootAccess: true,
      };
      stack = await engine.stack(config);
      // It is taken over.
      await engine.iam.createAccountAlias({ AccountAlias: "example" });
      const { steps } = await stack.deploy(undefined, { policies: true });
      assert.ok(steps.includes("import AccountAlias account"), steps.join("\n"));
      const [made, needed] = ["AccountPasswordPolicy account", "UserLoginProfile Administrator"];
      assert.ok(steps.indexOf(`create ${made}`) < steps.indexOf(`create ${needed}`));
      assert.deepEqual(await policy(), strict);
      assert.deepEqual(await aliases(), ["example"]);
      assert.equal((await stack.outputs()).signInUrl, "https://example.signin.aws.amazon.com/console");
      assert.deepEqual(await features(), ["RootCredentialsManagement", "RootSessions"]);
      assertUnchanged(await stack.up({ refresh: true }));
    });

    it("change without touching the administrators", async () => {
      await stack.configure({
        administrators,
        passwordPolicy: { minimumLength: 20, maxAgeDays: 90 },
        accountAlias: "example-other",
      });
      assertSteps(await stack.up(), [
        "create-replacement AccountAlias account",
        "delete OrganizationsFeatures account",
        "delete-replaced AccountAlias account",
        "replace AccountAlias account",
        "update AccountPasswordPolicy account",
        "update AccountSettings account",
      ]);
      assert.deepEqual(await policy(), { ...strict, MinimumPasswordLength: 20, MaxPasswordAge: 90 });
      assert.deepEqual(await aliases(), ["example-other"]);
      assert.deepEqual(await features(), []);
    });

    it("are set right again when someone weakened them, and relaxed by an edit, which is meant", async () => {
      await engine.iam.updateAccountPasswordPolicy({ MinimumPasswordLength: 6, MaxPasswordAge: 90 });
      // With its key, the age goes.
      const passwordPolicy = { minimumLength: 10 };
      await stack.deploy(
        { administrators, passwordPolicy, accountAlias: "example-other" },
        { refresh: true },
      );
      assert.deepEqual(await policy(), { ...strict, MinimumPasswordLength: 10 });
    });

    it("stay when they are taken out of the config", async () => {
      await stack.deploy({ administrators });
      assert.deepEqual(await policy(), { ...strict, MinimumPasswordLength: 10 });
      assert.deepEqual(await aliases(), ["example-other"]);
      const { signInUrl } = await stack.outputs();
      assert.equal(signInUrl, "https://123456789012.signin.aws.amazon.com/console");
    });

    it("keep the alias's random suffix for the stack's life", async () => {
      const accountAlias = { prefix: "example" };
      await stack.deploy({ administrators, accountAlias });
      const [first = ""] = (await aliases()) ?? [];
      assert.match(first, /^example-[a-z0-9]{8}$/);
      await stack.deploy({ administrators: [...administrators, { name: "Admin_3" }], accountAlias });
      assert.deepEqual(await aliases(), [first]);
      const { signInUrl } = await stack.outputs();
      assert.equal(signInUrl, `https://${first}.signin.aws.amazon.com/console`);
    });
  });

  describe("its alarm on root activity", () => {
    const config = (...emails: readonly string[]) => ({
      "aws:region": "eu-west-1",
      administrators,
      rootActivity: { emails, cloudTrailLogGroup: "trail" },
    });
    const told = async () => {
      const { Subscriptions = [] } = await engine.aws.sns.send(new ListSubscriptionsCommand());
      return Subscriptions.map(({ Endpoint }) => Endpoint).sort();
    };

    it("is in us-east-1, whatever the stack's region", async () => {
      stack = await engine.stack(config("security@example.com"));
      const { cloudWatch, events, iam, logs, sns } = engine.aws;
      await iam.createAccountAlias({ AccountAlias: "by-hand" });
      await iam.updateAccountPasswordPolicy({ MinimumPasswordLength: 8 });
      await logs.send(new CreateLogGroupCommand({ logGroupName: "trail" }));
      await stack.deploy(undefined, { policies: true });
      const { Topics = [] } = await sns.send(new ListTopicsCommand());
      const topicArn = Topics[0]?.TopicArn ?? "";
      assert.match(topicArn, /^arn:aws:sns:us-east-1:123456789012:root-activity-[0-9a-f]{7}$/);
      assert.equal(Topics.length, 1);
      assert.deepEqual(await told(), ["security@example.com"]);

      const { Rules = [] } = await events.send(new ListRulesCommand());
      const [{ Name, EventPattern = "", State } = {}] = Rules;
      // What they match is shown in test/unit/alarmPatterns.test.ts.
      assert.deepEqual(JSON.parse(EventPattern), patterns.rootEventPattern);
      assert.match(State ?? "", /^ENABLED/);
      const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
      const targets = Targets?.map(({ Arn }) => Arn);
      assert.deepEqual(targets, [topicArn]);

      const { metricFilters = [] } = await logs.send(
        new DescribeMetricFiltersCommand({ logGroupName: "trail" }),
      );
      const filters = metricFilters.map(({ filterPattern, metricTransformations: [metric] = [] }) => {
        return [metric?.metricName, filterPattern];
      });
      assert.deepEqual(filters.sort(), [
        ["BackupAdministratorSignIn", patterns.signInPattern("123456789012", "Admin_2")],
        ["RootAccountUsage", patterns.assumedRootPattern],
        ["RootAccountUsage", patterns.cisRootPattern],
      ]);
      const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand());
      const alarms = MetricAlarms.map(({ MetricName, Statistic, Period, Threshold, AlarmActions }) => {
        return [MetricName, Statistic, Period, Threshold, AlarmActions];
      });
      assert.deepEqual(alarms.sort(), [
        ["BackupAdministratorSignIn", "Sum", 300, 1, [topicArn]],
        ["RootAccountUsage", "Sum", 300, 1, [topicArn]],
      ]);
      assertUnchanged(await stack.up({ refresh: true }));
    });

    it("tells one more address, and nothing else changes", async () => {
      await stack.configure(config("second@example.com", "security@example.com"));
      assertSteps(await stack.up(), [
        "create TopicSubscription second@example.com",
        "update RootActivityAlarm root-activity",
      ]);
      assert.deepEqual(await told(), ["second@example.com", "security@example.com"]);
    });

    it("stays with everything else while the group is protected, whatever is destroyed", async () => {
      const before = await engine.contents();
      const withProgram = await stack.cli("destroy", "--yes", "--skip-preview", "--run-program");
      assertRefused(withProgram, /protect is true, and nothing is destroyed/);
      const others = withProgram.steps.filter((step) => !step.includes("UserGroupMembership"));
      assert.deepEqual(others, []);
      assert.deepEqual(await engine.contents(), before);
    });

    it("goes with the stack once the protection is taken away, and what the stack never had stays", async () => {
      const { steps } = await stack.deploy({ ...config("security@example.com"), protect: false });
      assert.ok(steps.includes("update AdministratorGroup administrators"));
      assertSucceeded(await stack.destroy());
      assert.deepEqual(await engine.contents(), emptyAccount);
      assert.deepEqual(await told(), []);
      assert.deepEqual((await engine.aws.sns.send(new ListTopicsCommand())).Topics, []);
      assert.deepEqual((await engine.iam.listAccountAliases()).AccountAliases, ["by-hand"]);
      const { PasswordPolicy } = await engine.iam.getAccountPasswordPolicy();
      assert.equal(PasswordPolicy?.MinimumPasswordLength, 8);
    });
  });

  it("is one of the European Sovereign Cloud as well, with its ARNs and in its region", async () => {
    const region = "eusc-de-east-1";
    const aws = awsClients(engine.endpoint, region);
    stack = await engine.stack({
      "aws:region": region,
      administrators,
      passwordPolicy: {},
      rootActivity: { emails: ["security@example.com"], cloudTrailLogGroup: "trail" },
    });
    await aws.logs.send(new CreateLogGroupCommand({ logGroupName: "trail" }));
    const up = await stack.deploy();
    assert.match(up.printed, /the sign-in host of the partition aws-eusc is not known/);
    const { groupArn, signInUrl } = await stack.outputs();
    assert.equal(groupArn, "arn:aws-eusc:iam::123456789012:group/Administrators");
    assert.equal(signInUrl, undefined);
    const { AttachedPolicies } = await aws.iam.listAttachedGroupPolicies({ GroupName: "Administrators" });
    const attached = AttachedPolicies?.map(({ PolicyArn }) => PolicyArn);
    assert.deepEqual(attached, ["arn:aws-eusc:iam::aws:policy/AdministratorAccess"]);
    const { Topics } = await aws.sns.send(new ListTopicsCommand());
    const [{ TopicArn = "" } = {}] = Topics ?? [];
    assert.match(TopicArn, /^arn:aws-eusc:sns:eusc-de-east-1:123456789012:root-activity-[0-9a-f]{7}$/);
    assertUnchanged(await stack.up({ refresh: true }));
  });
});
