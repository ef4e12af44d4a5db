import { paginateListGroupsForUser, type IAM } from "@aws-sdk/client-iam";
import type { UserState } from "@pulumi/aws/iam/user.js";
import { doing, orAbsent, retrying } from "../errors.ts";
import { entry } from "../resourceType.ts";
import type { Account } from "./account.ts";
import { validName } from "./iamGroup.ts";
import { parameters, properties, tagList, tagMap, updateTags } from "./shapes.ts";

/** `aws:iam/user:User` (internal/service/iam/user.go): renamed and moved in place. */
export const user = entry<Account, UserState>({
  title: "IAM User",
  attributes: {
    name: { autoname: true, valid: validName },
    path: { default: "/" },
    forceDestroy: { default: false },
    // Not computed: absent means none, so that an update takes away a boundary that was read into the state.
    permissionsBoundary: {},
    tags: {},
    tagsAll: {},
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
    for (const [what, remove] of forceDestroy ? possessions : [])
      await doing(`removing IAM User (${id}) ${what}`, orAbsent(remove(iam, id)));
    await iam.deleteUser({ UserName: id });
  },
});

async function leaveGroups(iam: IAM, UserName: string): Promise<void> {
  for await (const { Groups } of paginateListGroupsForUser({ client: iam }, { UserName }))
    await each(Groups, ({ GroupName }) => orAbsent(iam.removeUserFromGroup({ UserName, GroupName })));
}

/** What `forceDestroy` deletes or detaches besides, in the plugin's words. */
const possessions: readonly [string, (iam: IAM, UserName: string) => Promise<unknown>][] = [
  [
    "policy attachments",
    async (iam, UserName) => {
      const { AttachedPolicies } = await iam.listAttachedUserPolicies({ UserName });
      await each(AttachedPolicies, ({ PolicyArn }) => iam.detachUserPolicy({ UserName, PolicyArn }));
    },
  ],
  [
    "policies",
    async (iam, UserName) => {
      const { PolicyNames } = await iam.listUserPolicies({ UserName });
      await each(PolicyNames, (PolicyName) => iam.deleteUserPolicy({ UserName, PolicyName }));
    },
  ],
  [
    "access keys",
    async (iam, UserName) => {
      const { AccessKeyMetadata } = await iam.listAccessKeys({ UserName });
      await each(AccessKeyMetadata, ({ AccessKeyId }) => iam.deleteAccessKey({ UserName, AccessKeyId }));
    },
  ],
  [
    "SSH keys",
    async (iam, UserName) => {
      const { SSHPublicKeys } = await iam.listSSHPublicKeys({ UserName });
      await each(SSHPublicKeys, ({ SSHPublicKeyId }) => iam.deleteSSHPublicKey({ UserName, SSHPublicKeyId }));
    },
  ],
  [
    "Virtual MFA devices",
    async (iam, UserName) => {
      const { VirtualMFADevices = [] } = await iam.listVirtualMFADevices({ AssignmentStatus: "Assigned" });
      const own = VirtualMFADevices.filter(({ User }) => User?.UserName === UserName);
      await each(own, ({ SerialNumber }) => iam.deactivateMFADevice({ UserName, SerialNumber }));
      await each(own, ({ SerialNumber }) => iam.deleteVirtualMFADevice({ SerialNumber }));
    },
  ],
  [
    "MFA devices",
    async (iam, UserName) => {
      const { MFADevices } = await iam.listMFADevices({ UserName });
      await each(MFADevices, ({ SerialNumber }) => iam.deactivateMFADevice({ UserName, SerialNumber }));
    },
  ],
  [
    "login profile",
    (iam, UserName) => retrying("EntityTemporarilyUnmodifiable", () => iam.deleteLoginProfile({ UserName })),
  ],
  [
    "signing certificate",
    async (iam, UserName) => {
      const { Certificates } = await iam.listSigningCertificates({ UserName });
      await each(Certificates, ({ CertificateId }) =>
        iam.deleteSigningCertificate({ UserName, CertificateId }),
      );
    },
  ],
  [
    "Service Specific Credentials",
    async (iam, UserName) => {
      const { ServiceSpecificCredentials } = await iam.listServiceSpecificCredentials({ UserName });
      await each(ServiceSpecificCredentials, ({ ServiceSpecificCredentialId }) =>
        iam.deleteServiceSpecificCredential({ UserName, ServiceSpecificCredentialId }),
      );
    },
  ],
];

async function each<Item>(
  items: readonly Item[] = [],
  call: (item: Item) => Promise<unknown>,
): Promise<void> {
  for (const item of items) await call(item);
}
