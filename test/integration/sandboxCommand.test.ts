import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeMetricFiltersCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListTargetsByRuleCommand, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { ListSubscriptionsCommand } from "@aws-sdk/client-sns";
import { awsClients } from "../support/emulator.ts";
import { contentsOf, currentPassword } from "../support/stackAccount.ts";
import { assertEnds, endCommands, startCommand, withStackFile } from "../support/stackCommand.ts";

const notice = /^REHEARSAL WITHOUT THE PULUMI ENGINE/;
const lastLineOf = (printed: string) => printed.trim().split("\n").at(-1) ?? "";

// Nothing but an empty folder is HOME and PATH, and nothing can be downloaded: there is no Pulumi CLI, wherever the user has
// one. What the engine decides is not shown here: there is no diff, no second update and no deletion; test/e2e has those.
describe("npm start without a Pulumi CLI", function () {
  this.timeout(120_000);
  let home = "";
  before(async () => {
    home = await mkdtemp(join(tmpdir(), "iam-administrators-home-"));
  });
  afterEach(endCommands);
  after(() => rm(home, { recursive: true, force: true }));

  const start = (...args: string[]) => startCommand(args, { PATH: home, HOME: home });
  /** What the command prints for a config that it refuses. */
  const refusalOf = (config: object) =>
    withStackFile(config, async (stack) => {
      const command = start("--stack", stack);
      await assertEnds(command, 1);
      return command.printed();
    });

  it("rehearses the example, says first and last that no engine took part, and leaves nothing", async () => {
    const command = start();
    await assertEnds(command, 0);
    const printed = command.printed();
    assert.match(printed, notice);
    assert.match(lastLineOf(printed), notice);
    assert.match(printed, /^Sign-in URL +https:\/\/123456789012\.signin\.aws\.amazon\.com\/console$/m);
    assert.match(printed, /^Group +Administrators \(arn:aws:iam::123456789012:group\/Administrators\)$/m);
    assert.match(
      printed,
      /^ +Admin_2 +arn:aws:iam::123456789012:user\/Admin_2\n +initial password is a secret/m,
    );
    assert.match(printed, /^ {2}advisory {2}pinned-account \(default\): /m);
    // Its environment was really seen, or its lack of credentials would prove nothing.
    assert.match([...command.programs.values()].join(), /emulatorServer\.py.*MOTO_ACCOUNT_ID=1/);
    assert.deepEqual(command.leaks(), []);
  });

  it("rehearses the strict example, prod, without a mandatory violation", async () => {
    const command = start("--stack", "prod");
    await assertEnds(command, 0);
    assert.match(command.printed(), /^ +initial password encrypted with PGP, to be changed at the first/m);
    assert.doesNotMatch(command.printed(), /^ +mandatory /m);
  });

  it("pretends to be the stack's account with what the config says is there, and with --keep stays until Ctrl-C", async () => {
    const config = {
      "aws:region": "cn-north-1",
      "aws:allowedAccountIds": ["210987654321"],
      "aws:defaultTags": { tags: { owner: "platform" } },
      "aws:profile": "some-profile",
      group: { name: "Admins", existing: true },
      administrators: [
        { name: "Alice", backup: true, import: true },
        { name: "Bob", path: "/people/", tags: { team: "one" }, password: { secure: "of another backend" } },
        { name: "robot", consoleAccess: false },
      ],
      passwordPolicy: { maxAgeDays: 90 },
      accountAlias: { prefix: "example" },
      rootActivity: { emails: ["security@example.com"], cloudTrailLogGroup: "trail" },
      organizationRootAccess: true,
    };
    await withStackFile(config, async (stack) => {
      const command = start("--stack", stack, "--keep");
      await command.until("iam list-users");
      const printed = command.printed();
      assert.match(printed, /^Left out of the stack config here: aws:profile$/m);
      const made = printed.match(/(?<=^Made beforehand in the emulator: ).*/gm);
      assert.deepEqual(made, ["group Admins", "user Alice", "log group trail"]);
      assert.doesNotMatch(printed, /some-profile|pinned-account/);
      const [, endpoint = ""] = /AWS_ENDPOINT_URL='?(http:\/\/127\.0\.0\.1:\d+)/.exec(printed) ?? [];
      const { events, iam, logs, sns } = awsClients(endpoint, "cn-north-1");
      assert.deepEqual(await contentsOf(iam), {
        users: {
          Alice: { path: "/", tags: {}, groups: ["Admins"], password: "kept" },
          Bob: {
            path: "/people/",
            tags: { owner: "platform", team: "one" },
            groups: ["Admins"],
            password: "to be changed",
          },
          robot: { path: "/", tags: { owner: "platform" }, groups: ["Admins"], password: "none" },
        },
        groups: { Admins: { path: "/", attached: [], inline: [] } },
      });
      // Nobody here can decrypt the user's own, so that the sandbox invents one that begins like this.
      assert.match((await currentPassword(endpoint, "Bob")) ?? "", /^Aa1!.{124}$/);
      const { AccountAliases: [alias = ""] = [] } = await iam.listAccountAliases({});
      assert.match(alias, /^example-[a-z0-9]{8}$/);
      assert.ok(printed.includes(`\nSign-in URL     https://${alias}.signin.amazonaws.cn/console\n`));
      assert.equal((await iam.getAccountPasswordPolicy({})).PasswordPolicy?.MaxPasswordAge, 90);
      assert.equal((await iam.listOrganizationsFeatures({})).EnabledFeatures?.length, 2);
      const { Subscriptions: [subscription] = [] } = await sns.send(new ListSubscriptionsCommand());
      assert.equal(subscription?.Endpoint, "security@example.com");
      const { Rules: [rule] = [] } = await events.send(new ListRulesCommand());
      const query = new ListTargetsByRuleCommand({ Rule: rule?.Name });
      const { Targets: [target] = [] } = await events.send(query);
      assert.equal(target?.Arn, subscription.TopicArn);
      const { metricFilters } = await logs.send(new DescribeMetricFiltersCommand({ logGroupName: "trail" }));
      assert.equal(metricFilters?.length, 3);
      command.signal("SIGINT", "group");
      await assertEnds(command, 0);
      assert.match(lastLineOf(command.printed()), notice);
    });
  });

  it("stops with the program's list of mistakes", async () => {
    const printed = await refusalOf({ administrators: [{ name: "a b", consolAccess: false }] });
    assert.match(printed, /^Stopped:\n(?:.*\n)*.*the stack config has 2 problems, nothing was changed/m);
    assert.match(printed, /administrators\[0\]\.name "a b": /);
    assert.match(printed, /administrators\[0\]\.consolAccess false: /);
    assert.doesNotMatch(printed, /^\s+at |node_modules|^ {2}create /m);
    assert.match(lastLineOf(printed), notice);
  });

  it("stops with what mandatory policies say", async () => {
    const administrators = [
      { name: "Administrator" },
      { name: "root" },
      { name: "Bob", passwordResetRequired: false },
    ];
    const printed = await refusalOf({ administrators, requireMfa: false });
    assert.deepEqual(
      new Set(printed.match(/(?<=^ +mandatory +)\S+ \S+(?=:)/gm)),
      new Set(["mfa-required (administrators)", "no-root-usage (root)", "password-reset-required (Bob)"]),
    );
    assert.match(printed, /^The policy pack would stop pulumi up:\n {2}/m);
    assert.doesNotMatch(printed, /^Sign-in URL/m);
  });

  for (const [signal, whom, moment] of [
    ["SIGINT", "group", "create "],
    ["SIGTERM", "command", "AWS emulator (moto) at"],
  ] as const) {
    it(`leaves nothing running after ${signal} for the ${whom} at "${moment}", and says so`, async () => {
      const command = start();
      await command.until(moment);
      command.signal(signal, whom);
      await assertEnds(command, 130);
      assert.match(command.printed(), /Stopped, nothing is left running\.\s*$/);
    });
  }

  it("takes the emulator down when it is killed outright", async () => {
    const command = start();
    await command.until("create ");
    command.signal("SIGKILL", "command");
    assert.equal(await command.ended(), "SIGKILL");
    assert.ok(command.programs.size > 0);
    assert.deepEqual(await command.left(), []);
  });

  for (const [args, message] of [
    [
      ["--stack", "no-such-stack"],
      /^Pulumi\.no-such-stack\.yaml does not exist; the stacks here are .*\bdev\b/,
    ],
    [["--stack", "../dev"], /^--stack "\.\.\/dev" is not a stack's name$/],
    [["--stak", "dev"], /^Unknown option '--stak'/],
  ] as const) {
    it(`explains itself when it is called with ${args.join(" ")}`, async () => {
      const command = start(...args);
      await assertEnds(command, 1);
      const [first = "", ...rest] = command.printed().trim().split("\n");
      assert.match(first, message);
      assert.deepEqual(rest, ["Usage: npm start -- [--stack NAME] [--keep]"]);
      assert.equal(command.programs.size, 0);
    });
  }
});
