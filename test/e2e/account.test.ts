import assert from "node:assert/strict";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { CreateLogGroupCommand, DescribeMetricFiltersCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListRulesCommand, ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateAccountAliasCommand,
  GetAccountPasswordPolicyCommand,
  ListAccountAliasesCommand,
  ListOrganizationsFeaturesCommand,
  UpdateAccountPasswordPolicyCommand,
  UpdateLoginProfileCommand,
} from "@aws-sdk/client-iam";
import { ListSubscriptionsCommand, ListTopicsCommand } from "@aws-sdk/client-sns";
import {
  assumeRootCall,
  consoleSignIn,
  eventBridgeEvent,
  identities,
  type CloudTrailEvent,
} from "../support/cloudTrailEvents.ts";
import { awsClients } from "../support/emulator.ts";
import { matchesEventPattern } from "../support/eventPattern.ts";
import { matchesFilterPattern } from "../support/filterPattern.ts";
import type { CliRun } from "../support/pulumiCli.ts";
import { useEngine, type TestStack } from "../support/stack.ts";
import { contentsOf, currentPassword, emptyAccount } from "../support/stackAccount.ts";
import { assertRefused, assertSteps, assertSucceeded, assertUnchanged } from "../support/stackAsserts.ts";

const administrators = [{ name: "Administrator" }, { name: "Admin_2", backup: true }];
const passwordPath = "iam-administrators:administrators[0].password";

