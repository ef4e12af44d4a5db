import {
  CreateAccountAliasCommand,
  DeleteAccountAliasCommand,
  DeleteAccountPasswordPolicyCommand,
  GetAccountPasswordPolicyCommand,
  ListAccountAliasesCommand,
  UpdateAccountPasswordPolicyCommand,
} from "@aws-sdk/client-iam";
import type { Invoke, ResourceHandler } from "../resourceHandler.ts";
import { flag, optionalNumber, text } from "../values.ts";
import type { Properties } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, orAbsent } from "./errors.ts";

/** `aws:iam/accountPasswordPolicy:AccountPasswordPolicy`: a create takes over whatever policy the account has. */
export const accountPasswordPolicy: ResourceHandler<AwsContext> = {
  inputs: {
    allowUsersToChangePassword: { default: true },
    hardExpiry: { computed: true },
    maxPasswordAge: { computed: true },
    minimumPasswordLength: { default: 6 },
    passwordReusePrevention: { computed: true },
    requireLowercaseCharacters: { computed: true },
    requireNumbers: { computed: true },
    requireSymbols: { computed: true },
    requireUppercaseCharacters: { computed: true },
  },
  outputs: ["expirePasswords"],

  async create(context, inputs) {
    await put(context, inputs);
    return { id: "iam-account-password-policy" };
  },

  async read({ iam }, id) {
    const call = iam.send(new GetAccountPasswordPolicyCommand());
    const found = (await doing(`reading IAM Account Password Policy (${id})`, orAbsent(call)))
      ?.PasswordPolicy;
    if (!found) return undefined;
    return {
      properties: {
        allowUsersToChangePassword: found.AllowUsersToChangePassword,
        expirePasswords: found.ExpirePasswords,
        hardExpiry: found.HardExpiry,
        maxPasswordAge: found.MaxPasswordAge,
        minimumPasswordLength: found.MinimumPasswordLength,
        passwordReusePrevention: found.PasswordReusePrevention,
        requireLowercaseCharacters: found.RequireLowercaseCharacters,
        requireNumbers: found.RequireNumbers,
        requireSymbols: found.RequireSymbols,
        requireUppercaseCharacters: found.RequireUppercaseCharacters,
      },
    };
  },

  async update(context, _id, _olds, news) {
    await put(context, news);
    return undefined;
  },

  async delete({ iam }, id) {
    const call = iam.send(new DeleteAccountPasswordPolicyCommand());
    await doing(`deleting IAM Account Password Policy (${id})`, orAbsent(call));
  },
};

/** `aws:iam/accountAlias:AccountAlias`: an account has one at most. */
export const accountAlias: ResourceHandler<AwsContext> = {
  inputs: { accountAlias: { replaces: true } },
  outputs: [],

  async create({ iam }, inputs) {
    const alias = text(inputs, "accountAlias");
    const command = new CreateAccountAliasCommand({ AccountAlias: alias });
    await doing(`creating IAM Account Alias (${alias})`, iam.send(command));
    return { id: alias };
  },

  async read(context, id) {
    return (await aliases(context)).includes(id) ? { properties: { accountAlias: id } } : undefined;
  },

  async delete({ iam }, id) {
    const call = iam.send(new DeleteAccountAliasCommand({ AccountAlias: id }));
    await doing(`deleting IAM Account Alias (${id})`, orAbsent(call));
  },
};

/** `aws:iam/getAccountAlias:getAccountAlias` */
export const getAccountAlias: Invoke<AwsContext> = async (context) => {
  const [alias] = await aliases(context);
  if (alias === undefined) throw new Error("reading IAM Account Alias: empty result");
  return { id: alias, accountAlias: alias };
};

async function aliases({ iam }: AwsContext): Promise<string[]> {
  return (await iam.send(new ListAccountAliasesCommand())).AccountAliases ?? [];
}

async function put({ iam }: AwsContext, inputs: Properties): Promise<void> {
  const command = new UpdateAccountPasswordPolicyCommand({
    AllowUsersToChangePassword: flag(inputs, "allowUsersToChangePassword"),
    HardExpiry: flag(inputs, "hardExpiry") || undefined,
    MaxPasswordAge: positive(inputs, "maxPasswordAge"),
    MinimumPasswordLength: optionalNumber(inputs, "minimumPasswordLength"),
    PasswordReusePrevention: positive(inputs, "passwordReusePrevention"),
    RequireLowercaseCharacters: flag(inputs, "requireLowercaseCharacters"),
    RequireNumbers: flag(inputs, "requireNumbers"),
    RequireSymbols: flag(inputs, "requireSymbols"),
    RequireUppercaseCharacters: flag(inputs, "requireUppercaseCharacters"),
  });
  await doing("updating IAM Account Password Policy", iam.send(command));
}

/** AWS takes no 0 for "none": it has to be left out. */
function positive(inputs: Properties, name: string): number | undefined {
  const value = optionalNumber(inputs, name);
  return value === 0 ? undefined : value;
}
