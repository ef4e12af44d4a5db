import {
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteSSHPublicKeyCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand,
  DeleteVirtualMFADeviceCommand,
  ListAccessKeysCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListSSHPublicKeysCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListVirtualMFADevicesCommand,
} from "@aws-sdk/client-iam";
import type { AwsContext } from "./context.ts";
import { doing, orAbsent } from "./errors.ts";
import { removeFromGroups } from "./iamGroup.ts";

/** Takes the user out of every group, which AWS asks for before a user can be deleted. */
export async function leaveAllGroups(context: AwsContext, user: string): Promise<void> {
  const { Groups = [] } = await context.iam.send(new ListGroupsForUserCommand({ UserName: user }));
  await removeFromGroups(
    context,
    Groups.map(({ GroupName = "" }) => [user, GroupName]),
  );
}

/** Deletes everything that the user could sign in or sign requests with, whoever made it. */
export async function deleteCredentials(context: AwsContext, user: string): Promise<void> {
  const steps: [string, (context: AwsContext, user: string) => Promise<unknown>][] = [
    ["access keys", deleteAccessKeys],
    ["SSH keys", deleteSshKeys],
    ["Virtual MFA devices", deleteVirtualMfaDevices],
    ["MFA devices", deactivateMfaDevices],
    ["login profile", deleteLoginProfile],
    ["signing certificate", deleteCertificates],
    ["Service Specific Credentials", deleteServiceCredentials],
  ];
  for (const [what, step] of steps)
    await doing(`removing IAM User (${user}) ${what}`, orAbsent(step(context, user)));
}

async function deleteAccessKeys({ iam }: AwsContext, UserName: string): Promise<void> {
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
  for (const { AccessKeyId } of AccessKeyMetadata)
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
}

async function deleteSshKeys({ iam }: AwsContext, UserName: string): Promise<void> {
  const { SSHPublicKeys = [] } = await iam.send(new ListSSHPublicKeysCommand({ UserName }));
  for (const { SSHPublicKeyId } of SSHPublicKeys) {
    await iam.send(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId }));
  }
}

async function deleteVirtualMfaDevices({ iam }: AwsContext, UserName: string): Promise<void> {
  const { VirtualMFADevices = [] } = await iam.send(
    new ListVirtualMFADevicesCommand({ AssignmentStatus: "Assigned" }),
  );
  for (const { SerialNumber, User } of VirtualMFADevices) {
    if (User?.UserName !== UserName) continue;
    await iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
    await iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
  }
}

async function deactivateMfaDevices({ iam }: AwsContext, UserName: string): Promise<void> {
  const { MFADevices = [] } = await iam.send(new ListMFADevicesCommand({ UserName }));
  for (const { SerialNumber } of MFADevices)
    await iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
}

async function deleteLoginProfile({ iam }: AwsContext, UserName: string): Promise<void> {
  await iam.send(new DeleteLoginProfileCommand({ UserName }));
}

async function deleteCertificates({ iam }: AwsContext, UserName: string): Promise<void> {
  const { Certificates = [] } = await iam.send(new ListSigningCertificatesCommand({ UserName }));
  for (const { CertificateId } of Certificates) {
    await iam.send(new DeleteSigningCertificateCommand({ UserName, CertificateId }));
  }
}

async function deleteServiceCredentials({ iam }: AwsContext, UserName: string): Promise<void> {
  const { ServiceSpecificCredentials = [] } = await iam.send(
    new ListServiceSpecificCredentialsCommand({ UserName }),
  );
  for (const { ServiceSpecificCredentialId } of ServiceSpecificCredentials) {
    await iam.send(new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }));
  }
}
