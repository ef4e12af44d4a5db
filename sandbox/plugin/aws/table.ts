import type { Table } from "../resourceType.ts";
import type { Account } from "./account.ts";
import { eventRule, eventTarget, logMetricFilter, metricAlarm } from "./cloudWatch.ts";
import {
  getAccountAlias,
  getCallerIdentity,
  getGroup,
  getPartition,
  getUser,
  getUsers,
} from "./functions.ts";
import { accountAlias, accountPasswordPolicy, organizationsFeatures } from "./iamAccount.ts";
import { group, groupPolicy, groupPolicyAttachment, userGroupMembership } from "./iamGroup.ts";
import { user } from "./iamUser.ts";
import { userLoginProfile } from "./iamUserLoginProfile.ts";
import { key } from "./kms.ts";
import { topic, topicPolicy, topicSubscription } from "./sns.ts";

/** The resource types that the program makes and the functions that it calls, by their Pulumi tokens. */
export const awsTable: Table<Account> = {
  package: "aws",
  resources: {
    "aws:cloudwatch/eventRule:EventRule": eventRule,
    "aws:cloudwatch/eventTarget:EventTarget": eventTarget,
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": logMetricFilter,
    "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarm,
    "aws:iam/accountAlias:AccountAlias": accountAlias,
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": accountPasswordPolicy,
    "aws:iam/group:Group": group,
    "aws:iam/groupPolicy:GroupPolicy": groupPolicy,
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": groupPolicyAttachment,
    "aws:iam/organizationsFeatures:OrganizationsFeatures": organizationsFeatures,
    "aws:iam/user:User": user,
    "aws:iam/userGroupMembership:UserGroupMembership": userGroupMembership,
    "aws:iam/userLoginProfile:UserLoginProfile": userLoginProfile,
    "aws:kms/key:Key": key,
    "aws:sns/topic:Topic": topic,
    "aws:sns/topicPolicy:TopicPolicy": topicPolicy,
    "aws:sns/topicSubscription:TopicSubscription": topicSubscription,
  },
  functions: {
    "aws:iam/getAccountAlias:getAccountAlias": getAccountAlias,
    "aws:iam/getGroup:getGroup": getGroup,
    "aws:iam/getUser:getUser": getUser,
    "aws:iam/getUsers:getUsers": getUsers,
    "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
    "aws:index/getPartition:getPartition": getPartition,
  },
};
