import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { IAM } from "@aws-sdk/client-iam";
import { SNS } from "@aws-sdk/client-sns";
import { STS } from "@aws-sdk/client-sts";
import { assumedRootPattern, cisRootPattern, rootEventPattern } from "../../components/alarmPatterns.ts";
import { requireMfaPolicy } from "../../components/policyDocuments.ts";
import { validate } from "../../config/loadConfig.ts";
import { withFullKeys } from "../../config/namespace.ts";
import { withRequireMfa } from "../../config/schema.ts";
import { FINDINGS } from "../../review/findings.ts";
import { review } from "../../review/review.ts";
import { lastUseOfRoot } from "../../account/root.ts";

/** What AWS answers to calls, by their names: outputs, made from the input. */
type Answers = Readonly<Record<string, (input: Record<string, unknown>) => unknown>>;

/** Clients of AWS with these answers, and the names of the calls that are made. */
function answeringClients(answers: Answers) {
  const calls: string[] = [];
  const send = async ({ constructor, input }: { constructor: { name: string }; input: object }) => {
    const name = constructor.name.replace(/Command$/, "");
    calls.push(name);
    return await answers[name]?.({ ...input });
  };
  const answering = <T extends object>(Client: new (config: object) => T) =>
    Object.assign(new Client({ region: "us-east-1" }), { send });
  const alarmClients = () =>
    Promise.resolve({
      ...{ events: answering(EventBridge), sns: answering(SNS) },
      ...{ logs: answering(CloudWatchLogs), cloudWatch: answering(CloudWatch) },
    });
  return { iam: answering(IAM), sts: answering(STS), alarmClients, calls };
}

/** An answer that is this error. */
const failing = (name: string) => () => {
  throw Object.assign(new Error("refused"), { name });
};

const docs = readFileSync(join(import.meta.dirname, "../../docs/review.md"), "utf8");
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

/** The credential report, with root's last uses: of the password and of the two access keys. */
const report = (password: string, [key1, key2] = ["N/A", "N/A"]) => `user,arn,password_last_used,\
access_key_1_last_used_date,access_key_1_last_used_region,access_key_2_last_rotated,access_key_2_last_used_date
a_b,arn:aws:iam::123456789012:user/team,x/a_b,2026-11-24T01:02:03+00:00,N/A,N/A,N/A,N/A
<root_account>,arn:aws:iam::123456789012:root,${password},${key1},us-east-1,N/A,${key2}
`;
const csv = (text: string) => ({
  GetCredentialReport: () => ({ Content: new TextEncoder().encode(text), GeneratedTime: new Date() }),
});

const own = "arn:aws:iam::123456789012:policy/own";
const arn = "arn:aws:iam::aws:policy/AdministratorAccess";
const access = { PolicyName: "AdministratorAccess", PolicyArn: arn };
const inline = (PolicyName: string, content: object) => ({
  ...{ PolicyName, PolicyDocument: encodeURIComponent(JSON.stringify(content)) },
});
const all = inline("all", { Statement: { Effect: "Allow", Action: "*", Resource: "*" } });
const nothing = inline("nothing", { Statement: [] });
const rule = inline("RequireMfa", requireMfaPolicy("aws"));
const otherRule = inline("RequireMfa", { ...requireMfaPolicy("aws"), Version: "2008-10-17" });

const version = (of: typeof all, IsDefaultVersion = false) => ({
  Document: of.PolicyDocument,
  IsDefaultVersion,
});
const user = (UserName: string, more = {}) => ({ UserName, GroupList: ["Administrators"], ...more });
const group = (AttachedManagedPolicies: object[], GroupPolicyList: object[], Path = "/") => ({
  ...{ GroupName: "Administrators", Path, AttachedManagedPolicies, GroupPolicyList },
});
const ours = group([access], [rule]);

const passwordPolicy = {
  ...{ MinimumPasswordLength: 14, PasswordReusePrevention: 24, RequireSymbols: true, RequireNumbers: true },
  ...{ RequireLowercaseCharacters: true, RequireUppercaseCharacters: true, AllowUsersToChangePassword: true },
};

