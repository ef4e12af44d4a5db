import { paginateListGroupsForUser } from "@aws-sdk/client-iam";
import type { IAM, Tag, TagUserRequest, UntagUserRequest } from "@aws-sdk/client-iam";
import type { UserState } from "@pulumi/aws/iam/user.js";
import type { UserLoginProfileState } from "@pulumi/aws/iam/userLoginProfile.js";
import { doing, orAbsent, retrying } from "../errors.ts";
import { kinds, randomText } from "../random.ts";
import { all, entry, input, output, replaces } from "../resourceType.ts";
import type { Value } from "../values.ts";
import { named } from "./iamGroup.ts";
import { parameters, properties, tagList, tagMap, tagged } from "./shapes.ts";

const validLength = {
  test: (length: Value) => typeof length === "number" && length >= 5 && length <= 128,
  message: "expected password_length to be in the range (5 - 128)",
};

const isSameKey = (one: Tag, other: Tag) => one.Key?.toLowerCase() === other.Key?.toLowerCase();

/** What IAM refuses and the emulator takes: tags that differ in letter case only, and more than 50. */
function refuseTags(operation: string, tags: readonly Tag[]): void {
  const hasTwins = tags.some((tag, index) => tags.slice(0, index).some((earlier) => isSameKey(earlier, tag)));
  if (!hasTwins && tags.length <= 50) return;
  const code = hasTwins
    ? "InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive."
    : "LimitExceeded: Cannot exceed quota for TagsPerUser: 50";
  throw new Error(
    `operation error IAM: ${operation}, https response error StatusCode: 400, RequestID: none, ${code}`,
  );
}

/** A user and the password. */
export const iamUserTypes = {
  /** internal/service/iam/user.go: renamed and moved in place. */
  "aws:iam/user:User": entry<UserState>({
    title: "IAM User",
    attributes: {
      ...named,
      forceDestroy: { default: false },
      // Not computed: absent means none, so that an update takes away a boundary that was read into the state.
      permissionsBoundary: input,
      ...tagged,
    },
    async create({ iam }, { name: UserName, path, permissionsBoundary, tagsAll }) {
      const Tags = tagList(tagsAll);
      refuseTags("CreateUser", Tags);
      await iam.createUser({ UserName, ...parameters({ path, permissionsBoundary }), Tags });
    },
    async read({ iam }, id) {
      const { User: found } = await iam.getUser({ UserName: id });
      const permissionsBoundary = found?.PermissionsBoundary?.PermissionsBoundaryArn;
      const own = { name: found?.UserName, uniqueId: found?.UserId, permissionsBoundary };
      return { ...properties(found), ...own, tags: undefined, tagsAll: tagMap(found?.Tags) };
    },
    async update({ iam }, { id, has, planned }) {
      const { name: UserName, path, permissionsBoundary: PermissionsBoundary } = planned;
      if (has("name", "path")) await iam.updateUser({ UserName: id, NewUserName: UserName, NewPath: path });
      if (has("permissionsBoundary"))
        await (PermissionsBoundary
          ? iam.putUserPermissionsBoundary({ UserName, PermissionsBoundary })
          : iam.deleteUserPermissionsBoundary({ UserName }));
      return UserName;
    },
    tagging: ({ iam }, UserName) => {
      const tagResource = async (input: TagUserRequest) => {
        const { Tags: before = [] } = await iam.listUserTags({ UserName });
        const isNew = (old: Tag) => input.Tags?.some((tag) => isSameKey(tag, old));
        refuseTags("TagUser", [...before.filter((tag) => !isNew(tag)), ...(input.Tags ?? [])]);
        // To IAM another spelling is the same tag.
        const TagKeys = before.filter(isNew).map(({ Key = "" }) => Key);
        if (TagKeys.length > 0) await iam.untagUser({ UserName, TagKeys });
        return iam.tagUser(input);
      };
      const untagResource = (input: UntagUserRequest) => iam.untagUser(input);
      return [{ tagResource, untagResource }, { UserName }];
    },
    async delete({ iam }, id, { forceDestroy }) {
      await doing(`removing IAM User (${id}) group memberships`, leaveGroups(iam, id));
      if (forceDestroy) await deletePossessions(iam, { UserName: id });
      await iam.deleteUser({ UserName: id });
    },
  }),

  /**
   * user_login_profile.go: every input replaces. The profile exists before the password is encrypted: a key that cannot be
   * used loses the password and leaves an unfinished resource.
   */
  "aws:iam/userLoginProfile:UserLoginProfile": entry<UserLoginProfileState>({
    title: "IAM User Login Profile",
    attributes: {
      user: replaces,
      passwordResetRequired: { replaces: true, computed: true },
      passwordLength: { replaces: true, default: 20, valid: validLength },
      pgpKey: replaces,
      ...all(output, "password", "encryptedPassword", "keyFingerprint"),
    },
    creating: ({ user }) => `creating IAM User Login Profile for "${user}"`,
    // A user that AWS does not see yet is an error at once.
    async create({ iam }, { user, passwordLength = 20, passwordResetRequired = false, pgpKey }, made) {
      const password = randomText(passwordLength, [...Object.values(kinds), "!@#$%^&*()_+-=[]{}|'"]);
      const options = { UserName: user, PasswordResetRequired: passwordResetRequired };
      await iam.createLoginProfile({ ...options, Password: password });
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
    delete: ({ iam }, id) => deleteLoginProfile(iam, { UserName: id }),
  }),
};

/** Takes a key in base64 only, as the official plugin does (internal/service/iam/encryption.go). */
async function encryptFor(base64Key: string, password: string) {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(base64Key))
    throw new Error("encrypting Password: decoding given PGP key: illegal base64 data");
  // Needed rarely and slow to load.
  const { createMessage, encrypt, readKey } = await import("openpgp");
  const key = await readKey({ binaryKey: Buffer.from(base64Key, "base64") }).catch((error: unknown) => {
    throw new Error("encrypting Password: parsing given PGP key", { cause: error });
  });
  const message = await createMessage({ text: password });
  const sealed: unknown = await encrypt({ message, encryptionKeys: key.toPublic(), format: "binary" });
  const encryptedPassword = Buffer.from(sealed as Uint8Array).toString("base64");
  return { encryptedPassword, keyFingerprint: key.getFingerprint() };
}

