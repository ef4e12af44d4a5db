import type { Key } from "openpgp";
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
  const keys = await readKeys(text).catch(() => []);
  const [key] = keys;
  if (key === undefined) {
    const rule =
      "must be an OpenPGP public key, armored or base64 (gpg --armor --export), or a file of the project with one, " +
      "whose name ends in .asc or .gpg";
    return text.includes("PRIVATE KEY") ? { rule, hidden: true } : { rule };
  }
  if (keys.some((each) => each.isPrivate())) {
    return {
      rule: "must be a public key, this is a private one: replace it and treat that key as disclosed",
      hidden: true,
    };
  }
  if (keys.length > 1) {
    const owners = keys.map((each) => `${each.getUserIDs()[0] ?? "nobody"} (${each.getFingerprint()})`);
    return { rule: `must be one key, not those of ${owners.join(", ")}: gpg --armor --export FINGERPRINT` };
  }
  if (await key.isRevoked()) return { rule: "must not be revoked" };
  const expiry = await key.getExpirationTime();
  if (expiry instanceof Date && expiry <= new Date()) {
    return { rule: `must not have expired, this one did on ${expiry.toISOString().slice(0, 10)}` };
  }
  const failure = await key.getEncryptionKey().then(() => undefined, String);
  if (failure !== undefined)
    return { rule: `must be a key that a password can be encrypted for: ${reason(key, failure)}` };
  return { base64: Buffer.from(key.write()).toString("base64") };
}

/** Every key in the text: there may be several in one block, and several blocks. */
async function readKeys(text: string): Promise<Key[]> {
  // Only the stacks that use PGP pay for loading the library.
  const openpgp = await import("openpgp");
  if (!text.trimStart().startsWith("-----BEGIN")) {
    const binaryKeys = new Uint8Array(Buffer.from(text.replace(/\s/g, ""), "base64"));
    return openpgp.readKeys({ binaryKeys });
  }
  const blocks = text.trim().split(/(?=^-----BEGIN )/m);
  const keys = await Promise.all(blocks.map((armoredKeys) => openpgp.readKeys({ armoredKeys })));
  return keys.flat();
}

/** Why the library takes no key of this kind, in its own words. */
function reason(key: Key, failure: string): string {
  const { curve } = key.getAlgorithmInfo();
  // What it says of a curve that it does not know is about its own modules.
  if (curve !== undefined && failure.includes("Cannot find module"))
    return `the curve ${curve} is not supported`;
  return failure
    .replace(/^(?:Error: )+(?:Could not verify primary key: )?/, "")
    .replace(/\.?(?:\n[^]*)?$/, "");
}
