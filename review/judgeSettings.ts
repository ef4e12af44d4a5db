import type { Account } from "../account/readAccount.ts";
import { fromSettings, weakerSettings } from "../components/passwordPolicy.ts";
import type { Find } from "./findings.ts";
import type { Intent } from "./intent.ts";

/** The account's settings beside the config; null in the config leaves the account's alone. */
export function judgeSettings(
  config: Intent["config"],
  { passwordPolicy, alias, rootFeatures }: Account,
  find: Find,
) {
  const { accountAlias = null, organizationRootAccess } = config;
  const wanted = config.passwordPolicy ? fromSettings(config.passwordPolicy) : null;
  const isKnown = wanted !== null && passwordPolicy !== undefined;
  const isWeaker = isKnown && (!passwordPolicy || weakerSettings(passwordPolicy, wanted).length > 0);
  find("password-policy-weaker", "passwordPolicy", isWeaker && "is weaker than the config says");
  const differs = accountAlias !== null && alias !== undefined && !isAlias(alias, accountAlias);
  find("alias-differs", "accountAlias", differs && `is ${alias ?? "not set"}`);
  const hasRootAccess = ["RootCredentialsManagement", "RootSessions"].every(
    (feature) => rootFeatures === undefined || rootFeatures?.some((name) => name === feature),
  );
  const lacksRootAccess = organizationRootAccess && !hasRootAccess;
  find("central-root-differs", "organizationRootAccess", lacksRootAccess && "is not switched on");
  return [
    { name: "passwordPolicy", config: wanted, account: passwordPolicy },
    { name: "accountAlias", config: accountAlias, account: alias },
    ...(organizationRootAccess
      ? [{ name: "organizationRootAccess", config: true, account: rootFeatures }]
      : []),
  ];
}

function isAlias(alias: string | null, wanted: string | { readonly prefix: string }): boolean {
  return typeof wanted === "string" ? alias === wanted : alias?.slice(0, -8) === `${wanted.prefix}-`;
}