/** An account in which these administrators have taken over and root rests, in pages of a thousand. */
function account(names: readonly string[]): Answers {
  const page = (key: string, entries: readonly object[], marker: unknown) => {
    const end = Number(marker ?? 0) + 1000;
    const IsTruncated = end < entries.length;
    return { [key]: entries.slice(end - 1000, end), IsTruncated, ...(IsTruncated && { Marker: `${end}` }) };
  };
  const users = names.map((name) => user(name, { PasswordLastUsed: daysAgo(80) }));
  return {
    GetCallerIdentity: () => ({ Account: "123456789012", Arn: "arn:aws:sts::123456789012:assumed-role/a/b" }),
    GenerateCredentialReport: () => ({ State: "COMPLETE" }),
    ...csv(report("no_information")),
    GetAccountSummary: () => ({ SummaryMap: { AccountMFAEnabled: 1, AccountAccessKeysPresent: 0 } }),
    GetAccountAuthorizationDetails: ({ Marker }) => ({
      ...page("UserDetailList", users, Marker),
      GroupDetailList: Marker ? [] : [ours],
    }),
    ListUsers: ({ Marker }) => page("Users", users, Marker),
    ListServiceSpecificCredentials: ({ Marker }) =>
      page("ServiceSpecificCredentials", [{ UserName: "Bob" }], Marker),
    GetAccountPasswordPolicy: () => ({ PasswordPolicy: passwordPolicy }),
    ListAccountAliases: () => ({ AccountAliases: ["example-dev"] }),
    GetLoginProfile: () => ({ LoginProfile: {} }),
    ListMFADevices: () => ({ MFADevices: [{}] }),
    ListAccessKeys: () => ({}),
    ListSSHPublicKeys: () => ({}),
    ListSigningCertificates: () => ({}),
  };
}

/** Reviews an account in which some calls have other answers. */
async function reviewed(
  answers: Answers,
  config: object = {},
  limits: object = {},
  allowedAccounts: string[] = [],
) {
  const administrators = [{ name: "Administrator", backup: true }];
  const raw = { administrators, passwordPolicy: {}, accountAlias: "example-dev", ...config };
  const { config: valid } = await validate(withFullKeys(raw));
  assert.ok(valid);
  const names = raw.administrators.map(({ name }) => name);
  const { calls, ...clients } = answeringClients({ ...account(names), ...answers });
  const intent = { stack: "dev", config: withRequireMfa(valid), allowedAccounts, sdk: {} };
  const [done, pauses]: [number[], string[]] = [[], []];
  const pause = () => Promise.resolve(pauses.push("pause"));
  const progress = (one: number, total: number) => done.push(one / total);
  const bounds = { rootDays: 30, staleDays: 90, roles: [], ...limits };
  const result = review(intent, bounds, { ...clients, pause, progress });
  return { result, calls, done, pauses };
}

const summary = (SummaryMap: object) => ({ GetAccountSummary: () => ({ SummaryMap }) });
const lastWeek = csv(report(daysAgo(7).toISOString()));
const identities = (lists: object) => ({
  GetAccountAuthorizationDetails: () => ({
    ...{ UserDetailList: [user("Administrator")], GroupDetailList: [ours], ...lists },
  }),
});
const signIn = (PasswordLastUsed?: Date) => ({
  ListUsers: () => ({ Users: [user("Administrator", { PasswordLastUsed })] }),
});
const grouped = (...GroupDetailList: object[]) => identities({ GroupDetailList });
const beside = (it: object) => identities({ UserDetailList: [user("Administrator"), it] });
const roles = (PolicyArn: string, ...PolicyVersionList: object[]) =>
  identities({
    RoleDetailList: [
      { RoleName: "deploy-1a2b", AttachedManagedPolicies: [{ PolicyName: "own", PolicyArn }] },
    ],
    Policies: [{ Arn: own, PolicyVersionList }],
  });
