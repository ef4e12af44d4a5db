import { z } from "zod";

/** What {@link parsePgpKey} made of a key: the form that the AWS plugin takes, or the rule that the key breaks. */
export type ParsedPgpKey = { readonly base64: string } | { readonly rule: string; readonly hidden?: boolean };

/** The schema's transformation of `pgpKey`: to base64, or an issue, `hidden` where the text must not be repeated. */
export async function toBase64PgpKey(text: string, context: z.core.$RefinementCtx<string>): Promise<string> {
  const parsed = await parsePgpKey(text);
  if ("base64" in parsed) return parsed.base64;
  const { rule, hidden = false } = parsed;
  context.addIssue({ code: "custom", message: rule, params: { hidden } });
  return z.NEVER;
}

/**
 * Parses an OpenPGP public key, armored or base64, and checks that a password can be encrypted for it now. The AWS
 * plugin would notice only after it had created the login profile, and the password would be lost.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_admin-change-user.html
 */
export async function parsePgpKey(text: string): Promise<ParsedPgpKey> {
  // Only the stacks that use PGP pay for loading the library.
  const { readKey } = await import("openpgp");
  const isArmored = text.trimStart().startsWith("-----BEGIN");
  const key = await (
    isArmored
      ? readKey({ armoredKey: text.trim() })
      : readKey({ binaryKey: new Uint8Array(Buffer.from(text.replace(/\s/g, ""), "base64")) })
  ).catch(() => undefined);
  if (key === undefined) {
    const rule = "must be an OpenPGP public key, armored or base64 (gpg --armor --export)";
    return text.includes("PRIVATE KEY") ? { rule, hidden: true } : { rule };
  }
  if (key.isPrivate()) {
    return {
      rule: "must be a public key, this is a private one: replace it and treat that key as disclosed",
      hidden: true,
    };
  }
  if (await key.isRevoked()) return { rule: "must not be revoked" };
  const expiry = await key.getExpirationTime();
  if (expiry instanceof Date && expiry <= new Date()) {
    return { rule: `must not have expired, this one did on ${expiry.toISOString().slice(0, 10)}` };
  }
  const encryptionKey = await key.getEncryptionKey().catch(() => undefined);
  if (encryptionKey === undefined) {
    return {
      rule: "must have a valid subkey for encryption, this one can only sign or its subkey has ended",
    };
  }
  return { base64: Buffer.from(key.write()).toString("base64") };
}
