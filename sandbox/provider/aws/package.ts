import type { Package } from "../backend.ts";
import type { AwsContext } from "./context.ts";
import { eventRule } from "./eventRule.ts";
import { eventTarget } from "./eventTarget.ts";
import { accountAlias, accountPasswordPolicy, getAccountAlias } from "./iamAccount.ts";
import { accessKey } from "./iamAccessKey.ts";
import { getGroup, group, groupMembership } from "./iamGroup.ts";
import { groupPolicy, userPolicy } from "./iamInlinePolicies.ts";
import { organizationsFeatures } from "./iamOrganizationsFeatures.ts";
import { policy } from "./iamPolicy.ts";
import { groupPolicyAttachment, rolePolicyAttachment, userPolicyAttachment } from "./iamPolicyAttachments.ts";
import { role } from "./iamRole.ts";
import { getUser, getUsers, user } from "./iamUser.ts";
import { userGroupMembership } from "./iamUserGroupMembership.ts";
import { userLoginProfile } from "./iamUserLoginProfile.ts";
import { getCallerIdentity, getPartition, getRegion } from "./identity.ts";
import { alias, key } from "./kms.ts";
import { logMetricFilter } from "./logMetricFilter.ts";
import { metricAlarm } from "./metricAlarm.ts";
import { topic } from "./snsTopic.ts";
import { topicPolicy } from "./snsTopicPolicy.ts";
import { topicSubscription } from "./snsTopicSubscription.ts";

/** The AWS resource types and functions that the sandbox carries, by their Pulumi tokens. */
export const awsPackage: Package<AwsContext> = {
  name: "aws",
  resources: {
    "aws:cloudwatch/eventRule:EventRule": eventRule,
    "aws:cloudwatch/eventTarget:EventTarget": eventTarget,
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": logMetricFilter,
    "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarm,
    "aws:iam/accessKey:AccessKey": accessKey,
    "aws:iam/accountAlias:AccountAlias": accountAlias,
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": accountPasswordPolicy,
    "aws:iam/group:Group": group,
    "aws:iam/groupMembership:GroupMembership": groupMembership,
    "aws:iam/groupPolicy:GroupPolicy": groupPolicy,
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": groupPolicyAttachment,
    "aws:iam/organizationsFeatures:OrganizationsFeatures": organizationsFeatures,
    "aws:iam/policy:Policy": policy,
    "aws:iam/role:Role": role,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
    "aws:iam/user:User": user,
    "aws:iam/userGroupMembership:UserGroupMembership": userGroupMembership,
    "aws:iam/userLoginProfile:UserLoginProfile": userLoginProfile,
    "aws:iam/userPolicy:UserPolicy": userPolicy,
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": userPolicyAttachment,
    "aws:kms/alias:Alias": alias,
    "aws:kms/key:Key": key,
    "aws:sns/topic:Topic": topic,
    "aws:sns/topicPolicy:TopicPolicy": topicPolicy,
    "aws:sns/topicSubscription:TopicSubscription": topicSubscription,
  },
  invokes: {
    "aws:iam/getAccountAlias:getAccountAlias": getAccountAlias,
    "aws:iam/getGroup:getGroup": getGroup,
    "aws:iam/getUser:getUser": getUser,
    "aws:iam/getUsers:getUsers": getUsers,
    "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
    "aws:index/getPartition:getPartition": getPartition,
    "aws:index/getRegion:getRegion": getRegion,
  },
};
