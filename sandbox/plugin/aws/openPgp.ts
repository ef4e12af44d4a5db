/**
 * Encrypts a password for a public key in base64, the only form that the official plugin takes besides "keybase:"
 * (internal/service/iam/encryption.go).
 *
 * @throws {Error} when the key cannot be decoded or cannot encrypt.
 */
export async function encryptFor(base64Key: string, password: string) {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(base64Key))
    throw new Error("error decoding given PGP key: illegal base64 data");
  // Needed rarely and slow to load.
  const { createMessage, encrypt, readKey } = await import("openpgp");
  const key = await readKey({ binaryKey: Buffer.from(base64Key, "base64") }).catch((error: unknown) => {
    throw new Error("error parsing given PGP key", { cause: error });
  });
  const message = await createMessage({ text: password });
  const sealed: unknown = await encrypt({ message, encryptionKeys: key.toPublic(), format: "binary" });
  const encryptedPassword = Buffer.from(sealed as Uint8Array).toString("base64");
  return { encryptedPassword, keyFingerprint: key.getFingerprint() };
}
