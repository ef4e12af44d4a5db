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

/** Made by gpg 2.2 on the curve brainpoolP256r1, which this library can neither use nor generate. */
export const brainpoolKey = `-----BEGIN PGP PUBLIC KEY BLOCK-----

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
