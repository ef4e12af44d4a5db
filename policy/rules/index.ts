import type { Rule } from "../lib/rule.ts";
import { noRootUsage } from "./noRootUsage.ts";
import { passwordResetRequired } from "./passwordResetRequired.ts";

/** Every rule of the pack, in the order in which it is documented. */
export const rules: readonly Rule[] = [noRootUsage, passwordResetRequired];
