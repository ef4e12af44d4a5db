import type { Rule } from "../lib/rule.ts";
import { accountPasswordPolicy } from "./accountPasswordPolicy.ts";
import { additiveGroupMembership } from "./additiveGroupMembership.ts";
import { administratorAccessOnlyInAdministratorGroup } from "./administratorAccessOnlyInAdministratorGroup.ts";
import { administratorsFromOneProject } from "./administratorsFromOneProject.ts";
import { administratorsProtected } from "./administratorsProtected.ts";
import { backupAdministrator } from "./backupAdministrator.ts";
import { identityCenterFromOneProject } from "./identityCenterFromOneProject.ts";
import { initialPasswordEncrypted } from "./initialPasswordEncrypted.ts";
import { mfaRequired } from "./mfaRequired.ts";
import { noFullAdminDocuments } from "./noFullAdminDocuments.ts";
import { noLongLivedCredentials } from "./noLongLivedCredentials.ts";
import { noOpenTrust } from "./noOpenTrust.ts";
import { noPassRoleEscalation } from "./noPassRoleEscalation.ts";
import { noPrivilegeEscalation } from "./noPrivilegeEscalation.ts";
import { noRootUsage } from "./noRootUsage.ts";
import { noStaticProviderCredentials } from "./noStaticProviderCredentials.ts";
import { passwordResetRequired } from "./passwordResetRequired.ts";
import { permissionsThroughGroupsOnly } from "./permissionsThroughGroupsOnly.ts";
import { pinnedAccount } from "./pinnedAccount.ts";

/** Every rule of the pack, in the order in which it is documented. */
export const rules: readonly Rule[] = [
  noRootUsage,
  passwordResetRequired,
  initialPasswordEncrypted,
  noLongLivedCredentials,
  permissionsThroughGroupsOnly,
  noFullAdminDocuments,
  noPrivilegeEscalation,
  noPassRoleEscalation,
  administratorAccessOnlyInAdministratorGroup,
  additiveGroupMembership,
  mfaRequired,
  administratorsFromOneProject,
  noOpenTrust,
  identityCenterFromOneProject,
  backupAdministrator,
  accountPasswordPolicy,
  administratorsProtected,
  noStaticProviderCredentials,
  pinnedAccount,
];