const policy = (change: object) => ({
  GetAccountPasswordPolicy: () => ({ PasswordPolicy: { ...passwordPolicy, ...change } }),
});
const alias = (...AccountAliases: string[]) => ({ ListAccountAliases: () => ({ AccountAliases }) });
const withoutMfa = { ListMFADevices: () => ({ MFADevices: [] }) };
const robot = { ...withoutMfa, ...signIn(), GetLoginProfile: failing("NoSuchEntityException") };
const initial = { GetLoginProfile: () => ({ LoginProfile: { PasswordResetRequired: true } }) };
const outside = identities({ UserDetailList: [user("Administrator", { GroupList: [] })] });
const ownPolicy = identities({ UserDetailList: [user("Administrator", { UserPolicyList: [nothing] })] });
const absent = { ...identities({ UserDetailList: [] }), ListUsers: () => ({ Users: [] }) };
const inactive = () => ({ AccessKeyMetadata: [{ Status: "Inactive" }] });
const oldPasswords = policy({ MaxPasswordAge: 120 });
const actions = Object.keys(account([])).filter((name) => name !== "GetCallerIdentity");
const denied = Object.fromEntries(actions.map((name) => [name, failing("AccessDenied")]));

/** An alarm on root as the program makes it, apart from some answers. */
const topic = "arn:aws:sns:us-east-1:123456789012:root-activity-1a2b3c4";
const emails = ["a@example.com", "b@example.com"];
const eventRule = (change: object) => ({
  ListRules: () => ({
    Rules: [
      { Name: "other", EventPattern: '{"source":["aws.s3"]}' },
      {
        ...{ Name: "root-activity-1a2b3c4", State: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" },
        ...{ EventPattern: JSON.stringify(rootEventPattern), ...change },
      },
    ],
  }),
});
const subscribers = (...arns: string[]) => ({
  ListSubscriptionsByTopic: () => ({
    Subscriptions: arns.map((SubscriptionArn, index) => ({
      ...{ Protocol: "email", Endpoint: emails[index]?.toUpperCase(), SubscriptionArn },
    })),
  }),
});
const metricAlarm = (change: object) => ({
  DescribeAlarmsForMetric: ({ MetricName, Namespace }: Record<string, unknown>) => ({
    MetricAlarms: [
      {
        ...{ MetricName, Namespace, Statistic: "Sum", Threshold: 1, EvaluationPeriods: 1 },
        ...{ ComparisonOperator: "GreaterThanOrEqualToThreshold", ActionsEnabled: true },
        ...{ AlarmActions: [topic], ...change },
      },
    ],
  }),
});
const filters = (...patterns: string[]) => ({
  DescribeMetricFilters: () => ({
    metricFilters: patterns.map((filterPattern) => ({
      filterPattern,
      metricTransformations: [{ metricName: "RootAccountUsage", metricNamespace: "CISBenchmark" }],
    })),
  }),
});
const alarmed = (...changes: Answers[]): Answers =>
  Object.assign(
    { ListTargetsByRule: () => ({ Targets: [{ Arn: topic }] }) },
    eventRule({}),
    subscribers(`${topic}:1`, `${topic}:2`),
    metricAlarm({}),
    filters(cisRootPattern, assumedRootPattern),
    ...changes,
  ) as Answers;
const rootAlarm = { rootActivity: { emails } };
const trail = { rootActivity: { emails, cloudTrailLogGroup: "trail", backupSignIns: false } };
const encrypted = {
  rootActivity: { emails: ["0@encrypted.invalid", "1@encrypted.invalid", "b@example.com"] },
};
const features = (...EnabledFeatures: string[]) => ({
  ListOrganizationsFeatures: () => ({ EnabledFeatures }),
});
const rootAccess = { organizationRootAccess: true };

const adopted = { group: { existing: true } };
const strict = { ...adopted, requireMfa: true };
const withoutConsole = {
  ...{ ...adopted, administrators: [{ name: "Administrator", backup: true, consoleAccess: false }] },
};
const prefix = { accountAlias: { prefix: "example-dev" } };
const unset = { passwordPolicy: undefined, accountAlias: undefined };
const powerful = "full-power-elsewhere role deploy-1a2b";
const changed = "group-changed Administrators";
const ruleChanged = "mfa-rule-changed Administrators";
const weaker = "password-policy-weaker passwordPolicy";
const differs = "alias-differs accountAlias";

const missing = "alarm-missing rootActivity";
const alarmChanged = "alarm-changed rootActivity";
const centralRoot = "central-root-differs organizationRootAccess";
const unconfirmed = (subject: string) => `alarm-unconfirmed ${subject}`;
const pending = "PendingConfirmation";
const oneHidden = { rootActivity: { emails: ["0@encrypted.invalid", "b@example.com"] } };
const quietly = Object.fromEntries(
  ["ListRules", "DescribeMetricFilters"].map((name) => [name, failing("AccessDeniedException")]),
);
const one = (change: object) => ({
  administrators: [
    { name: "Administrator", ...change },
    { name: "Other", backup: true },
  ].slice(0, 1),
  ...("consoleAccess" in change && adopted),
});
const made = (CreateDate: Date) => identities({ UserDetailList: [user("Administrator", { CreateDate })] });
const guest = (id?: string) => ["unlisted-member Bob (low)", ...(id ? [`${id} Bob`] : [])].join(", ");
const bob = { UserName: "Bob" };
const withBob = {
  ...beside(user("Bob")),
  ListServiceSpecificCredentials: () => ({}),
  ListUsers: () => ({ Users: [user("Administrator", { PasswordLastUsed: daysAgo(80) }), bob] }),
};
const ofBob = (answer: object) => (input: Record<string, unknown>) =>
  input.UserName === "Bob" ? answer : { MFADevices: [{}] };
const bobs = {
  mfa: { ListMFADevices: ofBob({ MFADevices: [] }), GetLoginProfile: () => ({ LoginProfile: {} }) },
  robot: {
    ListMFADevices: ofBob({ MFADevices: [] }),
    GetLoginProfile: (input: Record<string, unknown>) =>
      input.UserName === "Bob" ? failing("NoSuchEntityException")() : { LoginProfile: {} },
  },
  keys: { ListAccessKeys: ofBob({ AccessKeyMetadata: [{}] }) },
};
/** Bob with a policy of full power, and with a boundary of this text. */
const boundedBy = (limits?: { PolicyDocument: string }) =>
  identities({
    UserDetailList: [
      user("Administrator"),
      { UserName: "Bob", UserPolicyList: [all], PermissionsBoundary: { PermissionsBoundaryArn: own } },
    ],
    Policies: limits && [
      { Arn: own, PolicyVersionList: [{ IsDefaultVersion: true, Document: limits.PolicyDocument }] },
    ],
  });
/** Two groups, each of which allows a half of IAM, and Bob in some of them. */
const halves = (GroupList: string[]) => {
  const half = (name: string, Action: string[]) => ({
    GroupName: name,
    GroupPolicyList: [inline(name, { Statement: { Effect: "Allow", Action, Resource: "*" } })],
  });
  const letters = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (letter) => `iam:${letter}*`);
  return identities({
    UserDetailList: [user("Administrator"), user("Bob", { GroupList })],
    GroupDetailList: [ours, half("A", letters.slice(0, 3)), half("B", letters.slice(3))],
  });
};

