import { cloudWatchTypes } from "./aws/cloudWatch.ts";
import { iamAccountTypes } from "./aws/iamAccount.ts";
import { iamGroupTypes } from "./aws/iamGroup.ts";
import { iamUserTypes } from "./aws/iamUser.ts";
import { kmsTypes } from "./aws/kms.ts";
import { snsTypes } from "./aws/sns.ts";
import { randomTypes } from "./random.ts";
import type { ResourceType } from "./resourceType.ts";

/** The resource types that the program makes, by their Pulumi tokens. */
export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  ...cloudWatchTypes,
  ...iamAccountTypes,
  ...iamGroupTypes,
  ...iamUserTypes,
  ...kmsTypes,
  ...snsTypes,
  ...randomTypes,
};
