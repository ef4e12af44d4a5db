import assert from "node:assert/strict";
import { validate } from "../../components/config.ts";
import { describeProblems } from "../../components/configErrors.ts";
import { parsePgpKey } from "../../components/pgpKey.ts";
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
    const parsed = await parsePgpKey(pair.publicKey);
    assert.ok("base64" in parsed);
    assert.deepEqual(parsed, { base64: await inBase64(pair.publicKey) });
    assert.match(parsed.base64, /^[A-Za-z0-9+/]+=*$/);
    assert.equal(await roundTrip(parsed.base64, pair.privateKey, "first password"), "first password");
  });

  it("takes base64 as it is, and with the line breaks of YAML", async () => {
    const base64 = await inBase64((await goodKey()).publicKey);
    const folded = base64.replace(/.{64}/g, "$&\n");
    for (const text of [base64, `${base64}\n`, ` ${folded} `, folded.replaceAll("\n", "\r\n  ")]) {
      assert.deepEqual(await parsePgpKey(text), { base64 });
    }
  });

  it("takes an armored key with blank lines around it, and other line ends", async () => {
    const { publicKey } = await goodKey();
    const expected = { base64: await inBase64(publicKey) };
    for (const text of [`\n\n${publicKey}\n\n`, publicKey.trim(), publicKey.replaceAll("\n", "\r\n")]) {
      assert.deepEqual(await parsePgpKey(text), expected);
    }
  });

  it("takes a key that ends tomorrow", async () => {
    const { publicKey } = await endingKey();
    assert.deepEqual(await parsePgpKey(publicKey), { base64: await inBase64(publicKey) });
  });

  for (const text of [
    "x",
    "keybase:someone",
    "0123456789ABCDEF0123456789ABCDEF01234567",
    "administrator@example.com",
    "-----BEGIN PGP PUBLIC KEY BLOCK-----",
    "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n",
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE a@b",
    " ",
  ]) {
    it(`refuses ${JSON.stringify(text)}, which is no key`, async () => {
      assert.deepEqual(await parsePgpKey(text), noKey);
    });
  }

  it("refuses a key that is cut off, or whose text is encoded once more", async () => {
    const { publicKey } = await goodKey();
    assert.deepEqual(await parsePgpKey(publicKey.slice(0, 200)), noKey);
    assert.deepEqual(await parsePgpKey(Buffer.from(publicKey).toString("base64")), noKey);
    assert.deepEqual(await parsePgpKey(publicKey.replaceAll("\n", " ")), noKey);
  });

  it("refuses a private key, armored and in base64, and says that it is disclosed now", async () => {
    const pair = await goodKey();
    assert.deepEqual(await parsePgpKey(pair.privateKey), privateKey);
    // Its text is the secret, so that the message does not show it.
    const inOneLine = Buffer.from(pair.privateKey.replace(/-----.*-----|^=.*$|\s/gm, ""));
    assert.deepEqual(await parsePgpKey(inOneLine.toString()), privateKey);
  });

  it("refuses what is left of a private key, without showing it", async () => {
    const { privateKey: text } = await goodKey();
    assert.deepEqual(await parsePgpKey(text.slice(0, 200)), { ...noKey, hidden: true });
  });

  it("refuses a revoked key", async () => {
    assert.deepEqual(await parsePgpKey((await revokedKey()).publicKey), revoked);
  });

  it("refuses a key that has expired, and says when", async () => {
    const { publicKey, day } = await expiredKey();
    assert.deepEqual(await parsePgpKey(publicKey), {
      rule: `must not have expired, this one did on ${day}`,
    });
  });

  it("refuses a key without a subkey, with one that only signs, and with one that ended", async () => {
    for (const { publicKey } of [await signingKey(), await signingSubkey(), await endedSubkey()]) {
      assert.deepEqual(await parsePgpKey(publicKey), notForEncryption);
    }
  });
});

describe("administrators[].pgpKey", () => {
  async function complaint(administrators: readonly object[]): Promise<string[]> {
    const raw = { administrators };
    const { problems } = await validate(raw, true);
    return describeProblems("dev", raw, problems)
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }

  it("is handed on in base64 to the administrator it belongs to", async () => {
    const [one, three] = [await goodKey(), await goodKey()];
    const { config } = await validate(
      {
        administrators: [
          { name: "a", pgpKey: one.publicKey },
          { name: "b" },
          { name: "c", pgpKey: three.publicKey },
        ],
      },
      false,
    );
    assert.deepEqual(
      config?.administrators.map(({ name, pgpKey }) => [name, pgpKey]),
      [
        ["a", await inBase64(one.publicKey)],
        ["b", undefined],
        ["c", await inBase64(three.publicKey)],
      ],
    );
  });

  it("is refused for each reason in one message, each with its place", async () => {
    const expired = await expiredKey();
    const keys = [
      { name: "no-key", pgpKey: "x" },
      { name: "good", pgpKey: (await goodKey()).publicKey },
      { name: "expired", pgpKey: await inBase64(expired.publicKey) },
      { name: "revoked", pgpKey: await inBase64((await revokedKey()).publicKey) },
      { name: "signing", pgpKey: await inBase64((await signingKey()).publicKey) },
    ];
    const shown = (index: number) => {
      const key = keys[index]?.pgpKey ?? "";
      return key.length > 78 ? `"${key.slice(0, 76)}...` : `"${key}"`;
    };
    assert.deepEqual(await complaint(keys), [
      `administrators[0].pgpKey ${shown(0)}: ${noKey.rule}`,
      `administrators[2].pgpKey ${shown(2)}: must not have expired, this one did on ${expired.day}`,
      `administrators[3].pgpKey ${shown(3)}: ${revoked.rule}`,
      `administrators[4].pgpKey ${shown(4)}: ${notForEncryption.rule}`,
    ]);
  });

  it("is not shown when it is a private key", async () => {
    assert.deepEqual(await complaint([{ name: "a", pgpKey: (await goodKey()).privateKey }]), [
      `administrators[0].pgpKey [secret]: ${privateKey.rule}`,
    ]);
  });

  for (const pgpKey of [5, "", null, ["x"]]) {
    it(`is refused when it is ${JSON.stringify(pgpKey)}`, async () => {
      assert.deepEqual(await complaint([{ name: "a", pgpKey }]), [
        `administrators[0].pgpKey ${JSON.stringify(pgpKey)}: must be an OpenPGP public key, armored or base64`,
      ]);
    });
  }

  it("is refused beside a custom password, and where there is no console access", async () => {
    const pgpKey = await inBase64((await goodKey()).publicKey);
    const shown = `"${pgpKey.slice(0, 76)}...`;
    assert.deepEqual(
      await complaint([
        { name: "a", pgpKey, password: "Hunter2-Hunter2" },
        { name: "b", pgpKey, consoleAccess: false },
        { name: "c", pgpKey, password: "Hunter2-Hunter2", consoleAccess: false },
      ]),
      [
        `administrators[0].pgpKey ${shown}: must be absent where password is given: that password is known already`,
        `administrators[1].pgpKey ${shown}: must be absent with consoleAccess false: there is no password to encrypt`,
        `administrators[2].pgpKey ${shown}: must be absent with consoleAccess false: there is no password to encrypt`,
        "administrators[2].password [secret]: must be absent with consoleAccess false: there is no profile to set it on",
        `administrators[2].pgpKey ${shown}: must be absent where password is given: that password is known already`,
      ],
    );
  });
});
