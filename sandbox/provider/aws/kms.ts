import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from "@aws-sdk/client-kms";
import type { KeySpec, KeyUsageType } from "@aws-sdk/client-kms";
import type { ResourceHandler } from "../resourceHandler.ts";
import { flag, optionalNumber, optionalText, text } from "../values.ts";
import type { Properties } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, onceVisible, orAbsent } from "./errors.ts";
import { regionInput, regionOf } from "./regional.ts";
import { tagChanges, tagList, tagOutputs } from "./tags.ts";

/** `aws:kms/key:Key`: deleted by scheduling its deletion, after which it counts as gone. Id: the key's. */
export const key: ResourceHandler<AwsContext> = {
  inputs: {
    ...regionInput,
    description: { computed: true },
    policy: { computed: true, compare: "json" },
    enableKeyRotation: { computed: true },
    isEnabled: { default: true },
    keyUsage: { replaces: true, default: "ENCRYPT_DECRYPT" },
    customerMasterKeySpec: { replaces: true, default: "SYMMETRIC_DEFAULT" },
    bypassPolicyLockoutSafetyCheck: { default: false },
    deletionWindowInDays: { unreadable: true },
    tags: {},
  },
  outputs: ["arn", "keyId", "tagsAll"],

  async create(context, inputs) {
    const client = context.kms(regionOf(context, inputs));
    const command = new CreateKeyCommand({
      Description: optionalText(inputs, "description"),
      Policy: optionalText(inputs, "policy"),
      KeyUsage: text(inputs, "keyUsage") as KeyUsageType,
      KeySpec: text(inputs, "customerMasterKeySpec") as KeySpec,
      BypassPolicyLockoutSafetyCheck: flag(inputs, "bypassPolicyLockoutSafetyCheck"),
      Tags: tagList(context, inputs).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
    });
    const { KeyMetadata } = await doing("creating KMS Key", client.send(command));
    const id = KeyMetadata?.KeyId ?? "";
    await switchKey(context, id, { isEnabled: true }, inputs);
    return { id };
  },

  async read(context, id, state) {
    const client = context.kms(regionOf(context, state));
    const call = client.send(new DescribeKeyCommand({ KeyId: id }));
    const found = (await doing(`reading KMS Key (${id})`, orAbsent(call)))?.KeyMetadata;
    if (!found || found.KeyState === "PendingDeletion") return undefined;
    const { Policy } = await client.send(new GetKeyPolicyCommand({ KeyId: id, PolicyName: "default" }));
    const { KeyRotationEnabled } = await client.send(new GetKeyRotationStatusCommand({ KeyId: id }));
    const { Tags = [] } = await client.send(new ListResourceTagsCommand({ KeyId: id }));
    return {
      properties: {
        region: regionOf(context, state),
        arn: found.Arn,
        keyId: found.KeyId,
        description: found.Description,
        policy: Policy,
        enableKeyRotation: KeyRotationEnabled ?? false,
        isEnabled: found.Enabled,
        keyUsage: found.KeyUsage,
        customerMasterKeySpec: found.KeySpec,
        ...tagOutputs(
          context,
          state,
          Tags.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue })),
        ),
      },
    };
  },

  async update(context, id, olds, news) {
    const client = context.kms(regionOf(context, news));
    const [description, policy] = [optionalText(news, "description"), optionalText(news, "policy")];
    if (description !== optionalText(olds, "description")) {
      await client.send(new UpdateKeyDescriptionCommand({ KeyId: id, Description: description ?? "" }));
    }
    if (policy !== undefined && policy !== optionalText(olds, "policy")) {
      await client.send(new PutKeyPolicyCommand({ KeyId: id, PolicyName: "default", Policy: policy }));
    }
    await switchKey(context, id, olds, news);
    const { set, remove } = tagChanges(context, olds, news);
    if (remove.length > 0) await client.send(new UntagResourceCommand({ KeyId: id, TagKeys: remove }));
    const tags = set.map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }));
    if (tags.length > 0) await client.send(new TagResourceCommand({ KeyId: id, Tags: tags }));
    return undefined;
  },

  async delete(context, id, state) {
    const days = optionalNumber(state, "deletionWindowInDays");
    const command = new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: days });
    const call = orAbsent(context.kms(regionOf(context, state)).send(command));
    await doing(`deleting KMS Key (${id})`, call);
  },
};

/** `aws:kms/alias:Alias`. Id, for imports too: the name, which starts with `alias/`. */
export const alias: ResourceHandler<AwsContext> = {
  inputs: { ...regionInput, name: { replaces: true, autoname: true, prefix: "alias/" }, targetKeyId: {} },
  outputs: ["arn", "targetKeyArn"],

  async create(context, inputs) {
    const name = text(inputs, "name");
    const command = new CreateAliasCommand({ AliasName: name, TargetKeyId: text(inputs, "targetKeyId") });
    const client = context.kms(regionOf(context, inputs));
    await doing(
      `creating KMS Alias (${name})`,
      onceVisible(() => client.send(command)),
    );
    return { id: name };
  },

  async read(context, id, state) {
    const region = regionOf(context, state);
    const { Aliases = [] } = await context.kms(region).send(new ListAliasesCommand());
    const found = Aliases.find(({ AliasName }) => AliasName === id);
    if (!found) return undefined;
    const { AliasArn: arn = "", TargetKeyId: keyId = "" } = found;
    const given = optionalText(state, "targetKeyId");
    return {
      properties: {
        region,
        arn,
        name: id,
        // A program may give the key's ARN, which is the same key.
        targetKeyId: given?.endsWith(`/${keyId}`) ? given : keyId,
        targetKeyArn: arn.replace(/[^:]*$/, `key/${keyId}`),
      },
    };
  },

  async update(context, id, _olds, news) {
    const command = new UpdateAliasCommand({ AliasName: id, TargetKeyId: text(news, "targetKeyId") });
    await doing(`updating KMS Alias (${id})`, context.kms(regionOf(context, news)).send(command));
    return undefined;
  },

  async delete(context, id, state) {
    const command = new DeleteAliasCommand({ AliasName: id });
    const call = orAbsent(context.kms(regionOf(context, state)).send(command));
    await doing(`deleting KMS Alias (${id})`, call);
  },
};

async function switchKey(context: AwsContext, id: string, olds: Properties, news: Properties): Promise<void> {
  const client = context.kms(regionOf(context, news));
  const [enable, rotate] = [flag(news, "isEnabled"), flag(news, "enableKeyRotation")];
  // AWS changes the rotation of enabled keys only.
  if (enable && !flag(olds, "isEnabled")) await client.send(new EnableKeyCommand({ KeyId: id }));
  if (rotate !== flag(olds, "enableKeyRotation")) {
    await client.send(
      rotate ? new EnableKeyRotationCommand({ KeyId: id }) : new DisableKeyRotationCommand({ KeyId: id }),
    );
  }
  if (!enable && flag(olds, "isEnabled")) await client.send(new DisableKeyCommand({ KeyId: id }));
}
