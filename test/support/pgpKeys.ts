import {
  createMessage,
  encrypt,
  decrypt,
  generateKey,
  readKey,
  readMessage,
  readPrivateKey,
  revokeKey,
} from "openpgp";

/** A pair of armored OpenPGP keys. */
export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

const userIDs = [{ name: "Administrator", email: "administrator@example.com" }];
const day = 24 * 60 * 60;
const lastYear = () => new Date(Date.now() - 365 * day * 1000);

/** A key as `gpg --quick-generate-key` makes it: it certifies and signs, with a subkey for encryption. */
export function goodKey(): Promise<KeyPair> {
  return generateKey({ userIDs, format: "armored" });
}

/** A good key that ends tomorrow. */
export function endingKey(): Promise<KeyPair> {
  return generateKey({ userIDs, format: "armored", keyExpirationTime: day });
}

/** A key that ended on the day given beside it. */
export async function expiredKey(): Promise<KeyPair & { readonly day: string }> {
  const date = lastYear();
  const pair = await generateKey({ userIDs, format: "armored", date, keyExpirationTime: day });
  const end = await (await readKey({ armoredKey: pair.publicKey })).getExpirationTime();
  if (!(end instanceof Date)) throw new Error("this key does not end");
  return { ...pair, day: end.toISOString().slice(0, 10) };
}

/** A key that its owner has revoked. */
export async function revokedKey(): Promise<KeyPair> {
  const { publicKey, privateKey, revocationCertificate } = await generateKey({ userIDs, format: "armored" });
  const revoked = await revokeKey({
    key: (await readKey({ armoredKey: publicKey })).toPublic(),
    revocationCertificate,
    format: "armored",
  });
  return { publicKey: revoked.publicKey, privateKey };
}

/** A key without a subkey: nothing can be encrypted for it. */
export function signingKey(): Promise<KeyPair> {
  return generateKey({ userIDs, format: "armored", subkeys: [] });
}

/** A key whose only subkey can sign. */
export function signingSubkey(): Promise<KeyPair> {
  return generateKey({ userIDs, format: "armored", subkeys: [{ sign: true }] });
}

/** A key that is good, but whose subkey for encryption ended. */
export function endedSubkey(): Promise<KeyPair> {
  return generateKey({
    userIDs,
    format: "armored",
    date: lastYear(),
    subkeys: [{ keyExpirationTime: day }],
  });
}

/** The armored key's packets in base64, in one line. */
export async function inBase64(armoredKey: string): Promise<string> {
  return Buffer.from((await readKey({ armoredKey })).write()).toString("base64");
}

/** Encrypts for a key in base64, as the AWS plugin does, and decrypts with the private one. */
export async function roundTrip(base64: string, privateKey: string, text: string): Promise<string> {
  const key = await readKey({ binaryKey: new Uint8Array(Buffer.from(base64, "base64")) });
  // The types of streams that the library's declarations name are not installed.
  const armoredMessage = (await encrypt({
    message: await createMessage({ text }),
    encryptionKeys: key.toPublic(),
  })) as string;
  const decrypted = (await decrypt({
    message: await readMessage({ armoredMessage }),
    decryptionKeys: await readPrivateKey({ armoredKey: privateKey }),
  })) as { readonly data: string };
  return decrypted.data;
}
