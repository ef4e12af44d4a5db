import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readKey, revokeKey } from "openpgp";
import { validate } from "../../config/loadConfig.ts";
import { withFullKeys } from "../../config/namespace.ts";
import { parsePgpKey } from "../../config/pgpKey.ts";
import { goodKey } from "../support/pgpKeys.ts";

const day = 24 * 60 * 60;
const lastYear = new Date(Date.now() - 365 * day * 1000);
const noKey =
  "must be an OpenPGP public key, armored or base64 (gpg --armor --export), or a file of the project with one, " +
  "whose name ends in .asc or .gpg";
const isPrivate = "must be a public key, this is a private one: replace it and treat that key as disclosed";
const unusable = "must be a key that a password can be encrypted for: ";

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

  it("is refused when it is revoked", async () => {
    const { revocationCertificate } = pair;
    const key = (await readKey({ armoredKey: pair.publicKey })).toPublic();
    const revoked = await revokeKey({ key, revocationCertificate, format: "armored" });
    assert.deepEqual(await parsePgpKey(revoked.publicKey), { rule: "must not be revoked" });
  });

  it("is refused with the library's own reason when nothing can be encrypted for it", async () => {
    const none = "Could not find valid encryption key packet in key ID";
    const [weak, old] = [{ minRSABits: 1024 }, { date: lastYear, subkeys: [{ keyExpirationTime: day }] }];
    for (const [armored, reason] of [
      [(await goodKey({ subkeys: [] })).publicKey, none],
      [(await goodKey({ subkeys: [{ sign: true }] })).publicKey, none],
      [(await goodKey(old)).publicKey, `${none}: Subkey is expired`],
      [
        (await goodKey({ type: "rsa", rsaBits: 1024, config: weak })).publicKey,
        "RSA keys shorter than 2047 bits are considered too weak",
      ],
      [brainpoolKey, "the curve brainpoolP256r1 is not supported"],
    ] as const) {
      const parsed = await parsePgpKey(armored);
      const rule = "rule" in parsed ? parsed.rule.replace(/[0-9a-f]{16}/, "ID") : "accepted";
      assert.equal(rule, `${unusable}${reason}`);
    }
  });

  it("is refused when there are several, in one block or in more, and the message says whose they are", async () => {
    const keys = [await readKey({ armoredKey: pair.publicKey }), await readKey({ armoredKey: brainpoolKey })];
    const several = Buffer.concat(keys.map((key) => key.write())).toString("base64");
    const owners = ["Administrator <administrator@example.com>", "brain <brain@example.com>"].map(
      (owner, index) => `${owner} (${keys[index]?.getFingerprint()})`,
    );
    for (const text of [several, `${pair.publicKey}\n${brainpoolKey}`]) {
      const rule = `must be one key, not those of ${owners.join(", ")}: gpg --armor --export FINGERPRINT`;
      assert.deepEqual(await parsePgpKey(text), { rule });
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

  describe("in a file", () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "pgp-key-"));
      await mkdir(join(folder, "project/keys"), { recursive: true });
    });
    afterEach(() => rm(folder, { recursive: true }));

    const check = (pgpKey: string) =>
      validate(withFullKeys({ administrators: [{ name: "a", pgpKey }] }), undefined, join(folder, "project"));

    it("is taken armored, binary and in base64", async () => {
      for (const content of [pair.publicKey, Buffer.from(base64, "base64"), base64]) {
        await writeFile(join(folder, "project/keys/a.gpg"), content);
        const { config } = await check("keys/a.gpg");
        assert.equal(config?.administrators[0]?.pgpKey, base64);
      }
    });

    it("is refused outside of the project, where it is not there, and for what stands in it", async () => {
      await writeFile(join(folder, "a.asc"), pair.publicKey);
      await writeFile(join(folder, "project/private.asc"), pair.privateKey);
      const noFile = "must be a key, or a file of the project with one: it";
      for (const [name, rule] of [
        ["../a.asc", `${noFile} is outside of the project`],
        ["keys/../../a.asc", `${noFile} is outside of the project`],
        [join(folder, "a.asc"), `${noFile} is outside of the project`],
        ["keys/a.asc", `${noFile} cannot be read (ENOENT)`],
        ["keys/missing/../../private.asc", isPrivate],
      ] as const) {
        const { problems } = await check(name);
        assert.deepEqual(
          problems.map((problem) => [problem.path.join("."), problem.rule]),
          [["administrators.0.pgpKey", rule]],
        );
      }
    });
  });
});

/** Made by gpg 2.2 on the curve brainpoolP256r1, which this library can neither use nor generate. */
const brainpoolKey = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mFMEawxlLBMJKyQDAwIIAQEHAgMEkbWfpXQZGFjaoxV/Me0n8itfG94t4O0UFLLC
xieAyZMv8zK2vOZlgs3OzzvP23lB6OO8w2HTv4xJAFW72t9OqLQZYnJhaW4gPGJy
YWluQGV4YW1wbGUuY29tPoiQBBMTCAA4FiEEPR0vbqnS4jhF58O1zNtc9fs+J2AF
AmsMZSwCGyMFCwkIBwIGFQoJCAsCBBYCAwECHgECF4AACgkQzNtc9fs+J2AO/gEA
l92a0OOwhcQCL95+u47FACZhcvWBkujMQWetKAtUqJoBAIn4gUY/WIXp5YFJphBR
W9qTjLQW+qvVhcxpL2AFINFruFcEawxlLBIJKyQDAwIIAQEHAgMEfy8aZFO2ghJP
0KPZgPh9jGDeg2QRTHvYdSnp8sBBweggmfbiR+3wECg1Z/FyyyYze86Xym4r41RX
US1MbnTQDAMBCAeIeAQYEwgAIBYhBD0dL26p0uI4RefDtczbXPX7PidgBQJrDGUs
AhsMAAoJEMzbXPX7PidguS0BAI/piX6V7BCKqSTMuQtpE1vGs8AYizjr7lwXXkxk
gS+4AP4rq6gMFEUWPHVrzbv7TXVrplfUnMjNBc7n005ym7d+tg==
=gjyE
-----END PGP PUBLIC KEY BLOCK-----
`;
