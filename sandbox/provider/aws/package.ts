import type { Package } from "../backend.ts";
import type { AwsContext } from "./context.ts";
import { accountAlias, accountPasswordPolicy, getAccountAlias } from "./iamAccount.ts";
import { getGroup, group, groupMembership } from "./iamGroup.ts";
import { groupPolicy, userPolicy } from "./iamInlinePolicies.ts";
import { groupPolicyAttachment, rolePolicyAttachment, userPolicyAttachment } from "./iamPolicyAttachments.ts";
import { getUser, user } from "./iamUser.ts";
import { userGroupMembership } from "./iamUserGroupMembership.ts";
import { userLoginProfile } from "./iamUserLoginProfile.ts";
import { getCallerIdentity, getPartition, getRegion } from "./identity.ts";

/** The AWS resource types and functions that the sandbox carries, by their Pulumi tokens. */
export const awsPackage: Package<AwsContext> = {
  name: "aws",
  resources: {
    "aws:iam/accountAlias:AccountAlias": accountAlias,
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": accountPasswordPolicy,
    "aws:iam/group:Group": group,
    "aws:iam/groupMembership:GroupMembership": groupMembership,
    "aws:iam/groupPolicy:GroupPolicy": groupPolicy,
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": groupPolicyAttachment,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
    "aws:iam/user:User": user,
    "aws:iam/userGroupMembership:UserGroupMembership": userGroupMembership,
    "aws:iam/userLoginProfile:UserLoginProfile": userLoginProfile,
    "aws:iam/userPolicy:UserPolicy": userPolicy,
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": userPolicyAttachment,
  },
  invokes: {
    "aws:iam/getAccountAlias:getAccountAlias": getAccountAlias,
    "aws:iam/getGroup:getGroup": getGroup,
    "aws:iam/getUser:getUser": getUser,
    "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
    "aws:index/getPartition:getPartition": getPartition,
    "aws:index/getRegion:getRegion": getRegion,
  },
};
