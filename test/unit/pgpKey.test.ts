import assert from "node:assert/strict";
import { readKey, revokeKey } from "openpgp";
import { validate } from "../../config/loadConfig.ts";
import { withFullKeys } from "../../config/namespace.ts";
import { parsePgpKey } from "../../config/pgpKey.ts";
import { goodKey } from "../support/pgpKeys.ts";

const day = 24 * 60 * 60;
const lastYear = new Date(Date.now() - 365 * day * 1000);
const noKey = "must be an OpenPGP public key, armored or base64 (gpg --armor --export)";
const isPrivate = "must be a public key, this is a private one: replace it and treat that key as disclosed";
const cannotEncrypt =
  "must have a valid subkey for encryption, this one can only sign or its subkey has ended";

/** The armored key's packets in base64, in one line. */
async function inBase64(armoredKey: string): Promise<string> {
  return Buffer.from((await readKey({ armoredKey })).write()).toString("base64");
}

describe("An OpenPGP key", () => {
  let pair: Awaited<ReturnType<typeof goodKey>>;
  let base64: string;

  before(async () => {
    pair = await goodKey();
    base64 = await inBase64(pair.publicKey);
  });

  it("is taken armored and in base64, with the line breaks of YAML and of Windows, and given back in base64", async () => {
    const folded = base64.replace(/.{64}/g, "$&\n");
    for (const text of [
      ...[base64, ` ${folded} `, folded.replaceAll("\n", "\r\n  ")],
      ...[pair.publicKey, `\n\n${pair.publicKey}\n\n`, pair.publicKey.trim()],
      pair.publicKey.replaceAll("\n", "\r\n"),
    ]) {
      assert.deepEqual(await parsePgpKey(text), { base64 });
    }
  });

  it("is taken when it ends tomorrow, and refused when it has ended", async () => {
    const ending = await goodKey({ keyExpirationTime: day });
    assert.deepEqual(await parsePgpKey(ending.publicKey), { base64: await inBase64(ending.publicKey) });
    const ended = await goodKey({ date: lastYear, keyExpirationTime: day });
    const end = new Date(lastYear.getTime() + day * 1000).toISOString().slice(0, 10);
    assert.deepEqual(await parsePgpKey(ended.publicKey), {
      rule: `must not have expired, this one did on ${end}`,
    });
  });

  it("is refused when it is none: a name, a fingerprint, a key of another kind, one cut off or encoded twice", async () => {
    for (const text of [
      " ",
      "keybase:someone",
      "0123456789ABCDEF0123456789ABCDEF01234567",
      "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n",
      "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----",
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE a@b",
      pair.publicKey.slice(0, 200),
      pair.publicKey.replaceAll("\n", " "),
      Buffer.from(pair.publicKey).toString("base64"),
    ]) {
      assert.deepEqual(await parsePgpKey(text), { rule: noKey }, text);
    }
  });

  it("is refused when it is private, whole or in part, armored and in base64, and hidden", async () => {
    const inOneLine = pair.privateKey.replace(/-----.*-----|^=.*$|\s/gm, "");
    assert.deepEqual(await parsePgpKey(pair.privateKey), { rule: isPrivate, hidden: true });
    assert.deepEqual(await parsePgpKey(inOneLine), { rule: isPrivate, hidden: true });
    assert.deepEqual(await parsePgpKey(pair.privateKey.slice(0, 200)), { rule: noKey, hidden: true });
  });

  it("is refused when it is revoked, or has no subkey, one that only signs, or one that ended", async () => {
    const { revocationCertificate } = pair;
    const key = (await readKey({ armoredKey: pair.publicKey })).toPublic();
    const revoked = await revokeKey({ key, revocationCertificate, format: "armored" });
    assert.deepEqual(await parsePgpKey(revoked.publicKey), { rule: "must not be revoked" });
    for (const options of [
      { subkeys: [] },
      { subkeys: [{ sign: true }] },
      { date: lastYear, subkeys: [{ keyExpirationTime: day }] },
    ]) {
      const { publicKey } = await goodKey(options);
      assert.deepEqual(await parsePgpKey(publicKey), { rule: cannotEncrypt });
    }
  });

  it("goes in base64 to the administrator whose it is; a private one is a problem whose value is hidden", async () => {
    const administrators = [{ name: "a", pgpKey: pair.publicKey }, { name: "b" }];
    const { config } = await validate(withFullKeys({ administrators }));
    const taken = config?.administrators.map(({ pgpKey }) => pgpKey);
    assert.deepEqual(taken, [base64, undefined]);
    const { problems } = await validate(
      withFullKeys({ administrators: [{ name: "a", pgpKey: pair.privateKey }] }),
    );
    assert.deepEqual(problems, [{ path: ["administrators", 0, "pgpKey"], rule: isPrivate, hidden: true }]);
  });
});
