// Written by ../judgeManagedPolicies.ts: run it again for a newer source, and edit nothing here.

/** What was judged: the documents of a checkout of https://github.com/zoph-io/IAMTrail. */
export const SOURCE = {
  commit: "7fc15059b490bbf0ca6516f3662fd2d414ab0446",
  date: "2026-08-22",
  documents: 1643,
};

/** The AWS managed policies whose documents allow everything, or all of IAM, under whatever condition. */
export const FULL_POWER: readonly string[] = [
  "AWSMcpServiceActionsFullAccess",
  "AdministratorAccess",
  "IAMFullAccess",
];

/** Those whose documents lead to full power, in a way that `no-privilege-escalation` reports. */
export const LEADING_TO_FULL_POWER: readonly string[] = [
  "AWSCodeStarServiceRole",
  "AWSManagedAccountUserEntitlementAccess",
  "AWSManagedSettingsAdminAccess",
  "AWSOpsWorksRegisterCLI",
  "AWSSSODirectoryAdministrator",
  "AWSSSOMasterAccountAdministrator",
  "AWSSSOMemberAccountAdministrator",
  "AdministratorAccess-Amplify",
  "SageMakerStudioAdminIAMDefaultExecutionPolicy",
  "SageMakerStudioAdminIAMPermissiveExecutionPolicy",
  "SageMakerStudioProjectUserRolePermissionsBoundary",
  "SageMakerStudioProjectUserRolePolicy",
  "SageMakerStudioUserIAMDefaultExecutionPolicy",
  "SageMakerStudioUserIAMPermissiveExecutionPolicy",
];
