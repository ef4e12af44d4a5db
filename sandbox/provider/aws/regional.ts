import type { InputSpec } from "../resourceHandler.ts";
import { optionalText } from "../values.ts";
import type { Properties } from "../values.ts";
import type { AwsContext } from "./context.ts";

/** The input that every regional resource has: where it lives, the provider's region unless the program says so. */
export const regionInput: Readonly<Record<string, InputSpec>> = {
  region: { replaces: true, computed: true },
};

/** The region that inputs or a state name, else the provider's. */
export function regionOf(context: AwsContext, properties: Properties): string {
  return optionalText(properties, "region") ?? context.region;
}

/** The region inside an ARN. */
export function regionOfArn(arn: string): string {
  return arn.split(":")[3] ?? "";
}

/** The account inside an ARN. */
export function accountOfArn(arn: string): string {
  return arn.split(":")[4] ?? "";
}
