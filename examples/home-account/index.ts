// What an account has whose administrators have their users in another one, the home account: the role that they take
// on, and the alarm that tells of its use, and of root's.
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { getPartition } from "@pulumi/aws/getPartition.js";
import * as pulumi from "@pulumi/pulumi";
import { AdministratorRole } from "../../components/administratorRole.ts";
import { RootActivityAlarm } from "../../components/rootActivityAlarm.ts";

const config = new pulumi.Config("administrator-role");
const { accountId } = await getCallerIdentity();
const { partition } = await getPartition();
const cloudTrailLogGroup = config.get("cloudTrailLogGroup");

const alarm = new RootActivityAlarm("root-activity", {
  emails: config.requireObject<string[]>("emails"),
  cloudTrailLogGroup,
  partition,
  accountId,
});
const role = new AdministratorRole(
  "administrator",
  {
    administrators: config.requireObject<string[]>("administrators"),
    alarmTopicArn: alarm.topicArn,
    cloudTrailLogGroup,
  },
  // Nobody assumes the role before somebody is told.
  { dependsOn: [alarm] },
);

/** What the administrators name in a profile (`role_arn`). */
export const roleArn = role.roleArn;
