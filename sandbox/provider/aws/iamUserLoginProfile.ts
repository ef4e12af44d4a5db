import {
  CreateLoginProfileCommand,
  DeleteLoginProfileCommand,
  GetLoginProfileCommand,
} from "@aws-sdk/client-iam";
import { randomText } from "../random/randomText.ts";
import { UnfinishedResourceError } from "../resourceHandler.ts";
import type { ResourceHandler } from "../resourceHandler.ts";
import { flag, optionalNumber, optionalText, text } from "../values.ts";
import type { Properties } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, onceVisible, orAbsent } from "./errors.ts";
import { encryptFor } from "./openPgp.ts";

const defaultLength = 20;

/**
 * `aws:iam/userLoginProfile:UserLoginProfile`: every input replaces. As in the official plugin the profile exists before
 * the password is encrypted: a key that cannot be used loses the password and leaves an unfinished resource.
 */
export const userLoginProfile: ResourceHandler<AwsContext> = {
  inputs: {
    user: { replaces: true },
    passwordResetRequired: { replaces: true, computed: true },
    passwordLength: { replaces: true, default: defaultLength, unreadable: true },
    pgpKey: { replaces: true, unreadable: true },
  },
  outputs: ["password", "encryptedPassword", "keyFingerprint"],

  validate: (inputs): Record<string, string> => {
    const length = inputs.passwordLength;
    if (typeof length !== "number" || (length >= 5 && length <= 128)) return {};
    return { passwordLength: `expected password_length to be in the range (5 - 128), got ${length}` };
  },

  async create({ iam }, inputs) {
    const user = text(inputs, "user");
    const what = `creating IAM User Login Profile for "${user}"`;
    const password = initialPassword(optionalNumber(inputs, "passwordLength") ?? defaultLength);
    const command = new CreateLoginProfileCommand({
      UserName: user,
      Password: password,
      PasswordResetRequired: flag(inputs, "passwordResetRequired"),
    });
    await doing(
      what,
      onceVisible(() => iam.send(command)),
    );
    const pgpKey = optionalText(inputs, "pgpKey");
    if (pgpKey === undefined) return { id: user, outputs: { password } };
    return { id: user, outputs: await encrypted(what, inputs, pgpKey, password) };
  },

  async read({ iam }, id) {
    const call = iam.send(new GetLoginProfileCommand({ UserName: id }));
    const found = (await doing(`reading IAM User Login Profile (${id})`, orAbsent(call)))?.LoginProfile;
    if (!found) return undefined;
    return { properties: { user: id, passwordResetRequired: found.PasswordResetRequired ?? false } };
  },

  async delete({ iam }, id) {
    const call = iam.send(new DeleteLoginProfileCommand({ UserName: id }));
    await doing(`deleting IAM User Login Profile (${id})`, orAbsent(call));
  },
};

async function encrypted(
  what: string,
  inputs: Properties,
  pgpKey: string,
  password: string,
): Promise<Properties> {
  try {
    const { message, fingerprint } = await encryptFor(pgpKey, password);
    return { encryptedPassword: message, keyFingerprint: fingerprint };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnfinishedResourceError(text(inputs, "user"), inputs, `${what}: ${reason}`, error);
  }
}

function initialPassword(length: number): string {
  const classes = [
    { characters: "abcdefghijklmnopqrstuvwxyz", minimum: 1 },
    { characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", minimum: 1 },
    { characters: "0123456789", minimum: 1 },
    { characters: "!@#$%^&*()_+-=[]{}|'", minimum: 1 },
  ];
  return randomText(length, classes);
}
