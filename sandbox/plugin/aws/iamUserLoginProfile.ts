import type { UserLoginProfileState } from "@pulumi/aws/iam/userLoginProfile.js";
import { retrying } from "../errors.ts";
import { randomText } from "../randomText.ts";
import { all, entry } from "../resourceType.ts";
import type { Account } from "./account.ts";
import { encryptFor } from "./openPgp.ts";

/**
 * `aws:iam/userLoginProfile:UserLoginProfile` (internal/service/iam/user_login_profile.go): every input replaces. The profile
 * exists before the password is encrypted: a key that cannot be used loses the password and leaves an unfinished resource.
 */
export const userLoginProfile = entry<Account, UserLoginProfileState>({
  title: "IAM User Login Profile",
  attributes: {
    user: { replaces: true },
    passwordResetRequired: { replaces: true, computed: true },
    passwordLength: {
      replaces: true,
      default: 20,
      valid: {
        test: (length) => typeof length === "number" && length >= 5 && length <= 128,
        message: "expected password_length to be in the range (5 - 128)",
      },
    },
    pgpKey: { replaces: true },
    ...all({ output: true }, "password", "encryptedPassword", "keyFingerprint"),
  },
  creating: ({ user }) => `creating IAM User Login Profile for "${user}"`,
  // A user that AWS does not see yet is an error at once.
  async create({ iam }, { user, passwordLength = 20, passwordResetRequired = false, pgpKey }, made) {
    const password = randomText(passwordLength, passwordCharacters);
    await iam.createLoginProfile({
      UserName: user,
      Password: password,
      PasswordResetRequired: passwordResetRequired,
    });
    made(user, pgpKey === undefined ? { password } : {});
    if (pgpKey !== undefined) made(user, await encryptFor(pgpKey, password));
    return user;
  },
  readsAfterCreate: false,
  imported: () => ({ encryptedPassword: "", keyFingerprint: "" }),
  // The user and nothing else: after an import there is neither a length nor a key, nor whether the password must be reset.
  async read({ iam }, id) {
    const { LoginProfile } = await iam.getLoginProfile({ UserName: id });
    return { user: LoginProfile?.UserName };
  },
  delete: ({ iam }, id) =>
    retrying("EntityTemporarilyUnmodifiable", () => iam.deleteLoginProfile({ UserName: id })),
});

const passwordCharacters = {
  abcdefghijklmnopqrstuvwxyz: 1,
  ABCDEFGHIJKLMNOPQRSTUVWXYZ: 1,
  "0123456789": 1,
  "!@#$%^&*()_+-=[]{}|'": 1,
};
