import { paginateListGroupsForUser, type IAM } from "@aws-sdk/client-iam";
import type { UserState } from "@pulumi/aws/iam/user.js";
import { doing, orAbsent, retrying } from "../errors.ts";
import { entry } from "../resourceType.ts";
import type { Account } from "./account.ts";
import { validName } from "./iamGroup.ts";
import { parameters, properties, tagList, tagMap, tagged, updateTags } from "./shapes.ts";

/** `aws:iam/user:User` (internal/service/iam/user.go): renamed and moved in place. */
export const user = entry<Account, UserState>({
  title: "IAM User",
  attributes: {
    name: { autoname: true, valid: validName },
    path: { default: "/" },
    forceDestroy: { default: false },
    // Not computed: absent means none, so that an update takes away a boundary that was read into the state.
    permissionsBoundary: {},
    ...tagged,
    arn: { output: true },
    uniqueId: { output: true },
  },
  async create({ iam }, planned) {
    const { name, path, permissionsBoundary, tagsAll } = planned;
    await iam.createUser({
      ...parameters({ path, permissionsBoundary }),
      UserName: name,
      Tags: tagList(tagsAll),
    });
    return name;
  },
  async read({ iam }, id) {
    const { User: found } = await iam.getUser({ UserName: id });
    const permissionsBoundary = found?.PermissionsBoundary?.PermissionsBoundaryArn;
    const named = { name: found?.UserName, uniqueId: found?.UserId, permissionsBoundary };
    return { ...properties(found), ...named, tags: undefined, tagsAll: tagMap(found?.Tags) };
  },
  async update({ iam }, change) {
    const { name: UserName, path, permissionsBoundary: PermissionsBoundary } = change.planned;
    if (change.has("name", "path"))
      await iam.updateUser({ UserName: change.id, NewUserName: UserName, NewPath: path });
    if (change.has("permissionsBoundary"))
      await (PermissionsBoundary
        ? iam.putUserPermissionsBoundary({ UserName, PermissionsBoundary })
        : iam.deleteUserPermissionsBoundary({ UserName }));
    const remove = (TagKeys: string[]) => iam.untagUser({ UserName, TagKeys });
    await updateTags(change, remove, (Tags) => iam.tagUser({ UserName, Tags }));
    return UserName;
  },
  async delete({ iam }, id, { forceDestroy }) {
    await doing(`removing IAM User (${id}) group memberships`, leaveGroups(iam, id));
    if (forceDestroy) await deletePossessions(iam, id);
    await iam.deleteUser({ UserName: id });
  },
});

async function leaveGroups(iam: IAM, UserName: string): Promise<void> {
  for await (const { Groups = [] } of paginateListGroupsForUser({ client: iam }, { UserName }))
    for (const { GroupName } of Groups) await orAbsent(iam.removeUserFromGroup({ UserName, GroupName }));
}

/** What `forceDestroy` deletes or detaches besides, in the plugin's words. */
async function deletePossessions(iam: IAM, UserName: string): Promise<void> {
  const user = { UserName };
  async function every<Item>(
    what: string,
    list: () => Promise<readonly Item[] | undefined>,
    remove: (item: Item) => Promise<unknown>,
  ): Promise<void> {
    for (const item of (await doing(`removing IAM User (${UserName}) ${what}`, orAbsent(list()))) ?? [])
      await doing(`removing IAM User (${UserName}) ${what}`, orAbsent(remove(item)));
  }

  await every(
    "policies",
    async () => (await iam.listUserPolicies(user)).PolicyNames,
    (PolicyName) => iam.deleteUserPolicy({ UserName, PolicyName }),
  );
  await every(
    "policy attachments",
    async () => (await iam.listAttachedUserPolicies(user)).AttachedPolicies,
    ({ PolicyArn }) => iam.detachUserPolicy({ UserName, PolicyArn }),
  );
  await every(
    "access keys",
    async () => (await iam.listAccessKeys(user)).AccessKeyMetadata,
    ({ AccessKeyId }) => iam.deleteAccessKey({ UserName, AccessKeyId }),
  );
  await every(
    "SSH keys",
    async () => (await iam.listSSHPublicKeys(user)).SSHPublicKeys,
    ({ SSHPublicKeyId }) => iam.deleteSSHPublicKey({ UserName, SSHPublicKeyId }),
  );
  const { VirtualMFADevices = [] } = await iam.listVirtualMFADevices({ AssignmentStatus: "Assigned" });
  await every(
    "Virtual MFA devices",
    () => Promise.resolve(VirtualMFADevices.filter(({ User }) => User?.UserName === UserName)),
    async ({ SerialNumber }) => {
      await iam.deactivateMFADevice({ UserName, SerialNumber });
      await iam.deleteVirtualMFADevice({ SerialNumber });
    },
  );
  await every(
    "MFA devices",
    async () => (await iam.listMFADevices(user)).MFADevices,
    ({ SerialNumber }) => iam.deactivateMFADevice({ UserName, SerialNumber }),
  );
  await every(
    "login profile",
    () => Promise.resolve([user]),
    () => retrying("EntityTemporarilyUnmodifiable", () => iam.deleteLoginProfile(user)),
  );
  await every(
    "signing certificate",
    async () => (await iam.listSigningCertificates(user)).Certificates,
    ({ CertificateId }) => iam.deleteSigningCertificate({ UserName, CertificateId }),
  );
  await every(
    "Service Specific Credentials",
    async () => (await iam.listServiceSpecificCredentials(user)).ServiceSpecificCredentials,
    ({ ServiceSpecificCredentialId }) =>
      iam.deleteServiceSpecificCredential({ UserName, ServiceSpecificCredentialId }),
  );
}
