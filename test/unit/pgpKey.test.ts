import assert from "node:assert/strict";
import { validate } from "../../config/loadConfig.ts";
import { describeProblems } from "../../config/messages.ts";
import { parsePgpKey } from "../../config/pgpKey.ts";
import {
  endedSubkey,
  endingKey,
  expiredKey,
  goodKey,
  inBase64,
  revokedKey,
  roundTrip,
  signingKey,
  signingSubkey,
} from "../support/pgpKeys.ts";

const noKey = { rule: "must be an OpenPGP public key, armored or base64 (gpg --armor --export)" };
const privateKey = {
  rule: "must be a public key, this is a private one: replace it and treat that key as disclosed",
  hidden: true,
};
const revoked = { rule: "must not be revoked" };
const notForEncryption = {
  rule: "must have a valid subkey for encryption, this one can only sign or its subkey has ended",
};

describe("parsePgpKey", () => {
  it("gives an armored key back in base64, of one line, and a password encrypted for it can be read", async () => {
    const pair = await goodKey();
    const base64 = await inBase64(pair.publicKey);
    assert.deepEqual(await parsePgpKey(pair.publicKey), { base64 });
    assert.match(base64, /^[A-Za-z0-9+/]+=*$/);
    assert.equal(await roundTrip(base64, pair.privateKey, "first password"), "first password");
  });

  it("takes base64 and armored keys with the line breaks of YAML and of Windows", async () => {
    const { publicKey } = await goodKey();
    const base64 = await inBase64(publicKey);
    const folded = base64.replace(/.{64}/g, "$&\n");
    for (const text of [
      ...[base64, ` ${folded} `, folded.replaceAll("\n", "\r\n  ")],
      ...[`\n\n${publicKey}\n\n`, publicKey.trim(), publicKey.replaceAll("\n", "\r\n")],
    ]) {
      assert.deepEqual(await parsePgpKey(text), { base64 });
    }
  });

  it("takes a key that ends tomorrow", async () => {
    const { publicKey } = await endingKey();
    assert.deepEqual(await parsePgpKey(publicKey), { base64: await inBase64(publicKey) });
  });

  it("refuses what is no key: a name, a fingerprint, a key of another kind, one cut off or encoded twice", async () => {
    const { publicKey } = await goodKey();
    for (const text of [
      " ",
      "keybase:someone",
      "0123456789ABCDEF0123456789ABCDEF01234567",
      "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n",
      "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----",
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE a@b",
      publicKey.slice(0, 200),
      publicKey.replaceAll("\n", " "),
      Buffer.from(publicKey).toString("base64"),
    ]) {
      assert.deepEqual(await parsePgpKey(text), noKey, text);
    }
  });

  it("refuses a private key, whole or in part, armored and in base64, and hides it", async () => {
    const pair = await goodKey();
    const inOneLine = pair.privateKey.replace(/-----.*-----|^=.*$|\s/gm, "");
    assert.deepEqual(await parsePgpKey(pair.privateKey), privateKey);
    assert.deepEqual(await parsePgpKey(inOneLine), privateKey);
    assert.deepEqual(await parsePgpKey(pair.privateKey.slice(0, 200)), { ...noKey, hidden: true });
  });

  it("refuses a key without a subkey, with one that only signs, and with one that ended", async () => {
    for (const { publicKey } of [await signingKey(), await signingSubkey(), await endedSubkey()]) {
      assert.deepEqual(await parsePgpKey(publicKey), notForEncryption);
    }
  });
});

describe("administrators[].pgpKey", () => {
  it("is handed on in base64 to the administrator it belongs to", async () => {
    const [one, three] = [await goodKey(), await goodKey()];
    const { config } = await validate({
      administrators: [
        { name: "a", pgpKey: one.publicKey },
        { name: "b" },
        { name: "c", pgpKey: three.publicKey },
      ],
    });
    assert.deepEqual(
      config?.administrators.map(({ pgpKey }) => pgpKey),
      [await inBase64(one.publicKey), undefined, await inBase64(three.publicKey)],
    );
  });

  it("is refused for each reason in one message, and is not shown when it is private", async () => {
    const expired = await expiredKey();
    const keys: readonly (readonly [pgpKey: unknown, rule: string])[] = [
      ["x", noKey.rule],
      [await inBase64(expired.publicKey), `must not have expired, this one did on ${expired.day}`],
      [await inBase64((await revokedKey()).publicKey), revoked.rule],
      [await inBase64((await signingKey()).publicKey), notForEncryption.rule],
      [(await goodKey()).privateKey, privateKey.rule],
      ...[5, "", null].map((pgpKey) => [pgpKey, "must be an OpenPGP public key, armored or base64"] as const),
    ];
    const raw = { administrators: keys.map(([pgpKey], index) => ({ name: `${index}`, pgpKey })) };
    const { problems } = await validate(raw);
    const lines = describeProblems("Pulumi.dev.yaml", raw, problems).split("\n").slice(1);
    const shown = (pgpKey: unknown, rule: string) => {
      if (rule === privateKey.rule) return "[secret]";
      const json = JSON.stringify(pgpKey);
      return json.length > 80 ? `${json.slice(0, 77)}...` : json;
    };
    assert.deepEqual(
      lines.sort(),
      keys.map(
        ([pgpKey, rule], index) => `  administrators[${index}].pgpKey ${shown(pgpKey, rule)}: ${rule}`,
      ),
    );
  });
});
