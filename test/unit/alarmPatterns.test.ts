import assert from "node:assert/strict";
import { RootActivityAlarm } from "../../components/rootActivityAlarm.ts";
import { validate, watchedAdministrators } from "../../config/loadConfig.ts";
import {
  accountId,
  assumeRootCall,
  call,
  consoleSignIn,
  eventBridgeEvent,
  identities,
  type CloudTrailEvent,
} from "../support/cloudTrailEvents.ts";
import { matchesEventPattern } from "../support/eventPattern.ts";
import { matchesFilterPattern } from "../support/filterPattern.ts";
import { only, run, type Registered } from "../support/mocks.ts";

const rule = "aws:cloudwatch/eventRule:EventRule";
const filter = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";

function make(backupAdministrators: string[] = ["Admin_2", "Admin_3"], cloudTrailLogGroup?: string) {
  const args = { emails: ["security@example.com"], partition: "aws", accountId };
  return run(() => new RootActivityAlarm("root", { ...args, cloudTrailLogGroup, backupAdministrators }));
}

/** The names of the alarms that an event raises through the trail's log group. */
function raised(resources: readonly Registered[], event: CloudTrailEvent): string[] {
  const metrics = resources
    .filter(({ type, inputs }) => type === filter && matchesFilterPattern(inputs.pattern as string, event))
    .map(({ inputs }) => (inputs.metricTransformation as { name: string }).name);
  return resources
    .filter(({ type, inputs }) => type === alarm && metrics.includes(inputs.metricName as string))
    .map(({ name }) => name);
}

const { root, assumedRoot, user, role } = identities;
const rootUse: readonly [string, CloudTrailEvent][] = [
  ["root signs in", consoleSignIn(root)],
  ["root fails to sign in", consoleSignIn(root, "Failure")],
  ["root calls", call(root, "iam", "CreateUser")],
  ["root only reads", call(root, "s3", "ListBuckets", { readOnly: true })],
  ["the management account asks for a session as root", assumeRootCall],
  ["a session as root acts", call(assumedRoot, "s3", "DeleteBucketPolicy", { awsRegion: "us-west-2" })],
];
const everydayUse: readonly [string, CloudTrailEvent][] = [
  ["a user signs in", consoleSignIn(user("Administrator"))],
  ["a user called root signs in", consoleSignIn(user("root"))],
  ["a role called Root calls", call(role("Root"), "iam", "CreateUser")],
  ["a user takes a role on", call(user("Administrator"), "sts", "AssumeRole")],
  ["a backup administrator calls", call(user("Admin_2"), "iam", "ListUsers")],
  ["a role called like a backup administrator signs in", consoleSignIn(role("Admin_2"))],
  [
    "a user called like a backup administrator signs in to another account",
    consoleSignIn(user("Admin_2", "999999999999")),
  ],
  ["a user whose name begins like a backup administrator's signs in", consoleSignIn(user("Admin_22"))],
];