async function leaveGroups(iam: IAM, UserName: string): Promise<void> {
  for await (const { Groups = [] } of paginateListGroupsForUser({ client: iam }, { UserName }))
    for (const { GroupName } of Groups) await orAbsent(iam.removeUserFromGroup({ UserName, GroupName }));
}

/** What `forceDestroy` deletes or detaches besides, in the plugin's words and order. */
async function deletePossessions(iam: IAM, user: { UserName: string }): Promise<void> {
  const removing = (what: string, call: Promise<unknown>) =>
    doing(`removing IAM User (${user.UserName}) ${what}`, orAbsent(call));
  for (const PolicyName of (await iam.listUserPolicies(user)).PolicyNames ?? [])
    await removing("policies", iam.deleteUserPolicy({ ...user, PolicyName }));
  for (const { PolicyArn } of (await iam.listAttachedUserPolicies(user)).AttachedPolicies ?? [])
    await removing("policy attachments", iam.detachUserPolicy({ ...user, PolicyArn }));
  for (const { AccessKeyId } of (await iam.listAccessKeys(user)).AccessKeyMetadata ?? [])
    await removing("access keys", iam.deleteAccessKey({ ...user, AccessKeyId }));
  for (const { SSHPublicKeyId } of (await iam.listSSHPublicKeys(user)).SSHPublicKeys ?? [])
    await removing("SSH keys", iam.deleteSSHPublicKey({ ...user, SSHPublicKeyId }));
  const { VirtualMFADevices = [] } = await iam.listVirtualMFADevices({ AssignmentStatus: "Assigned" });
  for (const { SerialNumber } of VirtualMFADevices.filter(({ User }) => User?.UserName === user.UserName)) {
    await removing("Virtual MFA devices", iam.deactivateMFADevice({ ...user, SerialNumber }));
    await removing("Virtual MFA devices", iam.deleteVirtualMFADevice({ SerialNumber }));
  }
  for (const { SerialNumber } of (await iam.listMFADevices(user)).MFADevices ?? [])
    await removing("MFA devices", iam.deactivateMFADevice({ ...user, SerialNumber }));
  await removing("login profile", deleteLoginProfile(iam, user));
  for (const { CertificateId } of (await iam.listSigningCertificates(user)).Certificates ?? [])
    await removing("signing certificate", iam.deleteSigningCertificate({ ...user, CertificateId }));
  const { ServiceSpecificCredentials = [] } = await iam.listServiceSpecificCredentials(user);
  for (const { ServiceSpecificCredentialId } of ServiceSpecificCredentials) {
    const call = iam.deleteServiceSpecificCredential({ ...user, ServiceSpecificCredentialId });
    await removing("Service Specific Credentials", call);
  }
}

function deleteLoginProfile(iam: IAM, user: { UserName: string }): Promise<unknown> {
  return retrying("EntityTemporarilyUnmodifiable", () => iam.deleteLoginProfile(user));
}
