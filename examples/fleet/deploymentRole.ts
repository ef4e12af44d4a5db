import { StackInstances } from "@pulumi/aws/cloudformation/stackInstances.js";
import { StackSet } from "@pulumi/aws/cloudformation/stackSet.js";
import type * as pulumi from "@pulumi/pulumi";

/** What {@link deployDeploymentRole} takes. */
export interface DeploymentRoleArgs {
  /** The organization in Pulumi Cloud. */
  readonly organization: string;
  /** The project whose stacks are deployed. */
  readonly project: string;
  /** The accounts, each the name of its stack. */
  readonly accounts: string[];
  /** The root of the AWS organization, or the units that have the accounts. */
  readonly organizationalUnits: string[];
}

const roleName = "iam-administrators-deployment";

/** ARN of the role in an account. */
export function deploymentRoleArn(account: string): string {
  return `arn:aws:iam::${account}:role/${roleName}`;
}

/**
 * Makes in every account the role that Pulumi Cloud takes on to deploy there: one StackSet, in place of a provider and
 * credentials for each account. It does not reach the management account itself.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/what-is-cfnstacksets.html
 */
export function deployDeploymentRole(args: DeploymentRoleArgs): pulumi.Resource {
  const stackSet = new StackSet("deployment-role", {
    name: roleName,
    permissionModel: "SERVICE_MANAGED",
    autoDeployment: { enabled: false },
    capabilities: ["CAPABILITY_NAMED_IAM"],
    templateBody: JSON.stringify(template(args)),
  });
  return new StackInstances("deployment-role", {
    stackSetName: stackSet.name,
    // IAM has no regions: one is enough.
    regions: ["us-east-1"],
    deploymentTargets: {
      organizationalUnitIds: args.organizationalUnits,
      accountFilterType: "INTERSECTION",
      accounts: args.accounts,
    },
    operationPreferences: { maxConcurrentPercentage: 20, failureTolerancePercentage: 10 },
  });
}

/**
 * The role, and Pulumi Cloud as its identity provider. Only deployments of the account's own stack assume it, and only
 * updates and looks for drift.
 *
 * @see https://www.pulumi.com/docs/deployments/guides/oidc/aws/
 */
function template({ organization, project }: DeploymentRoleArgs): object {
  const subjects = ["update", "refresh", "detect-drift"].map((operation) => ({
    "Fn::Sub": `pulumi:deploy:org:${organization}:project:${project}:stack:\${AWS::AccountId}:operation:${operation}:scope:write`,
  }));
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Resources: {
      Provider: {
        Type: "AWS::IAM::OIDCProvider",
        Properties: { Url: "https://api.pulumi.com/oidc", ClientIdList: [organization] },
      },
      Role: {
        Type: "AWS::IAM::Role",
        Properties: {
          RoleName: roleName,
          Description: `Pulumi Deployments of ${project}`,
          AssumeRolePolicyDocument: {
            Version: "2012-10-17",
            Statement: [
              {
                Sid: "AllowDeploymentsOfThisAccountsStack",
                Effect: "Allow",
                Principal: { Federated: { Ref: "Provider" } },
                Action: "sts:AssumeRoleWithWebIdentity",
                Condition: {
                  StringEquals: {
                    "api.pulumi.com/oidc:aud": organization,
                    "api.pulumi.com/oidc:sub": subjects,
                  },
                },
              },
            ],
          },
          // Who makes administrators is one.
          ManagedPolicyArns: [{ "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess" }],
        },
      },
    },
  };
}
