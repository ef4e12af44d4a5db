/** The components of the package: what programs in TypeScript import, and where Pulumi looks for the package's schema. */
export { AccountSettings, type AccountSettingsArgs } from "./accountSettings.ts";
export { Administrator, type AdministratorArgs, type Member } from "./administrator.ts";
export { AdministratorGroup, type AdministratorGroupArgs, type GroupSettings } from "./administratorGroup.ts";
export type { AdministratorOutput } from "./administratorOutputs.ts";
export { AdministratorRole, type AdministratorRoleArgs } from "./administratorRole.ts";
export type { PasswordPolicySettings } from "./passwordPolicy.ts";
export { RootActivityAlarm, type RootActivityAlarmArgs } from "./rootActivityAlarm.ts";
