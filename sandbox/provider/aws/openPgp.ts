/** A message for one key. */
export interface Encrypted {
  /** The OpenPGP message, base64. */
  readonly message: string;
  /** The key's fingerprint, hexadecimal. */
  readonly fingerprint: string;
}

/**
 * Encrypts for a public key given as base64, the only form that the official plugin takes besides "keybase:".
 *
 * @throws Error when the key cannot be decoded or cannot encrypt.
 */
export async function encryptFor(base64Key: string, plaintext: string): Promise<Encrypted> {
  if (base64Key.startsWith("keybase:")) throw new Error("the sandbox does not look up keybase keys");
  // Needed rarely and slow to load.
  const { createMessage, encrypt, readKey } = await import("openpgp");
  const binaryKey = decode(base64Key.trim());
  const key = await readKey({ binaryKey }).catch((error: unknown) => {
    throw new Error("Error parsing given PGP key: openpgp could not read it", { cause: error });
  });
  const sealed: unknown = await encrypt({
    message: await createMessage({ text: plaintext }),
    encryptionKeys: key.toPublic(),
    format: "binary",
  });
  if (!(sealed instanceof Uint8Array)) throw new Error("openpgp gave no message");
  return { message: Buffer.from(sealed).toString("base64"), fingerprint: key.getFingerprint() };
}

function decode(base64: string): Uint8Array {
  if (!/^[A-Za-z0-9+/\s]+={0,2}$/.test(base64))
    throw new Error("Error decoding given PGP key: illegal base64 data");
  return Buffer.from(base64, "base64");
}
