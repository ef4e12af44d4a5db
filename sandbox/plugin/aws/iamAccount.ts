import type { AccountAliasState } from "@pulumi/aws/iam/accountAlias.js";
import type { AccountPasswordPolicyState } from "@pulumi/aws/iam/accountPasswordPolicy.js";
import type { OrganizationsFeaturesState } from "@pulumi/aws/iam/organizationsFeatures.js";
import { all, entry, type Plain } from "../resourceType.ts";
import type { Account } from "./account.ts";
import { parameters, properties } from "./shapes.ts";

/**
 * `aws:iam/accountPasswordPolicy:AccountPasswordPolicy` (internal/service/iam/account_password_policy.go): a create overwrites
 * whatever policy the account has.
 */
export const accountPasswordPolicy = entry<Account, AccountPasswordPolicyState>({
  title: "IAM Account Password Policy",
  attributes: {
    allowUsersToChangePassword: { default: true },
    minimumPasswordLength: { default: 6 },
    ...all({ computed: true }, "hardExpiry", "maxPasswordAge", "passwordReusePrevention"),
    ...all({ computed: true }, "requireLowercaseCharacters", "requireUppercaseCharacters"),
    ...all({ computed: true }, "requireNumbers", "requireSymbols"),
    expirePasswords: { output: true },
  },
  creating: () => "updating IAM Account Password Policy",
  async create(account, planned) {
    await putPasswordPolicy(account, planned);
    return "iam-account-password-policy";
  },
  async read({ iam }) {
    const { PasswordPolicy: found } = await iam.getAccountPasswordPolicy({});
    // What AWS leaves out of its answer is none of it: an age, or how many passwords are remembered.
    return { maxPasswordAge: 0, passwordReusePrevention: 0, hardExpiry: false, ...properties(found) };
  },
  update: (account, { planned }) => putPasswordPolicy(account, planned),
  delete: ({ iam }) => iam.deleteAccountPasswordPolicy({}),
});

/** GetOk: false and 0 are not sent, whether given or left out; AWS clears what it does not hear of. */
function putPasswordPolicy({ iam }: Account, planned: Plain<AccountPasswordPolicyState>) {
  const given = Object.entries(planned).filter(([name, value]) => value && name !== "expirePasswords");
  return iam.updateAccountPasswordPolicy(parameters(Object.fromEntries(given)));
}

/** `aws:iam/accountAlias:AccountAlias` (account_alias.go): a read finds whatever alias the account has. */
export const accountAlias = entry<Account, AccountAliasState>({
  title: "IAM Account Alias",
  deletesFirst: true,
  attributes: { accountAlias: { replaces: true } },
  creating: ({ accountAlias }) => `creating IAM Account Alias (${accountAlias})`,
  async create({ iam }, { accountAlias }) {
    await iam.createAccountAlias({ AccountAlias: accountAlias });
    return accountAlias;
  },
  readsAfterCreate: false,
  async read({ iam }) {
    const { AccountAliases: [found] = [] } = await iam.listAccountAliases({});
    return found === undefined ? undefined : { accountAlias: found };
  },
  delete: ({ iam }, id) => iam.deleteAccountAlias({ AccountAlias: id }),
});

/** `aws:iam/organizationsFeatures:OrganizationsFeatures` (organizations_features.go): a deletion disables what is enabled. */
export const organizationsFeatures = entry<Account, OrganizationsFeaturesState>({
  title: "IAM Organizations Features",
  attributes: { enabledFeatures: { compare: "set" } },
  creating: () => "creating IAM Organizations Features",
  async create(account, { enabledFeatures }) {
    await switchFeatures(account, [], enabledFeatures);
    return (await account.iam.listOrganizationsFeatures({})).OrganizationId;
  },
  async read({ iam }) {
    const { EnabledFeatures = [] } = await iam.listOrganizationsFeatures({});
    return EnabledFeatures.length > 0 ? { enabledFeatures: EnabledFeatures } : undefined;
  },
  update: (account, { old, planned }) =>
    switchFeatures(account, old.enabledFeatures, planned.enabledFeatures),
  delete: (account, _id, { enabledFeatures }) => switchFeatures(account, enabledFeatures, []),
});

async function switchFeatures({ iam }: Account, before: string[] = [], after: string[] = []): Promise<void> {
  const enable = (feature: string) => after.includes(feature) && !before.includes(feature);
  const disable = (feature: string) => before.includes(feature) && !after.includes(feature);
  if (enable("RootCredentialsManagement")) await iam.enableOrganizationsRootCredentialsManagement({});
  if (enable("RootSessions")) await iam.enableOrganizationsRootSessions({});
  if (disable("RootCredentialsManagement")) await iam.disableOrganizationsRootCredentialsManagement({});
  if (disable("RootSessions")) await iam.disableOrganizationsRootSessions({});
}
