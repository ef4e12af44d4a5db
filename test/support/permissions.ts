import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { IAM } from "@aws-sdk/client-iam";

/** A role that docs/permissions has a document for. */
export type Role = "adopting" | "deploying" | "previewing" | "reviewing";

/** An access key of the emulator. */
export interface AccessKey {
  readonly id: string;
  readonly secret: string;
}

interface Document {
  readonly Statement: readonly { readonly Action: readonly string[] }[];
}

/** The document of a role, as it stands in the file. */
export function documentOf(role: Role): string {
  return readFileSync(join(import.meta.dirname, "../../docs/permissions", `${role}.json`), "utf8");
}

/** The actions that a role's document allows. */
export function actionsOf(role: Role): string[] {
  const { Statement } = JSON.parse(documentOf(role)) as Document;
  return Statement.flatMap(({ Action }) => Action);
}

/** Makes a user who has the role's document and nothing else. */
export async function keyFor(iam: IAM, role: Role): Promise<AccessKey> {
  await iam.createUser({ UserName: role });
  // The emulator calls the actions of CloudWatch by the name of its endpoint.
  const PolicyDocument = documentOf(role).replaceAll('"cloudwatch:', '"monitoring:');
  const { Policy } = await iam.createPolicy({ PolicyName: role, PolicyDocument });
  await iam.attachUserPolicy({ UserName: role, PolicyArn: Policy?.Arn });
  const { AccessKey: key } = await iam.createAccessKey({ UserName: role });
  return { id: key?.AccessKeyId ?? "", secret: key?.SecretAccessKey ?? "" };
}

/** Has the emulator ask for permissions while the work is done, and for none of whoever looks afterwards. */
export async function enforced<Result>(endpoint: string, work: () => Promise<Result>): Promise<Result> {
  const after = (calls: string) => fetch(`${endpoint}/moto-api/reset-auth`, { method: "POST", body: calls });
  await after("0");
  try {
    return await work();
  } finally {
    await after("inf");
  }
}