// Each test of a block goes on from where the one before left the stack.
describe("the account around the administrators", function () {
  this.timeout(120_000);
  const engine = useEngine();

  describe("its password policy", () => {
    let stack: TestStack;
    before(async () => {
      stack = await engine.stack({ administrators, passwordPolicy: {} });
    });
    const policy = async () => (await engine.iam.send(new GetAccountPasswordPolicyCommand())).PasswordPolicy;

    it("is CIS's, and there before the first login profile", async () => {
      const up = await stack.up({ policyPack: true });
      assertSucceeded(up);
      assert.ok(
        up.steps.indexOf("create AccountPasswordPolicy account") <
          up.steps.indexOf("create UserLoginProfile Administrator"),
      );
      const {
        MinimumPasswordLength,
        PasswordReusePrevention,
        AllowUsersToChangePassword,
        HardExpiry,
        ...rest
      } = (await policy()) ?? {};
      assert.deepEqual(
        [
          rest.RequireLowercaseCharacters,
          rest.RequireUppercaseCharacters,
          rest.RequireNumbers,
          rest.RequireSymbols,
        ],
        [true, true, true, true],
      );
      assert.equal(MinimumPasswordLength, 14);
      assert.equal(PasswordReusePrevention, 24);
      assert.equal(AllowUsersToChangePassword, true);
      assert.ok(!HardExpiry);
      assert.ok(!rest.MaxPasswordAge);
      assertUnchanged(await stack.up({ refresh: true, policyPack: true }));
    });

    it("changes without touching the administrators", async () => {
      await stack.configure({ administrators, passwordPolicy: { minimumLength: 20 } });
      const up = await stack.up();
      assertSteps(up, ["update AccountSettings account", "update AccountPasswordPolicy account"]);
      await stack.configure({ administrators, passwordPolicy: { minimumLength: 20, maxAgeDays: 90 } });
      assertSucceeded(await stack.up());
      assert.equal((await policy())?.MinimumPasswordLength, 20);
      assert.equal((await policy())?.MaxPasswordAge, 90);
    });

    it("has no age any more when maxAgeDays is taken out", async () => {
      await stack.configure({ administrators, passwordPolicy: { minimumLength: 20 } });
      assertSucceeded(await stack.up());
      assert.ok(!(await policy())?.MaxPasswordAge);
      assert.equal((await policy())?.MinimumPasswordLength, 20);
      assertUnchanged(await stack.up({ refresh: true }));
    });

    it("is set right again when someone weakened it", async () => {
      await engine.iam.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 6 }));
      const up = await stack.up({ refresh: true });
      assertSteps(up, ["update AccountPasswordPolicy account"]);
      assert.equal((await policy())?.MinimumPasswordLength, 20);
      assert.equal((await policy())?.PasswordReusePrevention, 24);
    });

    it("stays in force when it is taken out of the config", async () => {
      await stack.configure({ administrators });
      assertSucceeded(await stack.up());
      assert.equal((await policy())?.MinimumPasswordLength, 20);
      assertUnchanged(await stack.up());
    });

    it("must not weaken at first what the account has; a later relaxation is meant", async () => {
      stack = await engine.stack({
        administrators,
        passwordPolicy: { minimumLength: 8, reusePrevention: 5, requireCharacterTypes: false },
      });
      const strict = {
        MinimumPasswordLength: 16,
        PasswordReusePrevention: 24,
        MaxPasswordAge: 90,
        RequireSymbols: true,
      };
      await engine.iam.send(new UpdateAccountPasswordPolicyCommand(strict));
      const refused = [
        "passwordPolicy.minimumLength 8: the account has 16, set minimumLength: 16",
        "passwordPolicy.reusePrevention 5: the account has 24, set reusePrevention: 24",
        "passwordPolicy.maxAgeDays (absent): the account has 90, set maxAgeDays: 90",
        "passwordPolicy.requireCharacterTypes false: the account has RequireSymbols, set requireCharacterTypes: true",
      ];
      for (const run of [await stack.preview(), await stack.up()]) {
        assertRefused(run, /passwordPolicy: the account's password policy is stricter/);
        for (const line of refused) assert.ok(run.errors.join("\n").includes(line), line);
      }
      assert.equal((await policy())?.MinimumPasswordLength, 16);
      assert.deepEqual(await contentsOf(engine.iam), emptyAccount);
      await stack.configure({ administrators, passwordPolicy: { minimumLength: 16, maxAgeDays: 90 } });
      assertSucceeded(await stack.up());
      await stack.configure({ administrators, passwordPolicy: { minimumLength: 10, maxAgeDays: 90 } });
      assertSucceeded(await stack.up());
      assert.equal((await policy())?.MinimumPasswordLength, 10);
    });
  });

  it("is left alone where nothing is configured", async () => {
    const stack = await engine.stack({ administrators, protect: false });
    await engine.iam.send(new CreateAccountAliasCommand({ AccountAlias: "by-hand" }));
    await engine.iam.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 8 }));
    assertSucceeded(await stack.up());
    const { signInUrl } = await stack.outputs();
    assert.equal(signInUrl, "https://123456789012.signin.aws.amazon.com/console");
    assertSucceeded(await stack.destroy());
    const { AccountAliases } = await engine.iam.send(new ListAccountAliasesCommand());
    assert.deepEqual(AccountAliases, ["by-hand"]);
    const { PasswordPolicy } = await engine.iam.send(new GetAccountPasswordPolicyCommand());
    assert.equal(PasswordPolicy?.MinimumPasswordLength, 8);
  });

  describe("its alias", () => {
    const aliases = async () => (await engine.iam.send(new ListAccountAliasesCommand())).AccountAliases;
    let stack: TestStack;

    it("is the one that is given, and names the sign-in URL", async () => {
      stack = await engine.stack({ administrators, accountAlias: "example-dev" });
      assertSucceeded(await stack.up());
      assert.deepEqual(await aliases(), ["example-dev"]);
      const { signInUrl } = await stack.outputs();
      assert.equal(signInUrl, "https://example-dev.signin.aws.amazon.com/console");
      assertUnchanged(await stack.up());
      assertUnchanged(await stack.up({ refresh: true }));
    });

    it("changes to another one, which is then the only one", async () => {
      await stack.configure({ administrators, accountAlias: "example-other" });
      assertSucceeded(await stack.up());
      assert.deepEqual(await aliases(), ["example-other"]);
      assertUnchanged(await stack.up({ refresh: true }));
    });

    it("stays when it is taken out of the config", async () => {
      await stack.configure({ administrators });
      assertSucceeded(await stack.up());
      assert.deepEqual(await aliases(), ["example-other"]);
      const { signInUrl } = await stack.outputs();
      assert.equal(signInUrl, "https://123456789012.signin.aws.amazon.com/console");
    });

    it("is taken over where the account has it already", async () => {
      stack = await engine.stack({ administrators, accountAlias: "by-hand" });
      await engine.iam.send(new CreateAccountAliasCommand({ AccountAlias: "by-hand" }));
      const up = await stack.up();
      assertSucceeded(up);
      assert.ok(up.steps.includes("import AccountAlias account"), up.steps.join("\n"));
      assert.deepEqual(await aliases(), ["by-hand"]);
      assertUnchanged(await stack.up({ refresh: true }));
    });

    it("keeps its random suffix for the stack's life", async () => {
      stack = await engine.stack({ administrators, accountAlias: { prefix: "example" } });
      assertSucceeded(await stack.up());
      const first = await aliases();
      assert.match(first?.[0] ?? "", /^example-[a-z0-9]{8}$/);
      assertUnchanged(await stack.up({ refresh: true }));
      await stack.configure({
        administrators: [...administrators, { name: "Admin_3" }],
        accountAlias: { prefix: "example" },
      });
      assertSucceeded(await stack.up());
      assert.deepEqual(await aliases(), first);
      const { signInUrl } = await stack.outputs();
      assert.equal(signInUrl, `https://${first?.[0] ?? ""}.signin.aws.amazon.com/console`);
    });
  });

  describe("its alarm on root activity", () => {
    let stack: TestStack;
    const emails = async () => {
      const { Subscriptions = [] } = await engine.aws.sns.send(new ListSubscriptionsCommand());
      return Subscriptions.map(({ Endpoint }) => Endpoint).sort();
    };

    it("is in us-east-1, whatever the stack's region", async () => {
      stack = await engine.stack({
        "aws:region": "eu-west-1",
        administrators,
        rootActivity: { emails: ["security@example.com"], cloudTrailLogGroup: "trail" },
        protect: false,
      });
      await engine.aws.logs.send(new CreateLogGroupCommand({ logGroupName: "trail" }));
      assertSucceeded(await stack.up({ policyPack: true }));
      const { cloudWatch, events, logs, sns } = engine.aws;
      const { Topics = [] } = await sns.send(new ListTopicsCommand());
      const topicArn = Topics[0]?.TopicArn ?? "";
      assert.match(topicArn, /^arn:aws:sns:us-east-1:123456789012:root-activity-[0-9a-f]{7}$/);
      assert.equal(Topics.length, 1);
      assert.deepEqual(await emails(), ["security@example.com"]);
      const { Rules = [] } = await events.send(new ListRulesCommand());
      const [{ Name, EventPattern = "", State } = {}] = Rules;
      assert.equal(matchesEventPattern(EventPattern, eventBridgeEvent(consoleSignIn(identities.root))), true);
      assert.match(State ?? "", /^ENABLED/);
      const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
      assert.deepEqual(
        Targets?.map(({ Arn }) => Arn),
        [topicArn],
      );
      const { metricFilters = [] } = await logs.send(
        new DescribeMetricFiltersCommand({ logGroupName: "trail" }),
      );
      const matched = (event: CloudTrailEvent) =>
        metricFilters
          .filter(({ filterPattern = "" }) => matchesFilterPattern(filterPattern, event))
          .flatMap(({ metricTransformations = [] }) => metricTransformations.map((it) => it.metricName));
      const root = [...matched(consoleSignIn(identities.root)), ...matched(assumeRootCall)];
      assert.deepEqual(root, ["RootAccountUsage", "RootAccountUsage"]);
      const backup = consoleSignIn(identities.user("Admin_2"));
      assert.deepEqual(matched(backup), ["BackupAdministratorSignIn"]);
      assert.deepEqual(matched(consoleSignIn(identities.user("Administrator"))), []);
      const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand());
      assert.deepEqual(
        MetricAlarms.map((it) => [
          it.MetricName,
          it.Statistic,
          it.Period,
          it.Threshold,
          it.AlarmActions,
        ]).sort(),
        [
          ["BackupAdministratorSignIn", "Sum", 300, 1, [topicArn]],
          ["RootAccountUsage", "Sum", 300, 1, [topicArn]],
        ],
      );
    });

    it("finds nothing to change the second time, nor after a look at the real resources", async () => {
      assertUnchanged(await stack.up({ policyPack: true }));
      assertUnchanged(await stack.up({ refresh: true }));
    });

    it("tells one more address, and nothing else changes", async () => {
      await stack.configure({
        "aws:region": "eu-west-1",
        administrators,
        rootActivity: { emails: ["second@example.com", "security@example.com"], cloudTrailLogGroup: "trail" },
        protect: false,
      });
      assertSteps(await stack.up(), [
        "create TopicSubscription second@example.com",
        "update RootActivityAlarm root-activity",
      ]);
      assert.deepEqual(await emails(), ["second@example.com", "security@example.com"]);
    });

    it("goes with the stack", async () => {
      assertSucceeded(await stack.destroy());
      const { Topics } = await engine.aws.sns.send(new ListTopicsCommand());
      assert.deepEqual(Topics, []);
      assert.deepEqual(await emails(), []);
    });
  });

  it("is one of the European Sovereign Cloud as well, with its ARNs and in its region", async () => {
    const region = "eusc-de-east-1";
    const aws = awsClients(engine.endpoint, region);
    const stack = await engine.stack({
      "aws:region": region,
      administrators,
      passwordPolicy: {},
      rootActivity: { emails: ["security@example.com"], cloudTrailLogGroup: "trail" },
    });
    await aws.logs.send(new CreateLogGroupCommand({ logGroupName: "trail" }));
    const up = await stack.up({ policyPack: true });
    assertSucceeded(up);
    assert.match(up.printed, /the sign-in host of the partition aws-eusc is not known/);
    const { groupArn, signInUrl } = await stack.outputs();
    assert.equal(groupArn, "arn:aws-eusc:iam::123456789012:group/Administrators");
    assert.equal(signInUrl, undefined);
    const { AttachedPolicies } = await aws.iam.listAttachedGroupPolicies({ GroupName: "Administrators" });
    assert.deepEqual(
      AttachedPolicies?.map(({ PolicyArn }) => PolicyArn),
      ["arn:aws-eusc:iam::aws:policy/AdministratorAccess"],
    );
    const { Topics = [] } = await aws.sns.send(new ListTopicsCommand());
    assert.deepEqual(
      Topics.map(({ TopicArn = "" }) => TopicArn.replace(/-[0-9a-f]{7}$/, "")),
      ["arn:aws-eusc:sns:eusc-de-east-1:123456789012:root-activity"],
    );
    assertUnchanged(await stack.up({ refresh: true, policyPack: true }));
  });

  it("manages the root access of member accounts centrally where the config asks for it, and no longer", async () => {
    const features = async () =>
      (await engine.iam.send(new ListOrganizationsFeaturesCommand())).EnabledFeatures?.sort();
    const stack = await engine.stack({ administrators, organizationRootAccess: true });
    assertSucceeded(await stack.up());
    assert.deepEqual(await features(), ["RootCredentialsManagement", "RootSessions"]);
    assertUnchanged(await stack.up({ refresh: true, policyPack: true }));
    await stack.configure({ administrators });
    assertSucceeded(await stack.up());
    assert.deepEqual(await features(), []);
  });

  describe("a custom initial password", () => {
    let stack: TestStack;
    const runs: CliRun[] = [];
    const passwordOf = (name: string) => currentPassword(engine.endpoint, name);
    const first = "First-Custom-4711!";
    const second = "Second-Custom-4711!";
    const chosen = "Chosen-by-the-user-4711!";
    /** The config with the password set as a user sets it. */
    async function configure(password: string, more: object = {}): Promise<void> {
      await stack.configure({ administrators: [{ ...administrators[0], ...more }, administrators[1]] });
      await stack.setSecret(passwordPath, password);
    }
    const run = async (outcome: Promise<CliRun>) => {
      runs.push(await outcome);
      return outcome;
    };

    it("is the profile's password once the stack is up, to be changed at the first sign-in", async () => {
      stack = await engine.stack({ administrators });
      await configure(first);
      const up = await run(stack.up({ policyPack: true }));
      assertSucceeded(up);
      assert.ok(up.steps.includes("create Resource Administrator"), up.steps.join("\n"));
      assert.equal(await passwordOf("Administrator"), first);
      assert.equal((await contentsOf(engine.iam)).users.Administrator?.password, "to be changed");
      const outputs = (await stack.outputs()).administrators as Record<string, object>;
      assert.deepEqual(outputs.Administrator, {
        arn: "arn:aws:iam::123456789012:user/Administrator",
        mustResetPassword: true,
      });
      assertUnchanged(await run(stack.up({ refresh: true, policyPack: true })));
    });

    it("is not set again over the one that the user chose", async () => {
      await engine.iam.send(
        new UpdateLoginProfileCommand({
          UserName: "Administrator",
          Password: chosen,
          PasswordResetRequired: false,
        }),
      );
      assertUnchanged(await run(stack.up()));
      assertUnchanged(await run(stack.refresh()));
      assertUnchanged(await run(stack.up({ refresh: true, policyPack: true })));
      await configure(first, { email: "administrator@example.com" });
      assertSteps(await run(stack.up()), ["update User Administrator"]);
      assert.equal(await passwordOf("Administrator"), chosen);
    });

    it("is set again when it changes, and has to be changed once more", async () => {
      await configure(second, { email: "administrator@example.com" });
      assertSteps(await run(stack.up()), ["update Resource Administrator"]);
      assert.equal(await passwordOf("Administrator"), second);
      assert.equal((await contentsOf(engine.iam)).users.Administrator?.password, "to be changed");
    });

    it("is set on the new profile when passwordIssue is raised", async () => {
      await configure(second, { email: "administrator@example.com", passwordIssue: 2 });
      const up = await run(stack.up());
      assertSucceeded(up);
      assert.deepEqual(
        up.steps.filter((step) => !/ (?:UserLoginProfile|Resource|Administrator) Administrator$/.test(step)),
        [],
      );
      assert.equal(await passwordOf("Administrator"), second);
      assertUnchanged(await run(stack.up()));
    });

    it("makes no difference to the profile when it is taken out", async () => {
      const first = { ...administrators[0], email: "administrator@example.com", passwordIssue: 2 };
      await stack.configure({ administrators: [first, administrators[1]] });
      assertSteps(await run(stack.up()), ["delete Resource Administrator"]);
      assert.equal(await passwordOf("Administrator"), second);
    });

    it("is in no file and no output in plain text", async () => {
      const state = await stack.stateFiles();
      const events = runs
        .flatMap(({ eventLog }) => eventLog.split("\n"))
        .filter((event) => !event.includes('"severity":"debug"'));
      const printed = runs.map((outcome) => outcome.printed).join("\n");
      const exported = (await stack.cli("stack", "export")).printed;
      for (const password of [first, second]) {
        for (const text of [state, printed, events.join("\n"), exported]) {
          assert.equal(text.includes(password), false);
        }
      }
    });

    it("is refused at preview when the account's password policy would refuse it, without being repeated", async () => {
      stack = await engine.stack({ administrators });
      await engine.iam.send(
        new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 30, RequireSymbols: true }),
      );
      await configure("NoSymbols4711");
      for (const outcome of [await stack.preview(), await stack.up()]) {
        assertRefused(
          outcome,
          /administrators\[0\]\.password \[secret\]: must have at least 30 characters, a symbol/,
        );
        assert.equal(outcome.printed.includes("NoSymbols4711"), false);
      }
      assert.deepEqual(await contentsOf(engine.iam), emptyAccount);
    });

    it("is refused when it is shorter than the stack's own password policy", async () => {
      await stack.configure({ administrators, passwordPolicy: { minimumLength: 20 } });
      await stack.setSecret(passwordPath, "Short-4711!");
      const preview = await stack.preview();
      assertRefused(
        preview,
        /administrators\[0\]\.password \[secret\]: must have at least 20 characters \(passwordPolicy\)/,
      );
      assert.equal(preview.printed.includes("Short-4711"), false);
    });

    it("is refused in plain text, also beside an encrypted one", async () => {
      const plain = { ...administrators[1], password: first };
      stack = await engine.stack({ administrators: [administrators[0], plain] });
      await stack.setSecret(passwordPath, second);
      const preview = await stack.preview();
      assertRefused(preview, /administrators\[1\]\.password \[secret\]: must be a secret/);
      assert.doesNotMatch(preview.errors.join("\n"), /administrators\[0\]/);
      assert.equal(preview.printed.includes(first), false);
    });
  });
});
