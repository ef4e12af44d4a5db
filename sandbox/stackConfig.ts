import { randomBytes } from "node:crypto";
import { fullKey } from "../config/namespace.ts";
import { mostBytes, sizeOf, tooLarge } from "../config/size.ts";
import { allowedAccounts, readStackFile, replaceSecrets, unreadable } from "../config/stackFile.ts";

/** A stack's config as the sandbox uses it: the user's own, less what would lead out of the sandbox. */
export interface SandboxConfig {
  readonly stack: string;
  /** The name of the stack's file, relative to the project. */
  readonly file: string;
  /** Values by their full keys, `namespace:key`, with those of {@link SandboxConfig.secrets} in plain text. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The secrets, by their property path within the config: the sandbox invents their values. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The account that the config is pinned to, or the emulator's usual one. */
  readonly accountId: string;
  readonly region: string;
  /** What was left out, for the user to know. */
  readonly omitted: readonly string[];
}

/** Keys of the AWS provider that stay: the others say whose credentials to use, or which endpoints. */
const awsKeys = ["region", "allowedAccountIds", "forbiddenAccountIds", "defaultTags"];

/**
 * Reads a stack's config for the sandbox. The file itself is never written.
 *
 * @param projectDir - the folder of Pulumi.yaml
 * @param stack - name of the stack
 * @throws {Error} with one sentence, when there is no such file or it is not YAML
 */
export function readStackConfig(projectDir: string, stack: string): SandboxConfig {
  const file = readStackFile(projectDir, stack);
  const { values: written, problem } = file;
  const administrators = written[fullKey("administrators")];
  if (problem !== undefined && (file.exists || administrators === undefined)) throw new Error(problem);
  if (!Array.isArray(administrators) && unreadable(file)) throw new Error(unreadable(file));
  const leadsOut = (key: string) => key.startsWith("aws:") && !awsKeys.includes(key.slice(4));
  const kept = Object.entries(written).filter(([key]) => !leadsOut(key));
  const secrets: Record<string, string> = {};
  // Nobody but the stack's own backend can decrypt a secret, so another one takes its place: an address, or a password
  // as long as IAM takes, which passes every rule.
  const invent = (path: string) => {
    const isAddress = /\.email$|:rootActivity\.emails\[\d+\]$/.test(path);
    const password = `Aa1!${randomBytes(93).toString("base64url")}`;
    return (secrets[path] = isAddress ? `secret-${randomBytes(3).toString("hex")}@example.com` : password);
  };
  const values = replaceSecrets(Object.fromEntries(kept), invent);
  if (sizeOf(values) > mostBytes) throw new Error(tooLarge(sizeOf(values)));
  const region = values["aws:region"];
  return {
    stack,
    file: file.name,
    values,
    secrets,
    omitted: [...Object.keys(written).filter(leadsOut), ...(file.hasEnvironment ? ["environment"] : [])],
    region: typeof region === "string" ? region : "us-east-1",
    accountId: allowedAccounts(values).find((id) => /^\d{12}$/.test(id)) ?? "123456789012",
  };
}
