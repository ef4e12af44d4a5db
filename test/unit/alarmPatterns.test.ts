import assert from "node:assert/strict";
import { AdministratorRole } from "../../components/administratorRole.ts";
import { RootActivityAlarm } from "../../components/rootActivityAlarm.ts";
import { validate, watchedAdministrators } from "../../config/loadConfig.ts";
import { withFullKeys } from "../../config/namespace.ts";
import * as cloudTrail from "./cloudTrailEvents.ts";
import { matchesEventPattern } from "./eventPattern.ts";
import { matchesFilterPattern } from "./filterPattern.ts";
import { declared, run, type Registered } from "./mocks.ts";

const { accountId, call, consoleSignIn, assumeRootCall } = cloudTrail;
const { root, assumedRoot, user, role } = cloudTrail.identities;
/** As long as IAM takes. */
const longName = `+=,.@_-${"x".repeat(57)}`;

/** The account of the role is told no name. */
const assumeRole = (name: string) =>
  call({ type: "AWSAccount", accountId: "111122223333" }, "sts", "AssumeRole", {
    awsRegion: "ap-southeast-2",
    requestParameters: { roleArn: `arn:aws:iam::${accountId}:role/${name}` },
  });

const both = ["EventRule root", "MetricAlarm root"];
const trailAlone = ["MetricAlarm root-backup"];
const byRole = ["EventRule role", "MetricAlarm role"];
const byService = { ...root, invokedBy: "cloudformation.amazonaws.com" };
const cases: readonly [what: string, event: cloudTrail.CloudTrailEvent, raised: readonly string[]][] = [
  ["root signs in", consoleSignIn(root), both],
  ["root fails to sign in", consoleSignIn(root, "Failure"), both],
  ["root calls", call(root, "iam", "CreateUser"), both],
  ["root only reads", call(root, "s3", "ListBuckets", { readOnly: true }), both],
  ["the management account asks for a session as root", assumeRootCall, both],
  ["a session as root acts", call(assumedRoot, "s3", "DeleteBucketPolicy"), both],
  [
    "a service acts for root, which CIS's filter leaves out",
    call(byService, "iam", "GetRole"),
    ["EventRule root"],
  ],
  ["a backup administrator signs in", consoleSignIn(user("Admin_2")), trailAlone],
  ["a backup administrator fails to sign in", consoleSignIn(user("Admin_2"), "Failure"), trailAlone],
  ["a backup administrator with the longest name signs in", consoleSignIn(user(longName)), trailAlone],
  ["a backup administrator calls", call(user("Admin_2"), "iam", "ListUsers"), []],
  ["a role called like a backup administrator signs in", consoleSignIn(role("Admin_2")), []],
  ["a user called like one signs in to another account", consoleSignIn(user("Admin_2", "999999999999")), []],
  ["a user whose name begins like that signs in", consoleSignIn(user("Admin_22")), []],
  ["another user signs in", consoleSignIn(user("Administrator")), []],
  ["a user called root signs in", consoleSignIn(user("root")), []],
  ["a role called Root calls", call(role("Root"), "iam", "CreateUser"), []],
  ["a user of another account assumes the administrator role", assumeRole("Administrator"), byRole],
  ["a user of another account takes another role on", assumeRole("Administrator2"), []],
  ["a session of the administrator role calls", call(role("Administrator"), "iam", "ListUsers"), []],
];

/** What an event raises: EventBridge's rule, and the alarms on the metrics that the trail's log group feeds. */
function raisedBy(event: cloudTrail.CloudTrailEvent, resources: readonly Registered[]): string[] {
  const bridged = cloudTrail.eventBridgeEvent(event);
  const metrics = resources
    .filter(({ inputs }) => "pattern" in inputs && matchesFilterPattern(inputs.pattern as string, event))
    .map(({ inputs }) => (inputs.metricTransformation as { readonly name: string }).name);
  const raised = resources.filter(({ inputs }) =>
    "eventPattern" in inputs
      ? matchesEventPattern(inputs.eventPattern as string, bridged)
      : metrics.includes(inputs.metricName as string),
  );
  return Object.keys(declared(raised)).sort();
}

describe("The alarms on root, on backup administrators and on the administrator role", () => {
  let resources: readonly Registered[];
  before(async () => {
    const args = { emails: [], partition: "aws", accountId, cloudTrailLogGroup: "trail" };
    const backupAdministrators = ["Admin_2", longName];
    ({ resources } = await run(() => {
      const { topicArn } = new RootActivityAlarm("root", { ...args, backupAdministrators });
      const administrators = ["arn:aws:iam::111122223333:user/Administrator"];
      new AdministratorRole("role", { administrators, alarmTopicArn: topicArn, cloudTrailLogGroup: "trail" });
    }));
  });

  for (const [what, event, raised] of cases) {
    it(`${raised.length === 0 ? "stays silent" : `fires (${raised.join(", ")})`} when ${what}`, () => {
      assert.deepEqual(raisedBy(event, resources), raised);
    });
  }
});

describe("rootActivity.backupSignIns", () => {
  const emails = ["security@example.com"];
  const withTrail = { emails, cloudTrailLogGroup: "trail" };
  const needsTrail = "must be absent or false without cloudTrailLogGroup: only a trail sees every region";
  for (const [what, rootActivity, watched] of [
    ["watches backup administrators who can sign in, once a trail is named", withTrail, ["Admin_2"]],
    ["watches them where it is true", { ...withTrail, backupSignIns: true }, ["Admin_2"]],
    ["watches nobody where it is false", { ...withTrail, backupSignIns: false }, []],
    ["may be false without a trail", { emails, backupSignIns: false }, []],
    ["watches nobody where no trail is named", { emails }, []],
    ["watches nobody where there is no alarm", undefined, []],
    ["may be true only where a trail is named", { emails, backupSignIns: true }, [needsTrail]],
  ] as const) {
    it(what, async () => {
      const administrators = [
        { name: "Administrator" },
        { name: "Admin_2", backup: true },
        { name: "pipeline", backup: true, consoleAccess: false },
      ];
      const { config, problems } = await validate(withFullKeys({ administrators, rootActivity }));
      const found = config === undefined ? problems.map(({ rule }) => rule) : watchedAdministrators(config);
      assert.deepEqual(found, watched);
    });
  }
});
