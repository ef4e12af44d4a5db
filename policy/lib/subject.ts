import type { PolicyResourceOptions } from "@pulumi/policy";
import type { Fields } from "../iam/values.ts";

/** The resource that a rule judges. */
export interface Subject {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly inputs: Fields;
  readonly options: PolicyResourceOptions;
}
