import { generateKey, type KeyOptions } from "openpgp";

/** A pair of armored OpenPGP keys. */
export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** A key as `gpg --quick-generate-key` makes it, but for these options: it signs, its subkey encrypts. */
export function goodKey(options: Partial<KeyOptions> = {}) {
  const userIDs = [{ name: "Administrator", email: "administrator@example.com" }];
  return generateKey({ userIDs, ...options, format: "armored" });
}
