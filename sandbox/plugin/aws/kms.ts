import type { KeyState } from "@pulumi/aws/kms/key.js";
import { entry } from "../resourceType.ts";
import type { Account } from "./account.ts";
import { properties, regional, tagList, tagMap, tagged, updateTags, type Tag } from "./shapes.ts";

/** `aws:kms/key:Key` (internal/service/kms/key.go): deleted by scheduling its deletion, after which it counts as gone. */
export const key = entry<Account, KeyState>({
  title: "KMS Key",
  attributes: {
    ...regional,
    description: { computed: true },
    policy: { computed: true, compare: "json" },
    enableKeyRotation: { default: false },
    ...tagged,
    arn: { output: true },
    keyId: { output: true },
  },
  creating: () => "creating KMS Key",
  async create({ kms }, { description, policy, enableKeyRotation, tagsAll }, made) {
    const input = { Description: description, Policy: policy, Tags: kmsTags(tagList(tagsAll)) };
    const { KeyMetadata: { KeyId } = {} } = await kms.createKey(input);
    made(KeyId);
    if (enableKeyRotation) await kms.enableKeyRotation({ KeyId });
    return KeyId;
  },
  async read({ kms }, KeyId) {
    const { KeyMetadata: found } = await kms.describeKey({ KeyId });
    if (!found || found.KeyState === "PendingDeletion") return undefined;
    const { Tags = [] } = await kms.listResourceTags({ KeyId });
    return {
      ...properties(found),
      policy: (await kms.getKeyPolicy({ KeyId, PolicyName: "default" })).Policy,
      enableKeyRotation: (await kms.getKeyRotationStatus({ KeyId })).KeyRotationEnabled,
      tagsAll: tagMap(Tags.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue }))),
    };
  },
  async update({ kms }, change) {
    const { id: KeyId, planned } = change;
    if (change.has("enableKeyRotation"))
      await (planned.enableKeyRotation
        ? kms.enableKeyRotation({ KeyId })
        : kms.disableKeyRotation({ KeyId }));
    if (change.has("description"))
      await kms.updateKeyDescription({ KeyId, Description: planned.description ?? "" });
    if (change.has("policy"))
      await kms.putKeyPolicy({ KeyId, PolicyName: "default", Policy: planned.policy });
    const remove = (TagKeys: string[]) => kms.untagResource({ KeyId, TagKeys });
    await updateTags(change, remove, (tags) => kms.tagResource({ KeyId, Tags: kmsTags(tags) }));
  },
  delete: ({ kms }, id) => kms.scheduleKeyDeletion({ KeyId: id }),
});

function kmsTags(tags: readonly Tag[]) {
  return tags.map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }));
}
