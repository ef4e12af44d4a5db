import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListPolicyVersionsCommand,
} from "@aws-sdk/client-iam";
import type { ResourceHandler } from "../resourceHandler.ts";
import { optionalText, text } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, orAbsent } from "./errors.ts";
import { tagList, tagOutputs } from "./tags.ts";

/** `aws:iam/policy:Policy`, its tags set once. Id, for imports too: the ARN. */
export const policy: ResourceHandler<AwsContext> = {
  inputs: {
    name: { replaces: true, autoname: true },
    path: { replaces: true, default: "/" },
    description: { replaces: true },
    policy: { compare: "json" },
    tags: { replaces: true },
  },
  outputs: ["arn", "attachmentCount", "policyId", "tagsAll"],

  async create(context, inputs) {
    const name = text(inputs, "name");
    const command = new CreatePolicyCommand({
      PolicyName: name,
      Path: optionalText(inputs, "path"),
      Description: optionalText(inputs, "description"),
      PolicyDocument: text(inputs, "policy"),
      Tags: tagList(context, inputs),
    });
    const { Policy } = await doing(`creating IAM Policy (${name})`, context.iam.send(command));
    return { id: Policy?.Arn ?? "" };
  },

  async read(context, id, state) {
    const call = context.iam.send(new GetPolicyCommand({ PolicyArn: id }));
    const found = (await doing(`reading IAM Policy (${id})`, orAbsent(call)))?.Policy;
    if (!found) return undefined;
    const version = new GetPolicyVersionCommand({ PolicyArn: id, VersionId: found.DefaultVersionId });
    const { PolicyVersion } = await context.iam.send(version);
    return {
      properties: {
        arn: id,
        name: found.PolicyName,
        path: found.Path,
        description: found.Description === "" ? undefined : found.Description,
        policy: decodeURIComponent(PolicyVersion?.Document ?? ""),
        policyId: found.PolicyId,
        attachmentCount: found.AttachmentCount,
        ...tagOutputs(context, state, found.Tags),
      },
    };
  },

  async update({ iam }, id, _olds, news) {
    await deleteOldVersions(iam, id);
    const input = { PolicyArn: id, PolicyDocument: text(news, "policy"), SetAsDefault: true };
    await doing(`updating IAM Policy (${id})`, iam.send(new CreatePolicyVersionCommand(input)));
    return undefined;
  },

  async delete({ iam }, id) {
    await orAbsent(deleteOldVersions(iam, id));
    await doing(
      `deleting IAM Policy (${id})`,
      orAbsent(iam.send(new DeletePolicyCommand({ PolicyArn: id }))),
    );
  },
};

/** AWS keeps five versions at most and deletes no policy that has more than its default one. */
async function deleteOldVersions(iam: AwsContext["iam"], PolicyArn: string): Promise<void> {
  const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  for (const { VersionId, IsDefaultVersion } of Versions) {
    if (!IsDefaultVersion) await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
  }
}
