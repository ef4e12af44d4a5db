import type { AccountAliasState } from "@pulumi/aws/iam/accountAlias.js";
import type { AccountPasswordPolicyState } from "@pulumi/aws/iam/accountPasswordPolicy.js";
import type { OrganizationsFeaturesState } from "@pulumi/aws/iam/organizationsFeatures.js";
import { all, computed, entry, replaces, set } from "../resourceType.ts";
import type { Account } from "../provider.ts";
import { parameters, properties } from "./shapes.ts";

/** What there is once in an account. */
export const iamAccountTypes = {
  /** internal/service/iam/account_password_policy.go: a create overwrites whatever policy the account has. */
  "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": entry<AccountPasswordPolicyState>({
    title: "IAM Account Password Policy",
    attributes: {
      allowUsersToChangePassword: { default: true },
      minimumPasswordLength: { default: 6 },
      ...all(computed, "hardExpiry", "maxPasswordAge", "passwordReusePrevention"),
      ...all(computed, "requireLowercaseCharacters", "requireUppercaseCharacters"),
      ...all(computed, "requireNumbers", "requireSymbols"),
    },
    creating: () => "updating IAM Account Password Policy",
    async put({ iam }, planned) {
      // GetOk: false and 0 are not sent, whether given or left out; AWS clears what it does not hear of.
      const given = Object.entries(planned).filter(([, value]) => value);
      await iam.updateAccountPasswordPolicy(parameters(Object.fromEntries(given)));
      return "iam-account-password-policy";
    },
    async read({ iam }) {
      const { PasswordPolicy: found } = await iam.getAccountPasswordPolicy({});
      // What AWS leaves out of its answer is none of it: an age, or how many passwords are remembered.
      return { maxPasswordAge: 0, passwordReusePrevention: 0, hardExpiry: false, ...properties(found) };
    },
    delete: ({ iam }) => iam.deleteAccountPasswordPolicy({}),
  }),

  /** account_alias.go: a read finds whatever alias the account has. */
  "aws:iam/accountAlias:AccountAlias": entry<AccountAliasState>({
    title: "IAM Account Alias",
    deletesFirst: true,
    attributes: { accountAlias: replaces },
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
  }),

  /** organizations_features.go: a deletion disables what is enabled. */
  "aws:iam/organizationsFeatures:OrganizationsFeatures": entry<OrganizationsFeaturesState>({
    title: "IAM Organizations Features",
    attributes: { enabledFeatures: set },
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
  }),
};

async function switchFeatures({ iam }: Account, before: string[] = [], after: string[] = []): Promise<void> {
  for (const feature of ["RootCredentialsManagement", "RootSessions"] as const) {
    const [was, is] = [before.includes(feature), after.includes(feature)];
    if (is && !was) await iam[`enableOrganizations${feature}`]({});
    if (was && !is) await iam[`disableOrganizations${feature}`]({});
  }
}