/** What is found where AWS has other answers, beside a config and within limits. */
const cases: readonly [what: string, found: string, Answers, config?: object, limits?: object][] = [
  ["nothing amiss", "", {}],
  ["nothing that may be looked at", "", denied],
  ["a use of root before the days that are given", "", lastWeek, {}, { rootDays: 7 }],
  ["a use of root within the days that are given", "root-used root", lastWeek, {}, { rootDays: 8 }],
  ["root without MFA", "root-mfa-missing root", summary({ AccountMFAEnabled: 0 })],
  ["root without MFA and password", "", summary({ AccountMFAEnabled: 0, AccountPasswordPresent: 0 })],
  ["an access key of root", "root-access-key root", summary({ AccountAccessKeysPresent: 1 })],
  ["an administrator outside the group", "not-in-group Administrator", outside],
  ["an initial password", "initial-password-unchanged Administrator", initial],
  ["an administrator without MFA", "mfa-missing Administrator", withoutMfa],
  ["no console access, but a password and no MFA", "mfa-missing Administrator", withoutMfa, withoutConsole],
  ["no console access, no password and no MFA", "", robot, withoutConsole],
  ["an inactive access key", "long-lived-credential Administrator", { ListAccessKeys: inactive }],
  ["an administrator's own policy", "own-policy Administrator", ownPolicy],
  ["a member beside the config's", "unlisted-member Bob", beside(user("Bob"))],
  ["a member of an adopted group", "unlisted-member Bob (low)", beside(user("Bob")), adopted],
  ["a powerful user", "full-power-elsewhere user Bob", beside({ UserName: "Bob", UserPolicyList: [all] })],
  ["power behind a boundary that takes it away", "", boundedBy(nothing)],
  ["power behind a boundary that leaves it", "full-power-elsewhere user Bob", boundedBy(all)],
  [
    "power behind a boundary that nobody can read",
    "full-power-elsewhere user Bob, can-become-administrator user Bob",
    boundedBy(),
  ],
  ["a powerful group", "full-power-elsewhere group Others", grouped(ours, { ...ours, GroupName: "Others" })],
  ["a role with AdministratorAccess", powerful, roles(arn)],
  ["a role with a policy like it", powerful, roles(own, version(nothing), version(all, true))],
  ["a role with a policy that was like it", "", roles(own, version(all), version(nothing, true))],
  ["a role that it is told of", "", roles(arn), {}, { roles: ["other", "deploy-*"] }],
  ["a role of a longer name", powerful, roles(arn), {}, { roles: ["deploy"] }],
  ["no group", changed, grouped()],
  ["a group without AdministratorAccess", changed, grouped(group([], [rule]))],
  ["a group with one policy more", changed, grouped(group([access], [rule, nothing]))],
  ["a group at another path", changed, grouped(group([access], [rule], "/x/"))],
  ["a group without the MFA rule", ruleChanged, grouped(group([access], []))],
  ["another MFA rule", ruleChanged, grouped(group([access], [otherRule]))],
  ["the group in other letter case", "", {}, { group: { name: "ADMINISTRATORS" } }],
  ["an adopted group of its own", "", grouped(group([], [all, nothing], "/x/")), adopted],
  ["an adopted group without power", changed, grouped(group([], [nothing])), adopted],
  ["no MFA rule where one is asked for", ruleChanged, grouped(group([access], [])), strict],
  ["no password policy", weaker, { GetAccountPasswordPolicy: failing("NoSuchEntityException") }],
  ["shorter passwords", weaker, policy({ MinimumPasswordLength: 13 })],
  ["fewer kinds of characters", weaker, policy({ RequireSymbols: false })],
  ["earlier reuse", weaker, policy({ PasswordReusePrevention: 5 })],
  ["passwords that only others may change", weaker, policy({ AllowUsersToChangePassword: false })],
  ["expired passwords that lock out", weaker, policy({ HardExpiry: true })],
  ["a stricter password policy", "", policy({ MinimumPasswordLength: 20, MaxPasswordAge: 90 })],
  ["passwords as old as may be", "", oldPasswords, { passwordPolicy: { maxAgeDays: 120 } }],
  ["passwords a day older", weaker, oldPasswords, { passwordPolicy: { maxAgeDays: 119 } }],
  ["another alias", differs, alias("example-prod")],
  ["no alias", differs, alias()],
  ["an alias of the prefix and eight characters", "", alias("example-dev-1a2b3c4d"), prefix],
  ["an alias of the prefix and nine", differs, alias("example-dev-1a2b3c4d5"), prefix],
  ["settings that the config leaves alone", "", { ...alias(), ...policy({ HardExpiry: true }) }, unset],
  ["a backup not signed in within the days", "backup-untested Administrator", {}, {}, { staleDays: 80 }],
  ["a backup signed in within the days", "", {}, {}, { staleDays: 81 }],
  ["a backup who never signed in", "never-signed-in Administrator, backup-untested Administrator", signIn()],
  ["an administrator who is not there", "administrator-missing Administrator", absent],
  ["an administrator idle for 45 days", "inactive Administrator", signIn(daysAgo(45)), one({})],
  ["an administrator idle for 44 days", "", signIn(daysAgo(44)), one({})],
  ["an idle administrator without a password", "", signIn(daysAgo(45)), one({ consoleAccess: false })],
  ["a backup made within the days", "never-signed-in Administrator", { ...signIn(), ...made(daysAgo(1)) }],
  ["a member of an adopted group without MFA", guest("mfa-missing"), { ...withBob, ...bobs.mfa }, adopted],
  ["a member of an adopted group without MFA and password", guest(), { ...withBob, ...bobs.robot }, adopted],
  [
    "a member of an adopted group with keys",
    guest("long-lived-credential"),
    { ...withBob, ...bobs.keys },
    adopted,
  ],
  ["power from two groups together", "full-power-elsewhere user Bob", halves(["A", "B"])],
  ["power from one of two halves", "can-become-administrator user Bob", halves(["A"])],
  ["the alarm as it was made", "", alarmed(), trail],
  ["the alarm beside a config without one", "", {}],
  ["no rule", missing, alarmed({ ListRules: () => ({ Rules: [] }) }), rootAlarm],
  ["a rule of another pattern", alarmChanged, alarmed(eventRule({ EventPattern: "{}" })), rootAlarm],
  ["a rule that is off", alarmChanged, alarmed(eventRule({ State: "DISABLED" })), rootAlarm],
  ["a rule that leaves out reading calls", alarmChanged, alarmed(eventRule({ State: "ENABLED" })), rootAlarm],
  ["a rule without a target", alarmChanged, alarmed({ ListTargetsByRule: () => ({}) }), rootAlarm],
  ["a rule by another name", "", alarmed(eventRule({ Name: "mine" })), rootAlarm],
  ["an address that is not told", alarmChanged, alarmed(subscribers(topic)), rootAlarm],
  ["an unconfirmed address", unconfirmed("b@example.com"), alarmed(subscribers(topic, pending)), rootAlarm],
  [
    "an unconfirmed address that is encrypted",
    unconfirmed("rootActivity"),
    alarmed(subscribers(pending, topic)),
    oneHidden,
  ],
  ["an encrypted address that is not told", alarmChanged, alarmed(), encrypted],
  [
    "no topic",
    `${alarmChanged}, ${alarmChanged}`,
    alarmed({ ListSubscriptionsByTopic: failing("NotFoundException") }),
    rootAlarm,
  ],
  ["no log group", missing, alarmed({ DescribeMetricFilters: failing("ResourceNotFoundException") }), trail],
  ["one of two filters", missing, alarmed(filters(cisRootPattern)), trail],
  ["filters that no alarm looks at", missing, alarmed({ DescribeAlarmsForMetric: () => ({}) }), trail],
  ["an alarm that waits for more", alarmChanged, alarmed(metricAlarm({ Threshold: 2 })), trail],
  ["an alarm that tells nobody", alarmChanged, alarmed(metricAlarm({ ActionsEnabled: false })), trail],
  ["an alarm that may not be looked at", "", alarmed(quietly), trail],
  ["central root access", "", features("RootCredentialsManagement", "RootSessions"), rootAccess],
  ["half of central root access", centralRoot, features("RootSessions"), rootAccess],
  [
    "an account that is no management account",
    centralRoot,
    { ListOrganizationsFeatures: failing("AccountNotManagementOrDelegatedAdministratorException") },
    rootAccess,
  ],
];

