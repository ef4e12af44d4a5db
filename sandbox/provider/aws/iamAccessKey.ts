import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import type { StatusType } from "@aws-sdk/client-iam";
import type { ResourceHandler } from "../resourceHandler.ts";
import { text } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, onceVisible, orAbsent } from "./errors.ts";

/** `aws:iam/accessKey:AccessKey`, without the encryption of its secret. Id: the key's; it cannot be imported. */
export const accessKey: ResourceHandler<AwsContext> = {
  inputs: { user: { replaces: true }, status: { default: "Active" } },
  outputs: ["createDate", "secret"],

  async create({ iam }, inputs) {
    const user = text(inputs, "user");
    const call = onceVisible(() => iam.send(new CreateAccessKeyCommand({ UserName: user })));
    const created = (await doing(`creating IAM Access Key (${user})`, call)).AccessKey;
    const id = created?.AccessKeyId ?? "";
    await setStatus(iam, user, id, text(inputs, "status"));
    return { id, outputs: { secret: created?.SecretAccessKey ?? "" } };
  },

  async read({ iam }, id, state) {
    const call = iam.send(new ListAccessKeysCommand({ UserName: text(state, "user") }));
    const answer = await doing(`reading IAM Access Key (${id})`, orAbsent(call));
    const found = answer?.AccessKeyMetadata?.find(({ AccessKeyId }) => AccessKeyId === id);
    if (!found) return undefined;
    return {
      properties: { user: found.UserName, status: found.Status, createDate: found.CreateDate?.toISOString() },
    };
  },

  async update({ iam }, id, _olds, news) {
    await setStatus(iam, text(news, "user"), id, text(news, "status"));
    return undefined;
  },

  async delete({ iam }, id, state) {
    const call = iam.send(new DeleteAccessKeyCommand({ UserName: text(state, "user"), AccessKeyId: id }));
    await doing(`deleting IAM Access Key (${id})`, orAbsent(call));
  },
};

async function setStatus(iam: AwsContext["iam"], user: string, id: string, status: string): Promise<void> {
  const command = new UpdateAccessKeyCommand({
    UserName: user,
    AccessKeyId: id,
    Status: status as StatusType,
  });
  await doing(`updating IAM Access Key (${id})`, iam.send(command));
}
