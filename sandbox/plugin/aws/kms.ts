import type { KeyState } from "@pulumi/aws/kms/key.js";
import { computed, entry, json, output } from "../resourceType.ts";
import { properties, regional, tagList, tagMap, tagged } from "./shapes.ts";

/** What encrypts the alarm's topic. */
export const kmsTypes = {
  /** internal/service/kms/key.go: deleted by scheduling its deletion, after which it counts as gone. */
  "aws:kms/key:Key": entry<KeyState>({
    title: "KMS Key",
    attributes: {
      ...regional,
      ...tagged,
      description: computed,
      keyId: output,
      policy: { ...json, computed: true },
      enableKeyRotation: { default: false },
    },
    creating: () => "creating KMS Key",
    async create({ kms }, { description, policy, enableKeyRotation, tagsAll }, made) {
      const input = { Description: description, Policy: policy, Tags: tagList(tagsAll) };
      const { KeyMetadata: { KeyId } = {} } = await kms.createKey(input);
      made(KeyId);
      if (enableKeyRotation) await kms.enableKeyRotation({ KeyId });
      return KeyId;
    },
    async read({ kms }, KeyId) {
      const { KeyMetadata: found } = await kms.describeKey({ KeyId });
      if (!found || found.KeyState === "PendingDeletion") return undefined;
      const { Tags } = await kms.listResourceTags({ KeyId });
      return {
        ...properties(found),
        policy: (await kms.getKeyPolicy({ KeyId, PolicyName: "default" })).Policy,
        enableKeyRotation: (await kms.getKeyRotationStatus({ KeyId })).KeyRotationEnabled,
        tagsAll: tagMap(Tags),
      };
    },
    async update({ kms }, { id: KeyId, planned, has }) {
      if (has("enableKeyRotation"))
        await (planned.enableKeyRotation
          ? kms.enableKeyRotation({ KeyId })
          : kms.disableKeyRotation({ KeyId }));
      if (has("description"))
        await kms.updateKeyDescription({ KeyId, Description: planned.description ?? "" });
      if (has("policy")) await kms.putKeyPolicy({ KeyId, PolicyName: "default", Policy: planned.policy });
    },
    tagging: ({ kms }, KeyId) => [kms, { KeyId }],
    delete: ({ kms }, id) => kms.scheduleKeyDeletion({ KeyId: id }),
  }),
};