describe("A review of an account with", () => {
  for (const [what, expected, answers, config, limits] of cases) {
    it(`${what} finds ${expected || "nothing"}`, async () => {
      const { findings } = await (await reviewed(answers, config, limits)).result;
      const found = findings.map(({ id, subject, severity }) => {
        return `${id} ${subject}${severity === FINDINGS[id][0] ? "" : ` (${severity})`}`;
      });
      assert.equal(found.join(", "), expected);
    });
  }

  it("strangers shows them beside the config's own", async () => {
    const deploy = { RoleName: "deploy", AttachedManagedPolicies: [access] };
    const strangers = { UserDetailList: [user("Administrator"), user("Bob")], RoleDetailList: [deploy] };
    const { result } = await reviewed(identities(strangers), {}, { roles: ["deploy"] });
    const { group, others, settings } = await result;
    assert.deepEqual(group, {
      ...{ name: "Administrators", inAccount: true, administratorAccess: true, mfaRule: true },
      ...{ otherPolicies: [], unlisted: ["Bob"] },
    });
    const policies = ["AdministratorAccess"];
    assert.deepEqual(others, [{ kind: "role", name: "deploy", policies, accepted: true }]);
    const names = settings.map(({ name }) => name);
    assert.deepEqual(names, ["passwordPolicy", "accountAlias"]);
  });

  it("credentials of each kind names them", async () => {
    const { result } = await reviewed({
      ListAccessKeys: () => ({ AccessKeyMetadata: [{}] }),
      ListSSHPublicKeys: () => ({ SSHPublicKeys: [{}, {}] }),
      ListSigningCertificates: () => ({ Certificates: [{}] }),
      ListServiceSpecificCredentials: () => ({ ServiceSpecificCredentials: [user("Administrator")] }),
    });
    const { findings, administrators } = await result;
    const longLived = "access key, SSH key, SSH key, signing certificate, service-specific credential";
    assert.deepEqual(administrators[0]?.longLived, longLived.split(", "));
    const message = `has ${longLived}: delete it, aws login gives temporary credentials`;
    assert.equal(findings[0]?.message, message);
  });

  it("nothing of the stack in it says to run pulumi up, and not to refresh", async () => {
    const absent = {
      ...identities({ UserDetailList: [], GroupDetailList: [] }),
      ListUsers: () => ({ Users: [] }),
    };
    const { findings } = await (await reviewed({ ...absent, ...alias() })).result;
    assert.deepEqual(
      findings.map(({ id, message }) => `${id} ${message}`),
      [
        "administrator-missing is not in the account: run pulumi up",
        "group-changed is not in the account: run pulumi up, and remove what the program does not make",
        "alias-differs is not set: run pulumi up",
      ],
    );
  });

  it("an imported user who has never signed in tells nobody to hand over a password of the program's", async () => {
    const imported = { administrators: [{ name: "Administrator", import: true }] };
    const { findings } = await (await reviewed(signIn(), imported)).result;
    assert.equal(
      findings[0]?.message,
      "has never signed in: tell this administrator the sign-in URL; the password is the one from before the import",
    );
  });

  const many = (count: number) => ({
    administrators: Array.from({ length: count }, (_, index) => ({ name: `Admin_${index}` })),
  });

  it("2,500 administrators makes four calls more than with one, apart from five for each of them", async () => {
    const [one, thousands] = [await reviewed({}), await reviewed({}, many(2500))];
    await Promise.all([one.result, thousands.result]);
    assert.deepEqual([one.calls.length, thousands.calls.length], [9 + 5, 9 + 4 + 5 * 2500]);
    assert.deepEqual([thousands.done.length, thousands.done.at(-1)], [2500, 1]);
  });

  it("fifty administrators has no more than ten of them in hand", async () => {
    let [inHand, most] = [0, 0];
    const ListMFADevices = async () => {
      most = Math.max(most, ++inHand);
      await new Promise(setImmediate);
      inHand--;
      return {};
    };
    const { result } = await reviewed({ ListMFADevices }, many(50));
    await result;
    assert.equal(most, 10);
  });

  it("a call that is denied goes on, and names the action", async () => {
    for (const name of actions) {
      const { result, calls } = await reviewed({ [name]: failing("AccessDenied") });
      assert.deepEqual((await result).denied, [`iam:${name}`]);
      // Without the report there is nothing to get.
      const spared = name === "GenerateCredentialReport" ? "GetCredentialReport" : undefined;
      const expected = ["GetCallerIdentity", ...actions].filter((other) => other !== spared);
      assert.deepEqual([...new Set(calls)].sort(), expected.sort(), name);
    }
  });

  it("another number than the config's is refused, before anything else is asked", async () => {
    const { result, calls } = await reviewed({}, {}, {}, ["111122223333"]);
    await assert.rejects(result, {
      message: "the credentials are of account 123456789012, and aws:allowedAccountIds names 111122223333",
    });
    assert.deepEqual(calls, ["GetCallerIdentity"]);
  });

  it("an error that is not a denial stops", async () => {
    const { result } = await reviewed({ ListMFADevices: failing("ExpiredToken") });
    await assert.rejects(result, { name: "ExpiredToken" });
  });

  it("a call that AWS throttles to the end stops, and says which", async () => {
    const $metadata = { httpStatusCode: 400, attempts: 10 };
    const ListMFADevices = () => {
      throw Object.assign(new Error("Rate exceeded"), { name: "Throttling", $metadata });
    };
    const { result } = await reviewed({ ListMFADevices });
    await assert.rejects(result, {
      message: "iam:ListMFADevices: Throttling: Rate exceeded, asked 10 times",
    });
  });
});