describe("The alarm on root activity", () => {
  let resources: readonly Registered[];
  before(async () => {
    ({ resources } = await make(undefined, "trail"));
  });
  const isSent = (event: CloudTrailEvent) =>
    matchesEventPattern(only(resources, rule).inputs.eventPattern as string, eventBridgeEvent(event));

  for (const [what, event] of rootUse) {
    it(`fires when ${what}, both by EventBridge and by the trail`, () => {
      assert.equal(isSent(event), true);
      assert.deepEqual(raised(resources, event), ["root"]);
    });
  }

  for (const [what, event] of everydayUse) {
    it(`stays silent when ${what}`, () => {
      assert.equal(isSent(event), false);
      assert.deepEqual(raised(resources, event), []);
    });
  }

  it("stays silent in CIS's filter when a service acts for root", () => {
    const event = call({ ...root, invokedBy: "cloudformation.amazonaws.com" }, "iam", "GetRole");
    assert.deepEqual(raised(resources, event), []);
  });

  for (const outcome of ["Success", "Failure"]) {
    it(`fires through the trail alone when a backup administrator signs in: ${outcome}`, () => {
      const event = consoleSignIn(user("Admin_3"), outcome);
      assert.equal(isSent(event), false);
      assert.deepEqual(raised(resources, event), ["root-backup"]);
    });
  }

  it("has one filter for each backup administrator, whatever their order", async () => {
    const names = (found: readonly Registered[]) =>
      found
        .filter(({ type }) => type === filter)
        .map(({ name }) => name)
        .sort();
    const expected = ["root", "root-assumed", "root-backup-Admin_2", "root-backup-Admin_3"];
    assert.deepEqual(names(resources), expected);
    const reversed = await make(["Admin_3", "Admin_2"], "trail");
    const component = "iam-administrators:index:RootActivityAlarm";
    assert.deepEqual(names(reversed.resources), expected);
    assert.deepEqual(only(reversed.resources, component).inputs, only(resources, component).inputs);
  });

  it("keeps within CloudWatch's 1,024 characters with the longest names that IAM takes, however many", async () => {
    const users = Array.from({ length: 50 }, (_, index) => `${"+=,.@_-x".repeat(8).slice(2)}${10 + index}`);
    assert.equal(users[0]?.length, 64);
    const many = await make(users, "trail");
    for (const name of users) {
      assert.deepEqual(raised(many.resources, consoleSignIn(user(name))), ["root-backup"], name);
    }
  });

  it("has no alarm on sign-ins where there is no backup administrator", async () => {
    const alone = await make([], "trail");
    assert.equal(only(alone.resources, alarm).name, "root");
  });

  it("refuses backup administrators where no trail is named", async () => {
    await assert.rejects(make(["Admin_2"]), {
      message: "backupAdministrators needs cloudTrailLogGroup: only a trail sees every region",
    });
  });
});

describe("rootActivity.backupSignIns", () => {
  const problemsWith = async (rootActivity: object) => {
    const { problems } = await validate({ administrators: [{ name: "Administrator" }], rootActivity });
    return problems.map(({ path, rule }) => `${path.join(".")}: ${rule}`);
  };
  const emails = ["security@example.com"];

  it("may be switched off, with a trail and without", async () => {
    assert.deepEqual(await problemsWith({ emails, backupSignIns: false }), []);
    assert.deepEqual(await problemsWith({ emails, cloudTrailLogGroup: "trail", backupSignIns: false }), []);
  });

  it("may be asked for only where a trail is named", async () => {
    assert.deepEqual(await problemsWith({ emails, cloudTrailLogGroup: "trail", backupSignIns: true }), []);
    assert.deepEqual(await problemsWith({ emails, backupSignIns: true }), [
      "rootActivity.backupSignIns: must be absent or false without cloudTrailLogGroup: only a trail sees every region",
    ]);
  });

  const watched = async (rootActivity?: object) => {
    const administrators = [
      { name: "Administrator" },
      { name: "Admin_2", backup: true },
      { name: "pipeline", backup: true, consoleAccess: false },
    ];
    const { config } = await validate({ administrators, rootActivity });
    assert.ok(config);
    return watchedAdministrators(config);
  };

  it("watches the backup administrators who can sign in, as soon as a trail is named", async () => {
    assert.deepEqual(await watched({ emails, cloudTrailLogGroup: "trail" }), ["Admin_2"]);
    assert.deepEqual(await watched({ emails, cloudTrailLogGroup: "trail", backupSignIns: true }), [
      "Admin_2",
    ]);
  });

  it("watches nobody where it is off, no trail is named, or there is no alarm", async () => {
    assert.deepEqual(await watched({ emails, cloudTrailLogGroup: "trail", backupSignIns: false }), []);
    assert.deepEqual(await watched({ emails }), []);
    assert.deepEqual(await watched(), []);
  });
});