describe("The page about the review", () => {
  it("lists every finding with its severity", () => {
    const rows = docs.matchAll(/^\| `([a-z-]+)` +\| (high|medium|low) /gm);
    assert.deepEqual(
      Array.from(rows, ([, id, severity]) => [id, severity]),
      Object.entries(FINDINGS).map(([id, [severity]]) => [id, severity]),
    );
  });

  it("asks permission for every call", () => {
    const file = join(import.meta.dirname, "../../docs/permissions/reviewing.json");
    const documented = Array.from(
      readFileSync(file, "utf8").matchAll(/"\w+:(\w+)"/g),
      ([, action]) => action,
    );
    const called = [...actions, ...Object.keys(alarmed()), "ListOrganizationsFeatures", "GetCallerIdentity"];
    assert.deepEqual(documented.sort(), called.sort());
  });
});

describe("The credential report", () => {
  it("is waited for while AWS makes it, and asked for again where it is late or old", async () => {
    const states = ["STARTED", "INPROGRESS"];
    const errors = ["CredentialReportNotReadyException", "CredentialReportExpiredException"].map(failing);
    const { GetCredentialReport } = csv(report("no_information"));
    const { result, pauses } = await reviewed({
      GenerateCredentialReport: () => ({ State: states.shift() ?? "COMPLETE" }),
      GetCredentialReport: () => (errors.shift() ?? GetCredentialReport)(),
    });
    assert.equal((await result).root.lastUsed, null);
    assert.equal(pauses.length, 4);
  });

  it("is given up after thirty attempts", async () => {
    const { result, pauses } = await reviewed({ GenerateCredentialReport: () => ({ State: "INPROGRESS" }) });
    await assert.rejects(result, {
      message: "AWS has not finished the credential report in a minute, run the review again",
    });
    assert.equal(pauses.length, 30);
  });

  it("tells the latest use of root, by password or by key", () => {
    const [older, newer] = ["2026-01-02T03:04:05+00:00", "2026-05-06T07:08:09+00:00"];
    assert.deepEqual(lastUseOfRoot(report(older)), new Date(older));
    assert.deepEqual(lastUseOfRoot(report(older, [newer, "N/A"])), new Date(newer));
    assert.deepEqual(lastUseOfRoot(report("no_information", ["N/A", newer])), new Date(newer));
    for (const never of ["N/A", "no_information", "not_supported"]) {
      assert.equal(lastUseOfRoot(report(never)), null);
    }
  });

  it("without a row of root tells nothing, whatever users did", () => {
    const [header = "", user = ""] = report("N/A").split("\n");
    assert.equal(lastUseOfRoot([header, user].join("\r\n")), undefined);
    assert.equal(lastUseOfRoot(""), undefined);
  });
});
